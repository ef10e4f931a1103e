"""Identities between rational functions: what is equal is equal wherever both are defined."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundkit.formulas.reader import read_formula
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Number, Term, substitute
from boundkit.kernel.constants import exact
from boundkit.kernel.quotients import same
from boundkit.kernel.rational_functions import RationalFunctions, TooLarge, atoms_of, equal

LEAVES = st.sampled_from(["a", "b", "c", "1", "2", "3/2"])
TERMS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({''.join(parts)})"),
        st.tuples(inner, st.integers(-2, 3)).map(lambda parts: f"({parts[0]})**({parts[1]})"),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("(a + b)**2", "a**2 + 2*a*b + b**2"),
        ("a/(b + c) - 1", "(a - b - c)/(b + c)"),
        ("1/(1/a + 1/b)", "a*b/(a + b)"),
        ("(a + b + c)**9*(a - b)**2", "(b - a)*(a + b + c)**9*(b - a)"),
        ("(a**2 - b**2)/(a - b)", "a + b"),
        ("exp(a)**2 - 1", "(exp(a) - 1)*(exp(a) + 1)"),
        ("a**(-2)", "1/a**2"),
    ],
)
def test_the_two_terms_are_one_rational_function(left: str, right: str) -> None:
    assert equal(read_formula(left), read_formula(right)) is True


@pytest.mark.parametrize(
    ("left", "right"),
    [("(a + b)**2", "a**2 + b**2"), ("a/b", "b/a"), ("a", "b"), ("a**20", "a**19"), ("1/a", "0")],
)
def test_different_rational_functions_of_names_are_told_apart(left: str, right: str) -> None:
    assert equal(read_formula(left), read_formula(right)) is False
    assert not same(read_formula(left), read_formula(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("exp(a)*exp(b)", "exp(a + b)"),
        ("sqrt(a)**2", "a"),
        ("1/(a - a)", "1/(b - b)"),
        ("(a + b)**200", "(b + a)**200"),
        ("((((2**90)**90)**90)**90)*a", "a"),
        ("(a + b + c + x + y + z)**30", "a"),
    ],
)
def test_nothing_is_said_of_related_atoms_and_of_what_is_too_large(left: str, right: str) -> None:
    assert equal(read_formula(left), read_formula(right)) is None


def test_a_divisor_that_is_zero_is_refused() -> None:
    term = read_formula("1/((a + 1)**2 - a**2 - 2*a - 1)")
    with pytest.raises(TooLarge):
        RationalFunctions(sorted(atoms_of(term), key=str)).of(term)


@given(TERMS, TERMS, st.lists(st.integers(-7, 7), min_size=3, max_size=3))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_equal_terms_have_equal_values(left: str, right: str, values: list[int]) -> None:
    for one, other in ((left, right), (left, f"({left} - {right}) + {right}")):
        first, second = read_formula(one), read_formula(other)
        if equal(first, second) is True:
            point: dict[str, Term] = {
                name: Number(Fraction(value)) for name, value in zip("abc", values, strict=True)
            }
            found = [_value(substitute(term, point)) for term in (first, second)]
            assert None in found or found[0] == found[1]


def _value(term: Term) -> Fraction | None:
    try:
        return exact(term, {})
    except (ZeroDivisionError, ArithmeticError):
        return None


def test_numbers_of_many_digits_are_not_shown_to_be_equal_and_break_nothing() -> None:
    huge = Number(Fraction(10**5000 + 1))
    left = Apply("exp", (huge,), REAL)
    assert not same(left, Apply("exp", (Number(Fraction(10**5000)),), REAL))
