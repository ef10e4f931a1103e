"""Several products of powers whose symbolic exponents have the sum 1, each below its weighted mean: so
p^a*q^(1-a) + (1-p)^a*(1-q)^(1-a) <= 1, as p^a*q^(1-a) <= a*p + (1-a)*q. The logarithm of such a sum is
compared with 0."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, substitute, subterms
from boundkit.kernel.derivative import minus, over, plus, times
from boundkit.kernel.quotients import same
from boundkit.kernel.steps import Enclosed, Instance, Kept, Known, Product, Step, Sum
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.bernoulli import is_power
from boundkit.provers.inequalities.methods.logarithms import TANGENT
from boundkit.provers.inequalities.sampling import signs
from boundkit.provers.inequalities.summands import Summand, sides

COST = 2
MOST_PRODUCTS = 4


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """All such products at once."""
    if not any(map(is_power, subterms(goal.slack))):
        return GivenUp("")
    above, below, _ = sides(goal.slack)
    logarithm = _logarithm(above, below)
    if logarithm is not None:
        return _against_zero(goal, logarithm, above != [], prove, effort) or GivenUp("")
    means = [(own.term, mean) for own in below if (mean := _mean(own, goal)) is not None]
    if not 2 <= len(means) <= MOST_PRODUCTS:
        return GivenUp("")
    gaps = [minus(mean, product) for product, mean in means]
    left = plus(*(own.term for own in above))
    others = [own.term for own in below if all(own.term != product for product, _ in means)]
    rest = minus(left, plus(*(mean for _, mean in means), *others))
    if -1 in signs(rest, goal.box, goal.facts):
        return GivenUp("")
    steps: list[Step] = []
    lines: list[str] = []
    for gap in (rest, *gaps):
        strict = goal.strict and gap is rest
        found = prove(replace(goal, slack=gap, strict=strict), effort)
        if found is None:
            return GivenUp("")
        steps.append(found.step)
        lines.append(f"{gap} >= 0")
    step = Sum((rest, *gaps), tuple(steps))
    return Found(step, ("by weighted means,", *lines)) if accepted(goal, step) else GivenUp("")


def _mean(summand: Summand, goal: Goal) -> Term | None:
    """sum of e_i*u_i for a product of powers u_i^e_i, times what is no power."""
    powers = [(base, count) for base, count in summand.factors if is_power(base)]
    if len(powers) < 2 or any(count != 1 for _, count in powers):
        return None
    exponents = [base.args[1] for base, _ in powers]  # type: ignore[attr-defined]
    if not same(plus(*exponents), ONE):
        return None
    if any(signs(own, goal.box, goal.facts) - {1} for own in exponents):
        return None
    bare = Summand(summand.coefficient, tuple(pair for pair in summand.factors if pair not in powers))
    return times(bare.term, plus(*(times(own.args[1], own.args[0]) for own, _ in powers)))  # type: ignore[attr-defined]


def _logarithm(above: list[Summand], below: list[Summand]) -> Apply | None:
    """ln(u), if the slack is it or minus it."""
    if len(above) + len(below) != 1:
        return None
    (own,) = (*above, *below)
    if own.coefficient != 1 or len(own.factors) != 1 or own.factors[0][1] != 1:
        return None
    base = own.factors[0][0]
    return base if isinstance(base, Apply) and base.head == "ln" else None


def _against_zero(goal: Goal, logarithm: Apply, rising: bool, prove: Prove, effort: Effort) -> Found | None:
    """-ln(u) >= 0 from 1 - u >= 0 by t - 1 >= ln(t) at t = u, and ln(u) >= 0 from u - 1 >= 0 at t = 1/u."""
    (inner,) = logarithm.args
    positive = prove(replace(goal, slack=inner, strict=True), effort)
    if positive is None:
        return None
    gap = minus(inner, ONE) if rising else minus(ONE, inner)
    found = prove(replace(goal, slack=gap), effort)
    if found is None:
        return None
    t = Name("t_ratio", REAL)
    tangent = minus(minus(t, ONE), Apply("ln", (t,), REAL))
    value = over(ONE, inner) if rising else inner
    size = over(gap, inner) if rising else gap
    weight: Step = Kept(tuple(range(len(goal.facts))), found.step)
    if rising:
        weight = Product((gap, value), (weight, Enclosed()))
    step: Step = Sum((substitute(tangent, {t.text: value}), size), (Known(len(goal.facts), ONE), weight), 1)
    step = Instance(t.text, POSITIVE, tangent, False, value, TANGENT, positive.step, Enclosed(), step)
    return Found(step, found.argument) if accepted(goal, step) else None
