"""Propositions of a theorem that are about numbers alone, as the prover of inequalities reads them."""

from __future__ import annotations

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import INT, NAT
from boundkit.ir.terms import Apply, Name, Number, Term, conjunction
from boundkit.kernel.facts import domain_facts_of
from boundkit.provers.inequalities.problem import CONNECTIVES, RELATIONS, SORTS

INTERVALS = frozenset({"closed", "open", "left_open", "right_open"})


def plain(formula: Term) -> Term | None:
    """The proposition without memberships in intervals; None if it is not about numbers alone."""
    if not isinstance(formula, Apply):
        return None
    if formula.head in CONNECTIVES:
        parts = [plain(arg) for arg in formula.args]
        known = tuple(part for part in parts if part is not None)
        return Apply(formula.head, known, formula.sort) if len(known) == len(parts) else None
    if formula.head in RELATIONS:
        return formula if all(map(is_scalar, formula.args)) else None
    if formula.head == "in":
        return _membership(*formula.args)
    return formula if formula.head in ("true", "false") else None


def _membership(element: Term, domain: Term) -> Term | None:
    """A membership in an interval as relations, or that of an integer in a range of integers."""
    if not isinstance(domain, Apply) or not is_scalar(element):
        return None
    if domain.head in INTERVALS or (domain.head == "range" and element.sort in (NAT, INT)):
        return plain(conjunction(tuple(domain_facts_of(element, domain))))
    return None


def is_scalar(term: Term) -> bool:
    if isinstance(term, Apply):
        return term.head in SYMBOLS and term.sort in SORTS and all(map(is_scalar, term.args))
    return isinstance(term, Number) or (isinstance(term, Name) and term.sort in SORTS)
