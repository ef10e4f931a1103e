"""Polynomials over atoms: arithmetic, powers, and texts that are equal for equal polynomials only."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundkit.ir.sorts import NAT, REAL
from boundkit.ir.terms import Apply, Name, number
from boundkit.kernel.polynomials import (
    LARGEST,
    LARGEST_TERM,
    NIL,
    UNITY,
    Atom,
    E,
    Polynomial,
    TooLarge,
    constant,
    inverse_monomial,
    multiply,
    multiply_monomials,
    of_atom,
)
from tests.kernel.writing import n, x, y

X, Y, N = Atom(x), Atom(y), Atom(n)
SMALL = st.dictionaries(
    st.tuples(st.integers(0, 2), st.integers(0, 2)), st.fractions(-3, 3, max_denominator=4), max_size=4
)


def polynomial(coefficients: dict[tuple[int, int], Fraction]) -> Polynomial:
    """The sum of c * x^i * y^j."""
    result = NIL
    for (i, j), value in coefficients.items():
        part = constant(value)
        for atom, exponent in ((X, i), (Y, j)):
            if exponent:
                part = multiply(part, of_atom(atom, exponent))
        result = result + part
    return result


def at(own: Polynomial, left: Fraction, right: Fraction) -> Fraction:
    """The value of a polynomial in x and y."""
    total = Fraction(0)
    for monomial, value in own.terms.items():
        for atom, exponent in monomial:
            assert isinstance(exponent, int)
            value *= (left if atom == X else right) ** exponent
        total += value
    return total


@given(
    one=SMALL,
    other=SMALL,
    left=st.fractions(-2, 2, max_denominator=5),
    right=st.fractions(-2, 2, max_denominator=5),
)
def test_sums_and_products_have_their_values(
    one: dict[tuple[int, int], Fraction],
    other: dict[tuple[int, int], Fraction],
    left: Fraction,
    right: Fraction,
) -> None:
    p, q = polynomial(one), polynomial(other)
    assert at(p + q, left, right) == at(p, left, right) + at(q, left, right)
    assert at(p - q, left, right) == at(p, left, right) - at(q, left, right)
    assert at(multiply(p, q), left, right) == at(p, left, right) * at(q, left, right)


@given(one=SMALL, other=SMALL)
def test_equal_texts_are_of_equal_polynomials(
    one: dict[tuple[int, int], Fraction], other: dict[tuple[int, int], Fraction]
) -> None:
    p, q = polynomial(one), polynomial(other)
    assert (p.key == q.key) == (p == q) == (not (p - q).terms)


def test_exponents_add_up_and_0_vanishes() -> None:
    root = ((X, Fraction(1, 2)),)
    assert multiply_monomials(root, root) == ((X, 1),)
    assert multiply_monomials(root, inverse_monomial(root)) == ()
    symbolic = of_atom(X, of_atom(N))
    assert multiply(symbolic, of_atom(X, -of_atom(N))) == UNITY


def test_atoms_are_equal_when_their_texts_are() -> None:
    assert Atom(Name("x", REAL)) == X
    assert Atom(Name("e", REAL)) != E
    assert Atom(number(2)) != Atom(Apply("abs", (number(2),), NAT))


def test_what_grows_too_large_is_given_up() -> None:
    wide = Polynomial({((Atom(Name(f"x{i}", REAL)), 1),): Fraction(1) for i in range(1100)})
    with pytest.raises(TooLarge):
        multiply(wide, wide)
    assert len(wide.terms) < LARGEST
    term = x
    for _ in range(20):
        term = Apply("+", (term, term), REAL)
    assert term.size > LARGEST_TERM
    with pytest.raises(TooLarge):
        Atom(term)
    with pytest.raises(TooLarge):
        _ = constant(Fraction(2) ** 20_000).key
