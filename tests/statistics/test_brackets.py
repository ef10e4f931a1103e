"""Brackets contain what exact arithmetic gives, keep integers exact, and say so where nothing is defined."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import example, given
from hypothesis import strategies as st

from boundkit.kernel.balls import apply_head, precisely
from boundkit.statistics import brackets as b
from boundkit.statistics.arithmetic import Decided, Samples, as_bracket
from boundkit.statistics.brackets import Bracket

NUMBERS = st.floats(-1e12, 1e12, allow_subnormal=False) | st.integers(-1000, 1000).map(float)
OPERATIONS = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}


def point(value: float) -> Bracket:
    """A bracket of one number."""
    return Bracket(np.float64(value), np.float64(value))


def contains(found: Bracket, exact: Fraction) -> bool:
    """Whether an exact number lies in a bracket."""
    return Fraction(float(found.lo)) <= exact <= Fraction(float(found.hi))


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(OPERATIONS)))
@example(0.1, 0.2, "+")
@example(1e-200, 1e-200, "*")
def test_sums_and_products_contain_the_exact_result(x: float, y: float, head: str) -> None:
    """Rounded outwards."""
    found = Samples().apply(head, (point(x), point(y)))
    assert contains(found, OPERATIONS[head](Fraction(x), Fraction(y)))


@given(NUMBERS, NUMBERS.filter(lambda y: y != 0))
@example(1.0, 3.0)
def test_quotients_contain_the_exact_result(x: float, y: float) -> None:
    """Rounded outwards."""
    assert contains(b.divide(point(x), point(y)), Fraction(x) / Fraction(y))


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_integers_stay_exact(x: int, y: int) -> None:
    """Sums and products of integers have brackets of width 0, so that counts can be compared."""
    for head, operation in OPERATIONS.items():
        found = Samples().apply(head, (point(x), point(y)))
        assert found.lo == found.hi == operation(x, y)


@given(NUMBERS.map(lambda x: x / 1e10), st.integers(0, 7))
def test_powers_contain_the_exact_result(x: float, exponent: int) -> None:
    """Also of negative numbers."""
    assert contains(b.power(point(x), exponent), Fraction(x) ** exponent)


@given(st.floats(-3, 3), st.floats(0, 2), st.integers(1, 6), st.floats(0, 1))
def test_powers_of_an_interval_contain_those_of_its_points(
    low: float, width: float, exponent: int, share: float
) -> None:
    """Even powers are not negative."""
    x = min(low + share * width, low + width)
    found = b.power(Bracket(np.float64(low), np.float64(low + width)), exponent)
    assert contains(found, Fraction(x) ** exponent)
    assert exponent % 2 or found.lo >= 0


@pytest.mark.parametrize(
    "head", ["exp", "ln", "log2", "sqrt", "sin", "cos", "arctan", "tanh", "sinh", "cosh", "erf", "Phi"]
)
def test_functions_contain_the_ball_of_higher_precision(head: str) -> None:
    """On a grid, against Arb at 128 bits."""
    for x in (0.001, 0.3, 1.0, 2.5, 7.0, 30.0, 300.5):
        found = Samples().apply(head, (Bracket(np.float64(x), np.float64(x)),))
        with precisely(128):
            exact = apply_head(head, (arb(fmpq(*x.as_integer_ratio())),))
            assert not arb(float(found.lo)) > exact, (head, x)
            assert math.isinf(found.hi) or not arb(float(found.hi)) < exact, (head, x)
        assert found.hi - found.lo <= 1e-12 * max(abs(found.hi), 1e-300) + 1e-14 or found.hi == math.inf


@pytest.mark.parametrize(("head", "x"), [("ln", -1.0), ("ln", 0.0), ("sqrt", -1.0), ("log2", -3.0)])
def test_outside_the_domain_nothing_is_known(head: str, x: float) -> None:
    """NaN at both ends, and no comparison with it is certain."""
    with np.errstate(all="ignore"):
        found = Samples().apply(head, (point(x),))
        below = Samples().compare("<=", found, point(0.0))
    assert math.isnan(found.lo) and math.isnan(found.hi)
    assert not below.yes and not below.no


def test_division_by_zero_is_undefined() -> None:
    """An end that is 0 stands for its limit; 0 alone does not."""
    with np.errstate(all="ignore"):
        nothing = b.divide(point(1.0), point(0.0))
        ray = b.divide(point(1.0), Bracket(np.float64(0.0), np.float64(4.0)))
        line = b.divide(point(1.0), Bracket(np.float64(-1.0), np.float64(4.0)))
        below = b.divide(point(-2.0), Bracket(np.float64(-4.0), np.float64(0.0)))
    assert math.isnan(nothing.lo) and math.isnan(nothing.hi)
    assert (ray.lo, ray.hi) == (0.25, math.inf)
    assert (line.lo, line.hi) == (-math.inf, math.inf)
    assert (below.lo, below.hi) == (0.5, math.inf)


def test_overflow_leaves_a_bracket() -> None:
    """A number beyond the largest double lies between it and infinity."""
    with np.errstate(all="ignore"):
        found = Samples().apply("exp", (point(1000.0),))
        product = b.multiply(point(1e300), point(1e300))
    assert (found.lo, found.hi) == (b.LARGEST, math.inf)
    assert (product.lo, product.hi) == (b.LARGEST, math.inf)


def test_zero_times_an_infinite_end_is_zero() -> None:
    """Ends are limits of finite numbers."""
    with np.errstate(all="ignore"):
        found = b.multiply(point(0.0), Bracket(np.float64(-math.inf), np.float64(math.inf)))
    assert (found.lo, found.hi) == (0.0, 0.0)


def test_a_number_times_itself_is_not_negative() -> None:
    """One and the same bracket is squared."""
    x = Bracket(np.float64(-2.0), np.float64(3.0))
    assert (b.multiply(x, x).lo, b.multiply(x, x).hi) == (0.0, 9.0)


@given(st.fractions(max_denominator=10**20))
def test_a_rational_lies_in_its_bracket(value: Fraction) -> None:
    """Of width 0 when it is a double, else of one unit in the last place."""
    found = as_bracket(fmpq(value.numerator, value.denominator))
    assert contains(found, value)
    assert found.hi <= math.nextafter(found.lo, math.inf)


def arrays(*truths: Any) -> Decided:
    """A truth value for each sample: True, False or None."""
    return Decided(np.array([t is True for t in truths]), np.array([t is False for t in truths]))


def listed(truth: Any, count: int) -> list[bool | None]:
    """What is known for each sample."""
    if isinstance(truth, bool):
        return [truth] * count
    return [True if yes else (False if no else None) for yes, no in zip(truth.yes, truth.no, strict=True)]


def test_connectives_are_those_of_three_values() -> None:
    """Kleene's tables."""
    values = (True, False, None)
    left = arrays(*(x for x in values for _ in values))
    right = arrays(*(y for _ in values for y in values))
    both = Samples().every([lambda: left, lambda: right])
    either = Samples().some([lambda: left, lambda: right])
    assert listed(both, 9) == [True, False, None, False, False, False, None, False, None]
    assert listed(either, 9) == [True, True, True, True, False, None, True, None, None]
    assert listed(Samples().negation(arrays(*values)), 3) == [False, True, None]


def test_a_choice_that_is_not_known_gives_both() -> None:
    """The hull of the branches."""
    condition = arrays(True, False, None)
    chosen = Samples().choose(condition, lambda: fmpq(1), lambda: fmpq(2))
    assert chosen.lo.tolist() == [1, 2, 1]
    assert chosen.hi.tolist() == [1, 2, 2]


def test_one_proposed_value_does_not_make_a_forall_true() -> None:
    """What was tried at one value only may refute, and never confirms."""
    assert listed(Samples().one_sided(arrays(True, False, None)), 3) == [None, False, None]
    everywhere = Samples().one_sided(True)
    assert not everywhere.yes and not everywhere.no
    assert Samples().one_sided(False) is False
