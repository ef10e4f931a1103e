"""Planted slips: the first suggestion repairs most of them, and none is false."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.repairs.planted import Slip, first_suggestion, judged, planted

QUICK = {"positive_factor": "strictness", "factor_increases": "side_condition"}
"""Slips that take little time, and the kind of edit that proves each again."""


def test_there_are_thirty_slips_that_fit_the_library() -> None:
    found = planted()
    assert len(found) == 30 and len({slip.theorem for slip in found}) == 30
    assert all(bool(slip.text) for slip in found)


@pytest.mark.parametrize("name", sorted(QUICK))
def test_a_small_slip_is_repaired_with_a_proof(name: str, tmp_path: Path) -> None:
    (slip,) = (one for one in planted() if one.theorem == name)
    suggestion = first_suggestion(slip, tmp_path)
    assert suggestion is not None and suggestion.kind == QUICK[name]
    assert judged(slip, suggestion, tmp_path) == "proved"


@pytest.mark.slow
def test_most_slips_are_repaired_and_no_suggestion_is_false(tmp_path: Path) -> None:
    def result(slip: Slip) -> str:
        return judged(slip, first_suggestion(slip, tmp_path), tmp_path)

    counts = Counter(result(slip) for slip in planted())
    assert counts["false"] == 0
    assert counts["proved"] + counts["repairs"] >= 24
