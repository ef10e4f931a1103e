"""Laws with one outcome."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, one_of, within
from boundkit.kernel.laws import FiniteLaw


class PointMass(Family):
    """All mass on one element of a finite type, or on one number between `low` and `high`."""

    draws: ClassVar[str] = "law"
    takes: ClassVar[tuple[str, ...]] = ("low", "high")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1}, {"size": 1, "low": 0, "high": 1})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        one = context.arithmetic.rational(Fraction(1))
        if "elements" in arguments:
            outcome = one_of(context, "outcome", arguments["elements"].parts)
        else:
            outcome = within(context, "outcome", arguments)
        return Drawn(FiniteLaw((outcome,), (one,)))
