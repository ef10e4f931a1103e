"""What a rule sees and what it answers: a goal with its facts, and the facts that the rule licenses.

A rule is never believed: every line that it licenses carries a certificate for the judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import product as choices

from boundkit.ir.laws import Law
from boundkit.ir.sorts import (
    INT,
    NAT,
    PROP,
    REAL,
    Abstract,
    Distribution,
    Function,
    Matrix,
    Sequence,
    SetOf,
    Sort,
    is_numeric,
)
from boundkit.ir.terms import (
    ONE,
    Apply,
    Bind,
    Name,
    Term,
    canonical,
    fresh_name,
    rebuild,
    substitute,
    subterms,
    with_types,
)
from boundkit.ir.theorems import Reason
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.matching import match
from boundkit.kernel.meanings import meaning
from boundkit.kernel.means import reduced
from boundkit.kernel.normal import written_out
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.built import finite_lines
from boundkit.provers.nests import nested_means
from boundkit.provers.search import Budget, Hints, accepted, prove
from boundkit.provers.unification import instances

MOST_INSTANCES = 48
"""Instances of one universal fact or law that a rule may license."""
MOST_OF_LAW = 4
"""Instances of a law that are found by matching."""
MOST_UNKNOWN = 2
"""Premises of such an instance that are searched for; the others must be among the facts."""
MOST_OF_PREMISE = 12
"""Instances of one premise for all vectors in a step that names no rule for it."""


@dataclass(frozen=True)
class Licence:
    """What a rule answers.

    lines: facts with their certificates, in order.
    missing: the premise that nothing in `from` provides, or "".
    witnesses: terms for the `exists` of the goal. induct: the variables of nested inductions.
    debts: what is believed without proof (`cite:…`, `admit:…`); the goal then needs no certificate.
    unsupported: why the rule cannot judge this goal yet, or "".
    misused: why the rule does not say this goal, whatever the premises, or "".
    ranges: whether, where the lines do not do, the ranges of what is averaged over may be used.
    """

    lines: tuple[c.Line, ...] = ()
    missing: str = ""
    witnesses: tuple[tuple[str, Term], ...] = ()
    induct: str = ""
    debts: frozenset[str] = frozenset()
    unsupported: str = ""
    misused: str = ""
    ranges: bool = False


@dataclass(frozen=True)
class Rule:
    """An entry of the shelf of rules.

    needs: the premises that must be among `from`, in words. says: what it licenses. misuse: what it
    must turn down. level: `K` for what the judge checks itself, `S` for what lemmas prove.
    """

    name: str
    needs: str
    says: str
    misuse: str
    level: str
    reference: str
    license: Callable[[Task], Licence]


@dataclass(frozen=True)
class Point:
    """A term that occurs in goal or facts, generic in the index variables it stands under."""

    term: Term
    binders: tuple[tuple[Name, Term], ...] = ()


@dataclass
class Task:
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

    def at(self, frame: Frame) -> Task:
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

    def meaning_line(self, fact: str, lines: list[c.Line]) -> c.Line | None:
        """The definition of the property or membership that a fact states, as a line."""
        formula = self.frame.facts[fact]
        binders = []
        core = formula
        while isinstance(core, Bind) and core.head == "forall":
            binders.append(core)
            core = core.body
        found = meaning(core)
        if found is None:
            return None
        for binder in reversed(binders):
            found = Bind("forall", binder.variable, binder.domain, found, PROP)
        return c.Line(self.fresh(f"{fact}'s meaning", lines), found, c.Meaning(fact))

    def checked(self, line: c.Line, lines: list[c.Line]) -> c.Line | None:
        """The line when the frame with the lines before it accepts it, else None."""
        frame = self.frame
        for before in lines:
            frame = frame.with_fact(before.name, before.claim)
        return line if accepted(frame, line.claim, c.Proof(line.by), self.budget) else None

    def generalised_line(self, fact: str, variable: str, lines: list[c.Line]) -> c.Line:
        """An established statement for all values of a let, its definitions written out."""
        domain = self.frame.sequent.scoped[fact][variable]
        name = Name(variable, self.frame.sequent.names[variable])
        body = written_out(self.frame.facts[fact], self.frame.context())
        claim = Bind("forall", name, domain, body, PROP)
        return c.Line(self.fresh(f"{fact} for all {variable}", lines), claim, c.Generalised(fact, variable))

    def laws_named(self, name: str, lines: list[c.Line], points: list[Point]) -> list[c.Line]:
        """Instances of a law of the library, none when it is not there."""
        law = self.laws.get(name)
        return [] if law is None else self.law_lines(law, {}, lines, points)

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

    def premises_at_points(self) -> tuple[c.Line, ...]:
        """The premises that hold for all vectors, at the vectors that occur, and those that hold for all
        elements of a set given by its elements, at each of them."""
        lines: list[c.Line] = finite_lines(self.frame, self.goal)
        lines.extend(self.listed_premises())
        points: list[Point] | None = None
        for name, formula in list(self.frame.facts.items()):
            core, about_vectors = formula, False
            while isinstance(core, Bind) and core.head == "forall":
                about_vectors = about_vectors or isinstance(core.variable.sort, Matrix)
                core = core.body
            if about_vectors:
                points = self.points() if points is None else points
                lines.extend(self.instances(name, formula, lines, points, MOST_OF_PREMISE))
        return tuple(lines)

    def listed_premises(self) -> list[c.Line]:
        """The premises for all elements of a set that is given by its elements, one by one."""
        lines: list[c.Line] = []
        for name, formula in self.frame.facts.items():
            domain = formula.domain if isinstance(formula, Bind) and formula.head == "forall" else None
            if not (isinstance(domain, Apply) and domain.head == "enumeration"):
                continue
            for element in domain.args[:MOST_OF_PREMISE]:
                claim = substitute(formula.body, {formula.variable.text: element})  # type: ignore[attr-defined]
                label = self.fresh(f"{name} at {element}", lines)
                line = self.checked(c.Line(label, claim, c.Specialise(name, (element,))), lines)
                if line is not None:
                    lines.append(line)
        return lines

    def under_binders(self) -> Iterator[tuple[Term, tuple[tuple[Name, Term], ...]]]:
        """Subterms of the goal with the variables that they stand under, outermost first."""
        return _under_binders(self.goal)

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

    def laws_of_goal(self) -> list[tuple[Name, Term]]:
        """The draws of the expectations in the goal that stand under no other draw."""
        found: dict[str, tuple[Name, Term]] = {}
        for term, binders in _under_binders(self.goal):
            if not (isinstance(term, Bind) and term.head == "expectation"):
                continue
            if not term.domain.free & {name.text for name, _ in binders}:
                found.setdefault(canonical(term.domain), (term.variable, term.domain))
        return list(found.values())

    def opened(self, variable: Name, law: Term) -> tuple[Name, Task]:
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

    def instances(
        self, fact: str, formula: Term, lines: list[c.Line], points: list[Point], most: int = MOST_INSTANCES
    ) -> list[c.Line]:
        """A universal fact at the points that fit its object variables, generic in its index variables
        and in those of the points; each as a line with its proof."""
        variables: list[tuple[Name, Term]] = []
        core = formula
        while isinstance(core, Bind) and core.head == "forall":
            variables.append((core.variable, core.domain))
            core = core.body
        objects = [v for v, _ in variables if v.sort not in (NAT, INT) and (v.sort != REAL or self.given)]
        options: list[list[Point]] = [[p for p in points if self._fits(p.term.sort, v.sort)] for v in objects]
        if not objects or not all(options):
            return []
        found: list[c.Line] = []
        seen: set[str] = set()
        for combination in _ordered(options):
            if len(found) >= most:
                break
            line = self._instance(
                fact, variables, core, dict(zip(objects, combination, strict=True)), lines, found
            )
            if line is not None and canonical(line.claim) not in seen:
                seen.add(canonical(line.claim))
                found.append(line)
        return found

    def _fits(self, own: Sort, wanted: Sort) -> bool:
        try:
            return self.frame.fits(own, wanted)
        except (NotNormal, TooLarge):
            return False

    def _instance(
        self,
        fact: str,
        variables: list[tuple[Name, Term]],
        core: Term,
        chosen: dict[Name, Point],
        lines: list[c.Line],
        found: list[c.Line],
    ) -> c.Line | None:
        taken = set(self.frame.sequent.names) | set(self.frame.sequent.definitions)
        binders: list[tuple[Name, Term]] = []
        values: dict[str, Term] = {}
        ordered: list[Term] = []
        for variable, domain in variables:
            if variable in chosen:
                point = chosen[variable]
                term = point.term
                for index, extent in point.binders:
                    own = next((n for n, e in binders if canonical(e) == canonical(extent)), None)
                    if own is None:
                        own = Name(fresh_name(index.text, taken), index.sort)
                        taken.add(own.text)
                        binders.append((own, extent))
                    term = substitute(term, {index.text: own})
                values[variable.text] = term
                ordered.append(term)
            else:
                extent = substitute(domain, values)
                own = next((n for n, e in binders if canonical(e) == canonical(extent)), None)
                if own is None or variable.sort != NAT:
                    own = Name(fresh_name(variable.text, taken), variable.sort)
                    taken.add(own.text)
                    binders.append((own, extent))
                values[variable.text] = own
                ordered.append(own)
        claim = substitute(core, values)
        proof = c.Proof(c.Specialise(fact, tuple(ordered)))
        for own, extent in reversed(binders):
            claim = Bind("forall", own, extent, claim, PROP)
            proof = c.Proof(c.Introduce(own.text, proof))
        name = self.fresh(f"{fact} at point", [*lines, *found])
        for _ in range(len(found)):
            name = fresh_name(name, {line.name for line in found})
        certificate = proof.by
        frame = self.frame
        for line in lines:
            frame = frame.with_fact(line.name, line.claim)
        if not accepted(frame, claim, proof, self.budget):
            return None
        return c.Line(name, claim, certificate)

    def law_lines(
        self, law: Law, given: dict[str, Term], lines: list[c.Line], points: list[Point] | None = None
    ) -> list[c.Line]:
        """Instances of a law: holes found by matching its premises against the facts, the rest by
        points; its premises shown by search where they are not among the facts."""
        found: list[c.Line] = []
        for values, binders in self._substitutions(law, given, lines, points):
            if len(found) >= MOST_INSTANCES:
                break
            line = self.law_line(law, values, binders, [*lines, *found])
            if line is not None:
                found.append(line)
        return found

    def law_instances(self, name: str, lines: list[c.Line]) -> list[c.Line]:
        """Instances of a law of the library found by matching what it says with goal and facts; none when it
        is not there, or when its premises cannot be shown."""
        law = self.laws.get(name)
        found: list[c.Line] = []
        if law is None:
            return found
        proposed = list(instances(law, self.frame, self.goal, dict(self.reason.named)))
        for most_unknown, tried in ((0, len(proposed)), (MOST_UNKNOWN, MOST_OF_PREMISE)):
            for values, sets in proposed[:tried]:
                line = self.law_line(law, values, (), [*lines, *found], sets, most_unknown)
                if line is not None:
                    found.append(line)
                    conjunction = isinstance(line.claim, Apply) and line.claim.head == "and"
                    for part in line.claim.args if conjunction else ():  # type: ignore[attr-defined]
                        found.append(c.Line(self.fresh(name, [*lines, *found]), part, c.Given(line.name)))
                if len(found) >= MOST_OF_LAW:
                    break
            if found:
                break
        return found

    def licensed_by(self, names: tuple[str, ...], missing: str) -> Licence:
        """The instances of lemmas; `missing` says what is missing where none applies."""
        if not any(name in self.laws for name in names):
            return Licence(unsupported=f"the lemma `{names[0]}` is not in the library")
        lines: list[c.Line] = []
        for name in names:
            lines.extend(self.law_instances(name, lines))
        return Licence(tuple(lines)) if lines else Licence(missing=missing)

    def licensed_for_divergences(self, general: str, finite: str = "") -> Licence:
        """Instances of a lemma with a set H and laws P and Q, for every `KL(Q, P)` of the goal; of the lemma
        `finite` where H is a finite set."""
        pairs = {
            canonical(term): term.args
            for term in subterms(self.goal)
            if isinstance(term, Apply) and term.head == "KL" and len(term.args) == 2
        }
        if not pairs:
            return Licence(missing="`KL(Q, P)` in the goal")
        lines: list[c.Line] = []
        for first, second in pairs.values():
            element = first.sort.element if isinstance(first.sort, Distribution) else PROP
            whole: Term = Apply("everything", (), SetOf(element))
            is_finite = isinstance(element, Abstract) and element.name in self.frame.finite_types
            if is_finite and isinstance(element, Abstract):
                whole = Name(element.name, self.frame.sequent.names[element.name])
            law = self.laws.get(finite if is_finite and finite else general)
            if law is None:
                return Licence(unsupported=f"the lemma `{general}` is not in the library")
            line = self.law_line(law, {"Q": first, "P": second}, (), lines, {"H": whole})
            if line is not None:
                lines.append(line)
        return Licence(tuple(lines)) if lines else Licence(missing="laws that are fixed where the goal is")

    def namesake(self, law: Law) -> tuple[dict[str, Term], dict[str, Term]] | None:
        """Sets and values for a law that is cited by a theorem that uses the same names: what is called as
        in the law; a number that is called otherwise does not matter there, and is 1."""
        names = self.frame.sequent.names
        sets: dict[str, Term] = {}
        for own in law.types:
            if names.get(own.text) != own.sort:
                return None
            sets[own.text] = own
        values = dict(self.reason.named)
        for hole in law.holes:
            if hole.text in values:
                continue
            value = self._called(hole)
            if value is None and hole.sort not in (NAT, INT, REAL):
                return None
            values[hole.text] = ONE if value is None else value
        return values, sets

    def _called(self, hole: Name) -> Term | None:
        """What stands under the name of a hole: a fixed name, a definition, or a recursion that depends on
        draws of which outcomes are fixed."""
        names, definitions = self.frame.sequent.names, self.frame.sequent.definitions
        if hole.text in names:
            return Name(hole.text, names[hole.text])
        definition = definitions.get(hole.text)
        if definition is None:
            return None
        own = definition.name
        if own.sort == hole.sort or not isinstance(own.sort, Function):
            return own
        index = own.sort.arguments[-1]
        first = [p for p in definition.clauses[0].parameters if p in definition.clauses[0].patterns]
        leading = first[: len(own.sort.arguments) - 1]
        if not isinstance(hole.sort, Sequence) or len(leading) != len(own.sort.arguments) - 1:
            return None
        if any(names.get(p.text) != p.sort for p in leading):
            return None
        place = Name(fresh_name("i", set(names) | set(definitions)), index)
        body = Apply("call", (own, *leading, place), own.sort.result)
        return Bind("function", place, Apply("everything", (), SetOf(index)), body, hole.sort)

    def law_line(
        self,
        law: Law,
        values: dict[str, Term],
        binders: tuple[tuple[Name, Term], ...],
        lines: list[c.Line],
        sets: dict[str, Term] | None = None,
        most_unknown: int | None = None,
    ) -> c.Line | None:
        """One instance of a law under index binders, with `sets` for its types, as a line with its proof;
        None when a premise cannot be shown, or when more of them than `most_unknown` are not among the
        facts."""
        sets = sets or {}
        if law.types:
            law = replace(
                law,
                premises=tuple((label, with_types(p, sets)) for label, p in law.premises),
                conclusion=with_types(law.conclusion, sets),
            )
        frame = self.frame
        try:
            for line in lines:
                frame = frame.with_fact(line.name, line.claim)
            for name, domain in binders:
                frame = frame.with_name(name).with_fact(
                    f"range of {name.text}", Apply("in", (name, domain), PROP)
                )
        except Rejected:
            return None
        inside: list[c.Line] = []
        premises = [(label, reduced(substitute(premise, values))) for label, premise in law.premises]
        try:
            unknown = [(label, wanted) for label, wanted in premises if not frame.known(wanted)]
        except (NotNormal, TooLarge, Rejected):
            return None
        if most_unknown is not None and len(unknown) > most_unknown:
            return None
        for label, wanted in unknown:
            own = prove(frame, wanted, Hints((), False, "", 1, Budget(6 if most_unknown is None else 2)))
            if own is None:
                return None
            own_label = fresh_name(f"premise {label}", set(frame.facts))
            try:
                as_line = c.Line(own_label, wanted, _single(own))
                frame = frame.with_fact(own_label, wanted)
            except Rejected:
                return None
            inside.append(as_line)
        conclusion = reduced(substitute(law.conclusion, values))
        substitution = tuple((hole.text, values[hole.text]) for hole in law.holes)
        types = tuple((own.text, sets[own.text]) for own in law.types)
        proof = c.Proof(c.Instance(law.name, substitution, types), tuple(inside))
        for name_, domain in reversed(binders):
            conclusion = Bind("forall", name_, domain, conclusion, PROP)
            proof = c.Proof(c.Introduce(name_.text, proof))
        outer = self.frame
        try:
            for line in lines:
                outer = outer.with_fact(line.name, line.claim)
        except Rejected:
            return None
        label = self.fresh(law.name, lines)
        if not accepted(outer, conclusion, proof, self.budget):
            return None
        return c.Line(label, conclusion, _single(proof))

    def _substitutions(
        self, law: Law, given: dict[str, Term], lines: list[c.Line], points: list[Point] | None
    ) -> Iterator[tuple[dict[str, Term], tuple[tuple[Name, Term], ...]]]:
        facts = {**self.frame.facts, **{line.name: line.claim for line in lines}}
        holes = {hole.text for hole in law.holes}
        partial: list[tuple[dict[str, Term], tuple[tuple[Name, Term], ...]]] = [(dict(given), ())]
        for _, premise in law.premises:
            if not (isinstance(premise, Apply) and (premise.head.startswith("is_") or premise.head == "in")):
                continue
            if (
                premise.head == "in"
                and isinstance(premise.args[0], Name)
                and not isinstance(premise.args[0].sort, Matrix)
            ):
                continue
            grown = []
            for values, binders in partial:
                for formula in facts.values():
                    core, own = _stripped(formula, binders, self)
                    merged = match(premise, core, holes, values)
                    if merged is not None:
                        grown.append((merged, own))
            partial = grown
        for values, binders in partial:
            complete = _sizes(law, values)
            open_holes = [h for h in law.holes if h.text not in complete]
            if not open_holes:
                yield complete, binders
                continue
            pool = points if points is not None else self.points()
            options = [
                [p for p in pool if self._fits(p.term.sort, _substituted(h, complete))] for h in open_holes
            ]
            if not all(options):
                continue
            for combination in _ordered(options):
                values_, binders_ = dict(complete), list(binders)
                for hole, point in zip(open_holes, combination, strict=True):
                    term = point.term
                    for index, extent in point.binders:
                        own_name = next((n for n, e in binders_ if canonical(e) == canonical(extent)), None)
                        if own_name is None:
                            taken = set(self.frame.sequent.names) | {n.text for n, _ in binders_}
                            own_name = Name(
                                fresh_name(index.text, taken | set(self.frame.sequent.definitions)),
                                index.sort,
                            )
                            binders_.append((own_name, extent))
                        term = substitute(term, {index.text: own_name})
                    values_[hole.text] = term
                yield values_, tuple(binders_)


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


def _single(proof: c.Proof) -> c.Certificate:
    """The certificate of a proof; one with lines is wrapped so that it stays one certificate."""
    return proof.by if not proof.lines else c.Nested(proof)


def _substituted(hole: Name, values: dict[str, Term]) -> Sort:
    from boundkit.ir.terms import substitute_sort

    return substitute_sort(hole.sort, values)


def _sizes(law: Law, values: dict[str, Term]) -> dict[str, Term]:
    """Values of size holes read off the sorts of the values found."""
    complete = dict(values)
    for hole in law.holes:
        if hole.text in values:
            _match_sort(hole.sort, values[hole.text].sort, complete, {h.text for h in law.holes})
    return complete


def _match_sort(pattern: Sort, sort: Sort, values: dict[str, Term], holes: set[str]) -> None:
    if isinstance(pattern, Matrix) and isinstance(sort, Matrix):
        for own, other in ((pattern.rows, sort.rows), (pattern.columns, sort.columns)):
            if isinstance(own, Name) and own.text in holes:
                values.setdefault(own.text, other)
    elif isinstance(pattern, Function) and isinstance(sort, Function):
        for own_sort, other_sort in zip(pattern.arguments, sort.arguments, strict=False):
            _match_sort(own_sort, other_sort, values, holes)
        _match_sort(pattern.result, sort.result, values, holes)
    elif hasattr(pattern, "element") and hasattr(sort, "element"):
        _match_sort(pattern.element, sort.element, values, holes)


def _stripped(
    formula: Term, binders: tuple[tuple[Name, Term], ...], task: Task
) -> tuple[Term, tuple[tuple[Name, Term], ...]]:
    """The core of a universal fact with its index variables renamed to binders, shared by domain."""
    own = list(binders)
    taken = set(task.frame.sequent.names) | set(task.frame.sequent.definitions) | {n.text for n, _ in own}
    core = formula
    while isinstance(core, Bind) and core.head == "forall":
        name = next((n for n, e in own if canonical(e) == canonical(core.domain)), None)
        if name is None:
            name = Name(fresh_name(core.variable.text, taken), core.variable.sort)
            taken.add(name.text)
            own.append((name, core.domain))
        core = substitute(core.body, {core.variable.text: name})
    return core, tuple(own)


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


def _ordered(options: list[list[Point]]) -> Iterator[tuple[Point, ...]]:
    """Combinations, those of early points first."""
    indexed = sorted(
        choices(*(range(len(option)) for option in options)), key=lambda places: (sum(places), places)
    )
    for places in indexed:
        yield tuple(option[place] for option, place in zip(options, places, strict=True))
