"""Factorials and binomial coefficients as values of the Gamma function; its recurrence, and its series."""

from __future__ import annotations

from collections.abc import Set
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number
from boundkit.kernel.derivative import minus, negative, over, plus, power, times
from boundkit.kernel.quotients import Algebra
from boundkit.kernel.steps import Rejected

BERNOULLI = tuple(map(Fraction, ("1/6", "-1/30", "1/42", "-1/30", "5/66", "-691/2730", "7/6", "-3617/510")))
"""The Bernoulli numbers of even index from B2 on (DLMF 24.2.iv)."""
LARGEST_SHIFT = 40


def interpolated(term: Term, integral: Set[str]) -> tuple[tuple[Term, ...], Term]:
    """What must be >= 0 so that a term factorial(u) or binomial(n, k), whose arguments are integers wherever
    the names `integral` are, is the second term returned, in values of lnGamma. Raises Rejected."""
    if not isinstance(term, Apply) or not all(is_integer(arg, integral) for arg in term.args):
        raise Rejected("the arguments may not be integers")
    if term.head == "factorial" and len(term.args) == 1:
        (u,) = term.args
        return (u,), _real("exp", _log_factorial(u))
    if term.head == "binomial" and len(term.args) == 2:
        n, k = term.args
        rest = _short(minus(n, k))
        logarithm = minus(minus(_log_factorial(n), _log_factorial(k)), _log_factorial(rest))
        return (k, rest), _real("exp", logarithm)
    raise Rejected("neither a factorial nor a binomial coefficient")


def is_integer(term: Term, integral: Set[str]) -> bool:
    """Whether the term is a polynomial with integer coefficients in these names."""
    if isinstance(term, Number):
        return term.value.denominator == 1
    if isinstance(term, Name):
        return term.text in integral
    if not isinstance(term, Apply):
        return False
    if term.head == "^" and len(term.args) == 2:
        base, exponent = term.args
        whole = isinstance(exponent, Number) and exponent.value.denominator == 1 and exponent.value > 0
        return whole and is_integer(base, integral)
    return term.head in ("+", "-", "*", "neg") and all(is_integer(arg, integral) for arg in term.args)


def stirling(value: Term, shift: int, order: int) -> Term:
    """What is positive where value, and value + shift, are: lnGamma(value) less its bound by the series at
    value + shift with `order` terms, or the bound less it for an odd order. Raises Rejected for other shifts
    and orders."""
    if type(shift) is not int or type(order) is not int:
        raise Rejected("shift and order are integers")
    if not (abs(shift) <= LARGEST_SHIFT and 0 <= order < len(BERNOULLI)):
        raise Rejected("no such bound")
    w = plus(value, number(shift)) if shift else value
    logarithms: list[Term] = [_real("ln", plus(value, number(k)) if k else value) for k in range(shift)]
    logarithms += [negative(_real("ln", plus(value, number(-k)))) for k in range(1, -shift + 1)]
    whole_turn = times(number(8), _real("arctan", ONE))
    main = [
        times(minus(w, number(Fraction(1, 2))), _real("ln", w)),
        negative(w),
        times(number(Fraction(1, 2)), _real("ln", whole_turn)),
    ]
    series = [
        over(number(own / (2 * k * (2 * k - 1))), power(w, number(2 * k - 1)))
        for k, own in enumerate(BERNOULLI[:order], 1)
    ]
    gap = minus(plus(_real("lnGamma", value), *logarithms), plus(*main, *series))
    return negative(gap) if order % 2 else gap


def recurrence(value: Term, shift: int) -> Term:
    """What is zero where value > 0: lnGamma(value + shift) - (lnGamma(value) + ln(value) + ... + ln(value +
    shift - 1)) (DLMF 5.5.1). Raises Rejected unless the shift is a small positive integer."""
    if type(shift) is not int or not 1 <= shift <= LARGEST_SHIFT:
        raise Rejected("no such shift")
    factors = (plus(value, number(k)) if k else value for k in range(shift))
    logarithms = (_real("ln", factor) for factor in factors)
    return minus(_real("lnGamma", plus(value, number(shift))), plus(_real("lnGamma", value), *logarithms))


def _log_factorial(term: Term) -> Term:
    return _real("lnGamma", _short(plus(term, ONE)))


def _short(term: Term) -> Term:
    """A polynomial multiplied out, which is equal everywhere."""
    algebra = Algebra()
    return algebra.to_term(algebra.of(term))


def _real(head: str, term: Term) -> Apply:
    return Apply(head, (term,), REAL)
