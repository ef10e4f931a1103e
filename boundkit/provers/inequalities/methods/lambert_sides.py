"""LambertW alone on one side: w = LambertW(z) <= t if z <= t*exp(t), and w >= t if z >= t*exp(t).

For w >= 0, by exp(s) >= 1 + s at s = w - t: (1 + w)*(t - w) is at least t - w*exp(w - t) = t - z*exp(-t). For
t >= 0 likewise at s = t - w: (1 + t)*(w - t) is at least exp(-w)*(z - t*exp(t))."""

from __future__ import annotations

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Number, Term, number, substitute, subterms
from boundkit.kernel.derivative import minus, negative, over, plus, times
from boundkit.kernel.enclosures import replaced, size_of
from boundkit.kernel.quotients import same
from boundkit.kernel.steps import Enclosed, Instance, Kept, Known, Lambert, Product, Range, Step, Sum
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.changes import fresh
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 9
LINE = Range(None, None)


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The first one, of the greatest argument, in which the slack is linear with a rational coefficient."""
    seen = dict.fromkeys(part for part in subterms(goal.slack) if isinstance(part, Apply))
    functions = [part for part in seen if part.head == "LambertW" and part.free]
    for function in sorted(functions, key=lambda own: -size_of(own)):
        found = _alone(goal, function, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _alone(goal: Goal, function: Apply, prove: Prove, effort: Effort) -> Found | None:
    name = fresh("w", goal)
    general = replaced(goal.slack, function, name)
    at_zero = substitute(general, {name.text: number(0)})
    share = expanded(minus(substitute(general, {name.text: ONE}), at_zero))
    if not isinstance(share, Number) or not share.value:
        return None
    size = number(abs(share.value))
    below = share.value < 0
    other = over(at_zero, size) if below else over(negative(at_zero), size)
    side = expanded(other) or other
    if not same(general, plus(at_zero, times(share, name))):
        return None
    least = function if below else side
    if not accepted(Goal(least, False, goal.box, goal.facts), Enclosed()):
        return None
    greatest = side if below else function
    argument = function.args[0]
    gap = minus(times(side, _exp(side)), argument)
    found = prove(Goal(gap if below else negative(gap), goal.strict, goal.box, goal.facts), effort)
    if found is None:
        return None
    s = fresh("s", goal)
    tangent = minus(_exp(s), plus(ONE, s))
    line = prove(Goal(tangent, False, {s.text: LINE}), effort)
    if line is None:
        return None
    count = len(goal.facts)
    kept = tuple(range(count))
    distance = minus(least, greatest)
    unit = over(size, plus(ONE, least))
    first, second = times(unit, _exp(negative(greatest))), times(unit, least)
    bend = minus(_exp(distance), plus(ONE, distance))
    known = Instance(
        s.text, LINE, tangent, False, distance, line.step, Enclosed(), Enclosed(), Known(count + 1, ONE)
    )
    multiplier = negative(first) if below else first
    parts = (
        times(first, gap if below else negative(gap)),
        times(second, bend),
        times(multiplier, minus(times(function, _exp(function)), argument)),
    )
    steps: tuple[Step, ...] = (
        Product((first, gap if below else negative(gap)), (Enclosed(), Kept(kept, found.step))),
        Product((second, bend), (Enclosed(), known)),
        Known(count, multiplier),
    )
    step = Lambert(argument, Sum(parts, steps, 0))
    if not accepted(goal, step):
        return None
    shown = f"{argument} {'<=' if below else '>='} {times(side, _exp(side))}"
    return Found(step, (f"{function} {'<=' if below else '>='} {side}, since {shown}", *found.argument))


def _exp(term: Term) -> Term:
    return Apply("exp", (term,), REAL)
