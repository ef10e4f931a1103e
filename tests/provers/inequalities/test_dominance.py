"""Sums in which shares of positive summands exceed the negative ones."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import dominance
from tests.provers.inequalities.attempts import proves

TRUE = {
    "an exponential far out": ("exp(x) - x**2 - x - 1 >= 0", ("x >= 10",)),
    "powers": ("x**4 - x**3 - x - 1 >= 0", ("x >= 8",)),
    "strictly": ("x**2 - log(x) - 1 > 0", ("x >= 3",)),
    "two variables": ("exp(x)*y - x*y + x**2*y - log(1 + x)*y >= 0", ("x >= 0", "y >= 0")),
    "functions": ("x + y >= atan(x) + tanh(y)", ("x >= 0", "y >= 0")),
}
FALSE = {
    "an exponential too near": ("exp(x) - x**2 - x - 1 >= 0", ("x >= 1",)),
    "two variables": ("exp(x) + exp(y) - x - y - 201/100 >= 0", ()),
    "powers": ("x**4 - x**3 - x - 1 >= 0", ("x >= 1",)),
    "strict with equality": ("exp(x) + exp(y) - x - y - 2 > 0", ()),
}


@pytest.mark.parametrize("name", TRUE)
def test_the_shares_exceed(name: str) -> None:
    assert proves(dominance, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_false_goals_stay_open(name: str) -> None:
    assert not proves(dominance, *FALSE[name], effort=300)
