"""An exponential of a sum with logarithms, as of a relative entropy, against a rest without: the logarithm of
the rest against the sum as it is written, before it is taken apart."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Number, Term, subterms
from boundkit.kernel.derivative import minus, negative, plus, times
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove
from boundkit.provers.inequalities.methods.logarithms import compared
from boundkit.provers.inequalities.sampling import signs

COST = 1


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One such exponential among the summands, with a rest that seems positive."""
    if not any(map(_is_entropic, subterms(goal.slack))):
        return GivenUp("")
    summands = list(_summands(goal.slack, 1))
    hard = [pair for pair in summands if any(map(_is_entropic, subterms(pair[1])))]
    if len(hard) != 1 or len(summands) < 2:
        return GivenUp("")
    ((sign, term),) = hard
    exponent = _exponent(term)
    if exponent is None:
        return GivenUp("")
    rest = plus(*(own if side != sign else negative(own) for side, own in summands if own is not term))
    if signs(rest, goal.box, goal.facts) != {1}:
        return GivenUp("")
    greater, less = (term, rest) if sign > 0 else (rest, term)
    gap = minus(exponent, Apply("ln", (rest,), REAL))
    return compared(goal, greater, less, prove, effort, gap if sign > 0 else negative(gap)) or GivenUp("")


def _is_entropic(term: Term) -> bool:
    """Whether it is the exponential of a sum with products of logarithms."""
    if not isinstance(term, Apply) or term.head != "exp":
        return False
    inner = [part for part in subterms(term.args[0]) if isinstance(part, Apply) and part.free]
    return any(part.head == "ln" for part in inner) and any(part.head in ("+", "-") for part in inner)


def _summands(term: Term, sign: int) -> Iterator[tuple[int, Term]]:
    """The summands as they are written, with their signs."""
    if isinstance(term, Apply) and term.head in ("+", "-", "neg"):
        for place, own in enumerate(term.args):
            yield from _summands(own, -sign if term.head == "neg" or (term.head == "-" and place) else sign)
    else:
        yield sign, term


def _exponent(term: Term) -> Term | None:
    """The logarithm of an exponential, which a positive number may stand before."""
    if _is_entropic(term):
        assert isinstance(term, Apply)
        return term.args[0]
    if not isinstance(term, Apply) or term.head not in ("*", "/") or not _is_entropic(term.args[0]):
        return None
    number_ = times(*term.args[1:])
    if not isinstance(number_, Number) or number_.value <= 0:
        return None
    assert isinstance(term.args[0], Apply)
    own = Apply("ln", (number_,), REAL)
    return plus(term.args[0].args[0], own) if term.head == "*" else minus(term.args[0].args[0], own)
