"""What would repair a false goal, as far as samples in floating point show: changes of the problem, each of
which is a conjecture until the changed problem is proved."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from boundkit.ir.terms import Apply, Name, Number, Term, conjunction, number, relation
from boundkit.kernel.derivative import minus, plus, times
from boundkit.provers.inequalities import doubles, minimisation
from boundkit.provers.inequalities.domain import domain_of
from boundkit.provers.inequalities.drawing import Sampler
from boundkit.provers.inequalities.points import recognised
from boundkit.provers.inequalities.problem import Problem
from boundkit.provers.inequalities.solving import branches

Array = Any

COUNT = 8192
SPREAD = 4.0
FEASIBLE = -1e-12
FAILING = -1e-9
LARGEST_FACTOR = 1e4
LEAST_SHARE = 0.05
"""Of the admissible samples, how many must lie where no failure is seen."""
MOST_COMPARISONS = 2
STARTS = 12
HALVINGS = 60
TIGHT = 1e-7
"""Relative distance within which a closed form is taken for the least factor."""


@dataclass(frozen=True)
class Repair:
    """A change, in words, and the problem after it, which no sample refutes."""

    text: str
    problem: Problem


Choices = tuple[Repair, ...]
"""Changes of one kind, the smallest first; each next one is more likely to suffice, or to be proved."""


def repairs_of(problem: Problem) -> tuple[Choices, ...]:
    """The changes that samples of the problem's first branch suggest."""
    sampler = Sampler(problem, branches(problem)[0], domain_of(problem), 0)
    return repairs(problem, sampler)


def conjectures(problem: Problem, sampler: Sampler) -> tuple[str, ...]:
    """The smallest changes in words."""
    return tuple(f"{choices[0].text} (conjecture)" for choices in repairs(problem, sampler))


def repairs(problem: Problem, sampler: Sampler) -> tuple[Choices, ...]:
    """The least constant factor that saves a goal `left <= right`, and one more hypothesis under which no
    sample fails: the range of a variable, or else how two variables compare. What samples do not show is left
    out."""
    if not sampler.names:
        return ()
    rows = sampler.draw(COUNT, SPREAD)
    try:
        margins = _Margins(problem, sampler)
        given, goal = margins.at(rows)
        admissible = given >= FEASIBLE
        holding, failing = admissible & (goal >= 0), admissible & (goal < FAILING)
        found = [tuple(_factor(problem, sampler, rows[admissible]))]
        if failing.any():
            own = list(_ranges(problem, margins, rows, holding, failing))
            found += own or list(_comparisons(problem, sampler, rows, holding, failing))[:MOST_COMPARISONS]
    except doubles.Unknown:
        return ()
    return tuple(filter(None, found))


@dataclass
class _Margins:
    """The margins of the hypotheses and of the goal of a problem."""

    problem: Problem
    sampler: Sampler

    def at(self, rows: Array) -> tuple[Array, Array]:
        """At rows of values of the free variables. Raises `doubles.Unknown`."""
        columns = self.sampler.columns(rows)
        given = doubles.margins(conjunction(self.problem.facts), columns, len(rows))
        given = np.where(self.sampler.inside(rows), given, -1.0)
        return given, doubles.margins(self.problem.goal, columns, len(rows))


def _factor(problem: Problem, sampler: Sampler, rows: Array) -> Iterator[Repair]:
    goal = problem.goal
    if not isinstance(goal, Apply) or goal.head not in ("<=", "<") or not len(rows):
        return
    left, right = goal.args
    given = conjunction(problem.facts)

    def share(points: Array) -> Array:
        """Minus the quotient of the sides, where the hypotheses hold."""
        columns = sampler.columns(points)
        above, below = (doubles.values(side, columns, len(points)) for side in (left, right))
        with np.errstate(all="ignore"):
            quotient = np.where(below > 0, above / below, np.nan)
        known = doubles.margins(given, columns, len(points)) >= FEASIBLE
        return np.where(known & sampler.inside(points) & np.isfinite(quotient), -quotient, np.inf)

    first = share(rows)
    if not np.isfinite(first).all() or not 1 < -first.min() < LARGEST_FACTOR:
        return
    lowest = rows[np.argsort(first, kind="stable")[:STARTS]]
    most = -float(share(minimisation.descend(lowest, sampler, share))[0])
    if not 1 < most < LARGEST_FACTOR:
        return
    closed = [own for own in recognised(most)[:1] if goal.head == "<="]
    for factor in (*closed, number(_up(most * (1 + TIGHT), 3)), number(_up(most * (1 + TIGHT), 2))):
        changed = replace(problem, goal=relation(goal.head, left, times(factor, right)))
        yield Repair(f"holds with the right side times {factor}", changed)


def _ranges(
    problem: Problem, margins: _Margins, rows: Array, holding: Array, failing: Array
) -> Iterator[Choices]:
    """Ranges of single variables in which no sample fails."""
    names = margins.sampler.names
    for place, variable in _declared(problem, names):
        edges = _edges(rows[:, place], holding, failing)
        for side, (bad, good) in edges.items():
            values: list[Term] = []
            if len(names) == 1:
                bad, good = _bisected(margins, bad, good)
                values = recognised(good)[:1] if math.isclose(bad, good, rel_tol=1e-9) else []
            rounded = _up(good, 3) if side == ">=" else -_up(-good, 3)
            yield tuple(_under(problem, variable, side, bound) for bound in (*values, number(rounded)))


def _comparisons(
    problem: Problem, sampler: Sampler, rows: Array, holding: Array, failing: Array
) -> Iterator[Choices]:
    """How two variables compare, or what their sum or product is, where no sample fails."""
    for (first, one), (second, other) in combinations(_declared(problem, sampler.names), 2):
        left, right = rows[:, first], rows[:, second]
        with np.errstate(all="ignore"):
            combined = (
                (minus(one, other), left - right),
                (plus(one, other), left + right),
                (times(one, other), left * right),
            )
        for term, values in combined:
            for side, (bad, good) in _edges(values, holding, failing).items():
                simple = [own for own in (0.0, 1.0, -1.0, 2.0) if min(bad, good) <= own <= max(bad, good)]
                bound = simple[0] if simple else float(_up(good, 2) if side == ">=" else -_up(-good, 2))
                yield (_under(problem, term, side, number(Fraction(bound).limit_denominator(10**6))),)


def _declared(problem: Problem, names: list[str]) -> list[tuple[int, Name]]:
    """The places of the problem's own variables among the free ones."""
    own = {name.text: name for name in problem.names}
    return [(place, own[name]) for place, name in enumerate(names) if name in own]


def _edges(values: Array, holding: Array, failing: Array) -> dict[str, tuple[float, float]]:
    """Above (`>=`) and below (`<=`) all failures, if many samples are there, the last failure and the nearest
    value that holds; what lies between is not known."""
    found = {}
    total = int(holding.sum() + failing.sum())
    above = values[holding & (values > values[failing].max())]
    below = values[holding & (values < values[failing].min())]
    if len(above) >= LEAST_SHARE * total:
        found[">="] = (float(values[failing].max()), float(above.min()))
    if len(below) >= LEAST_SHARE * total:
        found["<="] = (float(values[failing].min()), float(below.max()))
    return found


def _bisected(margins: _Margins, bad: float, good: float) -> tuple[float, float]:
    """Nearer points of which the first fails and the second does not."""
    for _ in range(HALVINGS):
        middle = (bad + good) / 2
        _, goal = margins.at(np.array([[middle]]))
        if not np.isfinite(goal[0]) or middle in (bad, good):
            break
        bad, good = (bad, middle) if goal[0] >= 0 else (middle, good)
    return bad, good


def _under(problem: Problem, term: Term, side: str, bound: Term) -> Repair:
    """The problem with one more hypothesis."""
    sides = (bound, term) if side == ">=" else (term, bound)
    if isinstance(term, Apply) and bound == Number(Fraction(0)) and term.head == "-":
        sides = term.args[::-1] if side == ">=" else term.args  # type: ignore[assignment]
    more = relation("<=", *sides)
    text = f"{sides[1]} >= {sides[0]}" if side == ">=" else str(more)
    return Repair(f"holds where {text}", replace(problem, hypotheses=(*problem.hypotheses, more)))


def _up(value: float, digits: int) -> Fraction:
    """A number of few digits that is not smaller."""
    if value == 0:
        return Fraction(0)
    scale = Fraction(10) ** (digits - 1 - math.floor(math.log10(abs(value))))
    return Fraction(math.ceil(Fraction(value) * scale - Fraction(1, 10**9))) / scale
