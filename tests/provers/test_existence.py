"""What is known to exist may be used under a new name, at the values where it is known, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

import boundkit

DECLARED = """theorem t
  let d : Nat >= 1
  let f, g : Vector[d] -> Real
  let a, b : Vector[d]
  let c : Real
  let K : FiniteSet[Vector[d]]
"""

FOLLOW = {
    "one thing": """
  assume near: exists v in K, f(a) <= g(v)
  assume low: forall v in K, g(v) <= c
  claim goal: f(a) <= c
  conclude goal by algebra from near, low
""",
    "one for each": """
  assume near: forall u in K, exists v in K, f(u) <= g(v)
  assume low: forall v in K, g(v) <= c
  claim goal: forall u in K, f(u) <= c
  conclude goal by algebra from near, low
""",
    "one after another": """
  assume near: exists v in K, (exists w in K, f(v) <= g(w)) and f(a) <= f(v)
  assume low: forall v in K, g(v) <= c
  claim goal: f(a) <= c
  conclude goal by algebra from near, low
""",
    "parts": """
  assume near: exists v in K, f(v) <= c and f(a) <= f(v)
  claim goal: f(a) <= c
  conclude goal by algebra from near
""",
}

DO_NOT = {
    "another thing": """
  assume near: exists v : Vector[d], f(a) <= g(v)
  claim goal: f(a) <= g(b)
  conclude goal by algebra from near
""",
    "outside of the set": """
  assume near: forall u in K, exists v in K, f(u) <= g(v)
  assume low: forall v in K, g(v) <= c
  claim goal: f(a) <= c
  conclude goal by algebra from near, low
""",
    "the same for all": """
  assume near: forall u in K, exists v in K, f(u) <= g(v)
  assume some: exists v in K, g(v) <= c
  claim goal: forall u in K, f(u) <= c
  conclude goal by algebra from near, some
""",
}


def verdict(tmp_path: Path, body: str) -> str:
    """The verdict of the claim, from the proof alone."""
    file = tmp_path / "t.thm"
    file.write_text(f"{DECLARED}{body}end\n", encoding="utf-8")
    report = boundkit.check(file, samples=1)
    return next(node.verdict for node in report.theorems[0].nodes if node.name == "goal")


@pytest.mark.parametrize("name", sorted(FOLLOW))
def test_a_new_name_stands_for_what_exists(name: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, FOLLOW[name]) == "PROVED"


@pytest.mark.parametrize("name", sorted(DO_NOT))
def test_nothing_more_is_known_of_it(name: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, DO_NOT[name]) != "PROVED"
