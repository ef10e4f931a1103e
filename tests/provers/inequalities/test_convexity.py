"""Convex slacks are decided at their minimisers."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import convexity
from tests.provers.inequalities.attempts import proves

TRUE = {
    "two exponentials": ("exp(x) + exp(y) - x - y - 2 >= 0", ()),
    "a minimiser inside": ("x + 1/x + y**2 >= 2", ("1/2 <= x", "x <= 2")),
    "a logarithm of a rational": ("exp(x) - 2*x + y**2 - 2 + 2*log(2) >= 0", ()),
    "a root": ("x + 2/x + (y - 1)**2 >= 2*sqrt(2)", ("1/10 <= x", "x <= 3")),
    "an end": ("exp(x) + exp(y) - 2 >= 0", ("0 <= x", "x <= 3", "0 <= y", "y <= 3")),
    "coupled": ("x**2 + x*y + y**2 - 3*x - 3*y + 3 >= 0", ()),
    "strictly": ("x**2 + x*y + y**2 - 3*x - 3*y + 301/100 > 0", ()),
    "one variable": ("2*x - log(x) >= 1 + log(2)", ("x >= 1/100",)),
}
FALSE = {
    "two exponentials": ("exp(x) + exp(y) - x - y - 201/100 >= 0", ()),
    "strict with equality": ("x**2 + x*y + y**2 - 3*x - 3*y + 3 > 0", ()),
    "not convex": ("x**2*y**2 + x**2 + y**2 - 3*x*y - 1/10 >= 0", ()),
    "an end": ("exp(x) + exp(y) - 3 >= 0", ("0 <= x", "x <= 3", "0 <= y", "y <= 3")),
}


@pytest.mark.parametrize("name", TRUE)
def test_the_minimiser_decides(name: str) -> None:
    assert proves(convexity, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_false_goals_stay_open(name: str) -> None:
    assert not proves(convexity, *FALSE[name])
