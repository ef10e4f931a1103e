"""What the function forms guarantee, against their values."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from boundkit.kernel.forms import read_form, value_range
from boundkit.kernel.reading import read_number
from boundkit.kernel.values import column
from boundkit.kernel.vectors import solvable
from boundkit.kernel.witness import Exact

EXACT = Exact()
small = st.fractions(min_value=-3, max_value=3, max_denominator=4)
V_SHAPE = {"family": "max_affine", "slopes": [["1"], ["-1"]], "offsets": ["0", "0"]}
FORMS: list[dict[str, Any]] = [
    {"family": "max_affine", "slopes": [["1", "0"], ["-1", "1"], ["0", "-1"]], "offsets": ["0", "1", "-1"]},
    {"family": "quadratic", "matrix": [["2", "1"], ["1", "2"]], "centre": ["1", "0"], "level": "3"},
]


def form(data: dict[str, Any]) -> Any:
    """The form of plain data."""
    return read_form(data, read_number)


def number(value: Fraction) -> Any:
    """As a rational of the exact arithmetic."""
    return fmpq(value.numerator, value.denominator)


@pytest.mark.parametrize("data", FORMS)
@given(small, small, small, small)
def test_subgradients_support_the_function(data: Any, a: Any, b: Any, c: Any, d: Any) -> None:
    """f(y) >= f(x) + <g, y - x> for the form's own subgradient g at x."""
    f = form(data)
    x, y = column([number(a), number(b)]), column([number(c), number(d)])
    g = f.subgradient(EXACT, x)
    slope = sum((p * (q - r) for p, q, r in zip(g.entries, y.entries, x.entries, strict=True)), fmpq(0))
    assert f.value(EXACT, y) >= f.value(EXACT, x) + slope
    assert f.has_subgradient(EXACT, x, g) is True


def test_subgradients_at_a_kink_are_the_hull() -> None:
    """[-1, 1] at 0 for the absolute value, and nothing beyond."""
    f = form(V_SHAPE)
    at = column([fmpq(0)])
    for value, truth in ((fmpq(0), True), (fmpq(-1), True), (fmpq(1, 3), True), (fmpq(4, 3), False)):
        assert f.has_subgradient(EXACT, at, column([value])) is truth
    assert f.has_subgradient(EXACT, column([fmpq(1)]), column([fmpq(0)])) is False


def test_minimisers_over_the_space_and_over_a_ball() -> None:
    """A linear function has none over the space, one on the boundary of a ball."""
    f = form({"family": "max_affine", "slopes": [["1"]], "offsets": ["0"]})
    assert f.is_minimiser(EXACT, column([fmpq(-2)]), False) is False
    assert f.is_minimiser(EXACT, column([fmpq(-2)]), True) is True
    assert f.is_minimiser(EXACT, column([fmpq(2)]), True) is False
    assert form(V_SHAPE).is_minimiser(EXACT, column([fmpq(0)]), False) is True


def test_quadratics_know_their_curvature() -> None:
    """Eigenvalues 1 and 3."""
    f = form(FORMS[1])
    assert f.guarantees(EXACT, "smooth", [fmpq(3)]) is True
    assert f.guarantees(EXACT, "smooth", [fmpq(29, 10)]) is None
    assert f.guarantees(EXACT, "strongly_convex", [fmpq(1)]) is True
    assert f.guarantees(EXACT, "strongly_convex", [fmpq(11, 10)]) is None
    saddle = form({**FORMS[1], "matrix": [["0", "1"], ["1", "0"]]})
    assert saddle.guarantees(EXACT, "convex", []) is None
    lopsided = form({**FORMS[1], "matrix": [["2", "1"], ["0", "2"]]})
    assert lopsided.guarantees(EXACT, "convex", []) is None


def test_unknown_properties_are_never_guaranteed() -> None:
    """Not even by a constant function."""
    f = form({"family": "max_affine", "slopes": [["0"]], "offsets": ["0"]})
    assert f.guarantees(EXACT, "monotone", []) is None


@given(
    st.lists(st.lists(small, min_size=3, max_size=3), min_size=2, max_size=2),
    st.lists(small, min_size=3, max_size=3),
)
def test_solutions_are_found(rows: list[list[Fraction]], solution: list[Fraction]) -> None:
    """A system with the non-negative solution |z| is solvable."""
    matrix = [[number(entry) for entry in row] for row in rows]
    z = [abs(number(entry)) for entry in solution]
    right = [sum((a * b for a, b in zip(row, z, strict=True)), fmpq(0)) for row in matrix]
    assert solvable(matrix, right) is True


def test_infeasible_systems_are_turned_down() -> None:
    """x + y = 1 and x + y = 2; x = -1."""
    one = fmpq(1)
    assert solvable([[one, one], [one, one]], [one, fmpq(2)]) is False
    assert solvable([[one]], [fmpq(-1)]) is False


def test_a_form_that_is_not_convex_has_no_subgradient_for_certain() -> None:
    """A negative distance, a negative Huber function and a saddle at their centres."""
    zero = column([fmpq(0)])
    for data in (
        {"family": "norm_distance", "scale": "-1", "centre": ["0"]},
        {"family": "huber", "scale": "-1", "width": "1", "centre": ["0"]},
        {"family": "huber", "scale": "1", "width": "-1", "centre": ["0"]},
        {"family": "quadratic", "matrix": [["-1"]], "centre": ["0"], "level": "0"},
    ):
        f = form(data)
        assert f.has_subgradient(EXACT, zero, zero) is not True
        assert f.is_minimiser(EXACT, zero, False) is not True


def test_ranges_are_those_of_the_values() -> None:
    """A clipped function between its ends, when they are in order."""
    data = {"family": "clipped_affine", "slope": ["2"], "offset": "1", "low": "0", "high": "3"}
    f = form(data)
    assert [f.value(EXACT, column([fmpq(x)])) for x in (-5, 0, 5)] == [0, 1, 3]
    assert value_range(EXACT, f) == (0, 3, True)
    assert f.guarantees(EXACT, "bounded", [fmpq(0), fmpq(3)]) is True
    assert f.guarantees(EXACT, "bounded", [fmpq(1), fmpq(3)]) is None
    assert f.guarantees(EXACT, "lipschitz", [fmpq(2)]) is True
    assert f.guarantees(EXACT, "lipschitz", [fmpq(1)]) is None
    crossed = value_range(EXACT, form({**data, "low": "4"}))
    assert crossed is not None and crossed[2] is False
    assert value_range(EXACT, form(V_SHAPE)) is None
