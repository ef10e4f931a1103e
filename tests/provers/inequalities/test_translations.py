"""Goals that stay the same along a shift of their variables lose one of them."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import translations
from tests.provers.inequalities.attempts import proves

TRUE = {
    "a tangent of exp": ("4*exp(x - y/3 - 17/12) - 4*x + 4*y/3 + 5/3 >= 0", ("x > 0", "y <= 1")),
    "a fact that says where a logarithm is defined": ("log(x - y) <= x - y - 1", ("x > y",)),
    "three variables": ("exp(x - y) + exp(y - z) + exp(z - x) >= 3", ()),
    "a range is needed": ("exp(x - y) >= 1", ("x >= 2", "y <= 2")),
}
FALSE = {
    "a tangent of exp": ("4*exp(x - y/3 - 17/12) - 4*x + 4*y/3 + 8/5 >= 0", ("x > 0", "y <= 1")),
    "not invariant": ("exp(x - y) >= x + y", ()),
    "undefined": ("log(x - y) <= x - y - 1", ("x >= y",)),
}


@pytest.mark.parametrize("name", TRUE)
def test_one_variable_less_is_enough(name: str) -> None:
    assert proves(translations, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_false_goals_stay_open(name: str) -> None:
    assert not proves(translations, *FALSE[name], effort=300)
