"""`maximise OBJECTIVE over NAME`."""

from __future__ import annotations

from boundkit.desk import Command, Derived, Desk
from boundkit.desk.optimum import optimum
from boundkit.ir.theorems import Derivation


def _carry_out(desk: Desk, derivation: Derivation) -> Derived:
    return optimum(desk, derivation, largest=True)


maximise = Command(
    name="maximise",
    asks="OBJECTIVE over NAME",
    says="where the objective is largest in its range, and the value there",
    proves="the value lies in the range; no other one is better",
    carry_out=_carry_out,
)
