"""Conditions of definedness, with the binders and guards of their places."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from boundkit.elaborate.definedness import conditions
from boundkit.ir.show import show
from boundkit.ir.theorems import Theorem

Read = Callable[[str], Theorem]

BEFORE = "let a, b : Real  let n : Nat >= 1  let k : Int  let S : Seq[Real]  let x : Vector[n]"


def of(theorem: Read, formula: str, before: str = BEFORE) -> list[str]:
    read = theorem(f"theorem t\n  {before}\n  claim c: {formula}\nend\n")
    return [show(condition) for condition in conditions(read.statement["c"].formula, read.definition)]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1/a <= 1", ["a != 0"]),
        ("a/2 + 3^(-2) <= 1", []),
        ("ln(a) <= sqrt(b)", ["0 < a", "0 <= b"]),
        ("a^2 + a^n <= 1", []),
        ("a^(-2) <= 1", ["a != 0"]),
        ("a^k <= 1", ["a != 0 or 0 <= k"]),
        ("a^b <= 1", ["0 < a"]),
        ("2^k + exp(a)/2 <= 1", []),
        ("sum_{i=1..n} 1/S[i] <= 1", ["forall i in 1..n, S[i] != 0"]),
        ("forall t : Real > 0, ln(t) <= 1", ["forall t : Real > 0, 0 < t"]),
        ("forall t : Real, 1/a <= t", ["a != 0"]),
        ("a != 0 and 1/a <= 1", ["a != 0 implies a != 0"]),
        ("a > 0 implies ln(a) <= a", ["0 < a implies 0 < a"]),
        ("a = 0 or 1/a <= 1", ["not a = 0 implies a != 0"]),
        ("(if a > 0 then ln(a) else 1/a) <= 1", ["0 < a implies 0 < a", "not 0 < a implies a != 0"]),
        ("a <= 1/b <= 2/b", ["b != 0"]),
        ("max_{i=1..n} S[i] <= avg_{i=n..5} S[i]", ["1 <= n", "n <= 5"]),
        ("sup_{t : Real} -t^2 <= 0", []),
        ("sum_{i=1..n} x[i] <= 1", []),
        ("x[k] <= 1", ["1 <= k <= n"]),
        ("arctan(a) + erf(b) <= 2", []),
    ],
)
def test_conditions_carry_their_binders_and_guards(theorem: Read, formula: str, expected: list[str]) -> None:
    assert of(theorem, formula) == expected


def test_an_extremum_over_an_infinite_set_must_be_attained(theorem: Read) -> None:
    found = of(theorem, "min_{t : Real} (t - a)^2 <= 0")
    assert found == ["exists t : Real, forall t' : Real, (t - a)^2 <= (t' - a)^2"]


def test_a_set_of_minimisers_may_be_empty(theorem: Read) -> None:
    assert of(theorem, "a in argmin_{t : Real} (t - a)^2") == []


def test_definitions_are_unfolded_where_they_are_used(theorem: Read) -> None:
    before = BEFORE + "  define f(t) := 1/t  define e := f(a)"
    assert of(theorem, "e + f(2) + f(b) <= 1", before) == ["a != 0", "b != 0"]


def test_clauses_of_a_recursion_are_checked_once_and_its_index_each_time(theorem: Read) -> None:
    before = BEFORE + "  define w[1] := a  define w[t+1] := w[t]/S[t] for t in 1..n"
    assert of(theorem, "w[n+1] <= w[k]", before) == ["forall t in 1..n, S[t] != 0", "1 <= k <= n + 1"]


def test_a_condition_on_a_drawn_value_holds_almost_surely(theorem: Read) -> None:
    assert of(theorem, "E_{x' ~ D}[ln(x')] <= 1", "let D : Dist[Real]") == ["Pr_{x' ~ D}[0 < x'] = 1"]


def test_an_integer_where_a_natural_is_due_is_not_negative(theorem: Read) -> None:
    assert of(theorem, "g(k) <= g(n - 1)", BEFORE + "  let g : Nat -> Real") == ["0 <= k", "0 <= n - 1"]


@pytest.mark.parametrize(
    ("hypotheses", "expected"),
    [
        ("let n : Nat", ["E0221"]),
        ("let n : Nat >= 1", []),
        ("let n : Nat  assume positive: n >= 1", []),
        ("let n, m : Nat  assume order: n >= m + 1", []),
        ("let n, m : Nat  assume order: n >= m", ["E0221"]),
        ("let n : Nat  assume fixed: n = 50000", []),
        ("let n : Int", []),
    ],
)
def test_a_division_by_zero_is_reported_at_an_admissible_point_only(
    codes: Callable[[str], list[str]], hypotheses: str, expected: list[str]
) -> None:
    assert codes(f"theorem t\n  {hypotheses}\n  claim c: 1/n <= 1\nend\n") == expected


def test_a_guarded_division_is_not_reported(codes: Callable[[str], list[str]]) -> None:
    assert codes("theorem t\n  let n : Nat\n  claim c: sum_{i=1..n} 1/i <= sum_{i=1..n} 1/(n*1)\nend\n") == []
