"""Hypotheses that are quadratic in a variable bound it: beyond the bound, products of facts contradict."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import absurdity
from tests.provers.inequalities.attempts import proves

SOLVED = {
    "a quadratic": ("x <= (b + sqrt(b**2 + 4*a))/2", ("a >= 0", "b >= 0", "x >= 0", "x**2 <= a + b*x")),
    "in a root": ("r <= a + b + sqrt(a*b)", ("r >= 0", "a >= 0", "b >= 0", "r <= a + sqrt(b*r)")),
    "a cubic": ("x <= a + b", ("x >= 0", "a >= 0", "b >= 0", "x**3 <= a**3 + 3*a*x*b + b**3")),
    "strict": ("x < 2", ("x >= 0", "x**2 < x + 2")),
}
NOT_SOLVED = {
    "too small a bound": ("x <= a/2 + sqrt(b)", ("a >= 0", "b >= 0", "x >= 0", "x**2 <= a*x + b")),
    "strict with equality": ("x < 2", ("x >= 0", "x**2 <= x + 2")),
}


@pytest.mark.parametrize("name", SOLVED)
def test_products_of_facts_contradict_the_contrary(name: str) -> None:
    assert proves(absurdity, *SOLVED[name])


@pytest.mark.parametrize("name", NOT_SOLVED)
def test_nothing_contradicts_what_may_be(name: str) -> None:
    assert not proves(absurdity, *NOT_SOLVED[name])
