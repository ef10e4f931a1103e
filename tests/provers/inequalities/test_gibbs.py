"""Logarithms of sums by Gibbs' variational principle, and sums of products of powers."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import gibbs, means_of_powers, powers_of_sums
from tests.provers.inequalities.attempts import proves

UNIT = ("0 < p", "p < 1", "0 < q", "q < 1")
DIVERGENCE = "p*log(p/q) + (1 - p)*log((1 - p)/(1 - q))"
FREE_ENERGY = "log(exp(x) + exp(y) + exp(z))"
SUM = "1 + exp(u) + exp(v)"
POSITIVE = ("a > 0", "b > 0", "c > 0", "d > 0")

TRUE = {
    "Donsker and Varadhan": (f"p*a + (1-p)*b - log(q*exp(a) + (1-q)*exp(b)) <= {DIVERGENCE}", UNIT),
    "roots of products": (f"{DIVERGENCE} >= -2*log(sqrt(p*q) + sqrt((1-p)*(1-q)))", UNIT),
    "equal weights": (f"{FREE_ENERGY} >= (x + y + z)/3 + log(3)", ()),
    "weights in the slack": (
        f"{FREE_ENERGY} >= log({SUM}) + (x + y*exp(u) + (z - v)*exp(v) - u*exp(u))/({SUM})",
        (),
    ),
    "two logarithms at once": (
        "log(exp((x+u)/2) + exp((y+v)/2)) <= (log(exp(x) + exp(y)) + log(exp(u) + exp(v)))/2",
        (),
    ),
}
FALSE = {
    "twice as much": (f"2*p*a + 2*(1-p)*b - 2*log(q*exp(a) + (1-q)*exp(b)) <= {DIVERGENCE}", UNIT),
    "a greater number": (f"{FREE_ENERGY} >= (x + y + z)/3 + log(4)", ()),
    "strict with equality": (f"{FREE_ENERGY} > (x + y + z)/3 + log(3)", ()),
}


@pytest.mark.parametrize("name", TRUE)
def test_logarithms_of_sums_are_bounded(name: str) -> None:
    assert proves(gibbs, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_nothing_is_found_for_false_goals(name: str) -> None:
    assert not proves(gibbs, *FALSE[name], effort=200)


def test_hoelders_inequality_follows_by_logarithms() -> None:
    goal = "a**p*c**(1-p) + b**p*d**(1-p) <= (a+b)**p*(c+d)**(1-p)"
    assert proves(powers_of_sums, goal, (*POSITIVE, "0 < p", "p < 1"))
    assert not proves(powers_of_sums, goal, (*POSITIVE, "p > 1"), effort=200)


def test_products_of_powers_are_below_their_means() -> None:
    affinity = "p**a*q**(1-a) + (1-p)**a*(1-q)**(1-a)"
    facts = (*UNIT, "0 < a", "a < 1")
    assert proves(means_of_powers, f"{affinity} <= 1", facts)
    assert proves(means_of_powers, f"log({affinity}) <= 0", facts)
    assert not proves(means_of_powers, f"{affinity} <= 99/100", facts, effort=200)
