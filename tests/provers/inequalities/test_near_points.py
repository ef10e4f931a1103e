"""Goals that fail near to where a curved equation holds are seen to fail; those that hold are not."""

import pytest

from boundkit.provers.inequalities.near_points import near_signs
from boundkit.provers.inequalities.sampling import fails
from tests.provers.inequalities.attempts import goal_of

ABC = ["a > 0", "b > 0", "c > 0"]


@pytest.mark.parametrize(
    ("text", "equation"),
    [("a >= b", "a**2 + b**2 + c**2 = 3"), ("a*b*c >= 1/2", "a**3 + b**3 + c**3 + a*b*c = 4")],
)
def test_a_false_goal_under_a_curved_equation_fails(text: str, equation: str) -> None:
    assert fails(goal_of(text, [*ABC, equation]))


@pytest.mark.parametrize(
    ("text", "equation"),
    [("a + b + c <= 3", "a**2 + b**2 + c**2 = 3"), ("a*b*c <= 1", "a**3 + b**3 + c**3 + a*b*c = 4")],
)
def test_a_goal_that_touches_does_not_fail(text: str, equation: str) -> None:
    assert not fails(goal_of(text, [*ABC, equation]))


def test_where_no_point_is_known_nothing_is_said() -> None:
    goal = goal_of("a >= b", ["a**2 + b**2 = -1"])
    assert near_signs(goal.slack, goal.box, goal.facts) == frozenset()
