"""Points at which the sides of a goal touch, where a strict relation fails: stationary points of the slack,
under the hypotheses too, closed forms near low points, and places where parts of the goal vanish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import isfinite
from typing import Any

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, relation, substitute
from boundkit.provers.inequalities import critical, doubles, minimisation, newton, stationary
from boundkit.provers.inequalities.answer import Answer
from boundkit.provers.inequalities.domain import domain_of
from boundkit.provers.inequalities.drawing import Sampler, as_double
from boundkit.provers.inequalities.points import judge, near, recognised
from boundkit.provers.inequalities.problem import parts
from boundkit.provers.inequalities.ranking import CLOSE, CLOSELY, FEASIBLE, MODERATE, TOUCHING, lowest
from boundkit.provers.inequalities.solving import branches
from boundkit.provers.inequalities.surfaces import surfaces
from boundkit.provers.inequalities.witness_search import Values, WitnessSearch

Array = Any

STATIONARY = 8
"""Low points from which Newton's method starts."""
NEARLY = 1e-3
CURVES = 2
"""Curves of zeros that are followed to a rational point."""
DRAWN = 4096
MOST_ON_SURFACE = 2
RESERVED = 60
"""Judgements that are left for surfaces, whatever was spent before."""
ALONG = 8
"""Surfaces on which stationary points are sought too."""


def stationary_point(search: WitnessSearch, sampler: Sampler) -> Answer | None:
    """A failing point among those at which the slack of a relation of the goal is stationary."""
    if search.lowest is None:
        return None
    ranges = dict(zip(sampler.names, sampler.ranges, strict=True))
    whole = frozenset(name for name in sampler.names if sampler.integral[name])
    reached: list[list[float]] = []
    zeros: list[tuple[stationary.Slack, Values]] = []
    low = np.concatenate([search.lowest, _near_zero(search, sampler)])
    heights = np.abs(minimisation.score(*search.margins(sampler, low)))
    low, heights = low[heights < TOUCHING], heights[heights < TOUCHING]
    for part in parts(search.goal):
        if not isinstance(part, Apply) or part.head not in ("<=", "<"):
            continue
        left, right = (substitute(side, dict(sampler.branch.solved)) for side in part.args)
        term = Apply("-", (right, left), REAL)
        alike = lowest(np.zeros(len(low)), low, STATIONARY, CLOSELY)
        deepest = [k for k in lowest(heights, low, STATIONARY // 2, CLOSELY) if k not in alike]
        for row in low[[*alike, *deepest]]:
            start = {name: Fraction(float(own)) for name, own in zip(sampler.names, row, strict=True)}
            slack = stationary.slack_at(term, start, ranges)
            point = None if slack is None else slack.polished(start, whole, stationary.ROUNDS)
            if slack is None or point is None:
                continue
            if not search.may(sampler, point):
                continue
            reached.append([as_double(point[name]) for name in sampler.names])
            height = slack.height(point)
            if part.head == "<" and height is not None and height <= stationary.ZERO:
                zeros.append((slack, point))
            tried: list[Values] = []
            for values in stationary.proposals(slack, point, whole, lambda own: search.may(sampler, own)):
                if values not in tried and search.judged(sampler, values) == "violated":
                    return search.answer(sampler, values)
                tried.append(values)
            for values in (point, *tried[-1:]):
                if (answer := search.closed(sampler, values)) is not None:
                    return answer
    for slack, point in zeros[:CURVES]:
        for values in stationary.rational_neighbours(
            slack, point, whole, lambda own: search.may(sampler, own)
        ):
            if search.judged(sampler, values) == "violated":
                return search.answer(sampler, values)
    if reached:
        search.lowest = np.vstack([np.array(reached), search.lowest])
    return None


def critical_point(search: WitnessSearch, sampler: Sampler) -> Answer | None:
    """A failing point among those at which the slack is stationary under the hypotheses, as closed forms
    of all variables."""
    if search.lowest is None:
        return None
    heights = minimisation.score(*search.margins(sampler, search.lowest))
    rows = search.lowest[heights < NEARLY]
    rows = rows[lowest(np.zeros(len(rows)), rows, STATIONARY, CLOSELY)]
    columns = sampler.columns(rows)
    names = [name.text for name in search.problem.names if name.sort == REAL]
    for place in range(len(rows)):
        table = {name.text: float(columns[name.text][place]) for name in search.problem.names}
        if not all(map(isfinite, table.values())):
            continue
        start = {name: Fraction(own) for name, own in table.items()}
        for part in parts(search.problem.goal):
            if not isinstance(part, Apply) or part.head not in ("<=", "<"):
                continue
            for values in critical.critical_points(part, search.problem.facts, start, names):
                if (answer := search.closed(sampler, values)) is not None:
                    return answer
                if (found := _alike(search, sampler, values)) is not None:
                    return search.answer(sampler, found)
    return None


def closed_form_of_low_point(search: WitnessSearch, sampler: Sampler) -> Answer | None:
    """A point at which the sides of a strict relation are equal, found as a closed form."""
    if search.lowest is None:
        return None
    for row in search.lowest[minimisation.score(*search.margins(sampler, search.lowest)) < TOUCHING][:4]:
        choices = [recognised(float(own))[:3] for own in row]
        for chosen in product(*choices):
            values = dict(zip(sampler.names, chosen, strict=True))
            point = search.point(sampler, values)
            search.left -= 1
            if search.left > 0 and point is not None and judge(search.problem, point) == "violated":
                return search.reported(sampler, point)
    return None


def point_of_a_surface(search: WitnessSearch, sampler: Sampler) -> Answer | None:
    """A point at which the sides of a strict relation are equal, where parts of the goal vanish."""
    if not any(isinstance(part, Apply) and part.head == "<" for part in parts(search.goal)):
        return None
    domain, along = domain_of(search.problem), ALONG
    search.left = max(search.left, RESERVED)
    for terms in surfaces(search.goal):
        zeros = [relation("=", substitute(term, dict(sampler.branch.solved)), ZERO) for term in terms]
        wider = replace(search.problem, hypotheses=(*search.problem.hypotheses, *zeros))
        for branch in branches(wider):
            if len(branch.solved) < len(sampler.branch.solved) + len(terms):
                continue
            own = Sampler(wider, branch, domain, 0)
            points, rows = own.grid()
            given, goal = search.margins(own, rows)
            if goal is None:
                continue
            admissible = np.flatnonzero(given >= FEASIBLE)
            # What is too large for doubles may be equal all the same.
            failing = admissible[~(goal[admissible] >= CLOSE)][:MOST_ON_SURFACE]
            named = (dict(zip(own.names, points[k], strict=True)) for k in failing)
            if (found := search.first(own, named)) is not None:
                return search.answer(own, found)
            if along > 0 and len(admissible):
                along -= 1
                low = admissible[np.argsort(goal[admissible], kind="stable")][:MOST_ON_SURFACE]
                starts = [dict(zip(own.names, points[k], strict=True)) for k in low]
                if (answer := _along_lines(search, own, starts)) is not None:
                    return answer
    return None


def _near_zero(search: WitnessSearch, sampler: Sampler) -> Array:
    """Points where the gap itself is low, which no summand that is large elsewhere leads away from."""

    def height(rows: Array) -> Array:
        given, _ = search.margins(sampler, rows)
        gap = doubles.margins(search.goal, sampler.columns(rows), len(rows), relative=False)
        return minimisation.score(given, gap)

    # What is best relative to the size of the sides may be best for their size alone.
    kept = [row for own, row in search.best if own is sampler]
    table = np.vstack([*kept, sampler.draw(DRAWN, 1.0)])
    table = table[(np.abs(table) <= MODERATE).all(axis=1)]
    if not len(table):
        return table
    low = table[lowest(height(table), table, 2 * STATIONARY)]
    found = np.concatenate(
        [minimisation.descend(low[:STATIONARY], sampler, height), _falling(search, sampler, low)]
    )
    return found[np.isfinite(found).all(axis=1)]


def _falling(search: WitnessSearch, sampler: Sampler, rows: Array) -> Array:
    """Where Newton's method leads on the gap of a relation of the goal, as far as the hypotheses hold."""
    whole = frozenset(name for name in sampler.names if sampler.integral[name])
    found = [rows[:0]]
    for part in parts(search.goal):
        if isinstance(part, Apply) and part.head in ("<=", "<"):
            left, right = (substitute(side, dict(sampler.branch.solved)) for side in part.args)
            slack = Apply("-", (right, left), REAL)
            names = [name for name in sampler.names if name not in whole]
            found.append(
                newton.descended(slack, sampler.names, names, rows, lambda own: search.admits(sampler, own))
            )
    return np.concatenate(found)


def _alike(search: WitnessSearch, sampler: Sampler, values: Values) -> Values | None:
    """A failing point among those with all free variables rounded alike."""
    free = {name: values[name] for name in sampler.names if name in values}
    if len(free) < len(sampler.names):
        return None
    tried: list[Values] = []
    for share in stationary.SHARES:
        rounded = {name: near(value, share) for name, value in free.items()}
        if rounded not in tried:
            tried.append(rounded)
    return search.first(sampler, tried)


def _along_lines(search: WitnessSearch, sampler: Sampler, starts: Iterable[Values]) -> Answer | None:
    """A failing point at which the slack of a relation of the goal is stationary in one variable, the
    others as at one of the starts."""
    ranges = dict(zip(sampler.names, sampler.ranges, strict=True))
    for part, start in product(parts(search.goal), starts):
        if not isinstance(part, Apply) or part.head != "<":
            continue
        left, right = (substitute(side, dict(sampler.branch.solved)) for side in part.args)
        slack = stationary.slack_at(Apply("-", (right, left), REAL), start, ranges)
        for name in slack.names if slack is not None else ():
            if slack is None or sampler.integral[name]:
                continue
            point = slack.polished(start, frozenset(sampler.names) - {name}, stationary.PINNED_ROUNDS)
            if point is None or not search.may(sampler, point):
                continue
            height = slack.height(point)
            if height is None or height > stationary.ZERO:
                continue
            if (answer := search.closed(sampler, point)) is not None:
                return answer
    return None


__all__ = ["closed_form_of_low_point", "critical_point", "point_of_a_surface", "stationary_point"]
