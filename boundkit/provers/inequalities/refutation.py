"""Search for a point at which the hypotheses hold and the goal fails.

Floating point proposes; each candidate is judged by the kernel, hypotheses first, and the simplest one found
is reported. The search is counted in points and judgements, and depends on nothing but the problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice, product
from math import isfinite
from typing import Any

import numpy as np

from boundkit.ir.json import Malformed, decode, encode
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Number, Term, conjunction, number, relation, substitute
from boundkit.kernel.derivative import minus, negative, plus, times
from boundkit.provers.inequalities import (
    critical,
    doubles,
    minimisation,
    newton,
    repairs,
    restoration,
    stationary,
)
from boundkit.provers.inequalities.answer import Answer
from boundkit.provers.inequalities.closed_forms import closed_forms
from boundkit.provers.inequalities.domain import domain_of
from boundkit.provers.inequalities.drawing import COMMON, Sampler, as_double, inside
from boundkit.provers.inequalities.points import (
    QUICK,
    THOROUGH,
    Point,
    closed_form,
    cost,
    judge,
    near,
    recognised,
    sides,
    written,
)
from boundkit.provers.inequalities.problem import Effort, Problem, parts
from boundkit.provers.inequalities.solving import branches
from boundkit.provers.inequalities.sought import sought
from boundkit.provers.inequalities.surfaces import surfaces

Array = Any
Values = dict[str, Fraction]

BATCH = 4096
WIDE = 12.0
SPREADS = (300.0, 1.0, WIDE, 1.0)
"""Powers of ten that pseudo-random points spread over, batch by batch."""
CLOSE = 1e-9
TOUCHING = 1e-6
NOISE = 1e-13
"""Margins that are not told apart: what rounding may leave of 0."""
FEASIBLE = -1e-12
OUTSIDE = -1e-9
KEPT = 24
MODERATE = 12.0
NEAR = 0.1
"""Relative and absolute distance within which points count as one."""
CLOSELY = 0.02
"""The same where Newton's method is to start from each."""
STATIONARY = 8
"""Low points from which Newton's method starts."""
IRRATIONAL = 40.0
"""What an irrational value costs, beside digits."""
ROUNDINGS = tuple(Fraction(1, k) for k in (3, 10, 100, 10**4, 10**6, 10**9, 10**12))
FAR = (3, 6, 20, 100, 1000)
AWAY: tuple[Term, ...] = (number(10**4), number(10**9), Apply("exp", (number(40),), REAL))
"""The logarithms of numbers beyond those."""
ORDERS = frozenset({"<=", "<", "="})
MOST_ENUMERATED = 200_000
RESTORED = 64
FARTHEST = 1e6
USUAL = 0.2
"""Where a larger share of the points drawn satisfies the hypotheses, none is brought there."""
NEARLY = 1e-3
MOST_CHOICES = 6
MOST_ON_SURFACE = 2


@dataclass
class Refuter:
    """One search, cheap part first: `quick`, then `long`.

    undefined: a point at which the hypotheses hold and the goal is undefined, once one is found."""

    problem: Problem
    effort: Effort
    undefined: Point | None = None
    left: int = 0
    best: list[tuple[Sampler, Array]] = field(default_factory=list)
    lowest: Array = None

    def __post_init__(self) -> None:
        domain = domain_of(self.problem)
        self.left = self.effort.judgements
        self.given = conjunction(self.problem.facts)
        self.goal = sought(self.problem.goal)
        self.samplers = [
            Sampler(self.problem, branch, domain, seed) for seed, branch in enumerate(branches(self.problem))
        ]

    def quick(self) -> Answer | None:
        """Simple points, and one batch of pseudo-random ones."""
        for sampler in self.samplers:
            if (found := self.simple(sampler)) is not None:
                return self.answer(sampler, found)
        for sampler in self.samplers:
            if (found := self.scattered(sampler, WIDE)) is not None:
                return self.answer(sampler, found)
        return None

    def long(self) -> Answer | None:
        """More batches, descent from the best points, exact descent, points far out; in the end the point at
        which the goal is undefined, if one was seen."""
        batches = max(1, self.effort.points // (BATCH * 4 * len(self.samplers)))
        for sampler in self.samplers:
            for number_ in range(batches):
                if (found := self.scattered(sampler, SPREADS[number_ % 4])) is not None:
                    return self.answer(sampler, found)
        for sampler in self.samplers:
            self.lowest = None
            for way in (self.enumerated, self.restored, self.descended):
                if (found := way(sampler)) is not None:
                    return self.answer(sampler, found)
            for other in (self.stationary, self.critical, self.touching, self.vanishing):
                if (answer := other(sampler)) is not None:
                    return answer
            if (found := self.far(sampler)) is not None:
                return self.answer(sampler, found)
            if (answer := self.farther(sampler)) is not None:
                return answer
        return self.undefined_answer()

    def proposed(self, values: Values) -> Answer | None:
        """The refutation at a point that was found elsewhere, or where it has a closed form nearby."""
        self.left = max(self.left, 80)
        rational = {name: number(value) for name, value in values.items()}
        closed = [[*recognised(as_double(own))[:2], rational[name]] for name, own in values.items()]
        for chosen in product(*closed):
            point: Point = dict(zip(values, chosen, strict=True))
            self.left -= 1
            if self.left > 0 and judge(self.problem, point) == "violated":
                return self.reported(self.samplers[0], point)
        return None

    def undefined_answer(self) -> Answer | None:
        """The error that the goal is undefined at a point, if one was seen."""
        if self.undefined is None:
            return None
        where = ", ".join(f"{name} = {written(value)}" for name, value in self.undefined.items())
        return Answer(
            "ERROR",
            "witness",
            witness={name: written(value) for name, value in self.undefined.items()},
            reason=f"the goal is undefined at {where}" if where else "the goal is undefined",
        )

    def simple(self, sampler: Sampler) -> Values | None:
        """A failing point among simple ones, the simplest first."""
        points, rows = sampler.grid()
        named = [dict(zip(sampler.names, point, strict=True)) for point in points]
        given, goal = self.margins(sampler, rows)
        if goal is None:
            ordered = sorted(named, key=_cost)
            return self.first(sampler, ordered[:KEPT])
        if self.goal != self.problem.goal:
            # Where what both sides have in common is undefined, so is the goal.
            whole = doubles.margins(self.problem.goal, sampler.columns(rows), len(rows))
            goal = np.where(np.isnan(whole) & (np.abs(goal) < np.inf), np.nan, goal)
        costs = [_cost(values) for values in named]
        return self.first(sampler, (named[k] for k in _ranked(given, goal, costs)))

    def scattered(self, sampler: Sampler, spread: float) -> Values | None:
        """A failing point among a batch of pseudo-random ones; the best points are kept for descent."""
        if not sampler.names:
            return None
        rows = sampler.draw(BATCH, spread)
        given, goal = self.margins(sampler, rows)
        if goal is None:
            return None
        score = minimisation.score(given, goal)
        best = _lowest(score, rows, 8)
        self.best.extend((sampler, rows[k]) for k in best)
        failing = np.flatnonzero((given >= FEASIBLE) & (goal < -CLOSE) & np.isfinite(rows).all(axis=1))
        clear = failing[np.argsort(goal[failing], kind="stable")][:6]
        if not len(clear):
            barely = np.flatnonzero((given >= FEASIBLE) & (goal < -NOISE) & np.isfinite(rows).all(axis=1))
            clear = barely[np.argsort(goal[barely], kind="stable")][:2]
        for k in clear:
            if (found := self.rounded(sampler, rows[k])) is not None:
                return found
        return None

    def enumerated(self, sampler: Sampler) -> Values | None:
        """A failing point among all integers up to a size, where all variables are integers."""
        if not sampler.names or not all(sampler.integral[name] for name in sampler.names):
            return None
        rows = sampler.lattice(MOST_ENUMERATED)
        given, goal = self.margins(sampler, rows)
        if goal is None:
            return None
        failing = np.flatnonzero((given >= FEASIBLE) & (goal < CLOSE))
        order = failing[np.lexsort((np.abs(rows[failing]).sum(axis=1), goal[failing] >= -CLOSE))]
        return self.first(
            sampler,
            (
                {name: Fraction(int(own)) for name, own in zip(sampler.names, rows[k], strict=True)}
                for k in order[:KEPT]
            ),
        )

    def restored(self, sampler: Sampler) -> Values | None:
        """A failing point among those that are brought to where the hypotheses hold, if few drawn ones are
        there; they are kept for descent."""
        if not sampler.names:
            return None
        rows = sampler.draw(RESTORED, 1.0)
        rows = rows[np.isfinite(rows).all(axis=1) & (np.abs(rows) < FARTHEST).all(axis=1)]
        given, goal = self.margins(sampler, rows)
        if goal is None or not len(rows) or np.mean(given >= FEASIBLE) > USUAL:
            return None
        facts = [fact for fact in self.problem.facts if isinstance(fact, Apply) and fact.head in ORDERS]
        whole = np.array([sampler.integral[name] for name in sampler.names])

        def gaps(points: Array) -> list[tuple[bool, Array]]:
            columns = sampler.columns(np.where(whole, np.round(points), points))
            count = len(points)
            sides = [doubles.all_values(fact.args, columns, count) for fact in facts]
            return [
                (fact.head == "=", right - left) for fact, (left, right) in zip(facts, sides, strict=True)
            ]

        found = restoration.restored(rows, gaps)
        found = np.where(whole, np.round(found), found)
        found = found[np.isfinite(found).all(axis=1)]
        given, goal = self.margins(sampler, found)
        self.best.extend((sampler, found[k]) for k in _lowest(minimisation.score(given, goal), found, KEPT))
        failing = np.flatnonzero((given >= FEASIBLE) & (goal < 0))
        for k in failing[np.argsort(goal[failing], kind="stable")][:6]:
            if (values := self.rounded(sampler, found[k])) is not None:
                return values
        return None

    def descended(self, sampler: Sampler) -> Values | None:
        """A failing point by descent from the best points seen, in doubles and then exactly."""
        starts = [row for own, row in self.best if own is sampler and np.isfinite(row).all()]
        if not starts or not sampler.names:
            return None
        table = np.array(starts)
        score = minimisation.score(*self.margins(sampler, table))
        chosen = table[_lowest(score, table, KEPT)]
        found = minimisation.descend(
            chosen, sampler, lambda rows: minimisation.score(*self.margins(sampler, rows))
        )
        found = found[np.isfinite(found).all(axis=1)]
        found = found[_order(minimisation.score(*self.margins(sampler, found)), found)]
        self.lowest = found
        for row in found[:6]:
            if (values := self.rounded(sampler, row)) is not None:
                return values
        heights = minimisation.score(*self.margins(sampler, found))
        for row in found[heights < TOUCHING][:3]:
            values = {name: Fraction(float(own)) for name, own in zip(sampler.names, row, strict=True)}
            for point in minimisation.exactly(self.problem, sampler.branch, values):
                if self.judged(sampler, point) == "violated":
                    return point
        return None

    def stationary(self, sampler: Sampler) -> Answer | None:
        """A failing point among those at which the slack of a relation of the goal is stationary."""
        if self.lowest is None:
            return None
        ranges = dict(zip(sampler.names, sampler.ranges, strict=True))
        whole = frozenset(name for name in sampler.names if sampler.integral[name])
        reached: list[list[float]] = []
        low = np.concatenate([self.lowest, self.near_zero(sampler)])
        heights = np.abs(minimisation.score(*self.margins(sampler, low)))
        low, heights = low[heights < TOUCHING], heights[heights < TOUCHING]
        for part in parts(self.goal):
            if not isinstance(part, Apply) or part.head not in ("<=", "<"):
                continue
            left, right = (substitute(side, dict(sampler.branch.solved)) for side in part.args)
            term = Apply("-", (right, left), REAL)
            alike = _lowest(np.zeros(len(low)), low, STATIONARY, CLOSELY)
            deepest = [k for k in _lowest(heights, low, STATIONARY // 2, CLOSELY) if k not in alike]
            for row in low[[*alike, *deepest]]:
                start = {name: Fraction(float(own)) for name, own in zip(sampler.names, row, strict=True)}
                slack = stationary.slack_at(term, start, ranges)
                point = None if slack is None else slack.polished(start, whole, stationary.ROUNDS)
                if slack is None or point is None:
                    continue
                if not self.may(sampler, point):
                    continue
                reached.append([as_double(point[name]) for name in sampler.names])
                tried: list[Values] = []
                for values in stationary.proposals(slack, point, whole, lambda own: self.may(sampler, own)):
                    if values not in tried and self.judged(sampler, values) == "violated":
                        return self.answer(sampler, values)
                    tried.append(values)
                for values in (point, *tried[-1:]):
                    if (answer := self.closed(sampler, values)) is not None:
                        return answer
        if reached:
            self.lowest = np.vstack([np.array(reached), self.lowest])
        return None

    def critical(self, sampler: Sampler) -> Answer | None:
        """A failing point among those at which the slack is stationary under the hypotheses, as closed forms
        of all variables."""
        if self.lowest is None:
            return None
        heights = minimisation.score(*self.margins(sampler, self.lowest))
        rows = self.lowest[heights < NEARLY]
        rows = rows[_lowest(np.zeros(len(rows)), rows, STATIONARY, CLOSELY)]
        columns = sampler.columns(rows)
        names = [name.text for name in self.problem.names if name.sort == REAL]
        for place in range(len(rows)):
            table = {name.text: float(columns[name.text][place]) for name in self.problem.names}
            if not all(map(isfinite, table.values())):
                continue
            start = {name: Fraction(own) for name, own in table.items()}
            for part in parts(self.problem.goal):
                if not isinstance(part, Apply) or part.head not in ("<=", "<"):
                    continue
                for values in critical.critical_points(part, self.problem.facts, start, names):
                    if (answer := self.closed(sampler, values)) is not None:
                        return answer
                    if (found := self.alike(sampler, values)) is not None:
                        return self.answer(sampler, found)
        return None

    def alike(self, sampler: Sampler, values: Values) -> Values | None:
        """A failing point among those with all free variables rounded alike."""
        free = {name: values[name] for name in sampler.names if name in values}
        if len(free) < len(sampler.names):
            return None
        tried: list[Values] = []
        for share in stationary.SHARES:
            rounded = {name: near(value, share) for name, value in free.items()}
            if rounded not in tried:
                tried.append(rounded)
        return self.first(sampler, tried)

    def closed(self, sampler: Sampler, values: Values) -> Answer | None:
        """The refutation at closed forms for values that are known to many digits."""
        choices = [list(islice(closed_forms(own), 2)) for own in values.values()]
        for chosen in islice(product(*choices), MOST_CHOICES):
            point = self.point(sampler, dict(zip(values, map(_plain, chosen), strict=True)))
            self.left -= 1
            if self.left > 0 and point is not None and judge(self.problem, point) == "violated":
                return self.reported(sampler, point)
        return None

    def near_zero(self, sampler: Sampler) -> Array:
        """Points where the gap itself is low, which no summand that is large elsewhere leads away from."""

        def height(rows: Array) -> Array:
            given, _ = self.margins(sampler, rows)
            gap = doubles.margins(self.goal, sampler.columns(rows), len(rows), relative=False)
            return minimisation.score(given, gap)

        table = np.array([row for own, row in self.best if own is sampler and np.isfinite(row).all()])
        table = table[(np.abs(table) <= MODERATE).all(axis=1)]
        if not len(table):
            return table
        lowest = table[_lowest(height(table), table, 2 * STATIONARY)]
        found = np.concatenate(
            [minimisation.descend(lowest[:STATIONARY], sampler, height), self.falling(sampler, lowest)]
        )
        return found[np.isfinite(found).all(axis=1)]

    def falling(self, sampler: Sampler, rows: Array) -> Array:
        """Where Newton's method leads on the gap of a relation of the goal, as far as the hypotheses hold."""
        whole = frozenset(name for name in sampler.names if sampler.integral[name])
        found = [rows[:0]]
        for part in parts(self.goal):
            if isinstance(part, Apply) and part.head in ("<=", "<"):
                left, right = (substitute(side, dict(sampler.branch.solved)) for side in part.args)
                slack = Apply("-", (right, left), REAL)
                names = [name for name in sampler.names if name not in whole]
                found.append(
                    newton.descended(slack, sampler.names, names, rows, lambda own: self.admits(sampler, own))
                )
        return np.concatenate(found)

    def admits(self, sampler: Sampler, rows: Array) -> Array:
        """Of each row, whether the hypotheses seem to hold there."""
        given, _ = self.margins(sampler, rows)
        return np.zeros(len(rows), dtype=bool) if given is None else given >= FEASIBLE

    def may(self, sampler: Sampler, values: Values) -> bool:
        """Whether the hypotheses seem to hold at a point, ends that do not belong to a range apart."""
        if not all(map(inside, sampler.ranges, (values[name] for name in sampler.names))):
            return False
        rows = np.array([[as_double(values[name]) for name in sampler.names]])
        given, _ = self.margins(sampler, rows)
        return given is not None and bool(given[0] >= FEASIBLE)

    def touching(self, sampler: Sampler) -> Answer | None:
        """A point at which the sides of a strict relation are equal, found as a closed form."""
        if self.lowest is None:
            return None
        for row in self.lowest[minimisation.score(*self.margins(sampler, self.lowest)) < TOUCHING][:4]:
            choices = [recognised(float(own))[:3] for own in row]
            for chosen in product(*choices):
                values = dict(zip(sampler.names, chosen, strict=True))
                point = self.point(sampler, values)
                self.left -= 1
                if self.left > 0 and point is not None and judge(self.problem, point) == "violated":
                    return self.reported(sampler, point)
        return None

    def vanishing(self, sampler: Sampler) -> Answer | None:
        """A point at which the sides of a strict relation are equal, where parts of the goal vanish."""
        if not any(isinstance(part, Apply) and part.head == "<" for part in parts(self.goal)):
            return None
        domain = domain_of(self.problem)
        for terms in surfaces(self.goal):
            zeros = [relation("=", substitute(term, dict(sampler.branch.solved)), ZERO) for term in terms]
            wider = replace(self.problem, hypotheses=(*self.problem.hypotheses, *zeros))
            for branch in branches(wider):
                if len(branch.solved) < len(sampler.branch.solved) + len(terms):
                    continue
                own = Sampler(wider, branch, domain, 0)
                points, rows = own.grid()
                given, goal = self.margins(own, rows)
                if goal is None:
                    continue
                failing = np.flatnonzero((given >= FEASIBLE) & (goal < CLOSE))[:MOST_ON_SURFACE]
                named = (dict(zip(own.names, points[k], strict=True)) for k in failing)
                if (found := self.first(own, named)) is not None:
                    return self.answer(own, found)
        return None

    def far(self, sampler: Sampler) -> Values | None:
        """A failing point far out or very close to an end."""
        return self.first(sampler, _extremes(sampler))

    def farther(self, sampler: Sampler) -> Answer | None:
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
                    point = self.point(sampler, {**middles, name: size})
                    self.left -= 1
                    if (
                        self.left > 0
                        and point is not None
                        and judge(self.problem, point, QUICK) == "violated"
                    ):
                        return self.reported(sampler, point)
        return None

    def margins(self, sampler: Sampler, rows: Array) -> tuple[Array, Array]:
        """Of the hypotheses and of the goal at rows of points; None for both where doubles do not do."""
        try:
            columns = sampler.columns(rows)
            # No more than a rounding error beyond an end the sign of what vanishes there is another one.
            given = np.where(
                sampler.inside(rows) & self.whole(sampler, columns),
                doubles.margins(self.given, columns, len(rows)),
                OUTSIDE,
            )
            return given, doubles.margins(self.goal, columns, len(rows))
        except doubles.Unknown:
            return None, None

    def whole(self, sampler: Sampler, columns: Mapping[str, Array]) -> Array:
        """Of each point, whether the solved variables that are to be integers are."""
        found: Array = True
        for name in self.problem.names:
            if name.sort != REAL and name.text in sampler.branch.solved:
                own = columns[name.text]
                with np.errstate(invalid="ignore"):
                    found = found & (np.abs(own - np.round(own)) <= CLOSE * np.maximum(1.0, np.abs(own)))
        return found

    def rounded(self, sampler: Sampler, row: Array) -> Values | None:
        """A failing point near a row, as simple as possible."""
        if not np.isfinite(row).all():
            return None
        exact = {name: Fraction(float(value)) for name, value in zip(sampler.names, row, strict=True)}
        tried: list[Values] = []
        for share in ROUNDINGS:
            values = {
                name: Fraction(round(value)) if sampler.integral[name] else near(value, share)
                for name, value in exact.items()
            }
            if values not in tried:
                tried.append(values)
        return self.first(sampler, [*tried, exact])

    def first(self, sampler: Sampler, candidates: Iterable[Values]) -> Values | None:
        """The first candidate that the kernel finds failing."""
        for values in candidates:
            if self.judged(sampler, values) == "violated":
                return values
        return None

    def judged(self, sampler: Sampler, values: Values, limit: int = THOROUGH) -> str:
        """The kernel's word on a point, while judgements are left."""
        self.left -= 1
        if self.left < 0:
            return "undecided"
        point = self.point(sampler, values)
        if point is None:
            return "inadmissible"
        found = judge(self.problem, point, limit)
        if found == "undefined" and self.undefined is None:
            self.undefined = point
        return found

    def point(self, sampler: Sampler, values: Mapping[str, Fraction | Term]) -> Point | None:
        """The exact values of all variables, or None where one has none."""
        closed = {name: own for name, own in values.items() if isinstance(own, Term)}
        rational = {name: own for name, own in values.items() if isinstance(own, Fraction)}
        found: dict[str, Term] = {}
        for name in self.problem.names:
            if name.text in rational:
                found[name.text] = Number(rational[name.text])
            elif name.text in closed:
                found[name.text] = closed[name.text]
            else:
                solved = closed_form(substitute(sampler.branch.solved[name.text], closed), rational)
                if solved is None:
                    return None
                found[name.text] = solved
        return found

    def answer(self, sampler: Sampler, values: Values) -> Answer:
        """The refutation, at the simplest point that is found from this one."""
        self.left = max(self.left, 80)
        values = self.simplified(sampler, values)
        point = self.point(sampler, values)
        assert point is not None
        return self.reported(sampler, point)

    def reported(self, sampler: Sampler, point: Point) -> Answer:
        """The refutation at a point."""
        shown = {name: written(value) for name, value in point.items()}
        at = ", ".join(f"{name} = {value}" for name, value in shown.items())
        compared = sides(self.problem, point)
        return Answer(
            "REFUTED",
            "witness",
            (f"at {at}: {compared}" if compared else f"at {at}",) if at else (compared,),
            shown,
            compared,
            {"kind": "witness", "values": {name: encode(value) for name, value in point.items()}},
            repairs.conjectures(self.problem, sampler),
        )

    def simplified(self, sampler: Sampler, values: Values) -> Values:
        """A failing point of fewer digits, by trying simpler values for one variable after the other."""
        for _ in range(2):
            before = values
            for name in sampler.names:
                for simpler in _simpler(values[name], [*COMMON[:20], *values.values()]):
                    changed = {**values, name: simpler}
                    if self.price(sampler, changed) >= self.price(sampler, values):
                        continue
                    if self.judged(sampler, changed, QUICK) == "violated":
                        values = changed
                        break
            if values == before:
                break
        return values

    def price(self, sampler: Sampler, values: Values) -> float:
        """The cost of a point, solved variables included."""
        total = _cost(values)
        for name in sampler.branch.solved:
            solved = closed_form(sampler.branch.solved[name], values)
            total += cost(solved.value) if isinstance(solved, Number) else IRRATIONAL
        return total


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


def _cost(values: Values) -> float:
    return sum(map(cost, values.values()))


def _plain(term: Term) -> Term | Fraction:
    return term.value if isinstance(term, Number) else term


def _exponential(term: Term) -> Term:
    return Apply("exp", (term,), REAL)


def _order(score: Array, rows: Array) -> Array:
    """The places of the rows, the lowest score first, and of those that are equal but for rounding the row of
    the smallest numbers: far out, rounding alone makes the sides equal."""
    size = np.log1p(np.abs(rows)).sum(axis=1)
    return np.lexsort((size, np.where(np.abs(score) < NOISE, 0.0, score)))


def _lowest(score: Array, rows: Array, count: int, apart: float = NEAR) -> Array:
    """The places of low rows that are not near each other, so that there is one for each valley; half of them
    among those of moderate numbers: elsewhere a summand may be so large that no other one is seen."""
    order = _order(score, rows)
    moderate = (np.abs(rows[order]) <= MODERATE).all(axis=1)
    half = _apart(rows, order[moderate], count // 2, apart)
    return np.concatenate([_apart(rows, order[~np.isin(order, half)], count - len(half), apart), half])


def _apart(rows: Array, order: Array, count: int, apart: float) -> Array:
    """The first places in an order whose rows are not near one before them."""
    chosen: list[int] = []
    while len(order) and len(chosen) < count:
        first = order[0]
        chosen.append(first)
        near_by = np.abs(rows[order] - rows[first]) <= apart * (apart + np.abs(rows[first]))
        order = order[~near_by.all(axis=1)]
    return np.array(chosen, dtype=int)


def _ranked(given: Array, goal: Array, costs: list[float]) -> Iterator[int]:
    """Places of candidates: where the goal clearly fails, then where it may, then where it is lost, each the
    cheapest first."""
    order = sorted(range(len(costs)), key=lambda k: (costs[k], k))
    admissible = given >= FEASIBLE
    clear = admissible & (goal < -CLOSE)
    close = admissible & (np.abs(goal) <= CLOSE)
    for chosen, most in ((clear, KEPT), (close, KEPT), (admissible & np.isnan(goal), 12)):
        count = 0
        for k in order:
            if chosen[k]:
                yield k
                count += 1
                if count >= most:
                    break


def _simpler(value: Fraction, others: Iterable[Fraction]) -> list[Fraction]:
    """Values to try instead of one, the cheapest first."""
    found = {*others, *(near(value, share) for share in ROUNDINGS[:5]), Fraction(round(value))}
    kept = (own for own in found if cost(own) < cost(value))
    return sorted(kept, key=lambda own: (abs(own - value) > abs(value), cost(own), own))[:12]


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
