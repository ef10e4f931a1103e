"""Sums in which every negative summand is below shares of the positive ones on the whole range.

The shares come from a linear programme over sample points; each leaves a goal with one negative summand and
few positive ones, which has fewer summands."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from boundkit.ir.terms import Term, number
from boundkit.kernel.derivative import minus, plus, times
from boundkit.kernel.quotients import Algebra, Quotient
from boundkit.kernel.steps import Step, Sum
from boundkit.provers.inequalities.doubles import Unknown, values
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import points, signs
from boundkit.provers.inequalities.summands import Summand, sides

COST = 27
MOST_SUMMANDS = 12
LEAST_POINTS = 8
DENOMINATORS = (1, 2, 3, 4, 6, 12, 60)
SMALLEST = 1e-6

Array = Any


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Summands of the slack as it is written, then multiplied out."""
    seen: list[tuple[list[Term], list[Term]]] = []
    for above, below in (_written(goal), _multiplied(goal)):
        if not above or not below or not 3 <= len(above) + len(below) <= MOST_SUMMANDS:
            continue
        if (above, below) in seen:
            continue
        seen.append((above, below))
        effort.spend(3)
        shares = _shares(goal, above, below)
        if shares is None:
            continue
        found = _shared(goal, above, below, shares, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _written(goal: Goal) -> tuple[list[Term], list[Term]]:
    above, below, _ = sides(goal.slack)
    signed = [*(own.term for own in above), *(Summand(-own.coefficient, own.factors).term for own in below)]
    return _by_sign(goal, signed)


def _multiplied(goal: Goal) -> tuple[list[Term], list[Term]]:
    algebra = Algebra()
    quotient = algebra.of(goal.slack)
    if len(quotient.top) > MOST_SUMMANDS:
        return [], []
    terms = [
        algebra.to_term(Quotient({monomial: quotient.top[monomial]}, quotient.below))
        for monomial in sorted(quotient.top, key=algebra.monomial_order)
    ]
    return _by_sign(goal, terms)


def _by_sign(goal: Goal, terms: list[Term]) -> tuple[list[Term], list[Term]]:
    """Those that are never negative, and those that are never positive, negated; nothing if others occur."""
    above: list[Term] = []
    below: list[Term] = []
    for term in terms:
        found = signs(term, goal.box, goal.facts)
        if len(found) > 1:
            return [], []
        if -1 in found:
            below.append(times(number(-1), term))
        else:
            above.append(term)
    return above, below


def _shares(goal: Goal, above: list[Term], below: list[Term]) -> list[list[Fraction]] | None:
    """For each negative summand, shares of the positive ones that are together at least as large at all
    sample points."""
    from scipy.optimize import linprog

    places = points(goal.box, goal.facts)
    if len(places) < LEAST_POINTS:
        return None
    names = sorted(goal.box)
    columns = {name: np.array([float(place[name]) for place in places]) for name in names}
    try:
        high = np.array([values(term, columns, len(places)) for term in above])
        low = np.array([values(term, columns, len(places)) for term in below])
    except Unknown:
        return None
    kept = np.isfinite(high).all(axis=0) & np.isfinite(low).all(axis=0)
    high, low = high[:, kept], low[:, kept]
    total = high.sum(axis=0)
    fine = total > 0
    high, low = high[:, fine] / total[fine], low[:, fine] / total[fine]
    if high.shape[1] < LEAST_POINTS:
        return None
    count, many, size = len(above), len(below), high.shape[1]
    rows = np.zeros((many * size + count, many * count))
    ends = np.zeros(many * size + count)
    for j in range(many):
        rows[j * size : (j + 1) * size, j * count : (j + 1) * count] = -high.T
        ends[j * size : (j + 1) * size] = -low[j] + SMALLEST
    for i in range(count):
        rows[many * size + i, i::count] = 1.0
        ends[many * size + i] = 1 + SMALLEST
    found = linprog(np.ones(many * count), A_ub=rows, b_ub=ends, bounds=(0, 1), method="highs-ds")
    if found.status != 0 or found.x is None:
        return None
    exact = found.x.reshape(many, count)
    for denominator in DENOMINATORS:
        rounded = [[_rounded(float(value), denominator) for value in row] for row in exact]
        if all(sum(row[i] for row in rounded) <= 1 for i in range(count)) and all(
            (np.array([float(value) for value in row]) @ high >= own - 10 * SMALLEST).all()
            for row, own in zip(rounded, low, strict=True)
        ):
            return rounded
    return None


def _rounded(value: float, denominator: int) -> Fraction:
    """The next multiple of 1/denominator above, which leaves room, but for values that are one already."""
    scaled = value * denominator
    near = round(scaled)
    return Fraction(near if abs(scaled - near) < 1e-4 else int(scaled) + 1, denominator)


def _shared(
    goal: Goal,
    above: list[Term],
    below: list[Term],
    shares: list[list[Fraction]],
    prove: Prove,
    effort: Effort,
) -> Found | None:
    parts: list[Term] = []
    for own, row in zip(below, shares, strict=True):
        used = [times(number(share), term) for share, term in zip(row, above, strict=True) if share]
        parts.append(minus(plus(*used), own))
    for place, term in enumerate(above):
        left = 1 - sum((row[place] for row in shares), Fraction(0))
        if left:
            parts.append(times(number(left), term))
    if len(parts) < 2:
        return None
    steps: list[Step] = []
    lines: list[str] = []
    positive: int | None = None
    for place, part in enumerate(parts):
        found = None
        if goal.strict and positive is None:
            found = prove(replace(goal, slack=part), effort)
            positive = None if found is None else place
        found = found or prove(replace(goal, slack=part, strict=False), effort)
        if found is None:
            return None
        steps.append(found.step)
        lines.extend(found.argument)
    if goal.strict and positive is None:
        return None
    step = Sum(tuple(parts), tuple(steps), positive or 0)
    if not accepted(goal, step):
        return None
    shown = "; ".join(f"{part} >= 0" for part in parts)
    return Found(step, (f"in parts: {shown}", *lines))
