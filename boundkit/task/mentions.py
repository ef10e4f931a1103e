"""A goal with its facts, and what they mention: the points, functions and laws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from boundkit.ir.laws import Law
from boundkit.ir.sorts import Distribution, Matrix
from boundkit.ir.terms import (
    Apply,
    Bind,
    Name,
    Number,
    Term,
    canonical,
    fresh_name,
    substitute,
    subterms,
)
from boundkit.ir.theorems import Reason
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Frame
from boundkit.provers.search import Budget


@dataclass(frozen=True)
class Point:
    """A term that occurs in goal or facts, generic in the index variables it stands under."""

    term: Term
    binders: tuple[tuple[Name, Term], ...] = ()


@dataclass
class Mentions:
    """A goal in its frame, with the justification as written."""

    label: str
    frame: Frame
    goal: Term
    reason: Reason
    laws: Mapping[str, Law] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    @property
    def given(self) -> tuple[Term, ...]:
        """The arguments written in the justification."""
        return self.reason.positional

    def at(self, frame: Frame) -> Self:
        """The same task in another frame."""
        return replace(self, frame=frame)

    def about(self, *heads: str) -> Iterator[tuple[str, Apply]]:
        """Facts whose core, under quantifiers, is a property with one of the heads."""
        for name, formula in self.frame.facts.items():
            core = formula
            while isinstance(core, Bind) and core.head == "forall":
                core = core.body
            if isinstance(core, Apply) and core.head in heads:
                yield name, core

    def memberships(self, *heads: str) -> Iterator[tuple[str, Apply]]:
        """Facts `element in SET` whose set has one of the heads."""
        for name, core in self.about("in"):
            domain = core.args[1]
            if isinstance(domain, Apply | Bind) and domain.head in heads:
                yield name, core

    def fresh(self, base: str, lines: list[c.Line]) -> str:
        """A name for a new line."""
        return fresh_name(base, set(self.frame.facts) | {line.name for line in lines})

    def called_points(self, function: Term | None = None) -> list[Point]:
        """Arguments at which a function is taken in goal and facts."""
        found: dict[str, Point] = {}
        for formula in (self.goal, *self.frame.facts.values()):
            for term, binders in _under_binders(formula):
                if isinstance(term, Apply) and term.head == "call" and function in (None, term.args[0]):
                    for arg in term.args[1:]:
                        _take(found, arg, binders)
        return list(found.values())

    def has_call_mixture(self) -> bool:
        """Whether some function is taken at a combination of points."""
        return any(
            isinstance(point.term, Apply) and point.term.head in ("+", "-", "*")
            for point in self.called_points()
        )

    def reachable(self) -> Iterator[Term]:
        """Subterms of the goal and of the bodies of definitions it mentions, parameters put in."""
        pending = [self.goal]
        seen: set[str] = set()
        while pending:
            for term in subterms(pending.pop()):
                yield term
                if (
                    isinstance(term, Apply)
                    and term.head in ("call", "index")
                    and isinstance(term.args[0], Name)
                ):
                    definition = self.frame.sequent.definitions.get(term.args[0].text)
                    if definition is not None and canonical(term) not in seen and len(seen) < 50:
                        seen.add(canonical(term))
                        clause = definition.clauses[0]
                        names = [p.text for p in clause.parameters]
                        pending.append(substitute(clause.body, dict(zip(names, term.args[1:], strict=False))))

    def points(self) -> list[Point]:
        """Terms of vector sort that occur in the goal, then in the facts: arguments of functions first."""
        arguments: dict[str, Point] = {canonical(term): Point(term) for term in self.given}
        others: dict[str, Point] = {}
        for formula in (self.goal, *self.frame.facts.values()):
            for term, binders in _under_binders(formula):
                if isinstance(term, Apply) and term.head in ("call", "grad", "subgrad"):
                    for arg in term.args[1:]:
                        _take(arguments, arg, binders)
                elif isinstance(term.sort, Matrix) and (
                    isinstance(term, Name) or isinstance(term, Apply) and term.head == "index"
                ):
                    _take(others, term, binders)
        for key in arguments:
            others.pop(key, None)
        return [*arguments.values(), *others.values()]

    def under_binders(self) -> Iterator[tuple[Term, tuple[tuple[Name, Term], ...]]]:
        """Subterms of the goal with the variables that they stand under, outermost first."""
        return _under_binders(self.goal)

    def means_squares(self) -> bool:
        """Whether goal or facts speak of the mean of a square."""
        for formula in (self.goal, *self.frame.facts.values()):
            for term in subterms(formula):
                match term:
                    case Bind("expectation", body=Apply("^", (_, Number(value)))) if value == 2:
                        return True
        return False

    def laws_mentioned(self) -> list[tuple[Name, Term]]:
        """The draws of the expectations and probabilities in goal and facts, each law once, with those that
        stand under no binder."""
        found: dict[str, tuple[Name, Term]] = {}
        for formula in (self.goal, *self.frame.facts.values()):
            for term, binders in _under_binders(formula):
                if not (isinstance(term, Bind) and isinstance(term.domain.sort, Distribution)):
                    continue
                if not term.domain.free & {name.text for name, _ in binders}:
                    found.setdefault(canonical(term.domain), (term.variable, term.domain))
        return list(found.values())

    def laws_of_goal(self) -> list[tuple[Name, Term]]:
        """The draws of the expectations in the goal that stand under no other draw."""
        found: dict[str, tuple[Name, Term]] = {}
        for term, binders in _under_binders(self.goal):
            if not (isinstance(term, Bind) and term.head == "expectation"):
                continue
            if not term.domain.free & {name.text for name, _ in binders}:
                found.setdefault(canonical(term.domain), (term.variable, term.domain))
        return list(found.values())


def _take(found: dict[str, Point], term: Term, binders: tuple[tuple[Name, Term], ...]) -> None:
    if not isinstance(term.sort, Matrix):
        return
    needed = tuple((n, d) for n, d in binders if n.text in term.free)
    bound = {n.text for n, _ in needed}
    if any(isinstance(d, Apply) and d.head != "range" or isinstance(d.sort, Distribution) for _, d in needed):
        return
    if any(set(d.free) & bound for _, d in needed):
        return
    key = canonical(term)
    for n, d in needed:
        key = f"{canonical(d)}|" + canonical(substitute(term, {n.text: Name("@", n.sort)}))
    found.setdefault(key, Point(term, needed))


def _under_binders(
    term: Term, binders: tuple[tuple[Name, Term], ...] = ()
) -> Iterator[tuple[Term, tuple[tuple[Name, Term], ...]]]:
    yield term, binders
    if isinstance(term, Apply):
        for arg in term.args:
            yield from _under_binders(arg, binders)
    elif isinstance(term, Bind):
        yield from _under_binders(term.domain, binders)
        yield from _under_binders(term.body, (*binders, (term.variable, term.domain)))
