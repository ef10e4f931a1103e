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


SQUARE = real("^", X, 2)
ROOT = real("sqrt", real("+", SQUARE, 2))
CIRCLE = real("*", 4, real("arctan", 1))


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (real("*", X, real("exp", real("neg", X))), 0),
        (real("/", real("exp", real("neg", SQUARE)), real("+", X, ROOT)), 0),
        (real("*", SQUARE, real("exp", real("/", real("neg", SQUARE), CIRCLE))), 0),
        (real("/", real("ln", X), X), 0),
        (real("*", real("sinh", X), real("exp", real("*", -2, X))), 0),
        (real("exp", real("-", real("*", 3, real("ln", X)), X)), 0),
        (real("-", X, real("ln", X)), UP),
        (real("-", real("^", X, 9), real("exp", X)), DOWN),
        (real("*", real("cosh", X), real("exp", real("/", X, -2))), UP),
    ],
)
def test_orders_of_growth_tell_where_the_rules_do_not(term: Term, value: int) -> None:
    found = limit(term, "x")
    if value:
        assert found == value
    else:
        assert isinstance(found, Interval)
        assert found.lower == found.upper == 0


@pytest.mark.parametrize(
    "term",
    [
        real("-", X, real("*", X, real("tanh", X))),
        real("*", X, real("sin", X)),
        real("-", real("exp", real("+", X, 1)), real("*", 3, real("exp", X))),
        real("*", X, real("exp", real("-", real("*", X, real("ln", X)), SQUARE))),
        real("-", ROOT, X),
        real("*", X, real("-", 1, real("erf", X))),
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


@pytest.mark.parametrize(("least", "holds"), [(0, True), (-1, False)])
def test_a_limit_in_other_names_is_a_goal_of_its_own(least: int, holds: bool) -> None:
    slack = real("+", real("/", 1, real("+", 1, X)), Name("y", REAL))
    box = {"x": Range(Fraction(0), None), "y": Range(Fraction(least), Fraction(1))}
    step = Falling("x", Enclosed(), Enclosed())
    if holds:
        check_cover(relation("<", ZERO, slack), box, step)
    else:
        with pytest.raises(Rejected):
            check_cover(relation("<", ZERO, slack), box, step)
