"""Memberships become relations only where these say as much."""

from __future__ import annotations

import pytest

import boundkit


@pytest.mark.parametrize("sort", ["Nat", "Int"])
def test_an_integer_between_the_ends_of_a_range_is_in_it(sort: str) -> None:
    verdict = boundkit.prove("k in 1..3", given=["k >= 1", "k <= 3"], let=[f"k : {sort}"])
    assert verdict.headline.value == "PROVED"


def test_a_real_number_between_the_ends_of_a_range_need_not_be_in_it() -> None:
    verdict = boundkit.prove("x in 1..3", given=["x >= 1", "x <= 3"], let=["x : Real"])
    assert verdict.headline.value != "PROVED"


def test_a_range_of_a_variable_is_a_hypothesis() -> None:
    verdict = boundkit.prove("n^2 <= 100*n", let=["n : Nat in 1..100"])
    assert verdict.headline.value == "PROVED"
