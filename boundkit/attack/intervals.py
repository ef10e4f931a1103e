"""The law of a real number whose ends may be known."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import fmpq

from boundkit.instances import POSITIVE, REAL, Coordinate

PROBABILITY = Coordinate(
    "log",
    Fraction(1, 1000),
    Fraction(1),
    (Fraction(1, 10**6), Fraction(1, 2), 1 - Fraction(1, 10**6)),
    Fraction(1, 2),
)


def law_between(
    arithmetic: Any, lower: Any, upper: Any, above: bool, below: bool
) -> tuple[Coordinate, Any, Any]:
    """The law of a number with these ends, and the offset and width to apply to it (None: none)."""
    zero, tiny = Fraction(0), Fraction(1, 10**6)
    atoms: tuple[Fraction, ...]
    if lower is not None and upper is not None:
        if rational_of(lower) == 0 and rational_of(upper) == 1 and above:
            return (
                (PROBABILITY if below else replace(PROBABILITY, atoms=(*PROBABILITY.atoms, zero + 1))),
                None,
                None,
            )
        atoms = (tiny if above else zero, Fraction(1, 2), 1 - tiny if below else zero + 1)
        return Coordinate("linear", zero, Fraction(1), atoms), lower, arithmetic.apply("-", (upper, lower))
    if lower is not None:
        atoms = (Fraction(1),) if above else (Fraction(1), zero)
        law = Coordinate("log", POSITIVE.low, POSITIVE.high, atoms)
        return law, (None if rational_of(lower) == 0 else lower), None
    if upper is not None:
        atoms = (Fraction(1),) if below else (Fraction(1), zero)
        law = Coordinate("log", POSITIVE.low, POSITIVE.high, atoms)
        return law, upper, arithmetic.rational(Fraction(-1))
    return REAL, None, None


def rational_of(value: Any) -> Fraction | None:
    """The value as a fraction; None for one that is not rational, or not known."""
    if isinstance(value, Fraction):
        return value
    return Fraction(int(value.p), int(value.q)) if isinstance(value, fmpq) else None
