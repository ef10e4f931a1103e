"""f(x) >= f(x + 1) >= f(x + 2) >= ... down to the limit of f: for sums with values of lnGamma and its
derivatives the differences have none, by the recurrence. So ratios of Gamma are compared with powers
(Gautschi, 1959; Kershaw, 1983), and Stirling's formula is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from boundkit.ir.terms import Term, subterms
from boundkit.kernel import growth
from boundkit.kernel.derivative import minus
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.integers import later
from boundkit.kernel.steps import Telescoped
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods import recurrence
from boundkit.provers.inequalities.methods.falling import at_end
from boundkit.provers.inequalities.methods.recurrence import collected, derivative_of_log_gamma, written_out
from boundkit.provers.inequalities.sampling import signs

COST = 2
LARGEST = 150
PERIODS = (1, 2)


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The differences, which have no values of lnGamma and its derivatives, and the limit."""
    for name in _names(goal):
        kept = tuple(fact for fact in goal.facts if name not in fact.term.free)
        free = replace(goal, facts=kept)
        for period in PERIODS:
            fall = minus(goal.slack, later(goal.slack, (name,), period))
            short = collected(written_out(fall, free))
            if short is None or any(_of_gamma(part) for part in subterms(short)):
                continue
            if -1 in signs(short, goal.box, kept):
                break
            effort.spend(2)
            end = at_end(free, name, growth.limit(goal.slack, name), prove, effort)
            if end is None:
                break
            falling = recurrence.attempt(replace(free, slack=fall), prove, effort)
            if not isinstance(falling, Found):
                break
            step = Telescoped(name, Fraction(period), falling.step, end)
            if accepted(goal, step):
                line = f"the gap of the sides falls from {name} to {name} + {period}, and on to its limit"
                return Found(step, (line, *falling.argument))
    return GivenUp("")


def _names(goal: Goal) -> Iterator[str]:
    """Variables without upper ends of which lnGamma or one of its derivatives depends."""
    arguments = [part for part in subterms(goal.slack) if _of_gamma(part)]
    if not arguments or size_of(goal.slack) > LARGEST:
        return
    for name, extent in sorted(goal.box.items()):
        if extent.upper is None and any(name in part.free for part in arguments):
            yield name


def _of_gamma(term: Term) -> bool:
    return derivative_of_log_gamma(term) is not None and bool(term.free)
