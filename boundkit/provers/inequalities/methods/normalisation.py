"""Goals that keep their truth when all variables are scaled: their sum may be taken to be 1.

Functions of sums of variables, as sqrt(b + c), are then functions of one variable, as sqrt(1 - a), and the
slack may be separated (Jensen's inequality, tangent lines)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Name, Term, fresh_name, number
from boundkit.kernel.derivative import minus, plus, power, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.quotients import Algebra
from boundkit.kernel.rational_functions import atoms_of
from boundkit.kernel.steps import (
    Enclosed,
    Fact,
    Generalised,
    Identity,
    Kept,
    Scaled,
    point,
)
from boundkit.provers.inequalities.doubles import Unknown, values
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.separation import separates

COST = 7
MOST_VARIABLES = 5
TOLERANCE = 1e-9


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal under the equation, if it separates then. All its facts are dropped."""
    names = sorted(goal.slack.free)
    if not 2 <= len(names) <= MOST_VARIABLES or all(isinstance(own, Name) for own in atoms_of(goal.slack)):
        return GivenUp("")
    if any(
        goal.box[name] != POSITIVE and goal.box[name] != replace(POSITIVE, upper_closed=True)
        for name in names
    ):
        return GivenUp("")
    degree = _degree(goal, names)
    if degree is None:
        return GivenUp("")
    variables = [Name(name, REAL) for name in names]
    for form, own in (
        (plus(*variables), 1),
        (plus(*(power(variable, number(2)) for variable in variables)), 2),
        (times(*variables), len(names)),
    ):
        found = _normalised(goal, names, form, Fraction(own), degree, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _degree(goal: Goal, names: list[str]) -> Fraction | None:
    """The degree of the slack, if it seems to have one."""
    start = np.array([1.0 + 0.37 * place + 0.11 * place**2 for place in range(len(names))])
    scales = np.array([1.0, 2.0, 4.0])
    try:
        heights = values(
            goal.slack, {name: own * scales for name, own in zip(names, start, strict=True)}, len(scales)
        )
    except Unknown:
        return None
    if not np.isfinite(heights).all() or heights[0] * heights[1] <= 0 or heights[1] * heights[2] <= 0:
        return None
    first, second = np.log2(heights[1] / heights[0]), np.log2(heights[2] / heights[1])
    degree = Fraction(float(first)).limit_denominator(12)
    fits = abs(first - second) < TOLERANCE and abs(float(degree) - first) < TOLERANCE
    return degree if fits else None


def _normalised(
    goal: Goal, names: list[str], form: Term, own: Fraction, degree: Fraction, prove: Prove, effort: Effort
) -> Found | None:
    """The goal where the form, of its own degree, is 1."""
    kept = {name: goal.box[name] for name in names}
    if not separates(replace(goal, box=kept, facts=(Fact(minus(form, ONE), "zero"),))):
        return None
    effort.spend()
    total = fresh_name("total", set(goal.box))
    size = Name(total, REAL)
    # The same form, written such that no part of it is replaced.
    apart = Algebra().to_term(Algebra().of(times(number(-1), form)))
    ready = Goal(
        replaced(goal.slack, form, size),
        goal.strict,
        {**goal.box, total: point(Fraction(1))},
        (Fact(plus(size, apart), "zero"),),
    )
    found = prove(ready, effort)
    if found is None:
        return None
    weights = tuple((name, 1 / own) for name in names)
    scaled = Scaled(total, (*weights, (total, Fraction(1))), degree / own, (0,), (Fraction(1),), found.step)
    step = Generalised(form, total, POSITIVE, Enclosed(), Enclosed(), scaled)
    step_ = Kept((), Identity(plus(form, apart), step))
    if not accepted(goal, step_):
        return None
    return Found(step_, (f"{form} = 1, since the goal keeps its truth when all are scaled", *found.argument))
