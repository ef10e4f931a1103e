"""The order in which points are looked at: low ones, simple ones, and one of each valley."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

Array = Any

FEASIBLE = -1e-12
"""Margin of the hypotheses from which on they seem to hold."""
CLOSE = 1e-9
TOUCHING = 1e-6
"""Height up to which the sides may touch at a point."""
NOISE = 1e-13
"""Margins that are not told apart: what rounding may leave of 0."""
KEPT = 24
MODERATE = 12.0
NEAR = 0.1
"""Relative and absolute distance within which points count as one."""
CLOSELY = 0.02
"""The same where Newton's method is to start from each."""


def lowest(score: Array, rows: Array, count: int, apart: float = NEAR) -> Array:
    """The places of low rows that are not near each other, so that there is one for each valley; half of them
    among those of moderate numbers: elsewhere a summand may be so large that no other one is seen."""
    places = order(score, rows)
    moderate = (np.abs(rows[places]) <= MODERATE).all(axis=1)
    half = _apart(rows, places[moderate], count // 2, apart)
    return np.concatenate([_apart(rows, places[~np.isin(places, half)], count - len(half), apart), half])


def order(score: Array, rows: Array) -> Array:
    """The places of the rows, the lowest score first, and of those that are equal but for rounding the row of
    the smallest numbers: far out, rounding alone makes the sides equal."""
    size = np.log1p(np.abs(rows)).sum(axis=1)
    return np.lexsort((size, np.where(np.abs(score) < NOISE, 0.0, score)))


def ranked(given: Array, goal: Array, costs: list[float]) -> Iterator[int]:
    """Places of candidates: where the goal clearly fails, then where it may, then where it is lost, each the
    cheapest first."""
    places = sorted(range(len(costs)), key=lambda k: (costs[k], k))
    admissible = given >= FEASIBLE
    clear = admissible & (goal < -CLOSE)
    close = admissible & (np.abs(goal) <= CLOSE)
    for chosen, most in ((clear, KEPT), (close, KEPT), (admissible & np.isnan(goal), 12)):
        count = 0
        for k in places:
            if chosen[k]:
                yield k
                count += 1
                if count >= most:
                    break


def _apart(rows: Array, places: Array, count: int, apart: float) -> Array:
    """The first places in an order whose rows are not near one before them."""
    chosen: list[int] = []
    while len(places) and len(chosen) < count:
        first = places[0]
        chosen.append(first)
        near_by = np.abs(rows[places] - rows[first]) <= apart * (apart + np.abs(rows[first]))
        places = places[~near_by.all(axis=1)]
    return np.array(chosen, dtype=int)


__all__ = [
    "CLOSE",
    "CLOSELY",
    "FEASIBLE",
    "KEPT",
    "MODERATE",
    "NEAR",
    "NOISE",
    "TOUCHING",
    "lowest",
    "order",
    "ranked",
]
