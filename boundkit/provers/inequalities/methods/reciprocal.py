"""A range without an upper end as that of 1/x, so that what happens at infinity happens at 0."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Name, substitute
from boundkit.kernel.derivative import minus, number, over
from boundkit.kernel.steps import Changed, Enclosed, Fact, Product, Range, Split
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 45


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """For goals in one variable, far out."""
    active = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    if len(active) != 1 or goal.facts:
        return GivenUp("")
    (name,) = active
    extent = goal.box[name]
    if extent.upper is not None or extent.integral or name.endswith("_inverse"):
        return GivenUp("")
    if extent.lower is None or extent.lower <= 0:
        return _split(goal, name, prove, effort)
    new = Name(name + "_inverse", REAL)
    inner = Range(Fraction(0), 1 / extent.lower, False, extent.lower_closed)
    old = Name(name, REAL)
    value = over(ONE, new)
    slack = expanded(substitute(goal.slack, {name: value}))
    if slack is None:
        return GivenUp("")
    box = {**{own: held for own, held in goal.box.items() if own != name}, new.text: inner}
    held = Fact(minus(value, number(extent.lower)), "nonnegative" if extent.lower_closed else "positive")
    found = prove(Goal(slack, goal.strict, box, (held,)), effort)
    if found is None:
        return GivenUp("")
    rest = Product((slack,), (found.step,))
    step = Changed(name, value, new.text, inner, over(ONE, old), Enclosed(), Enclosed(), rest)
    if not accepted(goal, step):
        return GivenUp("")
    return Found(step, (f"with {new.text} = 1/{name}", *found.argument))


def _split(goal: Goal, name: str, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The part below 1, and that above."""
    from dataclasses import replace

    extent = goal.box[name]
    one = Fraction(1)
    below = prove(replace(goal, box={**goal.box, name: replace(extent, upper=one, upper_closed=True)}), effort)
    if below is None:
        return GivenUp("")
    above = prove(replace(goal, box={**goal.box, name: replace(extent, lower=one, lower_closed=True)}), effort)
    if above is None:
        return GivenUp("")
    return Found(Split(name, one, below.step, above.step), (*below.argument, *above.argument))
