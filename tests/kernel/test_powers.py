"""Powers are multiplied out only where the result stays small."""

from __future__ import annotations

import pytest

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, number
from boundkit.kernel.context import Context
from boundkit.kernel.normal import normal
from boundkit.kernel.polynomials import TooLarge

SUM = Apply("+", (Name("x", REAL), ONE), REAL)


def test_a_power_of_a_sum_is_multiplied_out() -> None:
    assert len(normal(Apply("^", (SUM, number(60)), REAL), Context({})).terms) == 61


def test_a_power_of_a_long_sum_is_given_up_before_it_is_multiplied_out() -> None:
    long = Apply("^", (SUM, number(60)), REAL)
    with pytest.raises(TooLarge):
        normal(Apply("^", (long, number(60)), REAL), Context({}))


def test_nothing_to_the_power_zero_is_one() -> None:
    """x^0 = 1 for an exponent of type Nat, also at 0."""
    for base in (number(0), Apply("-", (SUM, SUM), REAL)):
        assert normal(Apply("^", (base, number(0)), REAL), Context({})).constant == 1
        assert normal(Apply("^", (base, number(3)), REAL), Context({})).constant == 0
