"""Factorials as values of the Gamma function, and Stirling's bounds of it, against values."""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial

import pytest

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Name, number, relation
from boundkit.kernel import balls
from boundkit.kernel.cover import Evaluated, Range, Rejected, Split, check_cover
from boundkit.kernel.interpolation import BERNOULLI, interpolated, is_integer, recurrence, stirling
from boundkit.kernel.intervals import rational_ball
from boundkit.kernel.steps import Enclosed, Interpolated, Step, Stirling

N, X = Name("n", REAL), Name("x", REAL)


@pytest.mark.parametrize("value", [Fraction(1, 10), Fraction(3, 2), Fraction(7)])
def test_stirlings_series_brackets_the_logarithm_of_gamma(value: Fraction) -> None:
    for shift in (-1, 0, 1, 4):
        if value + shift <= 0:
            continue
        for order in range(len(BERNOULLI)):
            assert balls.enclose(stirling(number(value), shift, order), {}, 500) > 0


def test_factorials_and_binomial_coefficients_are_values_of_gamma() -> None:
    for n in range(8):
        ((u,), value) = interpolated(Apply("factorial", (number(n),), REAL), set())
        assert u == number(n)
        assert balls.enclose(value, {}, 100).contains(factorial(n))
        for k in range(n + 1):
            _, value = interpolated(Apply("binomial", (number(n), number(k)), REAL), set())
            assert balls.enclose(value, {}, 100).contains(comb(n, k))


def test_only_integers_have_factorials() -> None:
    half = Apply("/", (N, number(2)), REAL)
    assert is_integer(Apply("*", (number(2), N), REAL), {"n"})
    assert not is_integer(half, {"n"})
    assert not is_integer(X, {"n"})
    with pytest.raises(Rejected):
        interpolated(Apply("factorial", (half,), REAL), {"n"})


def shown(slack: Apply, extent: Range, step: Step) -> bool:
    try:
        check_cover(relation("<", ZERO, slack), {"n": extent}, step)
    except Rejected:
        return False
    return True


def test_a_factorial_is_replaced_for_natural_numbers_alone() -> None:
    term = Apply("factorial", (N,), REAL)
    step = Interpolated(term, (Enclosed(),), Enclosed())
    assert shown(term, Range(Fraction(0), None, integral=True), step)
    assert not shown(term, Range(Fraction(0), None), step)
    assert not shown(term, Range(Fraction(-1), None, integral=True), step)
    assert not shown(term, Range(Fraction(0), None, integral=True), Interpolated(term, (), Enclosed()))


def test_a_bound_of_gamma_needs_a_positive_argument_and_a_known_order() -> None:
    slack = Apply("lnGamma", (N,), REAL)
    far = Range(Fraction(3), Fraction(4))
    assert shown(slack, far, Stirling(N, 0, 0, Enclosed(), Enclosed()))
    assert not shown(slack, far, Stirling(N, 0, 99, Enclosed(), Enclosed()))
    assert not shown(slack, far, Stirling(Apply("-", (N, number(3)), REAL), 0, 0, Enclosed(), Enclosed()))
    assert not shown(slack, far, Split("n", Fraction(7, 2), Evaluated(), Evaluated()))


@pytest.mark.parametrize("derivative", range(5))
def test_the_derivatives_of_the_series_bound_those_of_lngamma(derivative: int) -> None:
    for shift in (-2, 0, 3):
        for order in range(5):
            gap = stirling(X, shift, order, derivative)
            for place in (Fraction(5, 2), Fraction(4), Fraction(30)):
                assert balls.enclose(gap, {"x": rational_ball(place)}, 400) > 0
    gap = recurrence(X, 3, derivative)
    assert abs(balls.enclose(gap, {"x": rational_ball(Fraction(3, 2))}, 200)) < 1e-30
