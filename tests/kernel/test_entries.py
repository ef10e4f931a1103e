"""What functions of vectors and matrices are by definition, and what does not follow from it."""

from __future__ import annotations

import pytest

from boundkit.ir.sorts import NAT, PROP, REAL, Matrix, Sort
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, number
from boundkit.kernel import certificates as c
from boundkit.kernel.entries import entries
from boundkit.kernel.sorting import IllSorted, require_sorted
from tests.kernel.writing import accepts, eq, le, m, n, rejects, times, x

A = Name("A", Matrix(n, m))
u, v = Name("u", Matrix(n, ONE)), Name("v", Matrix(n, ONE))
w = Name("w", Matrix(m, ONE))
NAMES: dict[str, Sort] = {
    "n": NAT, "m": NAT, "k": NAT, "x": REAL, "A": A.sort, "u": u.sort, "v": v.sort, "w": w.sort,
}  # fmt: skip


def same(head: str, own: Term) -> Apply:
    """A function of the entries."""
    return Apply(head, (own,), own.sort)


def norm(own: Term, head: str = "norm") -> Apply:
    """A norm."""
    return Apply(head, (own,), REAL)


INNER = Apply("inner", (u, v), REAL)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (INNER, "<u, v> = (sum_{i=1..n} u[i]*v[i])"),
        (norm(A, "norm_op"), "forall x : Vector[m], ||A*x|| <= ||A||_op*||x||"),
        (same("relu", A), "forall i in 1..n, forall l in 1..m, relu(A)[i][l] = max(A[i][l], 0)"),
        (same("relu", u), "forall i in 1..n, relu(u)[i] = max(u[i], 0)"),
        (same("relu", x), "relu(x) = max(x, 0)"),
        (
            same("softmax_rows", A),
            (
                "forall i in 1..n, forall l in 1..m, softmax_rows(A)[i][l]"
                " = exp(A[i][l])/(sum_{j=1..m} exp(A[i][j]))"
            ),
        ),
        (same("softmax", u), "forall i in 1..n, softmax(u)[i] = exp(u[i])/(sum_{j=1..n} exp(u[j]))"),
    ],
)
def test_definitions(term: Term, text: str) -> None:
    found = entries(term)
    assert found is not None
    require_sorted(found, NAMES, lambda own, wanted: own == wanted or wanted == REAL)
    assert str(found).replace("(", "").replace(")", "") == text.replace("(", "").replace(")", "")
    accepts(found, c.Meaning("", term), names=NAMES)


@pytest.mark.parametrize(
    "term", [same("softmax", A), same("softmax_rows", u), norm(u), norm(A, "norm_fro"), x]
)
def test_what_has_no_definition_by_entries(term: Term) -> None:
    assert entries(term) is None


def test_names_in_the_argument_are_not_captured() -> None:
    """The places of relu(i*u) are not the number i that stands in it."""
    i, j = Name("i", REAL), Name("j", REAL)
    own = Apply("*", (i, u), u.sort)
    found = entries(same("relu", own))
    assert isinstance(found, Bind) and found.variable.text != "i" and "i" in found.free
    weights = entries(same("softmax", Apply("*", (j, u), u.sort)))
    assert weights is not None and "j" in weights.free


def test_the_definition_of_another_term_is_turned_down() -> None:
    found = entries(same("relu", A))
    assert found is not None
    rejects("another proposition", found, c.Meaning("", same("softmax_rows", A)), names=NAMES)
    rejects("not of a vector", found, c.Meaning("", same("softmax", A)), names=NAMES)


@pytest.mark.parametrize(
    "claim",
    [
        le(norm(Apply("*", (A, w), u.sort)), norm(w)),
        le(norm(Apply("*", (A, w), u.sort)), times(number(2), norm(w))),
        le(norm(A, "norm_op"), number(1)),
        eq(norm(A, "norm_op"), norm(A, "norm_fro")),
    ],
)
def test_the_operator_norm_is_not_bounded_by_nothing(claim: Apply) -> None:
    definition = c.Line("size", entries(norm(A, "norm_op")), c.Meaning("", norm(A, "norm_op")))  # type: ignore[arg-type]
    for by in (c.Signs(), c.Given("size"), c.Specialise("size", (w,))):
        rejects("signs|another proposition", claim, c.Proof(by, (definition,)), names=NAMES)


def test_entries_beyond_the_size_are_not_defined() -> None:
    definition = c.Line("parts", entries(same("relu", u)), c.Meaning("", same("relu", u)))  # type: ignore[arg-type]
    beyond = Apply("+", (n, ONE), NAT)
    left, right = (Apply("index", (own, beyond), REAL) for own in (same("relu", u), u))
    claim = eq(left, Apply("max", (right, number(0)), REAL))
    rejects("n . 1", claim, c.Proof(c.Specialise("parts", (beyond,)), (definition,)), names=NAMES)


@pytest.mark.parametrize(
    "term",
    [
        Apply("softmax", (A,), A.sort),
        Apply("relu", (A,), REAL),
        Apply("relu", (A,), u.sort),
        Apply("softmax_rows", (x,), REAL),
        Apply("relu", (A, A), A.sort),
    ],
)
def test_a_layer_has_the_sort_of_its_argument(term: Term) -> None:
    with pytest.raises(IllSorted):
        require_sorted(Apply("=", (term, term), PROP), NAMES, lambda own, wanted: own == wanted)
