"""Goals from texts, and one method's answer to them; the goals that it leaves are for the whole prover."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from boundkit.formulas.problems import read_problem
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply
from boundkit.kernel.derivative import NotDifferentiable
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.judge import Frame
from boundkit.kernel.quotients import TooLarge
from boundkit.provers.inequalities.domain import bound_of
from boundkit.provers.inequalities.goal import Effort, Exhausted, Found, Goal, accepted
from boundkit.provers.inequalities.proofs import sequent_of
from boundkit.provers.inequalities.search import Search


def goal_of(text: str, hypotheses: Sequence[str] = ()) -> Goal:
    """The goal of a relation under hypotheses; those that are ranges of one variable make the box."""
    problem = read_problem({"goal": text, "hyps": list(hypotheses)})
    frame = Frame(sequent_of(problem))
    facts = tuple(
        frame.covering_fact(name, frame.context(()))
        for name, fact in frame.facts.items()
        if bound_of(fact) is None or (isinstance(fact, Apply) and fact.head == "=")
    )
    assert isinstance(problem.goal, Apply)
    left, right = problem.goal.args
    slack = right if left == ZERO else Apply("-", (right, left), REAL)
    used = {name for term in (left, right, *(fact.term for fact in facts)) for name in term.free}
    return Goal(slack, problem.goal.head == "<", frame.domain(used, frame.context(())), facts)


def proves(method: ModuleType, text: str, hypotheses: Sequence[str] = (), effort: int = 2000) -> bool:
    """Whether the method finds a step for the goal, which the kernel accepts."""
    goal = goal_of(text, hypotheses)
    try:
        answer = method.attempt(goal, Search().prove, Effort(effort))
    except (Exhausted, NotDifferentiable, TooLarge, Undecided, Undefined):
        return False
    if not isinstance(answer, Found):
        return False
    assert accepted(goal, answer.step)
    assert answer.argument
    return True
