"""Violations of a size that matters are found, with no more draws than the manual says."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.power import CLAIMS, HEADER, SIZES, found_within, read, row

MANUAL = (Path(__file__).parents[2] / "docs" / "statistics.md").read_text(encoding="utf-8")
SEEDS = range(8)


@pytest.mark.parametrize(
    ("claim", "size", "most"),
    [
        ("Pr <= 1/10", "4", 100),
        ("Pr <= 1/10", "2", 400),
        ("Pr <= 1/10", "1", 1000),
        ("Pr <= 1/10", "1/2", 4096),
        ("Pr <= 1/1000", "4", 16384),
        ("E <= 1/10, X uniform on [0, (1+s)/5]", "1", 200),
        ("E <= 1/10, X uniform on [0, (1+s)/5]", "1/8", 4096),
        ("E <= 1, X >= 0 exponential", "1", 400),
        ("E <= 1, X >= 0 exponential", "1/8", 8192),
    ],
)
def test_planted_violations_are_found(claim: str, size: str, most: int) -> None:
    """At every seed, on both streams."""
    first, second = found_within(read(*CLAIMS[claim]), size, SEEDS)
    assert len(second) == len(SEEDS)
    assert max(*first, *second) <= most


def test_a_smaller_violation_takes_more_draws() -> None:
    """Ten sizes are in the tables, in order, and the sizes that are found differ."""
    assert len(SIZES) == 10
    theorem = read(*CLAIMS["Pr <= 1/10"])
    totals = [sum(found_within(theorem, size, SEEDS)[1]) for size in SIZES[:4]]
    assert totals == sorted(totals)
    assert totals[0] * 10 < totals[-1]


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_manual_shows_what_the_command_prints(claim: str) -> None:
    """The first rows of each table, which are quick."""
    law, statement = CLAIMS[claim]
    theorem = read(law, statement)
    rows = "".join(row(theorem, size, 20) for size in SIZES[:2])
    assert f"### {claim}\n\n`draw x ~ {law}`, `{statement}`\n\n{HEADER}{rows}" in MANUAL
