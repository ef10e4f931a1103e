"""A vector, or a sample, with one entry replaced: the new entry there, and its own entries elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

import boundkit

DECLARED = """theorem t
  let n : Nat >= 1
  let Z : Set
  let v : Vector[n]
  let s : Z^n
  let i, j : Nat in 1..n
  let D, P : Dist[Z]
  let f : Z -> Real
  draw z ~ D
  draw w ~ P
  assume apart: i != j
  assume range: almost surely, 0 <= f(z) and f(z) <= 1
"""

FOLLOW = [
    "replace(v, i, 1)[i] = 1 by algebra",
    "replace(v, i, 1)[j] = v[j] by algebra from apart",
    "replace(v, i, v[i]) = v by algebra",
    "replace(replace(v, i, 1), i, 2) = replace(v, i, 2) by algebra",
    "sum_{l=1..n} replace(v, i, 3)[l] = (sum_{l=1..n} v[l]) + 3 - v[i] by algebra",
    "E[f(replace(s, i, z)[j])] <= E[f(replace(s, i, z)[j])] + 1 by algebra from range",
]

DO_NOT = [
    "replace(v, i, 1)[j] = v[j] by algebra",
    "replace(v, i, 1)[i] = v[i] by algebra",
    "replace(v, n+1, 1)[i] = v[i] by algebra",
    "sum_{l=1..n} replace(v, i, 3)[l] = (sum_{l=1..n} v[l]) + 3 by algebra",
    "replace(replace(v, i, 1), j, 2) = replace(v, j, 2) by algebra from apart",
    "E[f(replace(s, i, w)[j])] <= E[f(replace(s, i, w)[j])] + 1 by algebra from range",
]


def verdict(tmp_path: Path, claim: str) -> str:
    """The verdict of the claim, from the proof alone."""
    file = tmp_path / "t.thm"
    file.write_text(f"{DECLARED}  claim goal: {claim}\nend\n", encoding="utf-8")
    report = boundkit.check(file, samples=1)
    return next(node.verdict for node in report.theorems[0].nodes if node.name == "goal")


@pytest.mark.parametrize("claim", FOLLOW)
def test_entries_of_what_is_replaced(claim: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, claim) == "PROVED"


@pytest.mark.parametrize("claim", DO_NOT)
def test_other_entries_are_not_known(claim: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, claim) != "PROVED"
