"""Functions of several variables, from the place where the sides touch, by slopes of slopes."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import complements, contradiction, faces, linear_equations, slopes
from tests.provers.inequalities.attempts import proves

UNIT = ("0 < p", "p < 1", "0 < q", "q < 1")
DIVERGENCE = "p*log(p/q) + (1 - p)*log((1 - p)/(1 - q))"
ENTROPY = "t*x*log(x) + (1 - t)*y*log(y)"

TRUE = {
    "Pinsker": (f"{DIVERGENCE} >= 2*(p - q)**2", UNIT),
    "two slopes": ("p*log(2*p/(p + q)) + q*log(2*q/(p + q)) >= (p - q)**2/(2*(p + q))", UNIT),
    "a moment generating function": ("log(1 - p + p*exp(s)) <= p*s + s**2/8", ("0 < p", "p < 1")),
    "not defined at the other end": ("-y*log(1 - x) >= x*y", ("0 < x", "x < 1", "y > 0")),
    "as it was written": (f"{ENTROPY} >= (t*x + (1-t)*y)*log(t*x + (1-t)*y)", ("0<t", "t<1", "x>0", "y>0")),
}
FALSE = {
    "a greater constant": (f"{DIVERGENCE} >= 201*(p - q)**2/100", UNIT),
    "the other order": (f"{DIVERGENCE} >= (p - q)**2/(2*p)", (*UNIT, "p < q")),
    "a smaller variance": ("log(1 - p + p*exp(s)) <= p*s + s**2/9", ("0 < p", "p < 1")),
    "strict where the sides touch": (f"{DIVERGENCE} > (p - q)**2", UNIT),
}


@pytest.mark.parametrize("name", TRUE)
def test_slopes_decide(name: str) -> None:
    assert proves(slopes, *TRUE[name], effort=20_000)


@pytest.mark.parametrize("name", FALSE)
def test_false_goals_stay_open(name: str) -> None:
    assert not proves(slopes, *FALSE[name], effort=300)


def test_the_ends_at_which_a_sum_is_not_positive_are_goals_of_their_own() -> None:
    goal = f"{ENTROPY} >= (t*x + (1 - t)*y)*log(t*x + (1 - t)*y)"
    assert proves(faces, goal, ("0 <= t", "t <= 1", "x > 0", "y > 0"))
    assert not proves(faces, "x*log(y) <= x*y", ("x >= 0", "y > 0"))


def test_a_case_that_does_not_occur_needs_no_proof() -> None:
    facts = ("a >= b", "exp(a) < exp(b)")
    assert proves(contradiction, "a*b > 1", facts)
    assert not proves(contradiction, "a*b > 1", ("a >= b", "exp(a) < exp(b + 1)"))


def test_weights_with_sum_1_are_one_weight() -> None:
    facts = ("v > 0", "w > 0", "Eq(v + w, 1)")
    assert proves(linear_equations, "log(v*exp(x) + w) >= v*x", facts)
    assert not proves(linear_equations, "log(v*exp(x) + w) >= 2*v*x", facts, effort=300)


def test_divergences_are_compared_part_by_part() -> None:
    hellinger = "(sqrt(p) - sqrt(q))**2 + (sqrt(1 - p) - sqrt(1 - q))**2"
    assert proves(complements, f"{DIVERGENCE} >= {hellinger}", UNIT)
    assert not proves(complements, f"{DIVERGENCE} >= 21/10*({hellinger})", UNIT, effort=200)
