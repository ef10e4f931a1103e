"""What a rule sees and what it answers: a goal with its facts, and the facts that the rule licenses.

A rule is never believed: every line that it licenses carries a certificate for the judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

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
)
from boundkit.ir.terms import (
    ONE,
    Apply,
    Bind,
    Name,
    Term,
    canonical,
    fresh_name,
    substitute,
    subterms,
    with_types,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.judge import Rejected
from boundkit.kernel.matching import match
from boundkit.kernel.means import reduced
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.search import Budget, Hints, accepted, prove
from boundkit.provers.unification import instances
from boundkit.task.instances import MOST_INSTANCES, MOST_OF_PREMISE, _ordered
from boundkit.task.means import Means
from boundkit.task.mentions import Point

MOST_OF_LAW = 4
"""Instances of a law that are found by matching."""
MOST_UNKNOWN = 2
"""Premises of such an instance that are searched for; the others must be among the facts."""


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


class Task(Means):
    """A goal in its frame, with the justification as written, and the lemmas that may be used."""

    def laws_named(self, name: str, lines: list[c.Line], points: list[Point]) -> list[c.Line]:
        """Instances of a law of the library, none when it is not there."""
        law = self.laws.get(name)
        return [] if law is None else self.law_lines(law, {}, lines, points)

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
        """Instances of a lemma with a set H and laws P and Q, for every `KL(Q, P)` of the goal or, without
        one, of the premises; of the lemma `finite` where H is a finite set."""
        pairs = _divergences(self.goal)
        if not pairs:
            known = set(self.frame.sequent.names) | set(self.frame.sequent.definitions)
            for formula in self.frame.facts.values():
                found = _divergences(formula)
                pairs.update(
                    (key, args) for key, args in found.items() if {*args[0].free, *args[1].free} <= known
                )
        if not pairs:
            return Licence(missing="`KL(Q, P)` in the goal or in a premise")
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


def _single(proof: c.Proof) -> c.Certificate:
    """The certificate of a proof; one with lines is wrapped so that it stays one certificate."""
    return proof.by if not proof.lines else c.Nested(proof)


def _divergences(formula: Term) -> dict[str, tuple[Term, ...]]:
    """The pairs of laws whose relative entropy a formula speaks of, by its text."""
    return {
        canonical(term): term.args
        for term in subterms(formula)
        if isinstance(term, Apply) and term.head == "KL" and len(term.args) == 2
    }
