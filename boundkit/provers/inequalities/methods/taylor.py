"""One variable: Taylor models at ends where the sides touch, or a root or a pole is, and far out, after a
division by what grows like an exponential; on pieces elsewhere."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Term, number
from boundkit.kernel.derivative import times
from boundkit.kernel.quotients import Algebra, TooLarge
from boundkit.kernel.steps import Enclosed, Product, Step
from boundkit.provers import taylor
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 2
LINE = "by Taylor's theorem where the sides touch and far out, and interval arithmetic elsewhere"


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The slack, or its quotient by an exponential."""
    if len(goal.slack.free) != 1:
        return GivenUp("")
    (name,) = goal.slack.free
    extent = goal.box[name]
    effort.spend()
    for slack, factor in _forms(goal.slack, name, extent.upper is None, extent.lower is None):
        step: Step | None = taylor.cover(slack, goal.strict, name, extent)
        if step is not None and factor is not None:
            step = Product((slack, factor), (step, Enclosed()))
        if step is not None and accepted(goal, step):
            return Found(step, (LINE,))
    return GivenUp("")


def _forms(slack: Term, name: str, up: bool, down: bool) -> list[tuple[Term, Term | None]]:
    """The slack; or, if it has a summand that grows faster than all powers where the range goes on, what is
    left over when it is divided by an exponential."""
    found: list[tuple[Term, Term | None]] = [(slack, None)]
    if not up and not down:
        return found
    try:
        rates = _rates(slack, name)
    except TooLarge:
        return found
    rate = max(rates) if up else min(rates)
    if up == down or not (rate > 0 if up else rate < 0):
        return found
    factor = Apply("exp", (times(number(rate), Name(name, REAL)),), REAL)
    inverse = Apply("exp", (times(number(-rate), Name(name, REAL)),), REAL)
    rest = expanded(times(slack, inverse))
    return found if rest is None else [(rest, factor)]


def _rates(slack: Term, name: str) -> list[Fraction]:
    """The rates c of the factors exp(c*x) of the summands."""
    rates = [Fraction(0)]
    for monomial in Algebra().of(slack).top:
        rate = Fraction(0)
        for atom, exponent in monomial:
            if isinstance(atom, Apply) and atom.head == "exp" and name in atom.free:
                own = Algebra().of(atom.args[0])
                if own.below or len(own.top) != 1:
                    continue
                ((inner, value),) = own.top.items()
                if inner == ((Name(name, REAL), Fraction(1)),):
                    rate += exponent * value
        rates.append(rate)
    return rates
