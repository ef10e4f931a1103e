"""Logarithms of products, quotients, powers and exponentials, taken apart where the factors are positive."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Number, Term, number, rebuild
from boundkit.kernel.derivative import minus, plus, times
from boundkit.kernel.steps import Enclosed, Product
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.congruence import term_by_term
from boundkit.provers.inequalities.summands import sides

COST = 3
MOST_MATCHED = 3


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The slack with its logarithms taken apart."""
    apart = _apart(goal.slack, goal)
    if apart == goal.slack:
        return GivenUp("")
    above, below, _ = sides(goal.slack)
    if len(above) == len(below) <= MOST_MATCHED:
        # Equal functions on both sides would no longer be seen.
        whole = term_by_term(goal, above, below, prove, effort)
        if whole is not None:
            return whole
    found = prove(replace(goal, slack=apart), effort)
    if found is None:
        return GivenUp("")
    step = Product((apart,), (found.step,))
    return Found(step, found.argument) if accepted(goal, step) else GivenUp("")


def _apart(term: Term, goal: Goal) -> Term:
    inner = rebuild(term, lambda part: _apart(part, goal)) if isinstance(term, Apply) else term
    if not isinstance(inner, Apply) or inner.head not in ("ln", "log2"):
        return inner
    if inner.head == "log2":
        return Apply(
            "/", (_apart(Apply("ln", inner.args, REAL), goal), Apply("ln", (number(2),), REAL)), REAL
        )
    return _logarithm(inner.args[0], goal)


def _logarithm(term: Term, goal: Goal) -> Term:
    """ln(term) as a sum, as far as the factors are positive by interval arithmetic."""
    whole = Apply("ln", (term,), REAL)
    if not isinstance(term, Apply):
        return whole
    head, args = term.head, term.args
    if head == "exp":
        return args[0]
    if head in ("*", "/") and all(_positive(arg, goal) for arg in args):
        parts = [_logarithm(arg, goal) for arg in args]
        return plus(*parts) if head == "*" else minus(*parts)
    if head == "sqrt" and _positive(args[0], goal):
        return times(number(Fraction(1, 2)), _logarithm(args[0], goal))
    if head == "^" and isinstance(args[1], Number) and _positive(args[0], goal):
        return times(args[1], _logarithm(args[0], goal))
    return whole


def _positive(term: Term, goal: Goal) -> bool:
    if isinstance(term, Number):
        return term.value > 0
    if isinstance(term, Name) and goal.box[term.text].lower is not None:
        extent = goal.box[term.text]
        assert extent.lower is not None
        if extent.lower > 0 or (extent.lower == 0 and not extent.lower_closed):
            return True
    return accepted(replace(goal, slack=term, strict=True), Enclosed())
