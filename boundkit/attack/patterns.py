"""Shapes of hypotheses that a draw can be made to fulfil."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.sorts import NAT
from boundkit.ir.terms import TRUE, Apply, Bind, Name, Term
from boundkit.ir.theorems import Theorem


def copied(theorem: Theorem, name: str) -> tuple[Name, Term] | None:
    """Y and j of a hypothesis by which all rows i of the matrix `name` but row j are those of Y, which is
    declared before it."""
    order = list(theorem.declaration)
    for hypothesis in theorem.hypotheses:
        for inner, bound in opened(hypothesis.formula):
            if not (isinstance(inner, Apply) and inner.head == "or" and len(inner.args) == 2):
                continue
            same, equal = inner.args
            if not (head_of(same) == head_of(equal) == "=" and len(bound) == 1):
                continue
            assert isinstance(same, Apply) and isinstance(equal, Apply)
            (place,) = bound
            rest = [part for part in same.args if not (isinstance(part, Name) and part.text == place)]
            rows = [
                row.args[0]
                for row in equal.args
                if isinstance(row, Apply) and row.head == "index" and row.args[1:] == (Name(place, NAT),)
            ]
            names = [row for row in rows if isinstance(row, Name) and row.text in order]
            if len(rest) != 1 or place in rest[0].free or len(names) != 2:
                continue
            first, second = sorted(names, key=lambda row: order.index(row.text))
            if second.text == name and first.text != name:
                return first, rest[0]
    return None


def stochastic(theorem: Theorem, name: str) -> tuple[Name, Name, Term, Term] | None:
    """f, w and the ends of a hypothesis `forall t in first..last, almost surely, E[name[t] given w[t]] in
    subgrad(f, w[t])`."""
    for hypothesis in theorem.hypotheses:
        formula = hypothesis.formula
        if not (isinstance(formula, Bind) and head_of(formula.domain) == "range"):
            continue
        body = formula.body
        if isinstance(body, Apply) and body.head == "almost_surely":
            body = body.args[0]
        element, domain = args_of(body, "in") or (TRUE, TRUE)
        function, point = args_of(domain, "subgrad") or (TRUE, TRUE)
        drawn, *given = args_of(element, "expectation_given") or (TRUE,)
        if given != [point] or not isinstance(function, Name):
            continue
        (sequence, place), (iterate, other) = (
            args_of(one, "index") or (TRUE, TRUE) for one in (drawn, point)
        )
        if place == other == formula.variable and sequence == Name(name, sequence.sort):
            first, last = args_of(formula.domain, "range")
            if isinstance(iterate, Name):
                return function, iterate, first, last
    return None


def opened(term: Term, bound: frozenset[str] = frozenset()) -> Iterator[tuple[Term, frozenset[str]]]:
    """What a proposition says, conjunct by conjunct, under `forall` and `almost surely`, with the names
    that are bound there."""
    if isinstance(term, Apply) and term.head == "and":
        for part in term.args:
            yield from opened(part, bound)
    elif isinstance(term, Apply) and term.head == "almost_surely":
        yield from opened(term.args[0], bound)
    elif isinstance(term, Bind) and term.head == "forall":
        yield from opened(term.body, bound | {term.variable.text})
    else:
        yield term, bound


def args_of(term: Term, head: str) -> tuple[Term, ...]:
    """The arguments of a term with this head; none for any other."""
    return term.args if isinstance(term, Apply) and term.head == head else ()


def head_of(term: Term) -> str:
    """The head of a term, empty for a name or a number."""
    return term.head if isinstance(term, Apply | Bind) else ""
