"""Bounds by contraposition, and goals in the variable that they are about."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import contraposition, substitution
from tests.provers.inequalities.attempts import proves

BEYOND = {
    "x log x": ("x <= 1 + y", ("x >= 1", "y > 0", "x*log(x) <= y")),
    "a logarithm inverted": ("x >= a*log(x)", ("a > 0", "x > 0", "x >= 2*a*log(a)")),
    "an exponential": ("x <= 1 + y", ("x >= 0", "y > 0", "exp(x) <= 1 + y")),
}
NOT_BEYOND = {
    "x log x": ("x <= y", ("x >= 1", "y > 0", "x*log(x) <= y")),
    "a square": ("x <= 1 + y", ("x >= 0", "y >= 0", "x**2 <= 4 + y**2")),
    "strictly": ("x < y", ("exp(x) + x <= exp(y) + y",)),
}


@pytest.mark.parametrize("name", BEYOND)
def test_beyond_the_bound_the_fact_fails(name: str) -> None:
    assert proves(contraposition, *BEYOND[name])


@pytest.mark.parametrize("name", NOT_BEYOND)
def test_false_bounds_stay_open(name: str) -> None:
    assert not proves(contraposition, *NOT_BEYOND[name], effort=300)


CHANGED = {
    "a divisor": ("alpha*r + s/(alpha - 1) >= r + 2*sqrt(r*s)", ("alpha > 1", "r > 0", "s > 0")),
    "an iterated logarithm": ("1 - 2*log(log(x))/log(x) > 0", ("x > 0", "log(x) > 0")),
    "an exponential": ("exp(x)/(1 + exp(x))**2 <= 1/4", ()),
    "halves of exponents": ("exp(x/2) <= (1 + exp(x))/2", ()),
    "exponents from 0 on": ("exp(x) + exp(-x) <= exp(2*x) + exp(-2*x)", ("x >= 0",)),
}
NOT_CHANGED = {
    "a divisor": ("alpha*r + s/(alpha - 1) >= r + 21/10*sqrt(r*s)", ("alpha > 1", "r > 0", "s > 0")),
    "an iterated logarithm": ("1 - 3*log(log(x))/log(x) > 0", ("x > 0", "log(x) > 0")),
    "an exponential": ("exp(x)/(1 + exp(x))**2 <= 6/25", ()),
    "halves of exponents": ("exp(x/2) < (1 + exp(x))/2", ()),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_new_variable(name: str) -> None:
    assert proves(substitution, *CHANGED[name])


@pytest.mark.parametrize("name", NOT_CHANGED)
def test_false_goals_stay_open(name: str) -> None:
    assert not proves(substitution, *NOT_CHANGED[name], effort=300)
