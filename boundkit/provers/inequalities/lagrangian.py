"""Sums over separate groups of variables under one fact: their Lagrangian, and about where they are least.

All is proposed in floating point; nothing is decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Term, number, substitute
from boundkit.kernel.derivative import NotDifferentiable, derivative, negative, over, times
from boundkit.kernel.quotients import Algebra, Quotient
from boundkit.kernel.steps import Box
from boundkit.provers.inequalities.doubles import values
from boundkit.provers.inequalities.goal import Goal
from boundkit.provers.inequalities.methods.convexity import ends
from boundkit.provers.inequalities.restated import Used, simple
from boundkit.provers.inequalities.sampling import points
from boundkit.provers.inequalities.summands import Summand, sides

MOST_SUMMANDS = 16
MOST_STARTS = 3
LEVELS = (1.0, 1 / 3)
TOUCHING = 1e-7
NEAR = 1e-3
SMALL = 1e-6
LARGEST = 1e9

Array = Any
GRID = np.linspace(-15, 15, 301)
Point = dict[str, Term]


@dataclass(frozen=True)
class Lagrangian:
    """The summands of a slack by groups of variables, under one fact or none."""

    goal: Goal
    names: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    parts: tuple[Term, ...]
    used: Used | None

    def pieces(self, multiplier: Term | None) -> list[Term]:
        """The slack minus a multiple of the fact, by group, without what is constant."""
        pieces = []
        for group in self.groups:
            own = [part for part in self.parts if not part.free.isdisjoint(group)]
            if self.used is not None and multiplier is not None:
                own.extend(
                    times(negative(multiplier), part)
                    for part in terms_of(self.used.term)
                    if not part.free.isdisjoint(group)
                )
            pieces.append(Apply("+", tuple(own), REAL) if len(own) > 1 else own[0] if own else ZERO)
        return pieces

    def multiplier(self, point: Point) -> Term | None:
        """Lagrange's multiplier, from the slopes at a point in one variable."""
        assert self.used is not None
        for name in sorted(self.used.term.free):
            extent = self.goal.box[name]
            if point[name] in [number(end) for end in (extent.lower, extent.upper) if end is not None]:
                continue
            try:
                steep = value_at(derivative(self.used.term, name), point)
                slope = value_at(derivative(self.goal.slack, name), point)
            except NotDifferentiable:
                continue
            if steep is not None and slope is not None and steep != number(0):
                return simple(over(slope, steep))
        return None


def value_at(term: Term, point: Point) -> Term | None:
    return simple(substitute(term, point))


def written(goal: Goal) -> Iterator[list[Term]]:
    """The summands of the slack as it is written, and multiplied out."""
    above, below, _ = sides(goal.slack)
    first = [*(own.term for own in above), *(_minus(own).term for own in below)]
    if len(first) <= MOST_SUMMANDS:
        yield first
    algebra = Algebra()
    quotient = algebra.of(goal.slack)
    if 1 < len(quotient.top) <= MOST_SUMMANDS:
        second = [
            algebra.to_term(Quotient({monomial: quotient.top[monomial]}, quotient.below))
            for monomial in sorted(quotient.top, key=algebra.monomial_order)
        ]
        if len(second) != len(first):
            yield second


def _minus(own: Summand) -> Summand:
    return Summand(-own.coefficient, own.factors)


def groups_of(names: Sequence[str], parts: Sequence[Term], used: Used | None) -> list[tuple[str, ...]]:
    """The finest groups of variables such that every summand speaks of one alone."""
    group = {name: {name} for name in names}
    for part in (*parts, *(terms_of(used.term) if used is not None else ())):
        own = [name for name in names if name in part.free]
        for name in own[1:]:
            if group[name] is not group[own[0]]:
                group[own[0]] |= group[name]
                for moved in group[name]:
                    group[moved] = group[own[0]]
    found: dict[tuple[str, ...], None] = {}
    for name in names:
        found[tuple(sorted(group[name]))] = None
    return list(found)


def terms_of(term: Term) -> list[Term]:
    above, below, _ = sides(term)
    return [*(own.term for own in above), *(_minus(own).term for own in below)]


def least(own: Lagrangian) -> tuple[float, dict[str, float]] | None:
    """About the least value of the slack under the fact, and where it is; None if it is negative."""
    from scipy.optimize import minimize as stated_minimize

    minimize: Any = stated_minimize
    goal, names = own.goal, own.names
    terms = [goal.slack] if own.used is None else [goal.slack, own.used.term]

    def at(term: Term, place: Array) -> float:
        value = float(values(term, {n: np.array([v]) for n, v in zip(names, place, strict=True)}, 1)[0])
        return value if np.isfinite(value) else 1e6

    def slope(term: Term, place: Array) -> Array:
        return slopes(term, names, dict(zip(names, place, strict=True)))

    bounds = [ends(goal.box[name]) for name in names]
    inner = [(low + 1e-9 * (low == 0), high) for low, high in bounds]
    binding: Any = []
    options: Any = {"ftol": 1e-15, "maxiter": 200}
    kind = "eq"
    if own.used is not None:
        kind = "eq" if own.used.is_equation else "ineq"
        binding = [
            {"type": kind, "fun": lambda x: at(terms[1], x), "jac": lambda x: slope(terms[1], x)},
        ]
    starts = [np.full(len(names), level) for level in LEVELS]
    seen = islice(points(goal.box, goal.facts), MOST_STARTS)
    starts.extend(np.array([float(start[name]) for name in names]) for start in seen)

    def descent(start: Array, within: Any) -> tuple[float, Array] | None:
        lower, upper = np.array(within).T
        found = minimize(
            lambda x: at(terms[0], x),
            np.clip(start, lower, upper),
            jac=lambda x: slope(terms[0], x),
            method="SLSQP",
            bounds=within,
            constraints=binding,
            options=options,
        )
        gap = at(terms[1], found.x) if binding else 0.0
        fits = abs(gap) < TOUCHING or (kind == "ineq" and gap > 0)
        return (float(found.fun), found.x) if fits and np.abs(found.x).max() < LARGEST else None

    reached = [found for start in starts if (found := descent(start, inner)) is not None]
    if not reached:
        return None
    height, place = min(reached, key=lambda found: found[0])
    fixed = [
        next(((end, end) for end in pair if abs(end - value) < SMALL), pair)
        for value, pair in zip(place, bounds, strict=True)
    ]
    if fixed != bounds:
        # Where a slope is infinite at an end, descent stops early.
        again = [found for start in (place, *starts) if (found := descent(start, fixed)) is not None]
        height, place = min([(height, place), *again], key=lambda found: found[0])
    return (height, dict(zip(names, map(float, place), strict=True))) if height > -TOUCHING else None


def seems_negative(gap: Term, box: Box) -> bool:
    """Whether a gap in one variable is negative somewhere on a grid that is fine near the ends."""
    if len(gap.free) != 1:
        return False
    (name,) = gap.free
    low, high = ends(box[name])
    if np.isfinite(low) and np.isfinite(high):
        grid = low + (high - low) / (1 + np.exp(-GRID))
    elif np.isfinite(low) or np.isfinite(high):
        grid = low + np.exp(GRID) if np.isfinite(low) else high - np.exp(GRID)
    else:
        grid = np.sinh(GRID)
    heights = values(gap, {name: grid}, len(grid))
    return bool((heights < -SMALL * np.maximum(1.0, np.abs(grid))).any())


def slopes(term: Term, names: Sequence[str], place: dict[str, float]) -> Array:
    """The gradient by central differences."""
    centre = np.array([place[name] for name in names])
    width = 1e-6 * np.maximum(np.abs(centre), 1e-3)
    moved = np.concatenate([centre + np.diag(width), centre - np.diag(width)])
    columns = {name: moved[:, number_] for number_, name in enumerate(names)}
    heights = np.nan_to_num(values(term, columns, len(moved)), posinf=0.0, neginf=0.0)
    return (heights[: len(names)] - heights[len(names) :]) / (2 * width)


def lowest(piece: Term, group: tuple[str, ...], goal: Goal, place: dict[str, float]) -> float | None:
    """About the least value of a piece, by descent from the place."""
    from scipy.optimize import minimize

    def height(x: Array) -> float:
        value = float(values(piece, {n: np.array([v]) for n, v in zip(group, x, strict=True)}, 1)[0])
        return value if np.isfinite(value) else 1e6

    bounds = [ends(goal.box[name]) for name in group]
    inner = [(low + 1e-9 * (low == 0), high) for low, high in bounds]
    start = np.array([place[name] for name in group])
    found = minimize(height, start, method="L-BFGS-B", bounds=inner, options={"ftol": 1e-15})
    return float(found.fun) if np.isfinite(found.fun) else None
