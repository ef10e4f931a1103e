"""What the rules about divergences, tails and means license, and what they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

import boundkit

HEAD = """theorem {name}
  let H : {set}
  let P, Q : Dist[H]
  let X : H -> Real in [0, 1]
  claim c: {claim}
  conclude c by {rule}
end
"""


def verdict(folder: Path, claim: str, rule: str, kind: str = "FiniteSet") -> str:
    """The headline of a claim about two laws on a set."""
    path = folder / "own.thm"
    path.write_text(HEAD.format(name="own", set=kind, claim=claim, rule=rule), encoding="utf-8")
    return str(boundkit.check(path, samples=1).theorems[0].headline)


VARIATIONAL = "E_{h ~ Q}[X(h)] <= KL(Q, P) + ln(E_{h ~ P}[exp(X(h))])"
SUPREMUM = "sup_{R : Dist[H]} (E_{h ~ R}[X(h)] - KL(R, P)) <= ln(E_{h ~ P}[exp(X(h))])"


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        (VARIATIONAL, "donsker_varadhan"),
        (SUPREMUM, "donsker_varadhan"),
        ("TV(Q, P) <= sqrt(KL(Q, P)/2)", "pinsker"),
        ("E_{h ~ Q}[X(h)]^2 <= E_{h ~ Q}[X(h)^2]", "jensen"),
        ("exp(E_{h ~ Q}[X(h)]) <= E_{h ~ Q}[exp(X(h))]", "jensen"),
        ("E_{h ~ Q}[ln(1 + X(h))] <= ln(E_{h ~ Q}[1 + X(h)])", "jensen"),
        ("sqrt(KL(Q, P)) <= KL(Q, P) + 1", "algebra"),
        ("KL(P, P) = 0", "algebra"),
    ],
)
def test_on_a_finite_set_it_is_proved(tmp_path: Path, claim: str, rule: str) -> None:
    assert verdict(tmp_path, claim, rule) == "PROVED"


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        (VARIATIONAL, "donsker_varadhan"),
        ("TV(Q, P) <= sqrt(KL(Q, P)/2)", "pinsker"),
        ("TV(Q, P)^2 <= 1 - exp(-KL(Q, P))", "bretagnolle_huber"),
    ],
)
def test_on_other_sets_it_rests_on_what_is_cited(tmp_path: Path, claim: str, rule: str) -> None:
    assert verdict(tmp_path, claim, rule, "Set") == "DERIVED"


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        ("E_{h ~ Q}[X(h)] <= KL(P, Q) + ln(E_{h ~ P}[exp(X(h))])", "donsker_varadhan"),
        ("E_{h ~ Q}[X(h)] <= KL(Q, P) + ln(E_{h ~ Q}[exp(X(h))]) - 1", "donsker_varadhan"),
        ("TV(Q, P) <= KL(Q, P)", "pinsker"),
        ("E_{h ~ Q}[X(h)^2] <= E_{h ~ Q}[X(h)]^2", "jensen"),
        ("KL(Q, P) - KL(Q, P) <= 0", "algebra"),
        ("KL(Q, P) < inf", "algebra"),
        ("KL(Q, P) = KL(P, Q)", "algebra"),
    ],
)
def test_what_is_not_licensed(tmp_path: Path, claim: str, rule: str) -> None:
    assert verdict(tmp_path, claim, rule) not in ("PROVED", "DERIVED", "ADMITTED")
