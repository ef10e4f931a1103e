"""Powers whose base may be 0."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import vanishing_bases
from tests.provers.inequalities.attempts import proves

BETWEEN = ["x >= 0", "x <= 1", "a >= 1"]


def test_the_base_is_zero_or_has_a_logarithm() -> None:
    assert proves(vanishing_bases, "(1 - x)**a <= exp(-a*x)", BETWEEN)
    assert proves(vanishing_bases, "(1 - m/b)**a <= exp(-a*m/b)", ["m > 0", "b > 0", "m <= b", "a >= 1"])


@pytest.mark.parametrize(
    ("goal", "hypotheses"),
    [
        ("(1 - x)**a <= exp(-a*x) - 1/100", BETWEEN),
        ("(1 - x)**a > 0", BETWEEN),
        ("(1 - x)**a <= exp(-a*x)", ["x >= 0", "x <= 2", "a >= 1"]),
    ],
)
def test_what_is_false_or_undefined_is_not_proved(goal: str, hypotheses: list[str]) -> None:
    assert not proves(vanishing_bases, goal, hypotheses, effort=200)
