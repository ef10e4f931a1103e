"""The derivative is the limit of difference quotients wherever the term is defined."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundkit.ir.sorts import INT, NAT, PROP, REAL, SetOf
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, number
from boundkit.kernel.balls import Undecided, Undefined, enclose, precisely
from boundkit.kernel.derivative import NotDifferentiable, derivative

X = Name("x", REAL)
SMOOTH = ["neg", "sqrt", "exp", "ln", "log2", "xlnx", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh",
          "erf", "Phi", "arcsin", "arccos", "LambertW", "LambertWm1", "Gamma", "lnGamma"]  # fmt: skip


def real(head: str, *args: Term | int | Fraction) -> Apply:
    return Apply(head, tuple(arg if isinstance(arg, Term) else number(arg) for arg in args), REAL)


def terms() -> st.SearchStrategy[Term]:
    leaves = st.one_of(st.just(X), st.fractions(-3, 3, max_denominator=6).map(number))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from("+-*/^"), inner, inner).map(lambda t: real(*t)),
            st.tuples(st.sampled_from(SMOOTH), inner).map(lambda t: real(*t)),
            st.tuples(inner, st.integers(-3, 4)).map(lambda t: real("^", *t)),
        ),
        max_leaves=6,
    )


def value(term: Term, place: Fraction) -> arb:
    return enclose(term, {"x": arb(fmpq(place.numerator, place.denominator))}, 1200)


def error(term: Term, place: Fraction) -> arb | None:
    """Distance of the derivative from a difference quotient; None where either is undefined or huge."""
    step = Fraction(1, 2**200)
    with precisely(1200):
        try:
            slope = value(derivative(term, "x"), place)
            rise = value(term, place + step) - value(term, place - step)
        except (Undefined, Undecided, NotDifferentiable):
            return None
        quotient = rise / arb(fmpq(2, 2**200))
        if not (quotient.is_finite() and slope.is_finite() and abs(slope) < 2**60):
            return None
        return abs(slope - quotient)


# The step is far smaller than the radius on which these terms are analytic, if they are there at all.
TINY = arb(2) ** -60


@given(terms(), st.fractions(-4, 4, max_denominator=50))
@settings(max_examples=300, deadline=None)
def test_it_is_the_limit_of_difference_quotients(term: Term, place: Fraction) -> None:
    found = error(term, place)
    assume(found is not None)
    assert found < TINY


@pytest.mark.parametrize("head", SMOOTH)
def test_every_known_function(head: str) -> None:
    argument = X if head == "neg" else real("*", -1 if head == "LambertWm1" else 2, X)
    assert error(real(head, argument), Fraction(1, 3)) < TINY


def test_a_power_with_the_variable_above_and_below() -> None:
    assert error(real("^", X, X), Fraction(3, 2)) < TINY
    assert error(real("^", 2, X), Fraction(-3, 2)) < TINY
    assert error(real("^", X, Fraction(3, 2)), Fraction(3, 2)) < TINY


def test_a_symbolic_sum_is_differentiated_inside() -> None:
    k = Name("k", NAT)
    powers = Bind("sum", k, Apply("range", (ONE, number(5)), SetOf(NAT)), Apply("^", (X, k), REAL), REAL)
    assert error(powers, Fraction(2, 3)) < TINY


def test_a_bound_variable_of_the_same_name_is_another() -> None:
    bound = Name("x", REAL)
    total = Bind("sum", bound, Apply("range", (ONE, number(5)), SetOf(NAT)), bound, REAL)
    assert derivative(total, "x") == ZERO


@pytest.mark.parametrize("head", ["abs", "floor", "ceil", "sign", "factorial"])
def test_heads_without_a_rule_are_declined(head: str) -> None:
    with pytest.raises(NotDifferentiable):
        derivative(real(head, X), "x")


def test_what_does_not_mention_the_name_has_derivative_zero() -> None:
    assert derivative(real("abs", Name("y", REAL)), "x") == ZERO


def test_choices_and_other_binders_are_declined() -> None:
    choice = Apply("if", (Apply("<=", (X, ZERO), PROP), X, ZERO), REAL)
    k = Name("k", NAT)
    product = Bind("prod", k, Apply("range", (ONE, number(3)), SetOf(NAT)), X, REAL)
    for term in (choice, product, real("min", X, 1)):
        with pytest.raises(NotDifferentiable):
            derivative(term, "x")


def test_an_integer_variable_is_declined() -> None:
    with pytest.raises(NotDifferentiable):
        derivative(Name("x", INT), "x")


def test_the_root_of_a_square_has_no_derivative_at_zero() -> None:
    slope = derivative(real("sqrt", real("^", X, 2)), "x")
    with pytest.raises(Undefined):
        enclose(slope, {"x": arb(0)}, 64)


def test_a_term_that_is_too_deep_is_declined() -> None:
    term: Term = X
    for _ in range(100_000):
        term = real("neg", term)
    with pytest.raises(NotDifferentiable):
        derivative(term, "x")
