"""How long the proof of a step is sought, and what need not be sought again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from boundkit import plan, proofs
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.plan import Outcome
from boundkit.proofs import prove_theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse

FALSE = """theorem t
  let x, y, z : Real
  assume a: |x| + |y| + |z| <= 1
  assume b: x*y + y*z + z*x <= 1/3
  claim c: |x + y| + |y + z| + |z + x| <= 1
  conclude c by algebra from a
end
"""
TWO = """theorem t
  let x, y : Real
  assume a: x <= y
  step s: 2*x <= 2*y  by algebra from a
  claim c: 2*x <= 2*y + 1
  conclude c by algebra from s
end
"""


def read(text: str) -> Theorem:
    source = Source("t.thm", text)
    (theorem, *_), wrong = elaborate(parse(source)[0], source)
    assert isinstance(theorem, Theorem) and not wrong
    return theorem


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """So much work that the true statements are proved and the false one is not looked at for long."""
    for name, work in (("FIRST_WORK", 300), ("LESS_WORK", 300), ("MOST_WORK", 900)):
        monkeypatch.setattr(plan, name, work)


def outcomes(said: str, asked: list[tuple[str, int]]) -> list[Outcome]:
    def refuted(label: str, link: int) -> str:
        asked.append((label, link))
        return said

    return list(prove_theorem(read(FALSE), {}, {}, refuted=refuted).statements["c"].outcomes)


def test_an_instance_against_a_statement_ends_the_search_for_its_proof() -> None:
    asked: list[tuple[str, int]] = []
    (outcome,) = outcomes("statement", asked)
    assert asked == [("c", 0)]
    assert (outcome.status, outcome.cut) == ("open", True)


def test_without_an_instance_the_search_goes_on() -> None:
    asked: list[tuple[str, int]] = []
    (outcome,) = outcomes("", asked)
    assert asked == [("c", 0)]
    assert outcome.status == "open"


def test_what_a_twin_shows_in_the_same_context_is_not_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    theorem = read(TWO)
    proved = prove_theorem(theorem, {}, {})
    changed = read(TWO.replace("2*y + 1", "2*y + 3"))
    sought: list[str] = []
    attempt = proofs.attempt

    def counted(ledger: object, obligation: object, *rest: object) -> Outcome:
        sought.append(obligation.name)  # type: ignore[attr-defined]
        return attempt(ledger, obligation, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(proofs, "attempt", counted)
    again = prove_theorem(changed, {}, {}, twin=proved)
    assert sought == ["c"]
    assert [one.proved for one in again.statements.values()] == [True, True]


def test_a_twin_with_other_hypotheses_shows_nothing() -> None:
    proved = prove_theorem(read(TWO), {}, {})
    reversed_ = read(TWO.replace("x <= y", "y <= x"))
    found = prove_theorem(reversed_, {}, {}, twin=proved)
    assert [one.proved for one in found.statements.values()] == [False, True]
    assert replace(reversed_, hypotheses=read(TWO).hypotheses) == read(TWO)
