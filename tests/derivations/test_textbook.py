"""Derivations of textbooks: found without being told the answer, and proved to be what the textbook says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import boundkit

TABLE: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "textbook.toml").read_text(encoding="utf-8")
)["derivation"]

QUICK = frozenset(
    {
        "young",
        "entropy_of_a_bit",
        "conjugate_of_the_exponential",
        "gradient_descent_step",
        "finite_class_realisable",
        "finite_class_agnostic",
        "zero_concentrated_budget",
        "median_of_means_blocks",
        "renyi_order_is_an_integer",
        "logarithm_below_identity",
        "pinsker_for_bits",
        "bennett_to_bernstein",
        "lower_order_terms",
        "bernstein_leading_term",
        "sum_of_two_orders",
        "specialised_step",
        "renyi_order_for_a_budget",
        "median_of_means_trade_off",
        "square_outside_an_interval",
        "complexity_in_a_generalisation_bound",
        "decomposition_of_the_risk",
        "small_steps",
        "logarithm_against_its_argument",
        "specialised_tail",
        "specialised_young",
    }
)
"""Those of each command that take half a second or less; the others are for `make slow`."""


def _marks(one: dict[str, Any]) -> list[pytest.MarkDecorator]:
    slow = [] if one["name"] in QUICK else [pytest.mark.slow]
    return [*slow, pytest.mark.xfail(reason=one["open"], strict=True)] if "open" in one else slow


CASES = [pytest.param(one, id=one["name"], marks=_marks(one)) for one in TABLE]


@pytest.mark.parametrize("one", CASES)
def test_the_closed_form_of_the_textbook_is_derived(one: dict[str, Any]) -> None:
    given, let = one.get("given", []), one["let"]
    derived = boundkit.derive(one["command"], given, let)
    assert derived.status == "proved", derived.message
    parts = {name: str(term) for name, term in derived.parts}
    parts |= {head.removeprefix("derived_"): str(term) for head, term in derived.results.items()}
    hypotheses = [text.partition(": ")[2] or text for text in given]
    for name, expected in one["found"].items():
        if parts[name] != expected:
            verdict = boundkit.prove(f"{parts[name]} = {expected}", hypotheses, let, time_limit=60)
            assert verdict.headline.value == "PROVED", f"{name}: {parts[name]} is not {expected}"
    if one.get("both"):
        assert {own.role for own in derived.certified} >= {"sufficient", "necessary"}
    if "note" in one:
        assert any(one["note"] in note for note in derived.notes)


def test_the_table_has_fifty_derivations_with_names_and_sources() -> None:
    assert len([one for one in TABLE if "open" not in one]) >= 50
    assert len({one["name"] for one in TABLE}) == len(TABLE)
    assert all(one["source"] for one in TABLE)
    assert {one["name"] for one in TABLE} >= QUICK
