"""Slacks that are concave in a variable are decided at its ends."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import concavity
from tests.provers.inequalities.attempts import proves

UNIT = ("0 <= x", "x <= 1")

TRUE = {
    "a chord of an exponential": ("exp(-c*x) <= 1 - x + x*exp(-c)", (*UNIT, "c > 0")),
    "a chord of a square": ("x**2 <= x", UNIT),
    "two variables": ("x**2 + y <= x + 1", (*UNIT, "0 <= y", "y <= 1")),
    "strictly": ("x**2 < x + 1/10", UNIT),
    "without the ends": ("exp(x) <= 1 + 2*x", ("0 < x", "x < 1")),
    "a root": ("sqrt(1 + x) >= 1 + x/3", UNIT),
}
FALSE = {
    "too low at an end": ("exp(-c*x) <= 1 - x + x*exp(-2*c)", (*UNIT, "c > 0")),
    "strict with equality": ("x**2 < x", UNIT),
    "convex": ("x**2 >= x", UNIT),
    "beyond the ends": ("x**2 <= x", ("0 <= x", "x <= 11/10")),
    "a chord too low": ("exp(x) <= 1 + 17/10*x", UNIT),
}


@pytest.mark.parametrize("name", TRUE)
def test_the_ends_decide(name: str) -> None:
    assert proves(concavity, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_false_goals_stay_open(name: str) -> None:
    assert not proves(concavity, *FALSE[name], effort=300)
