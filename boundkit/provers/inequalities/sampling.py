"""Points at which the facts of a goal seem to hold, and the signs of terms there. Nothing is decided."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import islice

from boundkit.ir.terms import Term
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.constants import exact
from boundkit.kernel.steps import Box, Fact, Range
from boundkit.provers.clear_signs import clear_signs
from boundkit.provers.factors import solved
from boundkit.provers.inequalities.goal import Goal
from boundkit.provers.inequalities.near_points import near_signs
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
    trials = _trials(lists)
    while chunk := list(islice(trials, MOST_POINTS)):
        for point in chunk:
            for solution in equations:
                if solution is not None:
                    name, value = solution
                    own = exact(value, point)
                    if own is not None:
                        point[name] = own
        inside = [point for point in chunk if all(_in(point[name], extent) for name, extent in box)]
        for point in _where_facts_hold(inside, facts):
            found.append(point)
            if len(found) >= MOST_POINTS:
                return tuple(found)
    return tuple(found)


def _where_facts_hold(seen: list[Point], facts: tuple[Fact, ...]) -> Iterator[Point]:
    """The points at which no fact certainly fails; those with a clear failure are left out first."""
    wrong = [False] * len(seen)
    open_: list[list[Fact]] = [[] for _ in seen]
    for fact in facts:
        for place, sign in enumerate(clear_signs(fact.term, seen)):
            if sign == 0:
                open_[place].append(fact)
            elif sign < 0 or fact.kind == "zero":
                wrong[place] = True
    for point, failed, left in zip(seen, wrong, open_, strict=True):
        if not failed and all(_may_hold(fact, point) for fact in left):
            yield point


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
    seen = points(goal.box, goal.facts)
    if not seen:
        return -1 in near_signs(goal.slack, goal.box, goal.facts)
    clear = clear_signs(goal.slack, seen)
    if -1 in clear:
        return True
    unclear = [point for point, own in zip(seen, clear, strict=True) if not own]
    return any(
        _sign(goal.slack, own) == -1 or (goal.strict and exact(goal.slack, own) == 0) for own in unclear
    )


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
    seen = points(box, facts)
    if not seen:
        return near_signs(term, box, facts)
    clear = clear_signs(term, seen)
    found = {sign for sign in clear if sign}
    for point, own in zip(seen, clear, strict=True):
        if len(found) == 2:
            break
        sign = own or _sign(term, point)
        if sign:
            found.add(sign)
    return frozenset(found)


def _sign(term: Term, point: Point) -> int | None:
    try:
        return sign_at(term, point)
    except (Undecided, Undefined):
        return None
