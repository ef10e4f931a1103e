"""Theorems with draws, judged with every draw bound."""

from __future__ import annotations

import pytest

from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.kernel.binding import bound
from boundkit.source import Source
from boundkit.syntax.parse import parse

CONTEXT = """theorem t
  let Z, H : Set   let n : Nat >= 1   let delta : Prob   let D : Dist[Z]   let K : Z^n -> Dist[H]
  let f : Z -> Real   let g : H * Z -> Real
  draw S ~ D^n   draw z ~ D   draw h ~ K(S)   draw v : Seq[Real]
  define L(u) := E_{x ~ D}[g(u, x)]
  define Lhat(u) := 1/n * sum_{i=1..n} g(u, S[i])
  define w[1] := 0   define w[t+1] := w[t] + v[t]  for t in 1..n
"""

WRITTEN = {
    "E[f(z)] <= 1": "E_{z ~ D}[f(z)] <= 1",
    "E[g(h, z)] <= 1": "E_{S ~ D^n}[E_{z ~ D}[E_{h ~ K(S)}[g(h, z)]]] <= 1",
    "Pr[f(z) <= 1] <= 1": "Pr_{z ~ D}[f(z) <= 1] <= 1",
    "with prob >= 1 - delta over S, f(S[1]) <= 1": "1 - delta <= Pr_{S ~ D^n}[f(S[1]) <= 1]",
    "almost surely, f(z) <= 1": "surely_{z ~ D} (f(z) <= 1)",
    "forall u in H, with prob >= 1 - delta over S, L(u) <= Lhat(u)": (
        "forall u in H, 1 - delta <= Pr_{S ~ D^n}[L(u) <= 1/n*sum_{i=1..n} g(u, S[i])]"
    ),
    "almost surely, w[n] <= v[n]": "surely_{v ~ law_of_v} (w(v, n) <= v[n])",
    "Var[f(z)] <= 1": "E_{z ~ D}[(f(z) - E_{z ~ D}[f(z)])^2] <= 1",
    "Lp(f(z), 2) <= 1": "E_{z ~ D}[|f(z)|^2]^(1/2) <= 1",
}
"""What is written, and what is judged."""


def closed(claim: str) -> Theorem:
    """The theorem with this claim, its draws bound."""
    source = Source("t.thm", f"{CONTEXT}  claim c: {claim}\nend\n")
    tree, wrong = parse(source)
    entries, more = elaborate(tree, source)
    assert not [d.message for d in (*wrong, *more) if d.severity == "error"]
    theorem = next(entry for entry in entries if isinstance(entry, Theorem))
    return bound(theorem)


@pytest.mark.parametrize("claim", sorted(WRITTEN))
def test_every_draw_is_bound_where_it_is_removed(claim: str) -> None:
    theorem = closed(claim)
    statement = theorem.statement["c"]
    goal = statement.goal(statement.links[0])
    assert str(goal) == WRITTEN[claim]
    assert not goal.free & {"S", "z", "h", "v"}


def test_no_draw_is_left_and_a_process_has_a_law_of_its_own() -> None:
    theorem = closed("E[f(z)] <= 1")
    assert all(declaration.kind != "draw" for declaration in theorem.declarations)
    assert "law_of_v" in theorem.declaration
    assert "Lhat" not in theorem.definition and "L" in theorem.definition
    assert [str(p) for p in theorem.definition["w"].clauses[1].patterns] == ["v", "t + 1"]


def test_links_under_a_probability_hold_at_once() -> None:
    theorem = closed("with prob >= 1 - delta over S, f(S[1]) <= 1 <= 2")
    statement = theorem.statement["c"]
    assert "[f(S[1]) <= 1 <= 2]" in str(statement.goal(statement.links[1]))
