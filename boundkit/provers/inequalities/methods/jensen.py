"""Jensen's inequality: weights times values of a convex function, against its value at the mean, by the
tangent of the function there."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, fresh_name, substitute, subterms
from boundkit.kernel.derivative import derivative, minus, negative, plus, times
from boundkit.kernel.quotients import Algebra, Monomial, Polynomial, Quotient
from boundkit.kernel.steps import (
    Cases,
    Enclosed,
    Fact,
    Generalised,
    Known,
    Lemma,
    Lowered,
    Product,
    Range,
    Step,
    Sum,
)
from boundkit.provers.inequalities.bottoms import vanishes
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import signs

COST = 2
MOST_VALUES = 5
LINE = Range(None, None, False, False)
CURVED = {"lnGamma": POSITIVE, "polygamma": POSITIVE, "ln": POSITIVE, "exp": LINE, "cosh": LINE}
"""Functions whose second derivatives have one sign, and where."""
NOTHING = Product((ZERO,), (Enclosed(),))


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Slacks that are linear in values of one such function, at one of which the weights have the other
    sign."""
    if goal.strict:
        return GivenUp("")
    values = _values(goal.slack)
    if values is None:
        return GivenUp("")
    for mean in values:
        if not isinstance(mean, Apply) or isinstance(mean.args[-1], Name | Number):
            continue
        found = _around(goal, mean, values, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _values(slack: Term) -> dict[Term, Term] | None:
    """The values of one function with their weights, if the slack is their sum."""
    heads = {
        own.head for own in subterms(slack) if isinstance(own, Apply) and own.head in CURVED and own.free
    }
    if len(heads) != 1:
        return None
    algebra = Algebra()
    quotient = algebra.of(slack)
    if quotient.below:
        return None
    shares: dict[Term, Polynomial] = {}
    for monomial, value in quotient.top.items():
        curved = [pair for pair in monomial if _is_curved(pair[0])]
        if len(curved) != 1 or curved[0][1] != 1:
            return None
        rest: Monomial = tuple(pair for pair in monomial if pair != curved[0])
        shares.setdefault(curved[0][0], {})[rest] = value
    functions = {own.args[:-1] for own in shares if isinstance(own, Apply)}
    if not 3 <= len(shares) <= MOST_VALUES or len(functions) != 1:
        return None
    return {own: algebra.to_term(Quotient(share)) for own, share in shares.items()}


def _is_curved(term: Term) -> bool:
    return isinstance(term, Apply) and term.head in CURVED and bool(term.free)


def _around(goal: Goal, mean: Apply, values: dict[Term, Term], prove: Prove, effort: Effort) -> Found | None:
    place = mean.args[-1]
    others = [(own, weight) for own, weight in values.items() if own != mean and isinstance(own, Apply)]
    weights = [weight for _, weight in others]
    if not vanishes(plus(values[mean], *weights)):
        return None
    moment = plus(*(times(weight, minus(own.args[-1], place)) for own, weight in others))
    if not vanishes(moment):
        return None
    sign = _sign(mean)
    if not sign or any(-sign in signs(own, goal.box, goal.facts) for own in weights):
        return None
    whole_goal = goal
    inside = prove(replace(goal, slack=place, strict=True), effort) if CURVED[mean.head] is POSITIVE else None
    if inside is not None:
        goal = replace(goal, facts=(*goal.facts, Fact(place, "positive")))
    parts: list[Term] = []
    steps: list[Step] = []
    for own, weight in others:
        argument = own.args[-1]
        if isinstance(argument, Number):
            return None
        turned = weight if sign > 0 else negative(weight)
        heavy = prove(replace(goal, slack=turned), effort)
        if heavy is None:
            return None
        known = _tangent(goal, mean, argument, sign, prove, effort)
        if known is None:
            return None
        gap, step = known
        parts.append(times(turned, gap))
        steps.append(Product((turned, gap), (heavy.step, step)))
    whole: Step = Sum(tuple(parts), tuple(steps))
    if inside is not None:
        whole = Lemma(place, True, inside.step, whole)
    if not accepted(whole_goal, whole):
        return None
    shape = "convex" if sign > 0 else "concave"
    return Found(whole, (f"by Jensen's inequality: {mean.head} is {shape}",))


def _at(value: Apply, argument: Term) -> Apply:
    return Apply(value.head, (*value.args[:-1], argument), REAL)


def _sign(value: Apply) -> int:
    """1 for a convex function, -1 for a concave one."""
    name = Name("v", REAL)
    second = derivative(derivative(_at(value, name), "v"), "v")
    for sign in (1, -1):
        turned = second if sign > 0 else negative(second)
        if accepted(Goal(turned, False, {"v": CURVED[value.head]}), Enclosed()):
            return sign
    return 0


def _tangent(
    goal: Goal, mean: Apply, argument: Term, sign: int, prove: Prove, effort: Effort
) -> tuple[Term, Step] | None:
    """f(u) - f(m) - f'(m)*(u - m), or minus it, for u the argument and m that of the mean, and why it is not
    negative: as u moves away from m its slope, and the slope of that, are not negative."""
    extent = CURVED[mean.head]
    u, m = (Name(fresh_name(own, set(goal.box)), REAL) for own in ("u_jensen", "m_jensen"))
    place = mean.args[-1]
    members: list[Step] = []
    for own in (place, argument):
        inside = prove(replace(goal, slack=own, strict=True), effort) if extent.lower is not None else None
        if extent.lower is not None and inside is None:
            return None
        members.append(Enclosed() if inside is None else inside.step)
    slope = derivative(_at(mean, m), m.text)
    gap = minus(minus(_at(mean, u), _at(mean, m)), times(slope, minus(u, m)))
    gap = gap if sign > 0 else negative(gap)
    count = len(goal.facts)
    sides: list[Step] = []
    for direction in ("increasing", "decreasing"):
        inner = Lowered(u.text, direction, m, Known(0, ONE), Enclosed(), NOTHING)
        sides.append(Lowered(u.text, direction, m, Known(count, ONE), inner, NOTHING))
    step: Step = Cases(minus(u, m), *sides)
    there = substitute(slope, {m.text: place})
    here = minus(minus(_at(mean, argument), mean), times(there, minus(argument, place)))
    here = here if sign > 0 else negative(here)
    step = Generalised(argument, u.text, extent, members[1], Enclosed(), step)
    step = Generalised(place, m.text, extent, members[0], Enclosed(), step)
    return here, step
