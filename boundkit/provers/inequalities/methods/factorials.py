"""A product of factorials, powers and exponentials in several integers against another one: the logarithms of
both sides, which the recurrence of Gamma and induction reduce to inequalities without factorials."""

from __future__ import annotations

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term, subterms
from boundkit.kernel.derivative import minus
from boundkit.kernel.integers import later
from boundkit.kernel.quotients import Algebra, Quotient
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove
from boundkit.provers.inequalities.methods.logarithms import compared
from boundkit.provers.inequalities.sampling import signs

COST = 3


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Two products, in which several integers are arguments of lnGamma."""
    applied = [part for part in subterms(goal.slack) if isinstance(part, Apply)]
    arguments = [part for part in applied if part.head == "lnGamma"]
    if not arguments or not any(map(_is_exponential, applied)):
        return GivenUp("")
    if any(part.head in ("factorial", "binomial") for part in applied):
        return GivenUp("")
    integral = {name for name, extent in goal.box.items() if extent.integral and not extent.is_point}
    if len(integral & frozenset().union(*(part.free for part in arguments))) < 2:
        return GivenUp("")
    algebra = Algebra()
    quotient = algebra.of(goal.slack)
    if len(quotient.top) != 2 or sorted(value > 0 for value in quotient.top.values()) != [False, True]:
        return GivenUp("")
    greater, less = (
        algebra.to_term(Quotient({own: abs(value)}, quotient.below))
        for own, value in sorted(quotient.top.items(), key=lambda pair: -pair[1])
    )
    if not any(_grows(minus(*map(_logarithm, (greater, less))), name, goal) for name in sorted(integral)):
        return GivenUp("")
    return compared(goal, greater, less, prove, effort) or GivenUp("")


def _logarithm(term: Term) -> Term:
    return Apply("ln", (term,), REAL)


def _grows(gap: Term, name: str, goal: Goal) -> bool:
    """Whether the gap seems to be no less at the next value of a variable."""
    return -1 not in signs(minus(later(gap, (name,), 1), gap), goal.box, goal.facts)


def _is_exponential(part: Term) -> bool:
    return isinstance(part, Apply) and part.head == "exp" and bool(part.free)
