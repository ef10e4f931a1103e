"""Means by the integral of the tail: what is accepted, and what is turned down for want of what."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import PROP, REAL, Abstract, Distribution, Function, SetOf, Sort
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, number
from boundkit.kernel import certificates as c
from tests.kernel.writing import accepts, closed, forall, le, plus, power, proof, real, rejects, times

Z = Abstract("Z")
SET = Name("Z", SetOf(Z))
D = Name("D", Distribution(Z))
X = Name("X", Function((Z,), REAL))
z, a = Name("z", Z), Name("a", REAL)
NAMES: dict[str, Sort] = {name.text: name.sort for name in (SET, D, X)}
VALUE = Apply("call", (X, z), REAL)
SIGNS, GIVEN = c.Signs(), proof(c.Specialise("tail", (a,)))
POSITIVE = Apply("open", (ZERO, Apply("infinity", (), REAL)), SetOf(REAL))


def exponential(rate: int) -> Term:
    """exp(rate*a^2)."""
    return real("exp", times(number(rate), power(a, 2)))


TAIL = forall(a, le(Bind("probability", z, D, le(a, VALUE), REAL), exponential(-2)), POSITIVE)
MEAN = Bind("expectation", z, D, real("exp", power(VALUE, 2)), REAL)
GOAL = le(MEAN, 2)


def facts(low: int = 0) -> dict[str, Term]:
    """X lies in [low, 1], and its upper tail is Gaussian."""
    inside = forall(z, Apply("in", (VALUE, closed(low, 1)), PROP), SET)
    return {"range": inside, "tail": TAIL}


CERTIFICATE = c.Tail(
    outcome="z",
    level="a",
    value=VALUE,
    growth=exponential(1),
    tail=exponential(-2),
    primitive=times(number(-1), exponential(-1)),
    limit=ZERO,
    positive=proof(SIGNS),
    chance=GIVEN,
    rises=proof(SIGNS),
    covers=proof(SIGNS),
    ends=proof(SIGNS),
    total=proof(SIGNS),
)
"""g(a) = exp(a^2), t(a) = exp(-2 a^2), and g' t = 2 a exp(-a^2) has the antiderivative -exp(-a^2)."""


def test_the_mean_is_at_most_the_integral() -> None:
    assert accepts(GOAL, CERTIFICATE, names=NAMES, facts=facts())


def test_a_variable_that_may_be_negative_is_turned_down() -> None:
    rejects("does not follow by signs", GOAL, CERTIFICATE, names=NAMES, facts=facts(-1))


def test_a_smaller_integral_is_turned_down() -> None:
    smaller = le(MEAN, number(Fraction(3, 2)))
    rejects("does not follow by signs", smaller, CERTIFICATE, names=NAMES, facts=facts())


def test_a_primitive_that_rises_too_slowly_is_turned_down() -> None:
    slow = times(number(Fraction(-1, 2)), exponential(-1))
    rejects(
        "does not follow by signs", GOAL, replace(CERTIFICATE, primitive=slow), names=NAMES, facts=facts()
    )


def test_a_primitive_without_bound_is_turned_down() -> None:
    rising = plus(times(number(-1), exponential(-1)), a)
    wrong = replace(CERTIFICATE, primitive=rising, limit=ONE)
    rejects("<= 1 does not follow by signs", GOAL, wrong, names=NAMES, facts=facts())


def test_another_function_than_the_one_averaged_is_turned_down() -> None:
    wrong = replace(CERTIFICATE, growth=exponential(0))
    rejects("another function", GOAL, wrong, names=NAMES, facts=facts())


def test_a_function_that_falls_is_turned_down() -> None:
    mean = Bind("expectation", z, D, real("exp", times(number(-1), power(VALUE, 2))), REAL)
    wrong = replace(CERTIFICATE, growth=exponential(-1), primitive=ZERO, limit=ZERO)
    rejects("does not follow by signs", le(mean, 2), wrong, names=NAMES, facts=facts())


def test_a_function_without_derivative_is_turned_down() -> None:
    mean = Bind("expectation", z, D, real("floor", VALUE), REAL)
    wrong = replace(CERTIFICATE, growth=real("floor", a))
    rejects("no derivative", le(mean, 2), wrong, names=NAMES, facts=facts())


def test_a_limit_that_depends_on_the_level_is_turned_down() -> None:
    rejects("not in scope", GOAL, replace(CERTIFICATE, limit=a), names=NAMES, facts=facts())


def test_outcome_and_level_have_two_names() -> None:
    rejects("one name", GOAL, replace(CERTIFICATE, level="z"), names=NAMES, facts=facts())


def test_the_other_tail_is_turned_down() -> None:
    lower = forall(a, le(Bind("probability", z, D, le(VALUE, a), REAL), exponential(-2)), POSITIVE)
    wrong = {**facts(), "tail": lower}
    rejects("another proposition", GOAL, CERTIFICATE, names=NAMES, facts=wrong)
