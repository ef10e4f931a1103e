"""A problem at a point: hypotheses first, and nothing that is not certain."""

from __future__ import annotations

from fractions import Fraction

import pytest

from boundkit.ir.sorts import NAT, REAL
from boundkit.ir.terms import Apply, Name, Number, Term, number, relation
from boundkit.kernel.points import judge_point

X = Name("x", REAL)
LN = Apply("ln", (X,), REAL)


def at(value: Term, goal: Term, *facts: Term, name: Name = X) -> str:
    return judge_point((name,), facts, goal, {name.text: value}, 512)


def test_a_goal_that_fails_where_the_hypotheses_hold_is_violated() -> None:
    assert at(number(2), relation("<=", X, number(1)), relation("<=", number(0), X)) == "violated"


def test_a_point_that_breaks_a_hypothesis_is_inadmissible() -> None:
    assert at(number(2), relation("<=", X, number(1)), relation("<=", X, number(1))) == "inadmissible"


def test_a_hypothesis_that_is_undefined_does_not_hold() -> None:
    assert at(number(-1), relation("<=", number(0), X), relation("<=", LN, number(5))) == "inadmissible"


def test_a_goal_that_is_undefined_is_not_violated() -> None:
    assert at(number(-1), relation("<=", number(0), LN)) == "undefined"


def test_an_equation_among_the_hypotheses_may_hold_at_an_irrational_point() -> None:
    root = Apply("sqrt", (number(5),), REAL)
    golden = Apply("/", (Apply("+", (number(3), root), REAL), number(2)), REAL)
    place = Apply("ln", (golden,), REAL)
    up, down = (Apply("exp", (own,), REAL) for own in (X, Apply("neg", (X,), REAL)))
    total = Apply("+", (up, down), REAL)
    low = relation("<=", X, number(0))
    assert at(place, low, relation("=", total, number(3))) == "violated"
    assert at(place, low, relation("<=", total, number(3))) == "violated"
    assert at(place, low, relation("<", total, number(3))) == "inadmissible"
    assert at(place, low, relation("!=", total, number(3))) == "inadmissible"


def test_equal_sides_refute_a_strict_goal_and_not_the_other() -> None:
    left = Apply("exp", (Apply("sqrt", (X,), REAL),), REAL)
    right = Apply("*", (left, left), REAL)
    double = Apply("exp", (Apply("*", (number(2), Apply("sqrt", (X,), REAL)), REAL),), REAL)
    assert at(number(2), relation("<", right, double)) == "violated"
    assert at(number(2), relation("<=", right, double)) == "holds"


def test_logarithms_of_a_number_and_of_its_negative_are_not_confused() -> None:
    negative = Apply("ln", (Apply("neg", (X,), REAL),), REAL)
    assert at(number(2), relation("<", LN, negative)) == "undefined"


@pytest.mark.parametrize("value", [number(Fraction(1, 2)), number(-1)])
def test_a_natural_number_is_one(value: Number) -> None:
    n = Name("n", NAT)
    assert at(value, relation("<=", number(3), n), name=n) == "inadmissible"
