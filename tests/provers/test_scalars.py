"""Steps about entries and values of functions as statements about numbers, with names for what is opaque."""

from __future__ import annotations

from pathlib import Path

import pytest

import boundkit

DECLARED = """theorem t
  let T : Nat >= 1
  let c, eta : Real > 0
  let x, g : Seq[Real]
"""

FOLLOW = [
    "forall t in 0..T, |min(c, max(-c, g[t]))| <= c",
    "forall t in 0..T, |x[t] - eta*min(c, max(-c, g[t]))| <= |x[t]| + eta*c",
    "forall t in 0..T, max(x[t], g[t]) - min(x[t], g[t]) = |x[t] - g[t]|",
]

DO_NOT = [
    "forall t in 0..T, |min(c, max(-2*c, g[t]))| <= c",
    "forall t in 0..T, |x[t] - eta*min(c, max(-c, g[t]))| <= |x[t]| + c",
    "forall t in 0..T, max(x[t], g[t]) - min(x[t], g[t]) = x[t] - g[t]",
]


def proves(tmp_path: Path, claim: str) -> bool:
    """Whether the claim is proved."""
    file = tmp_path / "t.thm"
    file.write_text(f"{DECLARED}  claim goal: {claim}\n  conclude goal by algebra\nend\n", encoding="utf-8")
    report = boundkit.check(file, samples=1)
    return next(node.verdict for node in report.theorems[0].nodes if node.name == "goal") == "PROVED"


OF_SUMS = [
    ("exp(x[j]) <= sum_{i=1..T} exp(x[i])", True),
    ("x[j]^2*eta <= sum_{i=1..T} eta*x[i]^2", True),
    ("x[j] <= ln(W)", True),
    ("ln(W) <= W - 1", True),
    ("x[j] <= sum_{i=1..T} x[i]", False),
    ("x[j+1]^2 <= sum_{i=1..T} x[i]^2", False),
    ("W <= exp(x[j])", False),
]


@pytest.mark.parametrize(("claim", "follows"), OF_SUMS)
def test_a_sum_is_at_least_a_term_where_no_term_is_negative(
    tmp_path: Path, claim: str, follows: bool
) -> None:
    file = tmp_path / "t.thm"
    sum_ = "  let j : Nat in 1..T\n  define W := sum_{i=1..T} exp(x[i])\n  assume term: exp(x[j]) <= W\n"
    text = f"{DECLARED}{sum_}  claim goal: {claim}\n  conclude goal by algebra from term\nend\n"
    file.write_text(text, encoding="utf-8")
    (node,) = boundkit.check(file, samples=1).theorems[0].nodes
    assert (node.verdict == "PROVED") == follows


@pytest.mark.parametrize(
    ("claim", "follows"),
    [
        ("ln(m) <= c^2*eta^2/2", True),
        pytest.param("ln(m) <= c^2*eta^2/3", False, marks=pytest.mark.slow),
        ("TV(P, Q) <= sqrt(eta/2)", True),
        pytest.param("TV(P, Q) <= sqrt(eta/3)", False, marks=pytest.mark.slow),
        ("TV(P, Q) <= sqrt(KL(Q, P))", False),
        ("TV(P, Q) + m + x[1] + x[2] + g[1] <= sqrt(eta/2) + m + x[1] + x[2] + g[1]", True),
    ],
)
def test_what_is_opaque_is_compared_through_roots_and_logarithms(
    tmp_path: Path, claim: str, follows: bool
) -> None:
    """A mean below an exponential, and a relative entropy, which may be infinite, below a number."""
    file = tmp_path / "t.thm"
    facts = "  let X : Set   let P, Q : Dist[X]   let m : Real > 0\n  assume mgf: m <= exp(c^2*eta^2/2)\n"
    facts += "  assume near: KL(P, Q) <= eta\n  assume pinsker: TV(P, Q) <= sqrt(KL(P, Q)/2)\n"
    by = "algebra from mgf, near, pinsker"
    text = f"{DECLARED}{facts}  claim goal: {claim}\n  conclude goal by {by}\nend\n"
    file.write_text(text, encoding="utf-8")
    (node,) = boundkit.check(file, samples=1).theorems[0].nodes
    assert (node.verdict == "PROVED") == follows


NEXT = "x[k+1] = (1 + sqrt(1 + 4*x[k]^2))/2"
AT_PLACES = [
    ("1..T", "forall k in 1..T, x[k+1] >= x[k] + 1/2", True),
    ("1..T", "forall k in 1..T, x[k+1] >= x[k] + 1", False),
    ("2..T", "forall k in 1..T, x[k+1] >= x[k] + 1/2", False),
]


@pytest.mark.parametrize(("places", "claim", "follows"), AT_PLACES)
def test_a_fact_for_all_is_used_where_the_goal_speaks_of_it(
    tmp_path: Path, places: str, claim: str, follows: bool
) -> None:
    """Where it holds, that is: the first place of the last one is outside of its range."""
    file = tmp_path / "t.thm"
    fact = f"  assume fact: forall k in {places}, {NEXT}\n"
    text = f"{DECLARED}{fact}  claim goal: {claim}\n  conclude goal by algebra from fact\nend\n"
    file.write_text(text, encoding="utf-8")
    (node,) = boundkit.check(file, samples=1).theorems[0].nodes
    assert (node.verdict == "PROVED") == follows


@pytest.mark.parametrize("claim", FOLLOW)
def test_clipped_entries_are_compared_as_numbers(tmp_path: Path, claim: str) -> None:
    assert proves(tmp_path, claim)


@pytest.mark.parametrize("claim", DO_NOT)
def test_what_is_false_for_some_entries_is_not_proved(tmp_path: Path, claim: str) -> None:
    assert not proves(tmp_path, claim)
