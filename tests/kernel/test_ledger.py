"""What a ledger lets a proof see, and for which values of its lets a statement holds."""

from __future__ import annotations

import pytest

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Bind, Term
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Judged, Rejected
from boundkit.kernel.ledger import Ledger, interval_of, split
from tests.kernel.writing import both, eq, forall, implies, k, le, ledger, lt, theorem, within, x, y

NOTHING = Judged(frozenset(), frozenset())

TEXT = """
theorem example
  let n : Nat >= 1
  let a : Real in [0, 1]
  let b, r : Real
  let e : Real > 0
  define square := a^2
  define w[1] := 0
  define w[t+1] := w[t] + square*r for t in 1..n
  assume small: r <= 1 and b <= r
  assume path: forall t in 1..n, w[t] <= b and 0 <= w[t]
  claim first: 0 <= a^2
  claim second: w[1] <= e
  claim third: b <= 1
  claim fourth: square <= 1
end
"""


def claim(rules: Ledger, label: str) -> Term:
    """The formula of a claim."""
    return rules.theorem.statement[label].formula


def test_facts_are_types_and_premises_cut_into_relations() -> None:
    rules = ledger(TEXT)
    ranges = {"n.range", "a.range", "e.range"}
    assert set(rules.facts(())) == ranges
    assert set(rules.facts(("small", "path"))) == ranges | {"small#1", "small#2", "path#1", "path#2"}
    assert str(rules.facts(("path",))["path#2"]) == "forall t in 1..n, 0 <= w[t]"
    with pytest.raises(KeyError):
        rules.facts(("first",))


def test_names_are_the_lets() -> None:
    assert set(ledger(TEXT).names()) == {"n", "a", "b", "r", "e"}
    drawn = theorem("theorem t\n let n : Nat\n let D : Dist[Real]\n draw S ~ D\n claim c: n >= 0\nend\n")
    assert "S" not in Ledger(drawn).names()


def test_a_statement_enters_through_the_judge() -> None:
    rules = ledger(TEXT)
    rules.establish("first", claim(rules, "first"), (), c.Proof(c.Signs()))
    assert set(rules.facts(("first",))) >= {"first"}
    with pytest.raises(Rejected):
        rules.establish("third", claim(rules, "third"), (), c.Proof(c.Signs()))
    assert "third" not in rules.established
    rules.establish("third", claim(rules, "third"), ("small",), c.Proof(c.Signs()))
    assert rules.established["third"].visible == {"small"}


def scope(label: str, premises: tuple[str, ...] = ()) -> dict[str, str]:
    """The lets that a statement holds for all values of."""
    rules = ledger(TEXT)
    rules.enter(label, claim(rules, label), premises, NOTHING)
    found = rules.sequent(claim(rules, label), (label,)).scoped.get(label, {})
    return {name: str(domain) for name, domain in found.items()}


def test_a_statement_holds_for_all_values_that_nothing_it_rests_on_mentions() -> None:
    free = scope("first")
    assert free["a"] == "[0, 1]"
    assert free["e"] == "(0, inf)"
    assert free["b"] == "Real"
    assert set(scope("first", ("small",))) == {"n", "a", "e"}


def test_a_recursion_keeps_the_values_that_it_depends_on() -> None:
    """`w` depends on n by its range, on r by its body, and on a by another definition."""
    assert set(scope("second")) == {"b", "e"}


def test_definitions_that_are_written_out_do_not() -> None:
    assert set(scope("fourth")) == {"n", "a", "b", "r", "e"}


def test_premises_of_premises_count() -> None:
    rules = ledger(TEXT)
    rules.enter("third", claim(rules, "third"), ("small",), NOTHING)
    rules.enter("first", claim(rules, "first"), ("third",), NOTHING)
    assert rules.established["first"].visible == {"third", "small"}
    assert set(rules.sequent(claim(rules, "first"), ("first",)).scoped["first"]) == {"n", "a", "e"}


def test_a_range_that_mentions_another_name_by_a_definition() -> None:
    rules = ledger(
        "theorem t\n let a : Real\n define square := a^2\n let b : Real >= square\n"
        " claim c: b >= 0\n claim d: a^2 >= 0\nend\n"
    )
    rules.enter("d", claim(rules, "d"), (), NOTHING)
    assert set(rules.sequent(claim(rules, "d"), ("d",)).scoped.get("d", {})) == {"b"}


def test_a_theorem_as_a_law() -> None:
    rules = ledger(TEXT)
    rules.enter("fourth", claim(rules, "fourth"), (), NOTHING)
    law = rules.law(("fourth",), "example.fourth", frozenset({"cite:somebody"}))
    assert law is not None
    assert [label for label, _ in law.premises] == ["n.range", "a.range", "e.range"]
    assert str(law.conclusion) == "a^2 <= 1"
    assert law.debts == {"cite:somebody"}


def test_a_law_about_a_recursion_has_its_equations_as_premises() -> None:
    rules = ledger(TEXT)
    rules.enter("second", claim(rules, "second"), (), NOTHING)
    law = rules.law(("second",), "example.second", frozenset())
    assert law is not None
    recursions = [d.name.text for d in rules.theorem.definitions if d.recursive]
    assert {hole.text for hole in law.holes} >= set(recursions)
    equations = [str(premise) for label, premise in law.premises if label.partition(".")[0] in recursions]
    assert len(equations) == sum(len(d.clauses) for d in rules.theorem.definitions if d.recursive)
    assert all("=" in equation for equation in equations)


def test_parts_of_propositions() -> None:
    inner = forall(k, both(le(k, y), eq(k, k)), within(1, 3))
    parts = split(forall(x, implies(le(0, x), both(le(x, y), inner))))
    assert [str(part) for part in parts] == [
        "forall x : Real, 0 <= x implies x <= y",
        "forall x : Real, 0 <= x implies forall k in 1..3, k <= y",
        "forall x : Real, 0 <= x implies forall k in 1..3, k = k",
    ]
    assert split(le(x, y)) == (le(x, y),)


def test_intervals_of_ranges() -> None:
    hypotheses = {h.label: h for h in ledger(TEXT).theorem.hypotheses}
    names = {d.name.text: d.name for d in ledger(TEXT).theorem.declarations}
    assert str(interval_of(names["a"], hypotheses["a.range"])) == "[0, 1]"
    assert str(interval_of(names["e"], hypotheses["e.range"])) == "(0, inf)"
    assert interval_of(names["b"], hypotheses["small"]) is None
    assert isinstance(hypotheses["path"].formula, Bind)
    assert isinstance(lt(x, y), Apply) and x.sort == REAL
