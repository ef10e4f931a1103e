"""The word of z3: a point that it names is judged, and that it finds none is a debt, never a proof."""

from __future__ import annotations

from fractions import Fraction

import pytest

from boundkit.answers import answered
from boundkit.formulas import read_problem
from boundkit.provers.inequalities import oracle, proofs, prove
from boundkit.provers.inequalities.answer import Answer
from boundkit.provers.inequalities.oracle import Word, ask
from boundkit.provers.inequalities.problem import Problem
from boundkit.provers.inequalities.refutation import Refuter
from boundkit.verdicts import Headline


def read(goal: str, *hypotheses: str) -> Problem:
    return read_problem({"id": "", "hyps": list(hypotheses), "goal": goal})


@pytest.mark.parametrize(
    ("goal", "hypotheses"),
    [
        ("x**3 + y**3 + z**3 >= 3*x*y*z", ["x >= 0", "y >= 0", "z >= 0"]),
        ("a/(b + c) + b/(a + c) + c/(a + b) >= Rational(3, 2)", ["a > 0", "b > 0", "c > 0"]),
        ("sqrt(x*y) <= (x + y)/2", ["x >= 0", "y >= 0"]),
        ("Max(x, y) - Min(x, y) >= Abs(x) - Abs(y)", []),
        ("x**Rational(1, 3) <= 1", ["x >= 0", "x <= 1"]),
    ],
)
def test_nothing_fails_where_the_goal_holds(goal: str, hypotheses: list[str]) -> None:
    assert ask(read(goal, *hypotheses)) == Word(True)


@pytest.mark.parametrize(
    ("goal", "hypotheses"),
    [
        ("x**2 >= 2", ["x >= 1"]),
        ("x**3 != 2", []),
    ],
)
def test_the_point_that_it_names_is_judged(goal: str, hypotheses: list[str]) -> None:
    problem = read(goal, *hypotheses)
    word = ask(problem)
    assert word is not None and word.point is not None
    found = Refuter(problem, prove.DEFAULT).proposed(dict(word.point))
    assert found is not None and found.verdict == "REFUTED"


def test_a_point_where_nothing_fails_refutes_nothing() -> None:
    problem = read("x**2 >= 0")
    assert Refuter(problem, prove.DEFAULT).proposed({"x": Fraction(3)}) is None


@pytest.mark.parametrize("goal", ["1/x > 0", "sqrt(x) >= 0", "x/x >= 1"])
def test_where_the_goal_is_undefined_it_is_not_said_to_hold(goal: str) -> None:
    word = ask(read(goal))
    assert word is not None and not word.holds


@pytest.mark.parametrize("goal", ["exp(x) > 0", "sin(x) <= 1", "x**y > 0"])
def test_what_is_not_algebraic_is_not_asked(goal: str) -> None:
    assert ask(read(goal, "x > 0")) is None


def test_its_word_is_a_debt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a proof the answer stays undecided, and the report owes `oracle:z3`."""
    monkeypatch.setattr(proofs, "find", lambda problem, effort, begun: proofs.Open("no method applies"))
    problem = read("x**4 + y**4 >= x**3*y + x*y**3 - 1")
    found = prove.prove(problem)
    assert (found.verdict, found.oracle) == ("UNDECIDED", "z3")
    report = answered(problem, found)
    assert report.verdict.headline == Headline.DERIVED
    assert report.verdict.debts == ("oracle:z3",)


def test_without_it_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "available", lambda: False)
    assert ask(read("x**2 >= 0")) is None
    owed = answered(read("x**2 >= 0"), Answer("UNDECIDED", reason="no method applies")).verdict.debts
    assert owed == ("open:goal",)
