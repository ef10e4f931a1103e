"""Sums over separate groups of variables are least group by group, under one fact by its multiplier."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from boundkit.kernel.steps import point
from boundkit.provers.inequalities.goal import Effort, GivenUp
from boundkit.provers.inequalities.methods import normalisation, planes, separation
from boundkit.provers.inequalities.search import Search
from tests.provers.inequalities.attempts import goal_of, proves

TRIPLE = ("a > 0", "b > 0", "c > 0")

TRUE = {
    "without a fact": ("x**2 + exp(y) >= 2*x + y", ()),
    "a concave function": ("sqrt(a) + sqrt(b) + sqrt(c) <= sqrt(3)", (*TRIPLE, "Eq(a+b+c, 1)")),
    "a tangent line": (
        "1/(2-a) + 1/(2-b) + 1/(2-c) >= 3",
        ("a > 0", "b > 0", "c > 0", "a < 2", "b < 2", "c < 2", "Eq(a**2+b**2+c**2, 3)"),
    ),
    "a product": ("sqrt(a) + sqrt(b) + sqrt(c) >= 3", (*TRIPLE, "Eq(a*b*c, 1)")),
    "an inequality": ("1/a + 1/b >= 2", ("a > 0", "b > 0", "a+b <= 2")),
    "a sum inside": ("sqrt(b+c) + sqrt(c+a) + sqrt(a+b) <= sqrt(6)", (*TRIPLE, "Eq(a+b+c, 1)")),
    "with room": ("sqrt(4*a+1) + sqrt(4*b+1) + sqrt(4*c+1) < 5", (*TRIPLE, "Eq(a+b+c, 1)")),
}
FALSE = {
    "one group": ("x**2 + y**2 >= 2*x*y", ()),
    "too low": ("sqrt(a) + sqrt(b) + sqrt(c) <= sqrt(3) - 1/100", (*TRIPLE, "Eq(a+b+c, 1)")),
    "strict with equality": ("1/a + 1/b > 2", ("a > 0", "b > 0", "a+b <= 2")),
}
HOMOGENEOUS = {
    "roots of sums": "sqrt(x+y) + sqrt(y+z) + sqrt(z+x) <= sqrt(6*(x+y+z))",
    "logarithms": "x*ln(x) + y*ln(y) + z*ln(z) >= (x+y+z)*ln((x+y+z)/3)",
}


@pytest.mark.parametrize("name", TRUE)
def test_the_groups_decide(name: str) -> None:
    assert proves(separation, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_nothing_is_found_where_the_groups_do_not_decide(name: str) -> None:
    assert not proves(separation, *FALSE[name], effort=300)


@pytest.mark.parametrize("name", HOMOGENEOUS)
def test_the_sum_of_the_variables_of_a_homogeneous_goal_is_one(name: str) -> None:
    assert proves(normalisation, HOMOGENEOUS[name], ("x > 0", "y > 0", "z > 0"))


def test_names_that_are_fixed_are_left_to_other_methods() -> None:
    goal = goal_of("sqrt(x) + sqrt(y) + z >= 0", ("x > 0", "y > 0"))
    fixed = replace(goal, box={**goal.box, "z": point(Fraction(1))})
    for method in (separation, planes):
        assert isinstance(method.attempt(fixed, Search().prove, Effort(100)), GivenUp)
