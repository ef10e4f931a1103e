"""The mutants of theorems: what is edited, what a verdict on them is, and how they are counted."""

from __future__ import annotations

import pytest

from benchmarks.mutants import judging, tally
from benchmarks.mutants.edits import Mutant, in_turn, mutants_of
from benchmarks.mutants.judging import Base, bases, elaborated, follows, judged, witness
from boundkit.source import Source
from boundkit.syntax.parse import parse

TEXT = """theorem mean
  let x, y : Real >= 0
  let n : Nat >= 2
  assume small: x <= 1
  define half := (x + y)/2
  claim squares: half^2 <= (x^2 + y^2)/2
  claim bounded: x*n <= n + 1
  step sides: x*n <= n  by algebra from small
  conclude squares by algebra
  conclude bounded by algebra from sides
end
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    path = tmp_path_factory.mktemp("mutants") / "mean.thm"
    path.write_text(TEXT, encoding="utf-8")
    (found,) = bases(path)
    return found


def clauses(place: str, kind: str) -> list[str]:
    tree, wrong = parse(Source("mean.thm", TEXT))
    assert not wrong
    return [one.clause for one in mutants_of(tree, "mean") if (one.place, one.kind) == (place, kind)]


def mutant(base: Base, place: str, clause: str) -> Mutant:
    return next(one for one in base.mutants() if (one.place, one.clause) == (place, clause))


def test_an_edit_changes_one_part_and_keeps_the_parentheses() -> None:
    lowered = ["half <= (x^2 + y^2)/2", "half^2 <= (x + y^2)/2", "half^2 <= (x^2 + y)/2"]
    assert clauses("claim squares", "lowered") == lowered
    assert clauses("claim squares", "shortened") == ["half^2 <= (9/10)*((x^2 + y^2)/2)"]
    assert "half := x/2" in clauses("define half", "term dropped")


def test_a_hypothesis_is_dropped_and_its_label_stays() -> None:
    assert clauses("assume small", "dropped") == ["0 = 0"]
    assert clauses("let n", "weakened") == ["n : Nat >= 1"]


def test_the_order_is_that_of_the_names_and_places_take_turns() -> None:
    tree, _ = parse(Source("mean.thm", TEXT))
    chosen = list(in_turn(mutants_of(tree, "mean")))
    words = [one.place.split()[0].replace("let", "assume") for one in chosen[:6]]
    assert words == ["claim", "assume", "claim", "step", "claim", "define"]
    assert sorted(one.name for one in chosen) == sorted(one.name for one in mutants_of(tree, "mean"))
    assert chosen == list(in_turn(reversed(list(mutants_of(tree, "mean")))))


def test_a_false_mutant_is_caught_with_its_witness(base: Base) -> None:
    one = mutant(base, "claim squares", "half^2 <= (9/10)*((x^2 + y^2)/2)")
    theorem = elaborated(base, one)
    assert theorem is not None
    found = judged(base, one, theorem)
    assert (found.headline, found.node, found.caught, found.alarm) == ("VIOLATED", "VIOLATED", True, False)
    assert found.witness


def test_a_mutant_without_a_hypothesis_that_is_needed_is_refuted(base: Base) -> None:
    one = mutant(base, "assume small", "0 = 0")
    theorem = elaborated(base, one)
    assert theorem is not None
    assert judged(base, one, theorem).headline == "VIOLATED"


def test_a_weaker_statement_stands_and_is_true(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    one = mutant(base, "claim bounded", "x*n <= n + 2*1")
    theorem = elaborated(base, one)
    assert theorem is not None
    found = judged(base, one, theorem)
    assert (found.headline, found.caught) == ("PROVED", False)
    assert follows(base, one, theorem)
    monkeypatch.setattr(judging, "LARGE", judging.BRIEF)
    monkeypatch.setattr(judging, "SEARCHED", 500)
    assert witness(base, one, theorem) == ""


def test_an_edit_that_says_the_same_is_no_mutant(base: Base) -> None:
    same = Mutant("mean", "claim bounded", "none", "", "", "", base.tree)
    assert elaborated(base, same) is None


def test_only_mutants_with_a_witness_count_as_false() -> None:
    told = {"file": "survey/a.thm", "alarm": False, "witness": "", "ratio": 0.0, "headline": "TESTED"}
    found = [
        {**told, "name": "1", "truth": "false", "caught": True},
        {**told, "name": "2", "truth": "false", "caught": False, "witness": "2 > 1"},
        {**told, "name": "3", "truth": "true", "caught": False},
        {**told, "name": "4", "truth": "open", "caught": True},
        {**told, "name": "5", "truth": "open", "caught": False},
    ]
    assert tally.table(found).splitlines()[2] == "| survey | 5 | 2 | 1 | 50.0 | 1 | 1 | 1 |"
    assert [line.split()[0] for line in tally.listed(found).splitlines()[::2]] == ["false", "open"]
