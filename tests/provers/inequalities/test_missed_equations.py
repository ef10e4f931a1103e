"""Beyond a bound, an equation of higher degree cannot hold."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import missed_equations
from tests.provers.inequalities.attempts import proves

TRIPLE = ("a >= 0", "b >= 0", "c >= 0")
EQUATION = "Eq(a**2 + b**2 + c**2 + a*b*c, 4)"


@pytest.mark.parametrize(
    ("goal", "equation"),
    [
        ("a + b + c <= 3", EQUATION),
        ("a + b + c >= 3", "Eq(a*b + b*c + c*a + a*b*c, 4)"),
    ],
)
def test_an_equation_fails_beyond_the_bound(goal: str, equation: str) -> None:
    assert proves(missed_equations, goal, (*TRIPLE, equation))


def test_a_bound_that_is_too_small_is_not_shown() -> None:
    assert not proves(missed_equations, "a + b + c <= 299/100", (*TRIPLE, EQUATION), effort=300)
