"""The search over all methods: what one of them may do to it."""

from __future__ import annotations

import pytest

from boundkit.formulas import read_problem
from boundkit.provers.inequalities import proofs
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp
from boundkit.provers.inequalities.methods import enclosures, radical_bounds, taylor
from boundkit.provers.inequalities.search import FAULT
from tests.provers.inequalities.attempts import goal_of


def test_a_method_at_fault_does_not_hide_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """And an answer without a proof names it."""

    def attempt(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(enclosures, "attempt", attempt)
    problem = read_problem({"id": "", "hyps": [], "goal": "x**2 - 2*x + 1 >= 0"})
    assert isinstance(proofs.find(problem, Effort(100)), proofs.Proved)
    false = read_problem({"id": "", "hyps": ["x >= 2"], "goal": "x <= 1"})
    answer = proofs.find(false, Effort(10))
    assert isinstance(answer, proofs.Open) and FAULT in answer.reason


def test_a_range_of_one_point_is_no_variable_of_a_sum_of_roots() -> None:
    goal = goal_of("sqrt(2*a/(a + b)) + sqrt(2*b/(b + c)) <= 1", ["a > 0", "b > 0", "c >= 1", "c <= 1"])
    assert isinstance(radical_bounds.attempt(goal, lambda *_: None, Effort()), GivenUp)


def test_a_slack_that_is_zero_on_a_ray_does_not_grow() -> None:
    goal = goal_of("exp(x)*exp(1) <= exp(x + 1)", ["x >= 1"])
    assert isinstance(taylor.attempt(goal, lambda *_: None, Effort()), GivenUp | Found)


def test_a_search_that_was_begun_goes_on_from_what_it_knows() -> None:
    problem = read_problem({"id": "", "hyps": ["x > 0"], "goal": "x*(x - 1)/(1 + x)**3 <= sqrt(3)/18"})
    begun: proofs.Searches = {}
    assert isinstance(proofs.find(problem, Effort(30), begun), proofs.Open)
    (search,) = begun.values()
    asked = search.asked
    assert isinstance(proofs.find(problem, Effort(4000), begun), proofs.Proved)
    assert list(begun.values()) == [search] and search.asked > asked > 0
