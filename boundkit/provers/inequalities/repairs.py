"""What would repair a false goal, as far as samples in floating point show: conjectures, no more."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from boundkit.ir.terms import Apply, conjunction
from boundkit.provers.inequalities import doubles
from boundkit.provers.inequalities.drawing import Sampler
from boundkit.provers.inequalities.problem import Problem

Array = Any

COUNT = 8192
SPREAD = 4.0
FEASIBLE = -1e-12
FAILING = -1e-9
LARGEST_FACTOR = 1e4
LEAST_SHARE = 0.05
"""Of the admissible samples, how many must lie where no failure is seen."""


def hints(problem: Problem, sampler: Sampler) -> tuple[str, ...]:
    """The least constant factor that saves a goal `left <= right`, and ranges of single variables in which no
    sample fails; what samples do not show is left out."""
    if not sampler.names:
        return ()
    rows = sampler.draw(COUNT, SPREAD)
    try:
        columns = sampler.columns(rows)
        given = doubles.margins(conjunction(problem.facts), columns, COUNT) >= FEASIBLE
        goal = doubles.margins(problem.goal, columns, COUNT)
        factor = _factor(problem, columns, given)
    except doubles.Unknown:
        return ()
    return (*factor, *_ranges(sampler, rows, given & (goal >= 0), given & (goal < FAILING)))


def _factor(problem: Problem, columns: doubles.Columns, given: Array) -> tuple[str, ...]:
    goal = problem.goal
    if not isinstance(goal, Apply) or goal.head not in ("<=", "<"):
        return ()
    left, right = (doubles.values(side, columns, COUNT)[given] for side in goal.args)
    if not len(left) or not (np.isfinite(left) & (right > 0)).all():
        return ()
    most = float(np.max(left / right))
    if not 1 < most < LARGEST_FACTOR:
        return ()
    return (f"no sample fails with the right side times {_above(most)} (conjecture)",)


def _ranges(sampler: Sampler, rows: Array, holding: Array, failing: Array) -> tuple[str, ...]:
    found: list[str] = []
    total = int(holding.sum() + failing.sum())
    if not failing.any() or not total:
        return ()
    for place, name in enumerate(sampler.names):
        own = rows[:, place]
        # Up to the nearest sample that holds: what lies between is not known.
        above = own[holding & (own > own[failing].max())]
        below = own[holding & (own < own[failing].min())]
        if len(above) >= LEAST_SHARE * total:
            found.append(f"no sample fails for {name} >= {_above(float(above.min()))} (conjecture)")
        if len(below) >= LEAST_SHARE * total:
            found.append(f"no sample fails for {name} <= {_below(float(below.max()))} (conjecture)")
    return tuple(found)


def _above(value: float) -> str:
    """A number of three digits that is not smaller."""
    if value == 0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{math.ceil(value * 10.0**digits - 1e-9) / 10.0**digits:.12g}"


def _below(value: float) -> str:
    return "0" if value == 0 else _negated(_above(-value))


def _negated(text: str) -> str:
    return text.removeprefix("-") if text.startswith("-") else text if text == "0" else f"-{text}"
