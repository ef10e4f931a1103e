"""Values that were drawn freely are moved onto the hypotheses: recursions and mixtures have instances."""

from __future__ import annotations

import pytest

from boundkit.attack import AttackReport, attack
from boundkit.attack.inference import SMALL
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse

RECURSION = """
  let n : Nat >= 1
  let v : Nat * Nat -> Real >= 0
  assume start: v(0, 0) = 0
  assume up: forall t in 0..n-1, v(0, t + 1) = v(0, t)/2 + 1
"""
MIXTURE = """
  let X : Set
  let P, Q, M : Dist[X]
  assume mixed: forall G : Set[X], Pr_{x ~ M}[x in G] = (3*Pr_{x ~ P}[x in G] + 4*Pr_{x ~ Q}[x in G])/7
"""
KERNELS = """
  let X, Y : Set
  let P : Dist[X]
  let k : Seq[X -> Dist[Y]]
  let R : Seq[Dist[Y]]
  assume image: forall t in 1..2, forall F : Set[Y],
      Pr_{y ~ R[t]}[y in F] = E_{x ~ P}[Pr_{y ~ k[t](x)}[y in F]]
"""
SAMPLES = """
  let Z : Set
  let n, T : Nat >= 1
  let f : (Z^n)^T -> Real in [0, 1]
"""


def attacked(given: str, claim: str) -> AttackReport:
    source = Source("t.thm", f"theorem t {given} claim c: {claim}\nend")
    (theorem,), wrong = elaborate(parse(source)[0], source)
    assert isinstance(theorem, Theorem) and not wrong, wrong
    return attack(theorem, samples=1_000, budget=SMALL)


@pytest.mark.parametrize(
    ("given", "true", "false"),
    [
        (RECURSION, "v(0, n) <= 2", "v(0, n) <= 1"),
        (MIXTURE, "TV(P, M) <= TV(P, Q)", "TV(P, M) <= TV(P, Q)/2"),
        (KERNELS, "TV(R[1], R[2]) <= 1", "TV(R[1], R[2]) <= 0"),
        (SAMPLES, "forall s : (Z^n)^T, f(s) <= 1", "forall s : (Z^n)^T, f(s) <= 1/2"),
    ],
    ids=["recursion", "mixture", "kernels", "samples"],
)
def test_a_false_claim_is_refuted_where_the_hypotheses_seldom_hold(given: str, true: str, false: str) -> None:
    held = attacked(given, true).by_label["c"]
    assert held.outcome != "violated", held.text
    refuted = attacked(given, false).by_label["c"]
    assert refuted.outcome == "violated", refuted.text
