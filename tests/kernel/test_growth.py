"""Limits by expansions at infinity, against values far out."""

from __future__ import annotations

from fractions import Fraction

import pytest

from boundkit.formulas.reader import read_formula
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, number, substitute
from boundkit.kernel.balls import enclose
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.growth import limit
from boundkit.kernel.intervals import Undecided

NAMES = {"x": REAL, "s": REAL}
FAR = {"x": number(10**7), "s": read_formula("3/10")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("loggamma(x + 1) - loggamma(x + s) - (1 - s)*log(x + s/2)", "0"),
        ("x*(loggamma(x + 1) - loggamma(x + s) - (1 - s)*log(x))", "s/2 - s**2/2"),
        ("loggamma(x) - (x - 1/2)*log(x) + x", "log(2*pi)/2"),
        ("x**2*(digamma(x + 1) - log(x + 1/2))", "1/24"),
        ("x**2*(trigamma(x) - 1/x)", "1/2"),
        ("x**3*polygamma(2, x) + x", "-1"),
        ("x*log((x + s)/(x + 1))", "s - 1"),
        ("(1 + s/x)**x", "exp(s)"),
        ("sqrt(x**2 + x) - x", "1/2"),
        ("x*(1 - erf(sqrt(x)))", "0"),
        ("x*(1 + tanh(-x))", "0"),
        ("x*(pi/2 - atan(x + s))", "1"),
        ("atan(-x**2)", "-pi/2"),
        ("x**2*exp(log(x) - x)", "0"),
        ("exp(x)", None),
        ("erf(sin(x))", None),
        ("log(1 + pi*x) - log(x)", "log(pi)"),
        ("sqrt(2*pi*x + 1)/sqrt(x)", "sqrt(2*pi)"),
        ("log(1 + s*x) - log(x)", None),
        ("gamma(x + s)/gamma(x)/x**s", None),
        ("log(x) - sqrt(x)", None),
        ("x*sin(1/x)", None),
        ("s*x", None),
    ],
)
def test_limits_agree_with_values_far_out(text: str, expected: str | None) -> None:
    term = read_formula(text, NAMES)
    if expected is None:
        with pytest.raises(Undecided):
            limit(term, "x")
        return
    found = limit(term, "x")
    assert found is not None
    near = enclose(substitute(term, FAR), {}, 300)
    for value in (substitute(found, FAR), substitute(read_formula(expected, NAMES), FAR)):
        assert abs(near - enclose(value, {}, 300)) < 1e-6


@pytest.mark.parametrize(
    "text", ["x", "sqrt(x) - log(x)", "loggamma(x) - 10*x", "x*digamma(x + 1) - loggamma(x + 1)"]
)
def test_what_grows_beyond_all_bounds_has_no_limit(text: str) -> None:
    assert limit(read_formula(text, NAMES), "x") is None


@pytest.mark.parametrize("text", ["sin(n)*cos(n) + 1/x", "exp(sin(n))*cos(n)*log(x)"])
def test_numbers_too_long_to_be_written_leave_it_undecided(text: str) -> None:
    with pytest.raises(Undecided):
        limit(substitute(read_formula(text), {"n": number(10**5000)}), "x")


def test_a_derivative_of_half_an_order_is_none() -> None:
    term = Apply("polygamma", (number(Fraction(1, 2)), Name("x", REAL)), REAL)
    with pytest.raises(Undecided):
        limit(term, "x")
    with pytest.raises(NotDifferentiable):
        derivative(term, "x")
