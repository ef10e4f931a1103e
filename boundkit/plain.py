"""Propositions of a theorem that are about numbers alone, as the prover of inequalities reads them."""

from __future__ import annotations

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.terms import Apply, Name, Number, Term, conjunction, relation
from boundkit.provers.inequalities.problem import CONNECTIVES, RELATIONS, SORTS

_ENDS = {
    "closed": ("<=", "<="),
    "open": ("<", "<"),
    "left_open": ("<", "<="),
    "right_open": ("<=", "<"),
    "range": ("<=", "<="),
}
"""Intervals, and the ranges of integers, with the relations of their ends."""


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
    """A membership in an interval as relations."""
    if not isinstance(domain, Apply) or domain.head not in _ENDS or not is_scalar(element):
        return None
    (below, above), (low, high) = _ENDS[domain.head], domain.args
    bounds: list[Term] = []
    if not _is_infinite(low):
        bounds.append(relation(below, low, element))
    if not _is_infinite(high):
        bounds.append(relation(above, element, high))
    return plain(conjunction(tuple(bounds)))


def _is_infinite(end: Term) -> bool:
    return isinstance(end, Apply) and (
        end.head == "infinity" or (end.head == "neg" and _is_infinite(end.args[0]))
    )


def is_scalar(term: Term) -> bool:
    if isinstance(term, Apply):
        return term.head in SYMBOLS and term.sort in SORTS and all(map(is_scalar, term.args))
    return isinstance(term, Number) or (isinstance(term, Name) and term.sort in SORTS)
