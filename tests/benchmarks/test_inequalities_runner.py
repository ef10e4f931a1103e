"""The runner of the benchmark of inequalities: what it counts, and what it makes of other provers."""

from __future__ import annotations

import pytest

from benchmarks.inequalities import peers
from benchmarks.inequalities.__main__ import record, row, table, wrong
from benchmarks.inequalities.exact import UndefinedError, compile_relation, holds
from benchmarks.inequalities.problems import Problem, rational, read

TRUE = {"id": "sample-001", "vars": ["x"], "hyps": ["x >= 0"], "goal": "sqrt(x) <= (1+x)/2"}
FALSE = {"id": "sample-002", "vars": ["x"], "hyps": ["x >= 0"], "goal": "sqrt(x) < (1+x)/2"}
EXPONENTIAL = {"id": "sample-003", "vars": ["x"], "hyps": [], "goal": "exp(x) > x"}


def problem(told: dict[str, object], expected: str) -> Problem:
    return read({**told, "expected": expected, "source": "", "kind": ""})


def test_a_proof_of_a_false_problem_and_a_refutation_of_a_true_one_are_wrong() -> None:
    assert wrong(problem(FALSE, "false"), "PROVED")
    assert wrong(problem(TRUE, "true"), "REFUTED")
    assert not wrong(problem(TRUE, "true"), "PROVED")
    assert not wrong(problem(FALSE, "false"), "UNDECIDED")


def test_the_table_counts_each_kind_of_answer() -> None:
    pairs = [
        (problem(TRUE, "true"), {"verdict": "PROVED", "seconds": 1.0}),
        (problem(TRUE, "true"), {"verdict": "REFUTED", "seconds": 2.0}),
        (problem(FALSE, "false"), {"verdict": "REFUTED", "seconds": 3.0}),
        (problem(FALSE, "false"), {"verdict": "ERROR", "seconds": None}),
    ]
    cells = row("prover", "sample", pairs)
    assert cells == ["prover", "sample", "2", "1", "2", "1", "1", "0", "0", "1", "1.50", "3.00"]
    assert table([cells]).count("\n") == 3


def test_a_prover_is_not_told_what_is_expected() -> None:
    assert set(record(problem(TRUE, "true"))) == {"id", "vars", "hyps", "goal"}


@pytest.mark.parametrize("name", ["z3", "cvc5"])
def test_a_peer_proves_what_is_true_and_refutes_what_is_false(name: str) -> None:
    pytest.importorskip(name)
    above, below = {**TRUE, "goal": "Max(x, 1) >= x/2"}, {**FALSE, "goal": "Max(x, 1) >= 2*x"}
    assert peers.answer(name, problem(above, "true"))["verdict"] == "PROVED"
    assert peers.answer(name, problem(below, "false"))["verdict"] == "REFUTED"


def test_roots_are_translated_for_a_peer() -> None:
    pytest.importorskip("z3")
    assert peers.answer("z3", problem(TRUE, "true"))["verdict"] == "PROVED"
    assert peers.answer("z3", problem(FALSE, "false"))["verdict"] == "REFUTED"


def test_a_peer_without_transcendental_functions_says_so() -> None:
    pytest.importorskip("z3")
    assert peers.answer("z3", problem(EXPONENTIAL, "true"))["verdict"] == "UNSUPPORTED"


def test_a_model_refutes_only_where_the_hypotheses_hold_and_the_goal_does_not() -> None:
    asked = problem(FALSE, "false")
    assert peers.refutes(asked, {"x": "1"})
    assert not peers.refutes(asked, {"x": "2"})
    assert not peers.refutes(asked, {"x": "-1"})


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("sqrt(x) > 1/3", "1/9", False),
        ("sqrt(x) >= 1/3", "1/9", True),
        ("exp(x) > 1+x", "1/10**60", True),
        ("Eq(binomial(10,x), 120)", "3", True),
        ("x**(2/3) < 4", "8", False),
        ("floor(x) >= ceiling(x)", "1/2", False),
        ("Max(x, pi) > Min(x, E)", "3", True),
        ("LambertW(x) < 3/5", "1", True),
    ],
)
def test_relations_are_decided_exactly(text: str, value: str, expected: bool) -> None:
    base, _, power = value.partition("/10**")
    number = rational(base) / rational(f"10**{power}") if power else rational(value)
    assert holds(compile_relation(text), {"x": number}) is expected


def test_equality_of_irrational_numbers_is_left_undecided() -> None:
    assert holds(compile_relation("sqrt(x)**2 > x"), {"x": rational("2")}) is None


@pytest.mark.parametrize("text", ["1/x > 0", "x**(-1) > 0"])
def test_a_relation_without_a_value_is_neither_true_nor_false(text: str) -> None:
    with pytest.raises(UndefinedError):
        holds(compile_relation(text), {"x": rational("0")})
