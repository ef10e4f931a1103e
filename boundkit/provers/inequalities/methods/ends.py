"""Ranges with irrational ends, and irrational points where the sides touch: with x = c*t or x = a + c*t for
constants a and c these have rational places."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Name, Term, number, substitute
from boundkit.kernel import balls
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.constants import exact
from boundkit.kernel.derivative import minus, over, plus, times
from boundkit.kernel.steps import Range
from boundkit.provers.factors import expanded, solved
from boundkit.provers.inequalities.changes import Change, changed, fresh, membership
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove

COST = 2


@dataclass(frozen=True)
class _End:
    """A constant that a fact bounds a variable by; `side` is 1 for a lower end."""

    value: Term
    closed: bool
    side: int
    fact: int


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One variable with an irrational end becomes a multiple of a new one."""
    for name in sorted(goal.box):
        extent = goal.box[name]
        if extent.is_point or extent.integral or name not in goal.slack.free:
            continue
        ends = _ends(goal, name)
        if not ends:
            continue
        found = _scaled(goal, name, ends, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _ends(goal: Goal, name: str) -> list[_End]:
    """The irrational ends that facts of this variable alone give it."""
    found = []
    for place, fact in enumerate(goal.facts):
        if fact.term.free != {name} or fact.kind == "zero":
            continue
        value = solved(fact.term, name)
        if value is None or value.free or exact(value, {}) is not None:
            continue
        slope = solved_slope(fact.term, name)
        if slope:
            found.append(_End(value, fact.kind == "nonnegative", slope, place))
    return found


def solved_slope(term: Term, name: str) -> int:
    """The sign of the slope of a term that is linear in the name; 0 if it is not certain."""
    gap = minus(substitute(term, {name: number(1)}), substitute(term, {name: ZERO}))
    return sign_of(gap)


def sign_of(term: Term) -> int:
    """The certain sign of a constant, or 0."""
    try:
        ball = balls.enclose(term, {}, 200)
    except (Undecided, Undefined):
        return 0
    return 1 if ball > 0 else -1 if ball < 0 else 0


def _scaled(goal: Goal, name: str, ends: list[_End], prove: Prove, effort: Effort) -> Found | None:
    """The change of the variable after which all its ends are rational."""
    extent = goal.box[name]
    base: Term
    unit: Term
    lows = [end for end in ends if end.side == 1]
    highs = [end for end in ends if end.side == -1]
    low, high = (own[0] if own else None for own in (lows, highs))
    if low is not None and high is not None:
        ratio = expanded(over(low.value, high.value))
        share = None if ratio is None else exact(ratio, {})
        if share is not None:
            base, unit, range_ = ZERO, high.value, Range(share, Fraction(1), low.closed, high.closed)
        else:
            base, unit = low.value, minus(high.value, low.value)
            range_ = Range(Fraction(0), Fraction(1), low.closed, high.closed)
    elif high is not None:
        if extent.lower == 0 or extent.lower is None:
            base, unit = ZERO, high.value
        else:
            base, unit = number(extent.lower), minus(high.value, number(extent.lower))
        if sign_of(unit) <= 0:
            return None
        lower = None if extent.lower is None else Fraction(0)
        range_ = Range(lower, Fraction(1), extent.lower_closed, high.closed)
    elif low is not None:
        if extent.upper is None and sign_of(low.value) > 0:
            base, unit, range_ = ZERO, low.value, Range(Fraction(1), None, low.closed)
        elif extent.upper is None:
            base, unit, range_ = low.value, ONE, Range(Fraction(0), None, low.closed)
        else:
            base, unit = low.value, minus(number(extent.upper), low.value)
            range_ = Range(Fraction(0), Fraction(1), low.closed, extent.upper_closed)
    else:
        return None
    if sign_of(unit) <= 0:
        return None
    new = fresh(name + "_share", goal)
    inverse = over(minus(Name(name, REAL), base), unit)
    places = {end.fact for end in ends}
    inside = membership(goal, inverse, range_, sorted(places))
    if inside is None:
        return None
    change = Change(name, plus(base, times(unit, new)), new.text, range_, inverse, *inside)
    return changed(goal, change, prove, effort, places)
