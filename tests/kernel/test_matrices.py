"""Normal forms of matrices and of numbers made of them have the values of their terms, entry by entry."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundkit.ir.sorts import NAT, REAL, Matrix, Sequence
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, number
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.matrices import added, aligned, grid
from boundkit.kernel.normal import normal, to_term
from boundkit.kernel.polynomials import UNITY, TooLarge
from tests.kernel.values import Undefined, matrix, number_of
from tests.kernel.writing import k, m, minus, n, plus, times, within, x

T = Name("T", NAT)
SHAPES = {"n": (n, 2), "m": (m, 3), "1": (ONE, 1)}
KINDS = [("n", "1"), ("m", "1"), ("n", "m"), ("m", "n"), ("n", "n"), ("1", "n"), ("1", "1")]
Kind = tuple[str, str]


def sort(kind: Kind) -> Matrix:
    """Matrices of one of the kinds."""
    return Matrix(SHAPES[kind[0]][0], SHAPES[kind[1]][0])


def names(kind: Kind) -> list[Name]:
    """Two matrices of a kind."""
    return [Name(f"{letter}{kind[0]}{kind[1]}", sort(kind)) for letter in "AB"]


def series(kind: Kind) -> Name:
    """A sequence of matrices of a kind."""
    return Name(f"S{kind[0]}{kind[1]}", Sequence(sort(kind)))


def one(head: str, own: Term) -> Term:
    """An operation on one matrix."""
    assert isinstance(own.sort, Matrix)
    turned = Matrix(own.sort.columns, own.sort.rows) if head == "transpose" else own.sort
    return Apply(head, (own,), turned)


def two(head: str, left: Term, right: Term) -> Term:
    """A sum, difference or product."""
    assert isinstance(left.sort, Matrix) and isinstance(right.sort, Matrix)
    return Apply(head, (left, right), Matrix(left.sort.rows, right.sort.columns))


def scaled(scale: Term, own: Term) -> Term:
    """A number times a matrix."""
    return Apply("*", (scale, own), own.sort)


SCALES = st.sampled_from([number(2), number(-1), number(Fraction(1, 2)), x, plus(x, 1), n])


def terms(kind: Kind, depth: int) -> st.SearchStrategy[Term]:
    """Matrices of a kind."""
    leaves: list[Term] = [*names(kind), Apply("zero", (), sort(kind))]
    leaves.extend(Apply("index", (series(kind), place), sort(kind)) for place in (ONE, T, plus(T, 1)))
    if kind[0] == kind[1] != "1":
        leaves.append(Apply("identity", (SHAPES[kind[0]][0],), sort(kind)))
    plain = st.sampled_from(leaves)
    if depth == 0:
        return plain
    inner = terms(kind, depth - 1)
    options = [
        plain,
        st.tuples(inner, inner).map(lambda p: two("+", *p)),
        st.tuples(inner, inner).map(lambda p: two("-", *p)),
        inner.map(lambda p: one("neg", p)),
        st.tuples(SCALES, inner).map(lambda p: scaled(*p)),
        st.tuples(
            st.sampled_from([0, 1, 2]), st.sampled_from([T, minus(T, 1), plus(T, 1)]), SCALES, inner
        ).map(lambda p: summed(kind, *p)),
    ]
    back = (kind[1], kind[0])
    if back in KINDS:
        options.append(terms(back, depth - 1).map(lambda p: one("transpose", p)))
    for middle in "nm1":
        left, right = (kind[0], middle), (middle, kind[1])
        if left in KINDS and right in KINDS and middle != "1":
            both = st.tuples(terms(left, depth - 1), terms(right, depth - 1))
            options.append(both.map(lambda p: two("*", *p)))
    return st.one_of(options)


def summed(kind: Kind, first: int, last: Term, scale: Term, other: Term) -> Term:
    """The sum over k of scale * k * S[k] + other."""
    own = Apply("index", (series(kind), plus(k, first - 1)), sort(kind))
    body = two("+", scaled(times(scale, k), own), other)
    return Bind("sum", k, within(first, last), body, sort(kind))


MATRICES = st.sampled_from(KINDS).flatmap(lambda kind: terms(kind, 2))
NUMBERS = st.sampled_from(KINDS).flatmap(
    lambda kind: st.tuples(terms(kind, 2), terms(kind, 1)).map(lambda p: Apply("inner", p, REAL))
)
ENTRIES = st.integers(-3, 3).map(Fraction)


def numbers(count: int) -> st.SearchStrategy[list[Fraction]]:
    """So many numbers."""
    return st.lists(ENTRIES, min_size=count, max_size=count)


@st.composite
def points(draw: st.DrawFn) -> dict[str, object]:
    """Values of all the names above."""
    point: dict[str, object] = {"n": Fraction(2), "m": Fraction(3), "x": draw(ENTRIES)}
    point["T"] = Fraction(draw(st.integers(0, 3)))
    for kind in KINDS:
        rows, columns = SHAPES[kind[0]][1], SHAPES[kind[1]][1]

        def table(rows: int = rows, columns: int = columns) -> tuple[tuple[Fraction, ...], ...]:
            return tuple(tuple(draw(numbers(columns))) for _ in range(rows))

        for name in names(kind):
            point[name.text] = table()
        point[series(kind).text] = {place: table() for place in range(-3, 9)}
    return point


@settings(max_examples=60, deadline=None)
@given(term=MATRICES, point=points())
def test_a_grid_has_the_value_of_its_matrix(term: Term, point: dict[str, object]) -> None:
    try:
        expected, found = matrix(term, point), matrix(grid(term, Context({})).to_term(), point)
    except (NotNormal, TooLarge, Undefined):
        assume(False)
        raise
    assert expected == found


@settings(max_examples=60, deadline=None)
@given(term=NUMBERS, point=points())
def test_inner_products_have_their_values(term: Term, point: dict[str, object]) -> None:
    try:
        expected, found = number_of(term, point), number_of(to_term(normal(term, Context({}))), point)
    except (NotNormal, TooLarge, Undefined):
        assume(False)
        raise
    assert expected == found


A, B = names(("n", "n"))
C = names(("n", "m"))[0]
u, v = names(("n", "1"))
w = names(("m", "1"))[0]


def same(left: Term, right: Term) -> bool:
    """Whether two matrices have one normal form."""
    context = Context({})
    one_, other = aligned(grid(left, context), grid(right, context), context)
    return added(one_, other.mapped(lambda entry: entry.scaled(-UNITY, context))).is_zero(context)


def transposed(own: Term) -> Term:
    """The transpose."""
    return one("transpose", own)


def stacked(top: Term, bottom: Term) -> Term:
    """[top; bottom]."""
    return Apply("blocks", (number(2), number(1), top, bottom), Matrix(plus(n, m), ONE))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (two("*", A, two("+", u, v)), two("+", two("*", A, u), two("*", A, v))),
        (transposed(two("*", A, C)), two("*", transposed(C), transposed(A))),
        (transposed(transposed(C)), C),
        (two("*", Apply("identity", (n,), A.sort), C), C),
        (two("*", two("*", u, transposed(v)), u), scaled(Apply("inner", (v, u), REAL), u)),
        (two("+", stacked(u, w), stacked(v, w)), stacked(two("+", u, v), scaled(number(2), w))),
    ],
)
def test_identities_of_matrices(left: Term, right: Term) -> None:
    assert same(left, right)


def test_blocks_of_a_block_matrix_fit() -> None:
    whole = Apply("blocks", (number(1), number(2), u, w), Matrix(n, number(2)))
    with pytest.raises(NotNormal):
        grid(whole, Context({}))
    with pytest.raises(NotNormal):
        grid(Apply("blocks", (number(2), number(3), u, w), Matrix(n, number(2))), Context({}))


def test_sizes_are_compared_by_value() -> None:
    twice = Name("D", Matrix(plus(n, n), ONE))
    other = Name("F", Matrix(times(2, n), ONE))
    context = Context({})
    assert normal(Apply("inner", (twice, other), REAL), context).terms
    with pytest.raises(NotNormal):
        aligned(grid(u, context), grid(w, context), context)
