"""One variable, with sides that touch at an irrational point inside the range: the slack is convex around it,
or the point becomes 1 after a change of scale."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, number, relation, substitute
from boundkit.kernel import balls
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.constants import exact
from boundkit.kernel.derivative import derivative, over, times
from boundkit.kernel.steps import Convex, Range, Split, Step
from boundkit.provers.inequalities import doubles
from boundkit.provers.inequalities.changes import Change, changed, fresh, membership
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.points import recognised
from boundkit.provers.samples import sign_at

COST = 2
GRID = 400
MOST_STEPS = 70
SMALL = 1e-9
WIDTHS = tuple(Fraction(1, 2**k) for k in (1, 2, 3, 4, 6, 8))
CIRCLE = times(number(4), Apply("arctan", (ONE,), REAL))


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The first such point that is recognised."""
    active = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    if len(active) != 1 or len(goal.slack.free) != 1 or goal.box[active[0]].integral:
        return GivenUp("")
    (name,) = active
    extent = goal.box[name]
    for place in _minima(goal, name, extent):
        for bottom in _closed_forms(place):
            if exact(bottom, {}) is not None or not _is_zero(substitute(goal.slack, {name: bottom})):
                continue  # Rational points are those of `univariate`.
            found = _convex(goal, name, bottom, place, prove, effort)
            found = found or _scaled(goal, name, bottom, prove, effort)
            return found or GivenUp(f"the sides touch at {name} = {bottom}")
    return GivenUp("")


def _grid(extent: Range) -> np.ndarray:
    """Points inside the range, dense at finite ends and far out on rays."""
    share = (np.arange(GRID) + 0.5) / GRID
    low, high = (None if end is None else float(end) for end in (extent.lower, extent.upper))
    if low is not None and high is not None:
        return np.asarray(low + (high - low) * share)
    ray = np.exp(np.log(1e-3) + (np.log(1e3) - np.log(1e-3)) * share)
    if low is not None:
        return np.asarray(low + ray)
    if high is not None:
        return np.asarray((high - ray)[::-1])
    return np.concatenate([-ray[::-1], ray])


def _minima(goal: Goal, name: str, extent: Range) -> list[Fraction]:
    """Where the slack has a least value that cannot be told from 0, to many digits."""
    grid = _grid(extent)
    try:
        values = doubles.values(goal.slack, {name: grid}, len(grid))
        slope = derivative(goal.slack, name)
    except doubles.Unknown:
        return []
    scale = float(np.nanmedian(np.abs(values))) if np.isfinite(values).any() else 0.0
    found = []
    for place in range(1, len(grid) - 1):
        left, here, right = values[place - 1 : place + 2]
        if not (np.isfinite([left, here, right]).all() and here <= left and here <= right):
            continue
        if here > scale:
            continue
        at = _root(slope, name, Fraction(float(grid[place - 1])), Fraction(float(grid[place + 1])))
        if at is None:
            continue
        try:
            value = balls.enclose(substitute(goal.slack, {name: Number(at)}), {}, 160)
        except (Undecided, Undefined):
            continue
        if abs(value) < SMALL:
            found.append(at)
    return found[:2]


def _root(slope: Term, name: str, low: Fraction, high: Fraction) -> Fraction | None:
    """Where the slope changes its sign from - to +."""
    if sign_at(slope, {name: low}) != -1 or sign_at(slope, {name: high}) != 1:
        return None
    for _ in range(MOST_STEPS):
        middle = (low + high) / 2
        sign = sign_at(slope, {name: middle})
        if not sign:
            return middle
        low, high = (low, middle) if sign > 0 else (middle, high)
    return (low + high) / 2


def _closed_forms(place: Fraction) -> list[Term]:
    """Irrational constants that agree with a number."""
    found = [own for own in recognised(float(place)) if not isinstance(own, Number)]
    for power_, unit in ((1, CIRCLE), (2, Apply("sqrt", (CIRCLE,), REAL)), (-1, over(ONE, CIRCLE))):
        value = {1: np.pi, 2: np.pi**0.5, -1: 1 / np.pi}[power_]
        share = Fraction(float(place) / value).limit_denominator(24)
        if share and abs(float(share) * value - float(place)) < 1e-11 * abs(float(place)):
            found.append(times(number(share), unit))
    return found


def _is_zero(term: Term) -> bool:
    try:
        return balls.decide(relation("=", ZERO, term), {}, 256) is True
    except (Undecided, Undefined):
        return False


def _convex(
    goal: Goal, name: str, bottom: Term, place: Fraction, prove: Prove, effort: Effort
) -> Found | None:
    """The slack is convex around the point; the rest as goals of their own."""
    extent = goal.box[name]
    for share in WIDTHS:
        reach = share * max(abs(place), Fraction(1, 16))
        low, high = ((place + side * reach).limit_denominator(2**12) for side in (-1, 1))
        lower = low if extent.lower is None or low > extent.lower else extent.lower
        upper = high if extent.upper is None or high < extent.upper else extent.upper
        inner = Range(lower, upper, extent.lower_closed or lower == low, extent.upper_closed or upper == high)
        here = replace(goal, box={**goal.box, name: inner})
        effort.spend()
        step: Step = Convex((bottom,))
        if not accepted(here, step):
            continue
        lines = [f"the gap of the sides is convex around {name} = {bottom}, where it is least"]
        for cut, side in ((lower, -1), (upper, 1)):
            if cut in (extent.lower, extent.upper):
                continue
            rest = replace(extent, upper=cut, upper_closed=True)
            if side == 1:
                rest = replace(extent, lower=cut, lower_closed=True)
            found = prove(replace(goal, box={**goal.box, name: rest}), effort)
            if found is None:
                return None
            lines.extend(line for line in found.argument if line not in lines)
            step = Split(name, cut, *((found.step, step) if side == -1 else (step, found.step)))
        return Found(step, tuple(lines)) if accepted(goal, step) else None
    return None


def _scaled(goal: Goal, name: str, bottom: Term, prove: Prove, effort: Effort) -> Found | None:
    """The variable as a multiple of the point, if the ends of its range stay rational."""
    extent = goal.box[name]
    if extent.lower not in (None, 0) or extent.upper not in (None, 0):
        return None
    new = fresh(name + "_scaled", goal)
    inverse = over(Name(name, REAL), bottom)
    inside = membership(goal, inverse, extent)
    if inside is None:
        return None
    change = Change(name, times(bottom, new), new.text, extent, inverse, *inside)
    return changed(goal, change, prove, effort)
