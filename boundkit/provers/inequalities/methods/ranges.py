"""Ranges that the facts give: a fact that is linear in a variable bounds it by what the others range over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Name, Term, number, substitute
from boundkit.kernel import balls
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.constants import exact
from boundkit.kernel.derivative import minus, over, times
from boundkit.kernel.enclosures import enclosure
from boundkit.kernel.intervals import Interval, rational_ball
from boundkit.kernel.steps import Enclosed, Evaluated, Known, Narrowed, Product, Range, Step, Sum
from boundkit.provers.factors import expanded, solved
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 3
ROUNDING = 2**30


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One range is narrowed by one fact."""
    for place, fact in enumerate(goal.facts):
        if fact.kind == "zero" and len(fact.term.free) > 1:
            continue
        for name in sorted(fact.term.free):
            extent = goal.box[name]
            if extent.is_point or extent.integral:
                continue
            for smaller, lower, upper in _narrowed(goal, place, name):
                rest = prove(replace(goal, box={**goal.box, name: smaller}), effort)
                if rest is None:
                    return GivenUp("")
                return Found(Narrowed(name, smaller, lower, upper, rest.step), rest.argument)
    return GivenUp("")


def _narrowed(goal: Goal, place: int, name: str) -> Iterator[tuple[Range, Step, Step]]:
    """A smaller range, and why the variable lies in it."""
    fact, extent = goal.facts[place], goal.box[name]
    bottom = solved(fact.term, name)
    if bottom is None or name in bottom.free:
        return
    variable = Name(name, REAL)
    one, none = (substitute(fact.term, {name: number(value)}) for value in (1, 0))
    slope = expanded(minus(one, none))
    if slope is None or name in slope.free:
        return
    try:
        inclination = enclosure(slope, goal.box, goal.facts, 64)
        reach = enclosure(bottom, goal.box, goal.facts, 64)
    except (Undecided, Undefined):
        return
    if not (inclination.is_positive or inclination.is_negative):
        return
    rising = inclination.is_positive
    for below in (True, False) if fact.kind == "zero" else (rising,):
        end, is_exact = _end(bottom, reach, below)
        if end is None:
            continue
        reached = reach.lower if below else reach.upper
        is_open = (reach.lower_open if below else reach.upper_open) and reached == rational_ball(end)
        closed = not (is_open or (fact.kind == "positive" and is_exact))
        smaller = _with_end(extent, end, closed, below)
        if smaller is None:
            continue
        gap = minus(variable, number(end)) if below else minus(number(end), variable)
        wanted = Goal(gap, not closed, goal.box, goal.facts)
        step = _why(wanted, place, bottom, slope, below)
        if step is not None:
            yield (smaller, step, Enclosed()) if below else (smaller, Enclosed(), step)


def _end(bottom: Term, reach: Interval, below: bool) -> tuple[Fraction | None, bool]:
    """A rational end on the safe side of the values of the bottom, and whether it is its only value."""
    if not bottom.free:
        value = exact(bottom, {})
        if value is not None:
            return value, True
    end = reach.lower if below else reach.upper
    if not end.is_finite():
        return None, False
    with balls.precisely(64):
        scaled = (end * ROUNDING).lower().floor() if below else (end * ROUNDING).upper().ceil()
    whole = scaled.unique_fmpz()
    if whole is None:
        return None, False
    value = Fraction(int(whole), ROUNDING)
    if abs(value) > ROUNDING:
        value = Fraction(floor(value) if below else ceil(value))
    return value, False


def _why(goal: Goal, place: int, bottom: Term, slope: Term, below: bool) -> Step | None:
    """The gap between variable and end: a multiple of the fact, and how far the bottom is from the end."""
    fact = goal.facts[place]
    sign = 1 if below else -1
    factor = expanded(over(number(sign), slope))
    if factor is None:
        return None
    if not factor.free or fact.kind == "zero":
        whole = Known(place, factor)
        if accepted(goal, whole):
            return whole
        part: Step = Known(place, factor)
    else:
        part = Product((factor, fact.term), (Enclosed(), Known(place, number(1))))
    term = times(factor, fact.term)
    if goal.strict and accepted(goal, part):
        return part
    rest = expanded(minus(goal.slack, term))
    if rest is None:
        return None
    last: Step = Evaluated() if not rest.free else Enclosed()
    for positive in (1, 0) if goal.strict else (0,):
        both = Sum((term, rest), (part, last), positive)
        if accepted(goal, both):
            return both
    return None


def _with_end(extent: Range, end: Fraction, closed: bool, lower: bool) -> Range | None:
    """The range with another end, if it is smaller by more than a little and not empty."""
    if lower:
        old = extent.lower
        if old is not None and not (end > old or (end == old and extent.lower_closed and not closed)):
            return None
        if old is not None and extent.upper is not None and 0 < (end - old) * 64 < extent.upper - old:
            return None
        found = replace(extent, lower=end, lower_closed=closed)
    else:
        old = extent.upper
        if old is not None and not (end < old or (end == old and extent.upper_closed and not closed)):
            return None
        if old is not None and extent.lower is not None and 0 < (old - end) * 64 < old - extent.lower:
            return None
        found = replace(extent, upper=end, upper_closed=closed)
    if found.lower is not None and found.upper is not None:
        if found.lower > found.upper:
            return None
        if found.lower == found.upper and not (found.lower_closed and found.upper_closed):
            return None
    return found
