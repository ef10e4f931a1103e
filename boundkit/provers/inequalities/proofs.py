"""From a problem to a proof that the judge accepts: goal and hypotheses are taken apart into goals for the
methods, and what these find becomes one certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boundkit.ir.json import Malformed
from boundkit.ir.sorts import PROP, REAL, is_numeric
from boundkit.ir.terms import ZERO, Apply, Term, relation
from boundkit.kernel import certificates as c
from boundkit.kernel.facts import negation
from boundkit.kernel.judge import Frame, Rejected, Sequent, as_real, judge
from boundkit.kernel.steps import Fact, to_json
from boundkit.provers.inequalities.domain import bound_of
from boundkit.provers.inequalities.goal import Effort, Exhausted, Found, Goal
from boundkit.provers.inequalities.problem import Problem
from boundkit.provers.inequalities.search import Search, scalar

KINDS = {"<=": "nonnegative", "<": "positive", "=": "zero"}
MOST_CASES = 4
"""Disjunctions among the hypotheses that are taken apart."""


def sequent_of(problem: Problem) -> Sequent:
    """What the judge is asked: the facts of the problem, and its goal."""
    facts = {f"given{place}": fact for place, fact in enumerate(problem.facts, 1)}
    return Sequent({name.text: name.sort for name in problem.names}, facts, problem.goal, {}, {})


def check(problem: Problem, certificate: Mapping[str, Any]) -> bool:
    """Whether the judge accepts the certificate for the problem."""
    try:
        judge(sequent_of(problem), c.from_json(dict(certificate)))
    except (Rejected, Malformed, ValueError, TypeError):
        return False
    return True


@dataclass(frozen=True)
class Proved:
    """A proof that the judge accepts, the method that settled it, and the argument in lines."""

    certificate: dict[str, Any]
    method: str
    argument: tuple[str, ...]


@dataclass(frozen=True)
class Open:
    """Why there is no proof."""

    reason: str


def covering_goal(frame: Frame, goal: Apply) -> tuple[Goal, tuple[str, ...]] | None:
    """A relation `<=` or `<` in a frame as a goal for the methods, and the facts that it is handed with; None
    where a function is not supported."""
    names, facts = _facts(frame)
    left, right = (as_real(side, frame.sequent.names) for side in goal.args)
    if not (scalar(left) and scalar(right)):
        return None
    slack = right if left == ZERO else Apply("-", (right, left), REAL)
    used = {name for term in (left, right, *(fact.term for fact in facts)) for name in term.free}
    return Goal(slack, goal.head == "<", frame.domain(used, frame.context(())), facts), names


Searches = dict[tuple[object, ...], Search]
"""Searches by the goal that they are for."""


def find(problem: Problem, effort: Effort, begun: Searches | None = None) -> Proved | Open:
    """A proof of the problem's goal, or why none was found. Searches that an earlier call has `begun` for the
    same problem go on from what they know; those of this call are added."""
    sequent = sequent_of(problem)
    finder = _Finder(effort, {} if begun is None else begun)
    try:
        proof = finder.prove(Frame(sequent), problem.goal, MOST_CASES)
    except Exhausted:
        return Open("the limit of attempts is reached")
    if proof is None:
        return Open("; ".join(finder.reasons[:3]) or "no method applies")
    certificate = c.to_json(proof)
    if not check(problem, certificate):
        return Open("the kernel does not accept what was found")
    lines = tuple(dict.fromkeys(finder.argument))
    return Proved(certificate, "+".join(dict.fromkeys(finder.methods)), lines)


class _Finder:
    """The search for one problem, with what it says about it."""

    def __init__(self, effort: Effort, searches: Searches) -> None:
        self.effort = effort
        self.searches = searches
        self.argument: list[str] = []
        self.methods: list[str] = []
        self.reasons: list[str] = []

    def prove(self, frame: Frame, goal: Term, cases: int) -> c.Proof | None:
        if not isinstance(goal, Apply):
            return None
        if goal.head == "and":
            return self.both(frame, goal.args, cases)
        if goal.head == "implies":
            name = _free(frame, "condition")
            inner = self.prove(frame.with_fact(name, goal.args[0]), goal.args[1], cases)
            return c.Proof(c.Introduce(name, inner)) if inner else None
        if goal.head == "or":
            return self.either(frame, goal, cases)
        if goal.head == "=":
            left, right = goal.args
            return self.both(frame, (relation("<=", left, right), relation("<=", right, left)), cases)
        if goal.head in ("<=", "<"):
            return self.inequality(frame, goal, cases)
        return None

    def both(self, frame: Frame, goals: tuple[Term, ...], cases: int) -> c.Proof | None:
        proofs = []
        for part in goals:
            inner = self.prove(frame, part, cases)
            if inner is None:
                return None
            proofs.append(inner)
        return c.Proof(c.Both(tuple(proofs)))

    def either(self, frame: Frame, goal: Apply, cases: int) -> c.Proof | None:
        """A disjunction: its last part where the first ones fail."""
        first, *rest = goal.args
        if not (isinstance(first, Apply) and first.head in ("<=", "<")) or cases <= 0:
            return None
        last = rest[0] if len(rest) == 1 else Apply("or", tuple(rest), PROP)
        name = _free(frame, "case")
        other = frame.with_fact(name, negation(first))
        inner = self.prove(other, last, cases - 1)
        if inner is None:
            return None
        if len(rest) > 1:
            return None
        holds = c.Proof(c.Either(0, c.Proof(c.Given(name))))
        return c.Proof(c.Cases("", first, name, (holds, c.Proof(c.Either(1, inner)))))

    def inequality(self, frame: Frame, goal: Apply, cases: int) -> c.Proof | None:
        for name, formula in frame.facts.items():
            if isinstance(formula, Apply) and cases > 0 and (parts := _parts(formula)):
                return self.cases(frame, goal, name, parts, cases)
        own = covering_goal(frame, goal)
        if own is None:
            self.reasons.append("a function is not supported")
            return None
        wanted, names = own
        search = self.searches.setdefault(wanted.key, Search())
        found = search.prove(wanted, self.effort)
        self.reasons.extend(dict.fromkeys((*search.faults, *search.reasons)))
        if found is None:
            return None
        self.note(found, search.method.get(0, ""))
        return c.Proof(c.Cover((), to_json(found.step), names))

    def cases(
        self, frame: Frame, goal: Apply, name: str, parts: tuple[Term, ...], cases: int
    ) -> c.Proof | None:
        """The goal under each part of a disjunction among the facts."""
        rest = {own: fact for own, fact in frame.facts.items() if own != name}
        proofs = []
        for part in parts:
            inner = type(frame)(_with(frame, rest)).with_fact("case of " + name, part)
            proof = self.inequality(inner, goal, cases - 1)
            if proof is None:
                return None
            proofs.append(proof)
        return c.Proof(c.Cases(name, None, "case of " + name, tuple(proofs)))

    def note(self, found: Found, method: str) -> None:
        self.methods.append(method)
        self.argument.extend(found.argument)


def _parts(formula: Apply) -> tuple[Term, ...]:
    """The parts of a disjunction, and the orders of two numbers that are not equal."""
    if formula.head == "!=" and all(is_numeric(side.sort) for side in formula.args):
        left, right = formula.args
        return relation("<", left, right), relation("<", right, left)
    return formula.args if formula.head == "or" else ()


def _with(frame: Frame, facts: Mapping[str, Term]) -> Sequent:
    own = frame.sequent
    return Sequent(own.names, facts, own.goal, own.definitions, own.laws)


def _free(frame: Frame, base: str) -> str:
    name = base
    while name in frame.facts:
        name += "'"
    return name


def _facts(frame: Frame) -> tuple[tuple[str, ...], tuple[Fact, ...]]:
    """The facts that say more than a range of one variable, as the judge hands them to a cover."""
    names, facts = [], []
    for name, formula in frame.facts.items():
        if not (isinstance(formula, Apply) and formula.head in KINDS):
            continue
        if not all(is_numeric(side.sort) and scalar(side) for side in formula.args):
            continue
        if bound_of(formula) is not None and formula.head != "=":
            continue
        names.append(name)
        facts.append(frame.covering_fact(name, frame.context(())))
    return tuple(names), tuple(facts)


__all__ = ["Open", "Proved", "Searches", "check", "covering_goal", "find", "sequent_of"]
