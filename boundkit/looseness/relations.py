"""The relations of a proof, and which of them rest on which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from boundkit.attack.structures import prefixed
from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import ZERO, Apply, Bind, Term, canonical, subterms
from boundkit.ir.theorems import Theorem
from boundkit.looseness.sides import core, sides_of
from boundkit.plan import reasons
from boundkit.proofs import in_order


@dataclass(frozen=True)
class Relation:
    """One link of a step or claim, or a hypothesis that relates two sides.

    name: its label, with `.1`, `.2`, ... where a statement has several links. label: that of the statement.
    premises: labels that its reason names.
    """

    name: str
    label: str
    kind: str
    formula: Term
    premises: tuple[str, ...] = ()

    @property
    def sides(self) -> Sequence[Term]:
        """The two sides, or none."""
        return sides_of(self.formula)

    @property
    def is_order(self) -> bool:
        """Whether it holds up to a constant, so that the left side may be the greater one."""
        inner = core(self.formula)
        return isinstance(inner, Apply) and inner.head == "lesssim"

    @property
    def is_equality(self) -> bool:
        """Whether it gives nothing away."""
        inner = core(self.formula)
        return isinstance(inner, Apply) and inner.head == "="


def relations(theorem: Theorem) -> tuple[Relation, ...]:
    """Hypotheses that are inequalities, then statements in the order of the proof, link by link."""
    found = [
        Relation(h.label, h.label, "hypothesis", h.formula)
        for h in theorem.hypotheses
        if h.origin == "assume" and sides_of(h.formula) and not Relation("", "", "", h.formula).is_equality
    ]
    for statement in in_order(theorem):
        links = reasons(statement)
        if not links:
            premises = statement.by.premises if statement.by else ()
            found.append(
                Relation(statement.label, statement.label, statement.kind, statement.formula, premises)
            )
        for place, (link, reason) in enumerate(links, 1):
            name = f"{statement.label}.{place}" if len(links) > 1 else statement.label
            formula = prefixed(statement, link.relation)
            premises = tuple(premise.partition("#")[0] for premise in reason.premises)
            found.append(Relation(name, statement.label, statement.kind, formula, premises))
    return tuple(found)


class Kinship:
    """Which premises carry the loss of what rests on them: those that speak of what is drawn (functions,
    laws, vectors, sequences), and those about numbers alone one side of which occurs in a side of the
    conclusion or of another premise. The others, and those of the form `0 <= x`, are conditions that make a
    step possible."""

    def __init__(self, theorem: Theorem, found: Sequence[Relation]) -> None:
        numbers = {d.name.text for d in theorem.declarations if d.name.sort in (NAT, INT, REAL)}
        self.numbers = {name for name in numbers if theorem.declaration[name].kind == "let"}
        self.theorem = theorem
        self.by_label: dict[str, list[Relation]] = {}
        for relation in found:
            self.by_label.setdefault(relation.label, []).append(relation)
        self._parts: dict[str, frozenset[str]] = {}

    def premises(self, relation: Relation) -> list[str]:
        """The labels of the premises of a relation that carry its loss, each once."""
        labels = [label for label in dict.fromkeys(relation.premises) if label in self.by_label]
        return [label for label in labels if self._carries(label, relation, labels)]

    def _carries(self, label: str, conclusion: Relation, premises: Sequence[str]) -> bool:
        own = self.by_label[label]
        if all(ZERO in part.sides for part in own):
            return False
        if any(self._is_about_more_than_numbers(part.formula) for part in own):
            return True
        others = [part for other in premises if other != label for part in self.by_label[other]]
        nearby = frozenset().union(*(self._inside(part) for part in (conclusion, *others)))
        whole = {canonical(side) for part in (conclusion, *others) for side in part.sides}
        return any(
            canonical(side) in (nearby if isinstance(side, Apply | Bind) else whole)
            for part in own
            for side in part.sides
            if side.free
        )

    def _inside(self, relation: Relation) -> frozenset[str]:
        """The parts of both sides, as canonical texts."""
        if relation.name not in self._parts:
            parts = (part for side in relation.sides for part in subterms(side))
            self._parts[relation.name] = frozenset(
                canonical(part) for part in parts if isinstance(part, Apply | Bind)
            )
        return self._parts[relation.name]

    def _is_about_more_than_numbers(self, formula: Term) -> bool:
        pending, seen = sorted(formula.free), set[str]()
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            definition = self.theorem.definition.get(name)
            if definition is not None:
                for clause in definition.clauses:
                    bound = {parameter.text for parameter in clause.parameters}
                    pending.extend(sorted(clause.body.free - bound))
            elif name in self.theorem.declaration and name not in self.numbers:
                return True
        return False


def condition(relation: Relation) -> Term | None:
    """What stands in front of `implies`, unless it is about bound variables."""
    term, bound = relation.formula, set[str]()
    while isinstance(term, Bind) and term.head == "forall":
        bound.add(term.variable.text)
        term = term.body
    if isinstance(term, Apply) and term.head == "implies" and not term.args[0].free & bound:
        return term.args[0]
    return None


def depends(term: Term, name: str, theorem: Theorem) -> bool:
    """Whether a name occurs in a term, also in definitions and in the laws and types of what is drawn."""
    pending, seen = sorted(term.free), set[str]()
    while pending:
        one = pending.pop()
        if one == name:
            return True
        if one in seen:
            continue
        seen.add(one)
        definition, declaration = theorem.definition.get(one), theorem.declaration.get(one)
        if definition is not None:
            for clause in definition.clauses:
                pending.extend(sorted(clause.body.free - {parameter.text for parameter in clause.parameters}))
        elif declaration is not None and declaration.law is not None:
            pending.extend(sorted(declaration.law.free))
    return False


def labels_of(found: Sequence[Relation]) -> Mapping[str, list[int]]:
    """The places of the relations of each label."""
    places: dict[str, list[int]] = {}
    for place, relation in enumerate(found):
        places.setdefault(relation.label, []).append(place)
    return places


__all__ = ["Kinship", "Relation", "condition", "depends", "labels_of", "relations"]
