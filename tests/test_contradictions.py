"""Hypotheses that cannot hold together are found, named and certified; those that hold somewhere never."""

from __future__ import annotations

from pathlib import Path

import pytest

import boundkit
from boundkit import resources
from boundkit.contradictions import contradiction
from boundkit.exports import export
from boundkit.kernel.binding import bound
from boundkit.kernel.ledger import Ledger
from boundkit.library import Library
from boundkit.proofs import prove_theorem
from boundkit.report import TheoremReport

LIBRARY = Library(resources.library(), lambda theorem, laws, path: prove_theorem(theorem, laws, {}))
FUNCTION = "let Z : Set let D : Dist[Z] let f : Z -> Real in [0, 1] draw z ~ D"
NUMBER = "let D : Dist[Real] draw X ~ D"
LAWS = "let H : Set let P, Q : Dist[H]"


def found(tmp_path: Path, *lines: str) -> str:
    """What is said of the hypotheses of a theorem with these lines."""
    path = tmp_path / "t.thm"
    path.write_text("\n".join(["theorem t", *lines, "claim c: 1 <= 2", "end"]), encoding="utf-8")
    (theorem,) = boundkit.load(path)
    return contradiction(Ledger(bound(theorem), LIBRARY), LIBRARY)


@pytest.mark.parametrize(
    ("given", "hypotheses", "named"),
    [
        (FUNCTION, "assume h: E[f(z)] >= 2", "`f.range`, `h`"),
        (FUNCTION, "assume h: E[f(z)] < 0", "`f.range`, `h`"),
        (FUNCTION, "assume h: E[f(z)] <= 1/4 assume g: E[f(z)] >= 1/2", "`h`, `g`"),
        (FUNCTION, "define m := E[f(z)] assume h: m <= 1/4 assume g: E[f(z)] >= 1/2", "`h`, `g`"),
        (FUNCTION, "define m := E[f(z)] assume h: m >= 2", "`f.range`, `h`"),
        (FUNCTION, "define g(a) := E[f(z)] - a assume h: forall a : Real, g(a) >= 2", "`f.range`, `h`"),
        (FUNCTION, "assume h: almost surely, f(z) >= 2", "`f.range`, `h`"),
        (FUNCTION, "assume h: almost surely, f(z) > 1", "`f.range`, `h`"),
        (FUNCTION, "assume h: with prob >= 1/2 over z, f(z) >= 2", "`f.range`, `h`"),
        (FUNCTION, "assume h: Pr[f(z) >= 1/2] >= 2", "`h`"),
        (FUNCTION, "assume h: Pr[f(z) >= 1/2] < 0", "`h`"),
        (FUNCTION, "assume h: forall y in Z, f(y) >= 2", "`f.range`, `h`"),
        (NUMBER, "assume h: Var[X] < 0", "`h`"),
        (NUMBER, "assume h: E[X^2] < E[X]^2", "`h`"),
        (NUMBER, "assume h: E[X] > E[|X|]", "`h`"),
        (NUMBER, "assume h: Lp(X, 2) < 0", "`h`"),
        (NUMBER, "assume h: Pr[X >= 1] > Pr[X >= 1 or X <= -1]", "`h`"),
        (NUMBER, "assume h: Pr[X >= 1] > 3/4 assume g: Pr[X < 1] > 3/4", "`h`, `g`"),
        (
            NUMBER,
            "assume h: with prob >= 2/3 over X, X >= 2 assume g: with prob >= 2/3 over X, X <= 1",
            "`h`, `g`",
        ),
        (NUMBER, "assume h: almost surely, X >= 2 assume g: E[X] <= 1", "`h`, `g`"),
        (NUMBER, "assume h: almost surely, X >= 2 assume g: almost surely, X <= 1", "`h`, `g`"),
        (NUMBER, "assume i: E[X] <= 5 assume h: E[X] > 1 assume g: E[X^2] <= 1", "`h`, `g`"),
        ("let D : Dist[[0, 1]] draw X ~ D", "assume h: E[X] >= 2", "`D.range`, `h`"),
        (
            "let n : Nat >= 1 let D : Dist[[0, 1]] draw S ~ D^n define m := (1/n) * sum_{i=1..n} S[i]",
            "assume h: E[m] >= 2",
            "`n.range`, `D.range`, `h`",
        ),
        (LAWS, "assume h: KL(P, Q) < 0", "`h`"),
        (LAWS, "assume h: TV(P, Q) > 1", "`h`"),
        (
            "let Z : Set let D : Dist[Z] let H : FiniteSet let loss : H * Z -> Real in [0, 1]",
            "define L(h) := E_{y ~ D}[loss(h, y)] assume all: forall h in H, L(h) >= 2",
            "`loss.range`, `all`",
        ),
        (
            "let n : Nat >= 1 let a : Seq[Real]",
            "assume h: forall i in 1..n, a[i] >= 2 and a[i] <= 1",
            "`n.range`, `h`",
        ),
        ("let x : Real in [0, 1]", "assume h: x > 1 or x < 0", "`x.range`, `h`"),
        ("let x : Real in [2, 1]", "", "`x.range`"),
        ("let x : Real", "assume h: exp(x) <= 0", "`h`"),
    ],
)
def test_what_cannot_hold_is_named(tmp_path: Path, given: str, hypotheses: str, named: str) -> None:
    """Only the hypotheses that the certificate needs, in the order of the theorem."""
    together = " together" if "," in named else ""
    assert found(tmp_path, given, hypotheses) == f"{named} cannot hold{together}"


@pytest.mark.parametrize(
    ("given", "hypotheses"),
    [
        (FUNCTION, "assume h: E[f(z)] >= 1"),
        (FUNCTION, "assume h: E[f(z)] = 1/3 assume g: Pr[f(z) >= 1] = 1/3"),
        (FUNCTION, "assume h: with prob >= 1 over z, f(z) = 1"),
        (NUMBER, "assume h: Var[X] <= 0"),
        (NUMBER, "assume h: E[X^2] <= E[X]^2"),
        (NUMBER, "assume h: E[X] = E[|X|]"),
        (NUMBER, "assume h: Pr[X >= 1] >= 3/4 assume g: Pr[X < 1] >= 1/4"),
        (NUMBER, "assume h: with prob >= 1/2 over X, X >= 2 assume g: with prob >= 1/2 over X, X <= 1"),
        (LAWS, "assume h: KL(P, Q) <= 0 assume g: TV(P, Q) <= 0"),
        (LAWS, "assume h: TV(P, Q) >= 1"),
        (LAWS, "assume h: forall c : Real, KL(P, Q) >= c"),
        ("let n : Nat let a : Seq[Real]", "assume h: forall i in 1..n, a[i] >= 2 and a[i] <= 1"),
        (
            "let Z : Set let f : Z -> Real in [0, 1] let n : Nat",
            "assume h: forall i in 1..n, forall z in Z, f(z) >= 2",
        ),
        ("let x : Real in [0, 1]", "assume h: x >= 1"),
        ("let n : Nat", "assume h: forall i in 1..n, 1 <= 0"),
    ],
)
def test_what_holds_somewhere_is_not_called_contradictory(
    tmp_path: Path, given: str, hypotheses: str
) -> None:
    """At the edge of a range, of a sum of budgets, of an empty range, of an infinite divergence."""
    assert found(tmp_path, given, hypotheses) == ""


def checked(tmp_path: Path, *lines: str) -> TheoremReport:
    """The report on a theorem with these lines."""
    path = tmp_path / "t.thm"
    path.write_text("\n".join(["theorem t", *lines, "end"]), encoding="utf-8")
    (report,) = boundkit.check(path, seed=1, samples=5_000).theorems
    return report


def test_a_claim_under_a_contradiction_is_vacuous(tmp_path: Path) -> None:
    """Although it is proved, and although the claim alone would be false."""
    report = checked(
        tmp_path, FUNCTION, "assume h: E[f(z)] >= 2 claim c: E[f(z)] <= 1/2", "conclude c by monotone from h"
    )
    assert report.headline == "VACUOUS" and not report.ok
    assert report.vacuity.verdict == "total" and "`h`" in report.vacuity.reason


def test_a_proof_whose_hypotheses_no_instance_satisfies_names_the_one_that_fails(tmp_path: Path) -> None:
    """It stays PROVED, since the implication is certified, and does not read as a plain success."""
    path = tmp_path / "t.thm"
    body = "let n : Nat assume h: 2*n = 1 claim c: 0 <= n^2 + 1 conclude c by algebra"
    path.write_text(f"theorem t {body} end", encoding="utf-8")
    report = boundkit.check(path, seed=1, samples=5_000)
    (theorem,) = report.theorems
    assert theorem.headline == "PROVED" and theorem.vacuity.verdict == "none"
    assert theorem.vacuity.unwitnessed.startswith("hypothesis `h` holds on 0 of ")
    text = export("text").render(report)
    assert "NO WITNESS: hypothesis `h` holds on 0 of" in text and "1 PROVED, 1 without a witness" in text


def test_a_proof_with_a_witness_has_no_remark(tmp_path: Path) -> None:
    """Nor has one whose instances cannot be drawn."""
    report = checked(tmp_path, "let n : Nat assume h: n >= 1 claim c: 0 <= n conclude c by algebra")
    assert report.headline == "PROVED" and report.vacuity.unwitnessed == ""
