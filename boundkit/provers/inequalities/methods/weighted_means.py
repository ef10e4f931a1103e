"""A product of powers with symbolic exponents below the weighted sum of its factors (the inequality of the
weighted means, and Young's): t >= 1 + ln(t) for the ratios t of the factors to the product."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Term, fresh_name, number, subterms
from boundkit.kernel.derivative import minus, over, plus, power, times
from boundkit.kernel.steps import Enclosed, Fact, Instance, Known, Lemma, Product, Step, Sum
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.bernoulli import in_exponentials, is_power
from boundkit.provers.inequalities.restated import simple
from boundkit.provers.inequalities.summands import Summand, sides

COST = 3
MOST_PARTS = 5


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One negative summand, the weights of the positive ones in the variables of the exponents."""
    if goal.strict:
        return GivenUp("")
    written = [part for part in subterms(goal.slack) if is_power(part)]
    if written:
        return in_exponentials(goal, written[0], attempt, prove, effort) or GivenUp("")
    above, below, _ = sides(goal.slack)
    if len(below) != 1 or not 2 <= len(above) <= MOST_PARTS:
        return GivenUp("")
    exponents = _exponents(goal.slack)
    if not exponents:
        return GivenUp("")
    weights, parts = zip(*(_divided(own, exponents) for own in above), strict=True)
    if simple(minus(plus(*weights), ONE)) != ZERO:
        return GivenUp("")
    effort.spend(2)
    return _compared(goal, weights, parts, below[0].term, prove, effort) or GivenUp("")


def _exponents(slack: Term) -> frozenset[str]:
    """The variables of c in powers exp(c*ln(u))."""
    found: set[str] = set()
    for part in subterms(slack):
        if isinstance(part, Apply) and part.head == "exp":
            inner = part.args[0]
            if isinstance(inner, Apply) and inner.head == "*" and len(inner.args) == 2:
                exponent, logarithm = inner.args
                if isinstance(logarithm, Apply) and logarithm.head == "ln":
                    found |= exponent.free
    return frozenset(found)


def _divided(summand: Summand, exponents: frozenset[str]) -> tuple[Term, Term]:
    """The factors in the variables of the exponents alone, and the others."""
    weight: list[Term] = [number(summand.coefficient)]
    rest: list[Term] = []
    for base, own in summand.factors:
        side = weight if base.free and base.free <= exponents else rest
        side.append(power(base, number(own)))
    return times(*weight), times(*rest)


def _compared(
    goal: Goal,
    weights: tuple[Term, ...],
    parts: tuple[Term, ...],
    product: Term,
    prove: Prove,
    effort: Effort,
) -> Found | None:
    ratio = Name(fresh_name("ratio", set(goal.box)), REAL)
    least = prove(Goal(_bound(ratio), False, {ratio.text: POSITIVE}), effort)
    if least is None:
        return None
    bounds = [_bound(over(part, product)) for part in parts]
    heavy: list[Step] = []
    within = goal
    positive: list[Step] = []
    for part, bound in zip(parts, bounds, strict=True):
        value = over(part, product)
        found = prove(replace(within, slack=value, strict=True), effort)
        if found is None:
            return None
        positive.append(found.step)
        within = replace(within, facts=(*within.facts, Fact(value, "positive"), Fact(bound, "nonnegative")))
    for weight in weights:
        found = prove(replace(within, slack=weight), effort)
        if found is None:
            return None
        heavy.append(found.step)
    terms = [times(weight, product, bound) for weight, bound in zip(weights, bounds, strict=True)]
    rest = simple(minus(goal.slack, plus(*terms)))
    settled = None if rest is None else prove(replace(within, slack=rest), effort)
    if rest is None or settled is None:
        return None
    count = len(goal.facts)
    steps = [
        Product((weight, product, bound), (own, Enclosed(), Known(count + 2 * place + 1, ONE)))
        for place, (weight, bound, own) in enumerate(zip(weights, bounds, heavy, strict=True))
    ]
    step: Step = Sum((rest, *terms), (settled.step, *steps))
    for part, own in zip(reversed(parts), reversed(positive), strict=True):
        value = over(part, product)
        step = Instance(
            ratio.text, POSITIVE, _bound(ratio), False, value, least.step, Enclosed(), Enclosed(), step
        )
        step = Lemma(value, True, own, step)
    if not accepted(goal, step):
        return None
    shown = ", ".join(map(str, weights))
    return Found(step, (f"by the inequality of the means with weights {shown}", *settled.argument))


def _bound(ratio: Term) -> Term:
    return minus(ratio, plus(ONE, Apply("ln", (ratio,), REAL)))
