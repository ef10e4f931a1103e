"""Search for a point at which the hypotheses hold and the goal fails.

Floating point proposes; each candidate is judged by the kernel, hypotheses first, and the simplest one found
is reported. The search is counted in points and judgements, and depends on nothing but the problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any, TypeGuard

import numpy as np

from boundkit.ir.json import Malformed, decode
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term, number, relation
from boundkit.kernel.derivative import minus, negative, plus, times
from boundkit.provers.inequalities import doubles, minimisation, restoration, touching_points
from boundkit.provers.inequalities.answer import Answer
from boundkit.provers.inequalities.domain import domain_of
from boundkit.provers.inequalities.drawing import Sampler, as_double
from boundkit.provers.inequalities.points import QUICK, Point, judge, recognised
from boundkit.provers.inequalities.problem import Effort, Problem
from boundkit.provers.inequalities.ranking import (
    CLOSE,
    FEASIBLE,
    KEPT,
    NOISE,
    TOUCHING,
    lowest,
    order,
    ranked,
)
from boundkit.provers.inequalities.solving import branches
from boundkit.provers.inequalities.witness_search import Values, WitnessSearch, cost_of

Array = Any

BATCH = 4096
WIDE = 12.0
SPREADS = (300.0, 1.0, WIDE, 1.0)
"""Powers of ten that pseudo-random points spread over, batch by batch."""
FAR = (3, 6, 20, 100, 1000)
AWAY: tuple[Term, ...] = (number(10**4), number(10**9), Apply("exp", (number(40),), REAL))
"""The logarithms of numbers beyond those."""
ORDERS = frozenset({"<=", "<", "="})
MOST_ENUMERATED = 200_000
RESTORED = 64
FARTHEST = 1e6
MOST_FACES = 3
RESERVED = 60
"""Judgements that are left for each face, whatever was spent before."""
USUAL = 0.2
"""Where a larger share of the points drawn satisfies the hypotheses, none is brought there."""
WHERE_SIDES_TOUCH = (
    touching_points.stationary_point,
    touching_points.critical_point,
    touching_points.closed_form_of_low_point,
    touching_points.point_of_a_surface,
)


class Refuter:
    """One search, cheap part first: `quick`, then `long`."""

    def __init__(self, problem: Problem, effort: Effort) -> None:
        self.search = WitnessSearch(problem, effort)

    def quick(self) -> Answer | None:
        """Simple points, and one batch of pseudo-random ones."""
        for sampler in self.search.samplers:
            if (found := _simple(self.search, sampler)) is not None:
                return self.search.answer(sampler, found)
        for sampler in self.search.samplers:
            if (found := _scattered(self.search, sampler, WIDE)) is not None:
                return self.search.answer(sampler, found)
        return None

    def long(self) -> Answer | None:
        """More batches, descent from the best points, exact descent, points far out; in the end the point at
        which the goal is undefined, if one was seen."""
        batches = max(1, self.search.effort.points // (BATCH * 4 * len(self.search.samplers)))
        for sampler in self.search.samplers:
            for number_ in range(batches):
                if (found := _scattered(self.search, sampler, SPREADS[number_ % 4])) is not None:
                    return self.search.answer(sampler, found)
        for sampler in self.search.samplers:
            self.search.lowest = None
            for way in (_enumerated, _restored, _descended):
                if (found := way(self.search, sampler)) is not None:
                    return self.search.answer(sampler, found)
            for other in WHERE_SIDES_TOUCH:
                if (answer := other(self.search, sampler)) is not None:
                    return answer
            if (found := _far(self.search, sampler)) is not None:
                return self.search.answer(sampler, found)
            if (answer := _farther(self.search, sampler)) is not None:
                return answer
        return self.search.undefined_answer()

    def last(self) -> Answer | None:
        """A failing point where a hypothesis that links variables holds with equality, searched as the inside
        was; what takes long, for goals that no proof was found of."""
        problem = self.search.problem
        domain = domain_of(problem)
        linking = [fact for fact in problem.facts if _links(fact)]
        for fact in linking[:MOST_FACES]:
            less, greater = fact.args
            wider = replace(problem, hypotheses=(*problem.hypotheses, relation("=", less, greater)))
            for seed, branch in enumerate(branches(wider)):
                sampler = Sampler(wider, branch, domain, seed)
                self.search.left = max(self.search.left, RESERVED)
                for way in (partial(_scattered, spread=1.0), _descended):
                    if (found := way(self.search, sampler)) is not None:
                        return self.search.answer(sampler, found)
                if (answer := touching_points.stationary_point(self.search, sampler)) is not None:
                    return answer
        return None

    def proposed(self, values: Values) -> Answer | None:
        """The refutation at a point that was found elsewhere, or where it has a closed form nearby."""
        self.search.left = max(self.search.left, 80)
        rational = {name: number(value) for name, value in values.items()}
        closed = [[*recognised(as_double(own))[:2], rational[name]] for name, own in values.items()]
        for chosen in product(*closed):
            point: Point = dict(zip(values, chosen, strict=True))
            self.search.left -= 1
            if self.search.left > 0 and judge(self.search.problem, point) == "violated":
                return self.search.reported(self.search.samplers[0], point)
        return None


def replay(problem: Problem, certificate: Mapping[str, Any]) -> bool:
    """Whether the kernel finds the problem false at the witness of a certificate."""
    values = certificate.get("values")
    if certificate.get("kind") != "witness" or not isinstance(values, Mapping):
        return False
    try:
        point = {str(name): decode(value) for name, value in values.items()}
    except Malformed:
        return False
    if set(point) != {name.text for name in problem.names} or any(value.free for value in point.values()):
        return False
    return judge(problem, point) == "violated"


def _links(fact: Term) -> TypeGuard[Apply]:
    """Whether a fact is an inequality about several variables."""
    return isinstance(fact, Apply) and fact.head in ("<=", "<") and len(fact.free) > 1


def _simple(search: WitnessSearch, sampler: Sampler) -> Values | None:
    """A failing point among simple ones, the simplest first."""
    points, rows = sampler.grid()
    named = [dict(zip(sampler.names, point, strict=True)) for point in points]
    given, goal = search.margins(sampler, rows)
    if goal is None:
        ordered = sorted(named, key=cost_of)
        return search.first(sampler, ordered[:KEPT])
    if search.goal != search.problem.goal:
        # Where what both sides have in common is undefined, so is the goal.
        whole = doubles.margins(search.problem.goal, sampler.columns(rows), len(rows))
        goal = np.where(np.isnan(whole) & (np.abs(goal) < np.inf), np.nan, goal)
    costs = [cost_of(values) for values in named]
    return search.first(sampler, (named[k] for k in ranked(given, goal, costs)))


def _scattered(search: WitnessSearch, sampler: Sampler, spread: float) -> Values | None:
    """A failing point among a batch of pseudo-random ones; the best points are kept for descent."""
    if not sampler.names:
        return None
    rows = sampler.draw(BATCH, spread)
    given, goal = search.margins(sampler, rows)
    if goal is None:
        return None
    score = minimisation.score(given, goal)
    best = lowest(score, rows, 8)
    search.best.extend((sampler, rows[k]) for k in best)
    failing = np.flatnonzero((given >= FEASIBLE) & (goal < -CLOSE) & np.isfinite(rows).all(axis=1))
    clear = failing[np.argsort(goal[failing], kind="stable")][:6]
    if not len(clear):
        barely = np.flatnonzero((given >= FEASIBLE) & (goal < -NOISE) & np.isfinite(rows).all(axis=1))
        clear = barely[np.argsort(goal[barely], kind="stable")][:2]
    for k in clear:
        if (found := search.rounded(sampler, rows[k])) is not None:
            return found
    return None


def _enumerated(search: WitnessSearch, sampler: Sampler) -> Values | None:
    """A failing point among all integers up to a size, where all variables are integers."""
    if not sampler.names or not all(sampler.integral[name] for name in sampler.names):
        return None
    rows = sampler.lattice(MOST_ENUMERATED)
    given, goal = search.margins(sampler, rows)
    if goal is None:
        return None
    failing = np.flatnonzero((given >= FEASIBLE) & (goal < CLOSE))
    order = failing[np.lexsort((np.abs(rows[failing]).sum(axis=1), goal[failing] >= -CLOSE))]
    return search.first(
        sampler,
        (
            {name: Fraction(int(own)) for name, own in zip(sampler.names, rows[k], strict=True)}
            for k in order[:KEPT]
        ),
    )


def _restored(search: WitnessSearch, sampler: Sampler) -> Values | None:
    """A failing point among those that are brought to where the hypotheses hold, if few drawn ones are
    there; they are kept for descent."""
    if not sampler.names:
        return None
    rows = sampler.draw(RESTORED, 1.0)
    rows = rows[np.isfinite(rows).all(axis=1) & (np.abs(rows) < FARTHEST).all(axis=1)]
    given, goal = search.margins(sampler, rows)
    if goal is None or not len(rows) or np.mean(given >= FEASIBLE) > USUAL:
        return None
    facts = [fact for fact in search.problem.facts if isinstance(fact, Apply) and fact.head in ORDERS]
    whole = np.array([sampler.integral[name] for name in sampler.names])

    def gaps(points: Array) -> list[tuple[bool, Array]]:
        columns = sampler.columns(np.where(whole, np.round(points), points))
        count = len(points)
        sides = [doubles.all_values(fact.args, columns, count) for fact in facts]
        return [(fact.head == "=", right - left) for fact, (left, right) in zip(facts, sides, strict=True)]

    found = restoration.restored(rows, gaps)
    found = np.where(whole, np.round(found), found)
    found = found[np.isfinite(found).all(axis=1)]
    given, goal = search.margins(sampler, found)
    search.best.extend((sampler, found[k]) for k in lowest(minimisation.score(given, goal), found, KEPT))
    failing = np.flatnonzero((given >= FEASIBLE) & (goal < 0))
    for k in failing[np.argsort(goal[failing], kind="stable")][:6]:
        if (values := search.rounded(sampler, found[k])) is not None:
            return values
    return None


def _descended(search: WitnessSearch, sampler: Sampler) -> Values | None:
    """A failing point by descent from the best points seen, in doubles and then exactly."""
    starts = [row for own, row in search.best if own is sampler and np.isfinite(row).all()]
    if not starts or not sampler.names:
        return None
    table = np.array(starts)
    score = minimisation.score(*search.margins(sampler, table))
    chosen = table[lowest(score, table, KEPT)]
    found = minimisation.descend(
        chosen, sampler, lambda rows: minimisation.score(*search.margins(sampler, rows))
    )
    found = found[np.isfinite(found).all(axis=1)]
    found = found[order(minimisation.score(*search.margins(sampler, found)), found)]
    search.lowest = found
    for row in found[:6]:
        if (values := search.rounded(sampler, row)) is not None:
            return values
    heights = minimisation.score(*search.margins(sampler, found))
    for row in found[heights < TOUCHING][:3]:
        values = {name: Fraction(float(own)) for name, own in zip(sampler.names, row, strict=True)}
        for point in minimisation.exactly(search.problem, sampler.branch, values):
            if search.judged(sampler, point) == "violated":
                return point
    return None


def _far(search: WitnessSearch, sampler: Sampler) -> Values | None:
    """A failing point far out or very close to an end."""
    return search.first(sampler, _extremes(sampler))


def _farther(search: WitnessSearch, sampler: Sampler) -> Answer | None:
    """A failing point so far out, or so close to an end, that it is written with exponentials."""
    middles = {name: (sampler.simple(k) or [Fraction(1)])[0] for k, name in enumerate(sampler.names)}
    for place, name in enumerate(sampler.names):
        extent = sampler.ranges[place]
        if sampler.integral[name]:
            continue
        for away in AWAY:
            ways = [(extent.lower, 1)] if extent.upper is None else []
            ways += [(extent.upper, -1)] if extent.lower is None else []
            sizes: list[Term] = [
                plus(number(end or 0), times(number(sign), _exponential(away))) for end, sign in ways
            ]
            small = _exponential(negative(away))
            sizes += [plus(number(extent.lower), small)] if extent.lower is not None else []
            sizes += [minus(number(extent.upper), small)] if extent.upper is not None else []
            for size in sizes:
                point = search.point(sampler, {**middles, name: size})
                search.left -= 1
                if (
                    search.left > 0
                    and point is not None
                    and judge(search.problem, point, QUICK) == "violated"
                ):
                    return search.reported(sampler, point)
    return None


def _extremes(sampler: Sampler) -> Iterator[Values]:
    """Points with one or all variables far out or very close to an end, the others simple."""
    moves: list[list[Fraction]] = []
    for place in range(len(sampler.names)):
        extent, own = sampler.ranges[place], []
        for k in FAR:
            if extent.upper is None:
                own.append((extent.lower or Fraction(0)) + 10**k)
            if extent.lower is None:
                own.append((extent.upper or Fraction(0)) - 10**k)
            if not sampler.integral[sampler.names[place]] and k <= 100:
                tiny = Fraction(1, 10**k)
                own += [extent.lower + tiny] if extent.lower is not None else [tiny]
                own += [extent.upper - tiny] if extent.upper is not None else []
        moves.append(own)
    middles = [(sampler.simple(place) or [Fraction(1)]) for place in range(len(sampler.names))]
    for place, own in enumerate(moves):
        for value in own:
            for pick in (0, 1, 2):
                yield {
                    name: value if k == place else middles[k][min(pick, len(middles[k]) - 1)]
                    for k, name in enumerate(sampler.names)
                }
                if len(sampler.names) == 1:
                    break
    if len(sampler.names) > 1:
        for pick in range(max(map(len, moves), default=0)):
            yield {name: moves[k][pick % len(moves[k])] for k, name in enumerate(sampler.names) if moves[k]}


def _exponential(term: Term) -> Term:
    return Apply("exp", (term,), REAL)


__all__ = ["Refuter", "replay"]
