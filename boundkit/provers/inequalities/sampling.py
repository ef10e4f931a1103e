"""Points at which the facts of a goal seem to hold, and the signs of terms there. Nothing is decided."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from boundkit.ir.terms import Term
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.constants import exact
from boundkit.kernel.steps import Box, Fact, Range
from boundkit.provers.factors import solved
from boundkit.provers.inequalities.goal import Goal
from boundkit.provers.samples import sample, sign_at

MOST_POINTS = 60
MOST_TRIALS = 700

Point = dict[str, Fraction]


def points(box: Box, facts: tuple[Fact, ...]) -> tuple[Point, ...]:
    """Rational points of the box at which no fact certainly fails, in a fixed order."""
    return _points(tuple(sorted(box.items(), key=lambda one: one[0])), facts)


@lru_cache(maxsize=256)
def _points(box: tuple[tuple[str, Range], ...], facts: tuple[Fact, ...]) -> tuple[Point, ...]:
    found: list[Point] = []
    lists = [(name, _with_ends(extent)) for name, extent in box]
    equations = [_solution(fact) for fact in facts if fact.kind == "zero"]
    for trial in _trials(lists):
        point = dict(trial)
        for solution in equations:
            if solution is not None:
                name, value = solution
                own = exact(value, point)
                if own is not None:
                    point[name] = own
        if holds(point, dict(box), facts):
            found.append(point)
            if len(found) >= MOST_POINTS:
                break
    return tuple(found)


def _with_ends(extent: Range) -> list[Fraction]:
    """The sample of a range with the ends that belong to it."""
    values = sample(extent)
    if extent.integral:
        values = sorted({Fraction(round(value)) for value in values})
    if extent.lower is not None and extent.lower_closed and extent.lower not in values:
        values = [extent.lower, *values]
    if extent.upper is not None and extent.upper_closed and extent.upper not in values:
        values = [*values, extent.upper]
    return values


def fails(goal: Goal) -> bool:
    """Whether the goal is false at one of the points: the slack is negative, or 0 in a strict goal."""
    if -1 in signs(goal.slack, goal.box, goal.facts):
        return True
    return goal.strict and any(exact(goal.slack, own) == 0 for own in points(goal.box, goal.facts))


def holds(point: Point, box: Box, facts: tuple[Fact, ...]) -> bool:
    """Whether a point lies in the box and no fact certainly fails there."""
    inside = all(_in(point[name], extent) for name, extent in box.items())
    return inside and all(_may_hold(fact, point) for fact in facts)


def _trials(lists: list[tuple[str, list[Fraction]]]) -> Iterator[Point]:
    if len(lists) <= 1:
        for name, values in lists:
            yield from ({name: value} for value in values)
        if not lists:
            yield {}
        return
    state = 1
    for _ in range(MOST_TRIALS):
        point = {}
        for name, values in lists:
            state = (6364136223846793005 * state + 1442695040888963407) % 2**64
            point[name] = values[(state >> 33) % len(values)]
        yield point


def _solution(fact: Fact) -> tuple[str, Term] | None:
    """A variable with its value by an equation, if it is linear in one."""
    for name in sorted(fact.term.free):
        value = solved(fact.term, name)
        if value is not None and name not in value.free:
            return name, value
    return None


def _in(value: Fraction, extent: Range) -> bool:
    above = extent.lower is None or value > extent.lower or (value == extent.lower and extent.lower_closed)
    below = extent.upper is None or value < extent.upper or (value == extent.upper and extent.upper_closed)
    return above and below and (not extent.integral or value.denominator == 1)


def _may_hold(fact: Fact, point: Point) -> bool:
    sign = sign_at(fact.term, point)
    if sign is None:
        return False
    return {"nonnegative": sign >= 0, "positive": sign > 0, "zero": sign == 0}[fact.kind]


def signs(term: Term, box: Box, facts: tuple[Fact, ...]) -> frozenset[int]:
    """The certain signs of a term at the points; None among them where it is undefined is left out."""
    found = set()
    for point in points(box, facts):
        try:
            sign = sign_at(term, point)
        except (Undecided, Undefined):
            continue
        if sign:
            found.add(sign)
        if len(found) == 2:
            break
    return frozenset(found)
