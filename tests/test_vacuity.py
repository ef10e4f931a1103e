"""Bounds that say nothing wherever the hypotheses hold are found, no bound that says something somewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import boundkit
from boundkit.extents import extent
from boundkit.ir.theorems import Theorem
from boundkit.kernel.binding import bound
from boundkit.kernel.ledger import Ledger
from boundkit.library import Library
from boundkit.vacuity import analyse

RISKS = """
let Z : Set let D : Dist[Z] let n : Nat >= 1 let loss : Z -> Real in [0, 1] draw S ~ D^n
define risk := E_{z ~ D}[loss(z)]
define seen := (1/n)*sum_{i=1..n} loss(S[i])
"""
SCALED = RISKS.replace("[0, 1]", "[0, M]").replace("let Z", "let M : Real > 0 let Z")
SAMPLE = """
let n : Nat >= 1 let delta : Prob let t : Real let D : Dist[[0, 1]] draw X ~ D^n
define mean := (1/n)*sum_{i=1..n} X[i]
"""
CLASS = """
let H : FiniteSet let Z : Set let D : Dist[Z] let delta : Prob let loss : H * Z -> Real in [0, 1]
draw S ~ D
assume many: card(H)*delta >= 1
"""
DIMENSIONS = "let n : Nat in 1..100 let d : Nat >= 1000 let R, Rhat : Real in [0, 1]"


def loaded(tmp_path: Path, *lines: str) -> Theorem:
    path = tmp_path / "t.thm"
    path.write_text("\n".join(["theorem t", *lines, "end"]), encoding="utf-8")
    (theorem,) = boundkit.load(path)
    return theorem


def verdict(theorem: Theorem) -> str:
    library = Library(Path.cwd(), lambda theorem, laws, path: None)
    return analyse(theorem, Ledger(bound(theorem), library), library).verdict


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        (DIMENSIONS, "claim c: R <= Rhat + sqrt(d*ln(2*n)/n)"),
        (DIMENSIONS, "claim c: |R - Rhat| <= sqrt(d/n)"),
        (DIMENSIONS + " define rate := sqrt(d/n)", "claim c: R - Rhat <= rate"),
        (RISKS, "claim c: almost surely, risk <= seen + 1"),
        (RISKS, "claim c: almost surely, risk <= 2 - seen"),
        (RISKS, "let c : Real > 0 claim bound: with prob >= 1/2 over S, |risk - seen| <= exp(c/n)"),
        (RISKS, "assume few: n <= 3 let d : Nat >= 3 claim bound: almost surely, risk - seen <= sqrt(d/n)"),
    ],
)
def test_a_bound_that_is_trivial_everywhere_says_nothing(tmp_path: Path, given: str, claim: str) -> None:
    assert verdict(loaded(tmp_path, given, claim)) == "total"


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        (DIMENSIONS, "claim c: R <= Rhat + sqrt(d*ln(n)/n)"),
        (DIMENSIONS, "claim c: R <= Rhat + 1000*sqrt(n/d)"),
        (DIMENSIONS.replace("1..100", "1..1001"), "claim c: |R - Rhat| <= sqrt(d/n)"),
        (RISKS, "claim c: almost surely, risk <= seen + 1 - 1/10^9"),
        (RISKS, "claim c: 1 <= n"),
        (RISKS, "let c : Real > 0 claim bound: with prob >= 1/2 over S, |risk - seen| <= exp(-c/n)"),
    ],
)
def test_a_bound_that_says_something_somewhere_is_not_called_vacuous(
    tmp_path: Path, given: str, claim: str
) -> None:
    assert verdict(loaded(tmp_path, given, claim)) == "none"


def told(tmp_path: Path, given: str, claims: tuple[str, ...]) -> dict[str, str]:
    """What is said of each of the claims, alone in the theorem."""
    theorem = loaded(tmp_path, given, *(f"claim c{k}: {claim}" for k, claim in enumerate(claims)))
    alone = (replace(theorem, statements=(statement,)) for statement in theorem.statements)
    return dict(zip(claims, map(verdict, alone), strict=True))


@pytest.mark.parametrize(
    ("given", "claims"),
    [
        (
            SCALED,
            (
                "with prob >= 1/2 over S, |risk - seen| <= M + M/n",
                "with prob >= 1/2 over S, risk <= seen + sqrt(1/n) + M",
                "almost surely, sum_{i=1..n} loss(S[i]) <= n*M + 1",
                "1/n - 1 <= Pr[loss(S[1]) >= 1/2]",
                "Var[loss(S[1])] <= M^2",
            ),
        ),
        (
            SAMPLE,
            (
                "with prob >= 1 - delta over X, |mean - E_{x ~ D}[x]| <= 1 + 1/n",
                "forall s : Real > 1, with prob >= 1/2 over X, mean <= s",
                "0 <= t implies Pr[mean >= t] <= exp(t)",
                "E[mean] <= 1 and E[mean] <= 2",
            ),
        ),
        (
            CLASS,
            (
                "with prob >= 1 - card(H)*delta over S, forall h in H, loss(h, S) <= delta",
                "Pr[forall h in H, loss(h, S) <= delta] >= 1 - card(H)*delta",
            ),
        ),
        ("let err : Real in [0, 1] let I : Real >= 0", ("err >= 1 - (I + ln(2))/ln(2)",)),
        ("let gap : Real in [-1, 1] let n : Nat >= 1", ("|gap| <= 1 + 1/n",)),
    ],
)
def test_what_the_declared_ranges_give_says_nothing(
    tmp_path: Path, given: str, claims: tuple[str, ...]
) -> None:
    assert set(told(tmp_path, given, claims).values()) == {"total"}


@pytest.mark.parametrize(
    ("given", "claims"),
    [
        (
            SCALED,
            (
                "0 <= Var[loss(S[1])]",
                "with prob >= 1/2 over S, |risk - seen| <= M - 1/n",
                "almost surely, sum_{i=1..n} loss(S[i]) <= n*M - 1/n^2",
                "Var[loss(S[1])] <= M^2/5",
                "almost surely, loss(S[1])*loss(S[n]) <= M",
            ),
        ),
        (
            SAMPLE,
            (
                "with prob >= 1 - delta over X, |mean - E_{x ~ D}[x]| <= 1/n",
                "forall s : Real > 1/2, with prob >= 1/2 over X, mean <= s",
                "Pr[mean >= t] <= exp(t)",
                "E[mean] <= E_{x ~ D}[x] and E[mean] <= 2",
            ),
        ),
        (
            CLASS.replace("delta >= 1", "delta >= 1/2"),
            ("with prob >= 1 - card(H)*delta over S, forall h in H, loss(h, S) <= delta",),
        ),
        ("let p : Real in [0, 1]", ("p^2 <= p + 1 - p", "0 <= p")),
    ],
)
def test_what_the_declared_ranges_do_not_give_is_left_alone(
    tmp_path: Path, given: str, claims: tuple[str, ...]
) -> None:
    assert set(told(tmp_path, given, claims).values()) == {"none"}


@pytest.mark.parametrize(
    ("term", "ends"),
    [
        ("risk", (0, 1)),
        ("seen", (0, 1)),
        ("|risk - seen|", (0, 1)),
        ("risk - seen", (-1, 1)),
        ("max(risk, 2)", (2, 2)),
        ("-risk", (-1, 0)),
        ("Pr[loss(S[1]) >= 1/2]", (0, 1)),
        ("n", (None, None)),
        ("risk*n", (0, None)),
    ],
)
def test_types_bound_what_is_made_of_them(
    tmp_path: Path, term: str, ends: tuple[int | None, int | None]
) -> None:
    theorem = loaded(tmp_path, RISKS, f"claim c: almost surely, {term} <= 17")
    formula = theorem.statements[0].formula.args[-1]  # type: ignore[attr-defined]
    assert extent(formula.args[0], theorem).ends == ends
