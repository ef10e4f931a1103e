"""Rows and entries of matrices have the values of the matrix there; outside it there are none."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundkit.ir.sorts import NAT, REAL, Matrix
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, number
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.definedness import NotDefined, require_defined
from boundkit.kernel.matrices import grid
from boundkit.kernel.normal import normal, to_term
from boundkit.kernel.polynomials import TooLarge
from tests.kernel.test_matrices import KINDS, SHAPES, one, points, scaled, terms, two
from tests.kernel.values import Undefined, matrix, number_of
from tests.kernel.writing import accepts, eq, k, m, n, plus, rejects, within

A, B = Name("A", Matrix(n, m)), Name("B", Matrix(m, n))
u, v = Name("u", Matrix(n, ONE)), Name("v", Matrix(m, ONE))
NAMES = {"n": NAT, "m": NAT, "k": NAT, "A": A.sort, "B": B.sort, "u": u.sort, "v": v.sort}


def at(own: Term, place: Term) -> Apply:
    """Row or entry of a matrix."""
    assert isinstance(own.sort, Matrix)
    width = own.sort.columns
    return Apply("index", (own, place), REAL if width == ONE else Matrix(width, ONE))


def inner(left: Term, right: Term) -> Term:
    """The inner product."""
    return Apply("inner", (left, right), REAL)


def holds(left: Term, right: Term) -> None:
    """An identity of vectors or numbers at a place within 1..n."""
    accepts(
        eq(left, right), c.Identity(), facts={"k": Apply("in", (k, within(1, n)), eq(k, k).sort)}, names=NAMES
    )


def differs(left: Term, right: Term) -> None:
    """The same, turned down."""
    facts = {"k": Apply("in", (k, within(1, n)), eq(k, k).sort)}
    rejects("normal form|differ", eq(left, right), c.Identity(), facts=facts, names=NAMES)


PLACES = st.sampled_from([ONE, number(2), number(3), Name("T", NAT), plus(Name("T", NAT), 1)])
WIDE = [kind for kind in KINDS if kind[1] != "1"]
TALL = [kind for kind in KINDS if kind[1] == "1"]


@settings(max_examples=40, deadline=None)
@given(own=st.sampled_from(WIDE).flatmap(lambda kind: terms(kind, 2)), place=PLACES, point=points())
def test_a_row_has_the_value_of_its_matrix_there(own: Term, place: Term, point: dict[str, object]) -> None:
    taken = at(own, place)
    try:
        expected = matrix(taken, point)
        found = matrix(grid(taken, Context({})).to_term(), point)
    except (NotNormal, TooLarge, Undefined):
        assume(False)
        raise
    assert expected == found


@settings(max_examples=40, deadline=None)
@given(own=st.sampled_from(TALL).flatmap(lambda kind: terms(kind, 2)), place=PLACES, point=points())
def test_an_entry_has_the_value_of_its_vector_there(own: Term, place: Term, point: dict[str, object]) -> None:
    taken = at(own, place)
    try:
        expected = number_of(taken, point)
        found = number_of(to_term(normal(taken, Context({}))), point)
    except (NotNormal, TooLarge, Undefined):
        assume(False)
        raise
    assert expected == found


def transposed(own: Term) -> Term:
    """The transpose."""
    return one("transpose", own)


def test_the_shapes_are_those_that_are_drawn() -> None:
    """Sizes 2 and 3 so that a row outside a matrix can be asked for."""
    assert {size for _, size in SHAPES.values()} == {1, 2, 3}


def test_rows_of_products_sums_and_transposes() -> None:
    holds(at(two("*", A, B), k), two("*", transposed(B), at(A, k)))
    holds(at(two("+", A, A), k), scaled(number(2), at(A, k)))
    holds(at(transposed(transposed(A)), k), at(A, k))
    holds(at(two("*", A, v), k), inner(at(A, k), v))
    holds(at(two("*", u, transposed(v)), k), scaled(at(u, k), v))


def test_a_row_is_not_a_column() -> None:
    square = Name("S", Matrix(n, n))
    names = {**NAMES, "S": square.sort}
    facts = {"k": Apply("in", (k, within(1, n)), eq(k, k).sort)}
    goal = eq(at(transposed(square), k), at(square, k))
    rejects("normal form", goal, c.Identity(), facts=facts, names=names)


def test_rows_at_different_places_differ() -> None:
    differs(at(A, k), at(A, ONE))
    differs(at(two("*", A, B), k), two("*", transposed(B), at(A, ONE)))


def test_a_row_under_a_sum_keeps_its_index() -> None:
    """sum_k k * A[k] is no multiple of one row."""
    index = Name("l", NAT)
    whole = Bind("sum", index, within(1, n), scaled(index, at(A, index)), Matrix(m, ONE))
    differs(whole, scaled(number(Fraction(1, 2)), at(A, k)))
    double = Bind("sum", index, within(1, n), scaled(index, at(two("+", A, A), index)), Matrix(m, ONE))
    holds(double, scaled(number(2), whole))


@pytest.mark.parametrize("place", [number(0), plus(n, 1)])
def test_a_row_outside_the_matrix_is_not_defined(place: Term) -> None:
    taken = at(two("*", A, B), place)
    with pytest.raises(NotDefined):
        require_defined(taken, Context({}))
    rejects("in 1..n", eq(taken, taken), c.Identity(), names=NAMES)


def test_an_equation_of_rows_is_used_inside_a_product() -> None:
    """A[k] = v makes row k of A*B be B.T*v, and no other row."""
    facts = {"k": Apply("in", (k, within(1, n)), eq(k, k).sort), "row": eq(at(A, k), v)}
    by = c.Identity((), (c.Rewrite("row"),))
    accepts(eq(at(two("*", A, B), k), two("*", transposed(B), v)), by, facts=facts, names=NAMES)
    goal = eq(at(two("*", A, B), ONE), two("*", transposed(B), v))
    rejects("normal form|not known", goal, by, facts=facts, names=NAMES)
