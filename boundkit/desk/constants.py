"""The constant of a bound up to a constant: proposed from the ratios at sample points, certified for the
first simple number that serves."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from boundkit.desk.derived import Certified
from boundkit.desk.desk import Desk
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term, number, relation

MOST_TRIED = 6
LARGEST = 10**9
GRID = tuple(Fraction(k, 4) for k in range(1, 9)) + tuple(Fraction(k, 2) for k in range(5, 13))


def multiple(factor: Fraction, term: Term) -> Term:
    """The term times a number."""
    return term if factor == 1 else Apply("*", (number(factor), term), REAL)


def least_constant(desk: Desk, left: Term, right: Term) -> tuple[Fraction, Certified] | None:
    """A simple constant C with left <= C*right, the first that is certified from the least that sampling
    leaves on; with the proof."""
    tried = 0
    for factor in _constants():
        goal = relation("<=", left, multiple(factor, right))
        if not desk.seems(goal):
            continue
        proof = desk.certified(goal, "with this constant")
        if proof is not None:
            return factor, proof
        tried += 1
        if tried >= MOST_TRIED:
            return None
    return None


def _constants() -> Iterator[Fraction]:
    """Simple numbers in increasing order: quarters, halves, integers, then ever wider steps."""
    yield from GRID
    value = 7
    while value <= LARGEST:
        yield Fraction(value)
        value += max(1, value // 8)
