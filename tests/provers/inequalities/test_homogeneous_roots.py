"""An equation makes homogeneous what stands under roots."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import homogeneous_roots
from tests.provers.inequalities.attempts import proves

TRIPLE = ("a > 0", "b > 0", "c > 0")
PAIRS = (*TRIPLE, "Eq(a*b+b*c+c*a, 1)")
TOTAL = (*TRIPLE, "Eq(a+b+c, 1)")

TRUE = {
    "a product of sums": ("a/sqrt(1+a**2) + b/sqrt(1+b**2) + c/sqrt(1+c**2) <= 3/2", PAIRS),
    "a quotient": ("sqrt(a*b/(a*b+c)) + sqrt(b*c/(b*c+a)) + sqrt(c*a/(c*a+b)) <= 3/2", TOTAL),
    "a number outside": ("sqrt(a+b*c) + sqrt(b+c*a) + sqrt(c+a*b) <= 2", TOTAL),
}
FALSE = {
    "too small": ("a/sqrt(1+a**2) + b/sqrt(1+b**2) + c/sqrt(1+c**2) <= 7/5", PAIRS),
    "degrees that do not fit": ("sqrt(a+b**2) <= 2", PAIRS),
    "no equation": ("sqrt(a+b*c) <= 1 + a + b*c", TRIPLE),
}


@pytest.mark.parametrize("name", TRUE)
def test_the_homogeneous_goal_is_shown(name: str) -> None:
    assert proves(homogeneous_roots, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_nothing_is_found_where_no_equation_makes_the_roots_homogeneous(name: str) -> None:
    assert not proves(homogeneous_roots, *FALSE[name], effort=300)
