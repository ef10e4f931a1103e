"""Factorials and binomial coefficients as values of the Gamma function; its recurrence, and its series."""

from __future__ import annotations

from collections.abc import Set
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number
from boundkit.kernel.derivative import minus, negative, over, plus, polygamma, power, times
from boundkit.kernel.quotients import Algebra
from boundkit.kernel.steps import Rejected

BERNOULLI = tuple(map(Fraction, ("1/6", "-1/30", "1/42", "-1/30", "5/66", "-691/2730", "7/6", "-3617/510")))
"""The Bernoulli numbers of even index from B2 on (DLMF 24.2.iv)."""
LARGEST_SHIFT = 40
MOST_DERIVATIVES = 12


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


def stirling(value: Term, shift: int, order: int, derivative: int = 0) -> Term:
    """What is positive where value, and value + shift, are: lnGamma(value) less its bound by the series at
    value + shift with `order` terms, or the bound less it for an odd order; or the derivative of this number,
    times (-1)^derivative. Raises Rejected for other shifts, orders and derivatives."""
    if type(shift) is not int or type(order) is not int:
        raise Rejected("shift and order are integers")
    if not (abs(shift) <= LARGEST_SHIFT and 0 <= order < len(BERNOULLI)):
        raise Rejected("no such bound")
    _check_derivative(derivative)
    w = plus(value, number(shift)) if shift else value
    steps = [(k, 1) for k in range(shift)] + [(-k, -1) for k in range(1, -shift + 1)]
    logarithms = [
        times(number(sign), _logarithm(plus(value, number(k)) if k else value, derivative))
        for k, sign in steps
    ]
    series = [
        _inverse(own / (2 * k * (2 * k - 1)), w, 2 * k - 1, derivative)
        for k, own in enumerate(BERNOULLI[:order], 1)
    ]
    gap = minus(plus(log_gamma(value, derivative), *logarithms), plus(*_main(w, derivative), *series))
    return negative(gap) if (order + derivative) % 2 else gap


def _main(w: Term, derivative: int) -> list[Term]:
    """(w - 1/2)*ln(w) - w + ln(2*pi)/2, or its derivative of this number."""
    if derivative:
        return [_logarithm(w, derivative - 1), _inverse(Fraction(-1, 2), w, 1, derivative - 1)]
    return [
        times(minus(w, number(Fraction(1, 2))), _real("ln", w)),
        negative(w),
        times(number(Fraction(1, 2)), _real("ln", times(number(8), _real("arctan", ONE)))),
    ]


def recurrence(value: Term, shift: int, derivative: int = 0) -> Term:
    """What is zero where value > 0: lnGamma(value + shift) - (lnGamma(value) + ln(value) + ... + ln(value +
    shift - 1)) (DLMF 5.5.1), or its derivative of this number. Raises Rejected unless the shift is a small
    positive integer."""
    if type(shift) is not int or not 1 <= shift <= LARGEST_SHIFT:
        raise Rejected("no such shift")
    _check_derivative(derivative)
    return minus(log_gamma(plus(value, number(shift)), derivative), shifted(value, shift, derivative))


def shifted(value: Term, shift: int, derivative: int = 0) -> Term:
    """lnGamma(value) + ln(value) + ... + ln(value + shift - 1), or its derivative of this number."""
    factors = (plus(value, number(k)) if k else value for k in range(shift))
    return plus(log_gamma(value, derivative), *(_logarithm(factor, derivative) for factor in factors))


def _check_derivative(derivative: object) -> None:
    if type(derivative) is not int or not 0 <= derivative <= MOST_DERIVATIVES:
        raise Rejected("no such derivative")


def log_gamma(term: Term, derivative: int) -> Term:
    """The derivative of this number of lnGamma."""
    return polygamma(derivative - 1, term) if derivative else _real("lnGamma", term)


def _logarithm(term: Term, derivative: int) -> Term:
    """The derivative of this number of ln."""
    return _inverse(Fraction(1), term, 1, derivative - 1) if derivative else _real("ln", term)


def _inverse(factor: Fraction, term: Term, exponent: int, derivative: int) -> Term:
    """The derivative of this number of factor/u^exponent."""
    for k in range(derivative):
        factor *= -(exponent + k)
    return over(number(factor), power(term, number(exponent + derivative)))


def _log_factorial(term: Term) -> Term:
    return _real("lnGamma", _short(plus(term, ONE)))


def _short(term: Term) -> Term:
    """A polynomial multiplied out, which is equal everywhere."""
    algebra = Algebra()
    return algebra.to_term(algebra.of(term))


def _real(head: str, term: Term) -> Apply:
    return Apply(head, (term,), REAL)
