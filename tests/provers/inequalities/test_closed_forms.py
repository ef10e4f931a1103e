"""Numbers that are known to many digits are told as closed forms; others are not."""

from __future__ import annotations

from fractions import Fraction

import pytest

from boundkit.formulas import read_formula
from boundkit.kernel import balls
from boundkit.provers.inequalities.closed_forms import closed_forms


def many_digits(text: str) -> Fraction:
    found = balls.enclose(read_formula(text), {}, 320)
    mantissa, exponent = found.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


@pytest.mark.parametrize(
    ("number", "form"),
    [
        ("3/7", "3/7"),
        ("(1 + sqrt(5))/2", "0.5 + 0.5*sqrt(5)"),
        ("1/sqrt(6)", "1/6*sqrt(6)"),
        ("pi/4", "arctan(1)"),
        ("exp(-1)", "exp(-1)"),
        ("1/2 + log(2)/3", "0.5 + 1/3*ln(2)"),
        ("sqrt(8*log(2))", "sqrt(8*ln(2))"),
        ("1/log(3)", "1/ln(3)"),
        ("log((3 + sqrt(5))/2)", "ln(1.5 + 0.5*sqrt(5))"),
    ],
)
def test_the_first_form_is_the_simplest(number: str, form: str) -> None:
    assert str(next(closed_forms(many_digits(number)))) == form


@pytest.mark.parametrize("number", ["sin(1)", "log(7) + sqrt(2)", "exp(sqrt(2))", "atan(2)"])
def test_what_is_no_simple_form_is_not_told_as_one(number: str) -> None:
    assert list(closed_forms(many_digits(number))) == []


@pytest.mark.parametrize("number", ["2**(1/3)", "-sqrt(7/3)", "exp(2)/3", "sqrt(2 + sqrt(2))"])
def test_every_form_is_the_number(number: str) -> None:
    value = many_digits(number)
    forms = list(closed_forms(value))
    assert forms
    for form in forms:
        assert abs(many_digits(str(form).replace("^", "**").replace("ln", "log")) - value) < Fraction(
            1, 10**27
        )
