"""Maxima and minima of several arguments are decided by cases."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import choices
from tests.provers.inequalities.attempts import proves

TRUE = {
    "a soft maximum": "log(exp(x) + exp(y) + exp(z)) <= Max(x, y, z) + log(3)",
    "a minimum": "Min(x, y, z) <= (x + y + z)/3",
    "an argument": "Max(x, y, z) >= y",
    "four arguments": "Max(x, y, z, 0) >= z",
    "both": "Max(x, y, z) >= Min(x, y, z)",
}
FALSE = {
    "a soft maximum": "log(exp(x) + exp(y) + exp(z)) <= Max(x, y, z) + log(2)",
    "a minimum": "Min(x, y, z) <= (x + y + z)/3 - 1/100",
    "an argument": "Max(x, y, z) <= y",
    "strictly": "Max(x, y, z) > Min(x, y, z)",
}


@pytest.mark.parametrize("name", TRUE)
def test_the_cases_show(name: str) -> None:
    assert proves(choices, TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_false_goals_stay_open(name: str) -> None:
    assert not proves(choices, FALSE[name], effort=300)
