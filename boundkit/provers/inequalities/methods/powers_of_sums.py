"""A product of powers of sums with symbolic exponents against a sum of such products, by logarithms: so
a^p*c^(1-p) + b^p*d^(1-p) <= (a + b)^p*(c + d)^(1-p) (Hoelder's inequality)."""

from __future__ import annotations

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term, number, subterms
from boundkit.kernel.derivative import minus, negative, plus, times
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove
from boundkit.provers.inequalities.methods.bernoulli import in_exponentials, is_power
from boundkit.provers.inequalities.methods.logarithms import compared
from boundkit.provers.inequalities.sampling import signs
from boundkit.provers.inequalities.summands import Summand, sides

COST = 2
MOST_SUMMANDS = 4


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The one summand on one side, with all on the other."""
    written = [part for part in subterms(goal.slack) if is_power(part)]
    if not any(_is_sum(part.args[0]) for part in written if isinstance(part, Apply)):
        return GivenUp("")
    return in_exponentials(goal, written[0], _attempt, prove, effort) or GivenUp("")


def _attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal with exponentials for powers."""
    written = [part for part in subterms(goal.slack) if is_power(part)]
    if written:
        return in_exponentials(goal, written[0], _attempt, prove, effort) or GivenUp("")
    above, below, _ = sides(goal.slack)
    for single, others in ((above, below), (below, above)):
        if len(single) != 1 or not 2 <= len(others) <= MOST_SUMMANDS or not _of_sums(single[0]):
            continue
        if not all(any(_exponent(base) is not None for base, _ in own.factors) for own in others):
            continue
        one, rest = single[0].term, plus(*(own.term for own in others))
        if signs(one, goal.box, goal.facts) != {1} or signs(rest, goal.box, goal.facts) != {1}:
            continue
        gap = minus(_logarithm(single[0]), Apply("ln", (rest,), REAL))
        greater, less = (one, rest) if single is above else (rest, one)
        written_gap = gap if single is above else negative(gap)
        return compared(goal, greater, less, prove, effort, written_gap) or GivenUp("")
    return GivenUp("")


def _is_sum(term: Term) -> bool:
    return isinstance(term, Apply) and term.head == "+"


def _exponent(term: Term) -> tuple[Term, Term] | None:
    """c*ln(u) and u of a power exp(c*ln(u))."""
    if not isinstance(term, Apply) or term.head != "exp":
        return None
    for part in subterms(term.args[0]):
        if isinstance(part, Apply) and part.head == "ln":
            return term.args[0], part.args[0]
    return None


def _of_sums(summand: Summand) -> bool:
    """Whether it is a product of powers, one of which is that of a sum."""
    powers = [_exponent(base) for base, _ in summand.factors]
    return summand.coefficient == 1 and all(powers) and any(own and _is_sum(own[1]) for own in powers)


def _logarithm(summand: Summand) -> Term:
    parts: list[Term] = []
    for base, count in summand.factors:
        found = _exponent(base)
        assert found is not None
        parts.append(times(number(count), found[0]))
    return plus(*parts)
