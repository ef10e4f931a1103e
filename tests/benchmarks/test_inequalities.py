"""The problems of the benchmark of inequalities: well formed, and each counterexample is one."""

from __future__ import annotations

import pytest

from benchmarks.inequalities.attack import Attack
from benchmarks.inequalities.exact import FUNCTIONS, compile_relation, holds
from benchmarks.inequalities.problems import FOLDER, Problem, problems

ALL = list(problems())
FALSE = [problem for problem in ALL if not problem.expected]
TRUE = [problem for problem in ALL if problem.expected]
RESERVED = {*FUNCTIONS, "Min", "Max", "Eq", "Ne", "pi", "E"}


def test_the_problems_are_named_by_theme_and_number() -> None:
    for path in FOLDER.glob("*.jsonl"):
        found = [problem.id for problem in problems(path.stem)]
        assert found == [f"{path.stem}-{number:03d}" for number in range(1, len(found) + 1)]


def test_the_problems_differ() -> None:
    assert len({(problem.hyps, problem.goal) for problem in ALL}) == len(ALL)


def test_the_relations_are_read_and_speak_of_the_variables_only() -> None:
    for problem in ALL:
        for text in (*problem.hyps, problem.goal):
            compile_relation(text)
        assert not RESERVED & set(problem.vars), problem.id
        assert set(problem.sorts) <= set(problem.vars), problem.id


def test_exactly_the_false_problems_have_a_witness_for_every_variable() -> None:
    for problem in ALL:
        assert set(problem.witness) == (set() if problem.expected else set(problem.vars)), problem.id


@pytest.mark.parametrize("problem", FALSE, ids=lambda problem: problem.id)
def test_the_witness_meets_the_hypotheses_and_refutes_the_goal(problem: Problem) -> None:
    point = problem.point
    for name, sort in problem.sorts.items():
        assert sort == "natural"
        assert point[name].q == 1
        assert point[name] >= 0
    for text in problem.hyps:
        assert holds(compile_relation(text), point) is True, text
    assert holds(compile_relation(problem.goal), point) is False


@pytest.mark.parametrize("problem", TRUE, ids=lambda problem: problem.id)
def test_a_short_attack_finds_no_counterexample_to_a_true_problem(problem: Problem) -> None:
    attack = Attack(problem)
    assert attack.run(20, climb=False) is None
    assert attack.admitted > 0
    assert attack.undefined == 0


def test_the_attack_finds_counterexamples_to_false_problems() -> None:
    chosen = FALSE[::8]
    found = [problem.id for problem in chosen if Attack(problem).run(4000) is not None]
    assert len(found) >= len(chosen) * 3 // 4
