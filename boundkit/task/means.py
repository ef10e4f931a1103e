"""Lines for means: what holds at every outcome, averaged over a law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Self

from boundkit.ir.sorts import INT, NAT, PROP, REAL, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Term, fresh_name, rebuild, substitute
from boundkit.kernel import certificates as c
from boundkit.provers.nests import nested_means
from boundkit.provers.search import accepted
from boundkit.task.instances import Instances


class Means(Instances):
    """Adds what facts say in the mean."""

    def premises_in_the_mean(self) -> tuple[c.Line, ...]:
        """The premises at the vectors that occur, and in the mean over the draws that are averaged over."""
        lines = list(self.premises_at_points())
        lines.extend(self.averages(lines))
        taken = set(self.frame.facts) | {line.name for line in lines}
        lines.extend(nested_means(self.frame, self.goal, taken, accepted))
        return tuple(lines)

    def ranges_in_the_mean(self, lines: tuple[c.Line, ...]) -> tuple[c.Line, ...]:
        """What the ranges of values say in the mean of those that are averaged over."""
        taken = set(self.frame.facts) | {line.name for line in lines}
        return tuple(nested_means(self.frame, self.goal, taken, accepted, ranges=True))

    def opened(self, variable: Name, law: Term) -> tuple[Name, Self]:
        """An arbitrary outcome of a law, and the task there: the expectations over it opened in the goal."""
        taken = set(self.frame.sequent.names) | set(self.frame.sequent.definitions) | set(self.frame.taken)
        outcome = Name(fresh_name(variable.text, taken), variable.sort)
        same = self.frame.context().same_law

        def open_(term: Term) -> Term:
            if isinstance(term, Bind) and term.head == "expectation" and same(term.domain, law):
                return substitute(term.body, {term.variable.text: outcome})
            return rebuild(term, open_)

        return outcome, replace(self, frame=self.frame.at_outcome(outcome, law), goal=open_(self.goal))

    def averaged(
        self, licensed: tuple[c.Line, ...], outcome: Name, law: Term, lines: list[c.Line]
    ) -> list[c.Line]:
        """Relations that hold at an outcome, each in the mean."""
        found: list[c.Line] = []
        for place, line in enumerate(licensed):
            binders: list[tuple[Name, Term]] = []
            core = line.claim
            taken = set(self.frame.taken) | set(self.frame.sequent.names) | {outcome.text}
            while isinstance(core, Bind) and core.head == "forall" and core.variable.sort in (NAT, INT):
                # Apart from the names that the proofs of the lines introduce themselves.
                own_name = Name(
                    fresh_name(f"{core.variable.text.rstrip(chr(39))}_", taken), core.variable.sort
                )
                taken.add(own_name.text)
                binders.append((own_name, core.domain))
                core = substitute(core.body, {core.variable.text: own_name})
            if not (isinstance(core, Apply) and core.head in ("<=", "=")):
                continue
            if not all(is_numeric(arg.sort) for arg in core.args) or outcome.text not in core.free:
                continue
            if any(outcome.text in domain.free for _, domain in binders):
                continue
            by = c.Specialise(line.name, tuple(n for n, _ in binders)) if binders else c.Given(line.name)
            sides = [
                Bind("expectation", outcome, law, arg, REAL) if outcome.text in arg.free else arg
                for arg in core.args
            ]
            claim: Term = Apply(core.head, tuple(sides), PROP)
            behind = _needed(licensed[: place + 1])
            proof = c.Proof(c.Mean(outcome.text, c.Proof(by, behind)))
            for own, extent in reversed(binders):
                claim = Bind("forall", own, extent, claim, PROP)
                proof = c.Proof(c.Introduce(own.text, proof))
            name = self.fresh(f"mean of {line.name}", [*lines, *found])
            made = self.checked(c.Line(name, claim, proof.by), [*lines, *found])
            if made is not None:
                found.append(made)
        return found

    def averages(self, lines: list[c.Line]) -> tuple[c.Line, ...]:
        """What holds almost surely, or for all values of a variable, in the mean over the laws that are
        mentioned."""
        found: list[c.Line] = []
        facts = {**self.frame.facts, **{line.name: line.claim for line in lines}}
        for name, formula in facts.items():
            for variable, law in self.laws_mentioned():
                line = self._average(name, formula, variable, law, [*lines, *found])
                if line is not None:
                    found.append(line)
        return tuple(found)

    def _average(
        self, fact: str, formula: Term, variable: Name, law: Term, lines: list[c.Line]
    ) -> c.Line | None:
        taken = set(self.frame.sequent.names) | set(self.frame.sequent.definitions) | set(self.frame.taken)
        base = variable.text if variable.text[:1].isalpha() else "x"  # a normal form gives other names
        outcome = Name(fresh_name(base, taken), variable.sort)
        taken.add(outcome.text)
        binders: list[tuple[Name, Term]] = []
        ordered: list[Term] = []
        source, core, averaged = fact, formula, False
        while isinstance(core, Bind) and core.head in ("forall", "surely"):
            if core.head == "surely":
                if averaged or not self.frame.context().same_law(core.domain, law):
                    return None
                averaged, source = True, f"{fact} at {outcome.text}"
                core = substitute(core.body, {core.variable.text: outcome})
                continue
            value = Name(fresh_name(core.variable.text, taken), core.variable.sort)
            if not averaged and core.variable.sort == variable.sort and isinstance(core.domain, Name | Apply):
                averaged, value = True, outcome
            else:
                taken.add(value.text)
                binders.append((value, core.domain))
            ordered.append(value)
            core = substitute(core.body, {core.variable.text: value})
        if not averaged or not (isinstance(core, Apply) and core.head in ("<=", "=")):
            return None
        if not all(is_numeric(arg.sort) for arg in core.args):
            return None
        if any(outcome.text in domain.free for _, domain in binders):
            return None
        sides = [
            Bind("expectation", outcome, law, arg, REAL) if outcome.text in arg.free else arg
            for arg in core.args
        ]
        if not any(isinstance(side, Bind) and side.head == "expectation" for side in sides):
            return None
        claim: Term = Apply(core.head, tuple(sides), PROP)
        inner = c.Proof(c.Specialise(source, tuple(ordered)) if ordered else c.Given(source))
        proof = c.Proof(c.Mean(outcome.text, inner))
        for own, extent in reversed(binders):
            claim = Bind("forall", own, extent, claim, PROP)
            proof = c.Proof(c.Introduce(own.text, proof))
        return self.checked(c.Line(self.fresh(f"mean of {fact}", lines), claim, proof.by), lines)


def _needed(lines: tuple[c.Line, ...]) -> tuple[c.Line, ...]:
    """The last line with those before it that it rests on."""
    wanted = {lines[-1].name}
    for line in reversed(lines):
        if line.name in wanted:
            wanted |= set(_texts(line.by))
    return tuple(line for line in lines if line.name in wanted)


def _texts(value: object) -> Iterator[str]:
    """The texts in a certificate, names of facts among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, c.Certificate | c.Proof | c.Line | c.Summand | c.Factor | c.Good | c.Rewrite):
        for own in fields(value):
            yield from _texts(getattr(value, own.name))
