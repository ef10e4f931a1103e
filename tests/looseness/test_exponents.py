"""Exponents, thresholds, and attained bounds."""

from __future__ import annotations

from math import e, log, sqrt
from pathlib import Path

import pytest

from boundkit.looseness.attained import attained
from boundkit.looseness.exponents import exponent
from boundkit.looseness.measure import measure
from boundkit.looseness.regions import regions
from tests.looseness.test_losses import FEW, loaded

VC = "let R, r : Real in [0, 1] let n, d : Nat >= 1 let delta : Real in (0, 1) assume size: d <= n"


@pytest.mark.parametrize(
    ("term", "power"),
    [
        ("3/sqrt(n)", "-1/2"),
        ("n^2*x/(2*n)", "1"),
        ("rate*sqrt(n)", "-1/2"),
        ("x/n + 2/n", "-1"),
        ("x", "0"),
        ("1/n + 1/n^2", "None"),
        ("ln(n)/n", "None"),
        ("x^n", "None"),
    ],
)
def test_the_exponent_of_a_term_is_read_off_its_form(tmp_path: Path, term: str, power: str) -> None:
    theorem = loaded(
        tmp_path, "let n : Nat >= 1 let x : Real > 0 define rate := x/n", f"claim c: 0 <= {term} by algebra"
    )
    (statement,) = theorem.statements
    assert str(exponent(statement.formula.args[1], "n", theorem)) == power  # type: ignore[attr-defined]


def test_fitted_exponents_stand_beside_the_claimed_one(tmp_path: Path) -> None:
    """x/n <= x/sqrt(n) loses sqrt(n); the fits are exact, since the numbers are the same for all n."""
    theorem = loaded(tmp_path, "let n : Nat >= 1 let x : Real > 0", "claim c: x/n <= x/sqrt(n) by algebra")
    (growth,) = measure(theorem, effort=FEW).growth
    assert (growth.parameter, growth.claimed, growth.order) == ("n", "-1/2", False)
    assert (growth.left.low, growth.left.value, growth.left.high) == pytest.approx((-1, -1, -1))
    assert growth.right.value == pytest.approx(-0.5)
    assert [point.factor for point in growth.points] == pytest.approx([sqrt(p.size) for p in growth.points])


def test_a_band_holds_the_exponent_of_noisy_means(tmp_path: Path) -> None:
    """The left side is n^-1 times a number that depends on the instance and, on each, on n."""
    theorem = loaded(
        tmp_path,
        "let n : Nat >= 1 let x : Real in [0, 1]",
        "claim c: (2 + sin(n*x))/n <= 3/n by algebra",
    )
    (growth,) = measure(theorem, effort=FEW).growth
    assert growth.left.low < growth.left.value < growth.left.high
    assert growth.left.low < -1 < growth.left.high or abs(growth.left.value + 1) < 0.1


def test_claims_up_to_a_constant_are_followed_along_growing_sizes(tmp_path: Path) -> None:
    theorem = loaded(tmp_path, "let n : Nat >= 1 let x : Real > 0", "claim c: 3*x/n <~ x/n by algebra")
    (growth,) = measure(theorem, effort=FEW).growth
    assert growth.order
    assert len(growth.points) == 3


def test_a_threshold_is_exact_and_proved_where_the_bound_falls(tmp_path: Path) -> None:
    """The bound of Vapnik and Chervonenkis is below 1 from n = 84 on, at d = 10 and delta = 1/20; its slope
    is negative from n = d on only."""

    def bound(n: int) -> float:
        return sqrt(2 * 10 * log(e * n / 10) / n) + sqrt(log(20) / (2 * n))

    assert bound(84) < 1 <= bound(83)
    claim = "claim c: R <= r + sqrt(2*d*ln(exp(1)*n/d)/n) + sqrt(ln(1/delta)/(2*n)) by algebra"
    found, maps = regions(loaded(tmp_path, VC, claim))
    (region,) = found
    assert (region.parameter, region.value, region.proved, region.trivial) == ("n", 84, True, "1")
    assert dict(region.at) == {"d": "10", "delta": "1/20"}
    (map_,) = maps
    assert (map_.x, map_.y) == ("n", "d")
    for height, row in zip(map_.ys, map_.rows, strict=True):
        for place, value in zip(map_.xs, row, strict=True):
            assert (value is None) == (height > place)  # d <= n


def test_a_threshold_of_a_bound_that_also_rises_is_only_measured(tmp_path: Path) -> None:
    found, _ = regions(
        loaded(tmp_path, "let R : Real in [0, 1] let n : Nat >= 1", "claim c: R <= n^2/2^n by algebra")
    )
    assert [(region.proved, region.parameter) for region in found] == [(False, "n")]


def test_a_bound_without_a_trivial_one_has_no_threshold(tmp_path: Path) -> None:
    theorem = loaded(tmp_path, "let x : Real > 0 let n : Nat >= 1", "claim c: x <= n by algebra")
    assert regions(theorem) == ((), ())


def test_an_attained_bound_is_named_at_an_exact_instance(tmp_path: Path) -> None:
    theorem = loaded(tmp_path, "let x, y : Real > 0", "claim c: 2*x*y <= x^2 + y^2 by algebra")
    (found,) = attained(theorem, 0, {})
    values = dict(found.values)
    assert values["x"] == values["y"] == "1"
    assert found.comparison == "2 = 2"


@pytest.mark.parametrize(
    "claim", ["x <= x + 1", "2*x*y <= x^2 + y^2 + 10^-12", "-x^2 <= 0", "2*x <= x"], ids=str
)
def test_a_bound_that_is_not_attained_is_not_named(tmp_path: Path, claim: str) -> None:
    """Also one whose right side is 0 where it is attained, and one that is false."""
    theorem = loaded(tmp_path, "let x, y : Real > 0", f"claim c: {claim} by algebra")
    assert attained(theorem, 0, {}) == ()
