"""Points close to where equations hold that no rational points are known to satisfy, by Newton's method in
floating point, and the signs that terms clearly have there. Nothing is decided."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from boundkit.ir.terms import Term
from boundkit.kernel.steps import Box, Fact, Range
from boundkit.provers.inequalities.doubles import Unknown, values

STARTS = 48
ITERATIONS = 25
CLOSE = 1e-10
CLEAR = 1e-6
"""How large a value must be, by the size of the point, to have a sign."""
FEWEST = 4
STEP = 1e-6
PRIMES = (2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0)

Columns = dict[str, Any]


def near_signs(term: Term, box: Box, facts: tuple[Fact, ...]) -> frozenset[int]:
    """The signs of a term at points near to which all facts hold; empty where none are known."""
    columns = _near(tuple(sorted(box.items(), key=lambda one: one[0])), facts)
    count = len(next(iter(columns.values()), ()))
    if count < FEWEST or not term.free <= set(columns):
        return frozenset()
    try:
        found = values(term, columns, count)
    except Unknown:
        return frozenset()
    size = CLEAR * np.maximum(1.0, np.max([np.abs(own) for own in columns.values()], axis=0))
    with np.errstate(invalid="ignore"):
        clear = np.isfinite(found) & (np.abs(found) > size)
    return frozenset(int(own) for own in np.sign(found[clear]))


@lru_cache(maxsize=256)
def _near(box: tuple[tuple[str, Range], ...], facts: tuple[Fact, ...]) -> Columns:
    equations = [fact.term for fact in facts if fact.kind == "zero"]
    names = [name for name, _ in box]
    if not equations or len(equations) >= len(names) or any(extent.integral for _, extent in box):
        return {}
    place = np.array([_starts(extent, column) for column, (_, extent) in enumerate(box)])
    try:
        with np.errstate(all="ignore"):
            for _ in range(ITERATIONS):
                place = place - _newton(equations, names, place)
            fine = np.all(np.isfinite(place), axis=0) & (np.abs(place).max(axis=0) < 1e6)
            for term in equations:
                fine &= np.abs(_at(term, names, place)) < CLOSE
            for row, (_, extent) in zip(place, box, strict=True):
                if extent.lower is not None:
                    fine &= row > float(extent.lower)
                if extent.upper is not None:
                    fine &= row < float(extent.upper)
            for fact in facts:
                if fact.kind != "zero":
                    fine &= _at(fact.term, names, place) > 0
    except Unknown:
        return {}
    return {name: row[fine] for name, row in zip(names, place, strict=True)}


def _at(term: Term, names: Sequence[str], place: Any) -> Any:
    return values(term, dict(zip(names, place, strict=True)), place.shape[1])


def _newton(equations: Sequence[Term], names: Sequence[str], place: Any) -> Any:
    """The shortest change that makes the linear parts of the equations vanish, for each point."""
    here = np.array([_at(term, names, place) for term in equations])
    slopes = np.empty((place.shape[1], len(equations), len(names)))
    for column in range(len(names)):
        moved = place.copy()
        moved[column] += STEP
        ahead = np.array([_at(term, names, moved) for term in equations])
        slopes[:, :, column] = ((ahead - here) / STEP).T
    slopes = np.where(np.isfinite(slopes), slopes, 0.0)
    right = np.where(np.isfinite(here), here, 0.0).T[:, :, None]
    return (np.linalg.pinv(slopes) @ right)[:, :, 0].T


def _starts(extent: Range, column: int) -> Any:
    """Values of a variable in its range, in a sequence of its own."""
    share = np.modf(np.arange(1, STARTS + 1) * np.sqrt(PRIMES[column % len(PRIMES)]))[0]
    if extent.lower is not None and extent.upper is not None:
        return float(extent.lower) + float(extent.upper - extent.lower) * share
    if extent.lower is not None:
        return float(extent.lower) + 3 * share**2
    if extent.upper is not None:
        return float(extent.upper) - 3 * share**2
    return 6 * share - 3
