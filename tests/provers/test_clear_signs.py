"""Signs in floating point are given where they are beyond doubt, and nowhere else."""

from fractions import Fraction

import pytest

from boundkit.provers.clear_signs import clear_signs
from boundkit.provers.samples import sign_at
from tests.provers.inequalities.attempts import goal_of

POINTS = [{"x": Fraction(value)} for value in ("-1", "-1/3", "0", "1/1000000", "1/3", "1", "1000000")]


@pytest.mark.parametrize(
    "text",
    [
        "x**3 - x/7 >= 0",
        "1/x - 1/(x + 1/3) >= 0",
        "sqrt(x) - x**(1/2)*1.0000001 >= 0",
        "exp(x) - 1 - x - x**2/2 >= 0",
        "log(1 + x) - x + x**2/2 - x**3/3 >= 0",
        "Max(x, 1/2) - Abs(x - 2) >= 0",
        "(x + 1)**30 - x**30 >= 0",
        "sin(x) - x >= 0",
    ],
)
def test_the_clear_signs_are_those_of_balls(text: str) -> None:
    slack = goal_of(text).slack
    for point, sign in zip(POINTS, clear_signs(slack, POINTS), strict=True):
        assert sign in (0, sign_at(slack, point))
    assert any(clear_signs(slack, POINTS))


def test_what_rounding_leaves_of_a_cancellation_has_no_clear_sign() -> None:
    slack = goal_of("(x + 1/3)**2 - x**2 - 2*x/3 - 1/9 >= 0").slack
    assert not any(clear_signs(slack, POINTS))


def test_an_undefined_term_has_no_clear_sign() -> None:
    assert clear_signs(goal_of("sqrt(x) + log(x) >= -1/x").slack, POINTS)[:3] == [0, 0, 0]


def test_overflow_is_not_a_sign() -> None:
    assert clear_signs(goal_of("x**200 - x**199 >= 0").slack, POINTS)[-1] == 0
