"""Probabilities, means and variances as they stand in terms, and what they depend on."""

from __future__ import annotations

from dataclasses import dataclass

from boundkit.ir.sorts import Distribution
from boundkit.ir.terms import Apply, Bind, Name, Term, subterms
from boundkit.ir.theorems import Theorem
from boundkit.statistics.quantiles import LAWS

INTEGRALS = ("expectation", "probability", "variance")
INTERVALS = ("closed", "open", "left_open", "right_open")


@dataclass(frozen=True)
class Estimand:
    """A probability, mean or variance: over all draws in the body, or over the variable of `bind`."""

    head: str
    body: Term
    bind: Bind | None

    @property
    def term(self) -> Term:
        """The whole of it."""
        return self.bind if self.bind is not None else Apply(self.head, (self.body,), self.body.sort)


def estimand_of(term: Term) -> Estimand | None:
    """The term as an estimand."""
    if isinstance(term, Apply) and term.head in INTEGRALS:
        return Estimand(term.head, term.args[0], None)
    if isinstance(term, Bind) and term.head in INTEGRALS:
        return Estimand(term.head, term.body, term)
    return None


def mentioned(theorem: Theorem, term: Term, bound: frozenset[str] = frozenset()) -> set[str]:
    """The names that a term depends on, also through definitions and through the laws of draws."""
    found: set[str] = set()
    pending = list(term.free - bound)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        if name in theorem.definition:
            for clause in theorem.definition[name].clauses:
                pending.extend(clause.body.free - {parameter.text for parameter in clause.parameters})
        elif name in theorem.declaration:
            law = theorem.declaration[name].law
            pending.extend(law.free if law is not None else ())
    return found


def has_continuous_law(theorem: Theorem, term: Term) -> bool:
    """Whether a law that is not finite, and that is sampled here, occurs in a term, in what it is defined by,
    or among the laws of its draws."""
    terms = [term]
    for name in mentioned(theorem, term):
        if name in theorem.definition:
            terms += [clause.body for clause in theorem.definition[name].clauses]
        elif name in theorem.declaration and (law := theorem.declaration[name].law) is not None:
            terms.append(law)
    parts = (part for whole in terms for part in subterms(whole) if isinstance(part, Apply))
    return any(isinstance(part.sort, Distribution) and _is_continuous(part) for part in parts)


def _is_continuous(law: Apply) -> bool:
    if law.head == "uniform":
        domain = law.args[0]
        return isinstance(domain, Apply) and domain.head in INTERVALS
    return law.head in LAWS and not LAWS[law.head].finite


def named_draw(theorem: Theorem, term: Term) -> str | None:
    """The name of the draw that a term is, or an element of which it is."""
    subject = term.args[0] if isinstance(term, Apply) and term.head == "index" else term
    if isinstance(subject, Name) and subject.text in theorem.declaration:
        return subject.text if theorem.declaration[subject.text].kind == "draw" else None
    return None
