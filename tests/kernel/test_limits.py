"""Limits of terms as a name grows, and slacks that fall to them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Term, number, relation
from boundkit.kernel.cover import Range, Rejected, check_cover
from boundkit.kernel.intervals import Interval, Undecided
from boundkit.kernel.limits import DOWN, UP, limit
from boundkit.kernel.steps import Enclosed, Falling

X = Name("x", REAL)


def real(head: str, *args: Term | int | Fraction) -> Apply:
    return Apply(head, tuple(arg if isinstance(arg, Term) else number(arg) for arg in args), REAL)


def test_limits_of_bounded_terms_are_exact_where_they_are_known() -> None:
    for term, value in (
        (real("-", 1, real("erf", X)), 0),
        (real("/", real("sin", X), X), 0),
        (real("exp", real("neg", real("^", X, 2))), 0),
        (real("+", real("tanh", X), real("/", 1, X)), 1),
    ):
        found = limit(term, "x")
        assert isinstance(found, Interval)
        assert found.lower == value
        assert found.upper == value


def test_limits_of_what_grows() -> None:
    assert limit(real("*", X, real("ln", X)), "x") == UP
    assert limit(real("-", 3, real("sqrt", X)), "x") == DOWN
    assert limit(real("^", real("neg", X), 3), "x") == DOWN


@pytest.mark.parametrize(
    "term",
    [
        real("-", X, real("ln", X)),
        real("*", X, real("exp", real("neg", X))),
        real("*", X, real("sin", X)),
        real("floor", real("/", 1, X)),
        real("^", real("neg", X), Fraction(1, 2)),
        real("^", real("/", 1, X), real("/", 1, X)),
    ],
)
def test_indeterminate_forms_have_no_limit_by_the_rules(term: Term) -> None:
    with pytest.raises(Undecided):
        limit(term, "x")


def shown(slack: Term, extent: Range, strict: bool = False) -> bool:
    try:
        check_cover(relation("<" if strict else "<=", ZERO, slack), {"x": extent}, Falling("x", Enclosed()))
    except Rejected:
        return False
    return True


def test_what_falls_to_zero_is_not_negative() -> None:
    far = Range(Fraction(1), None)
    tail = real("-", 1, real("erf", X))
    assert shown(tail, far, strict=True)
    assert not shown(real("-", tail, Fraction(1, 100)), far)
    assert not shown(real("neg", tail), far)
    assert not shown(tail, Range(Fraction(1), Fraction(2)))
    assert not shown(ONE, far)
