"""Roots, exponentials and logarithms of what a fact bounds: `sqrt(KL(P, Q)/2) <= sqrt(a/2)` where
`KL(P, Q) <= a` is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import EXTREAL, REAL, is_numeric
from boundkit.ir.terms import Apply, Bind, Term, canonical, fresh_name, rebuild, relation, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Frame

LABEL = "function of what"
FUNCTIONS = frozenset({"sqrt", "exp", "ln"})
MOST_LINES = 4

Show = Callable[[Frame, Apply], c.Proof | None]


def bounded_functions(frame: Frame, goal: Apply, show: Show) -> Iterator[c.Line]:
    """For each such function in goal and facts of a term that a fact bounds from above, the function of the
    bound, where it is shown to be as large. Nothing where such lines are known already."""
    if any(name.startswith(LABEL) for name in frame.facts):
        return
    known = set(frame.sequent.names) | set(frame.sequent.definitions)
    plain = [goal, *(f for f in frame.facts.values() if isinstance(f, Apply) and f.head in ("<=", "<", "="))]
    functions = {
        canonical(part): part
        for formula in plain
        for part in subterms(formula)
        if isinstance(part, Apply) and part.head in FUNCTIONS and part.free <= known
    }
    taken = set(frame.facts)
    count = 0
    for name, fact in frame.facts.items():
        if not (isinstance(fact, Apply) and fact.head in ("<=", "<")):
            continue
        part, bound = fact.args
        if not _is_opaque(part) or bound.sort == EXTREAL or not is_numeric(bound.sort):
            continue
        for function in functions.values():
            greater = _put(function, part, bound)
            if greater == function or count >= MOST_LINES:
                continue
            claim = relation("<=", function, greater)
            proof = show(frame, claim)
            if proof is not None:
                count += 1
                label = fresh_name(f"{LABEL} {name} bounds", taken)
                taken.add(label)
                yield c.Line(label, claim, c.Nested(proof) if proof.lines else proof.by)


def _is_opaque(term: Term) -> bool:
    if not is_numeric(term.sort) and term.sort != EXTREAL:
        return False
    return isinstance(term, Bind) or (isinstance(term, Apply) and term.head not in SYMBOLS)


def _put(term: Term, part: Term, bound: Term) -> Term:
    """The term with the bound for the part, and the sort of a number where nothing else may be infinite."""
    if term == part:
        return bound
    found = rebuild(term, lambda inner: _put(inner, part, bound))
    infinite = isinstance(found, Apply) and found.sort == EXTREAL and found.head in SYMBOLS
    if isinstance(found, Apply) and infinite and not any(arg.sort == EXTREAL for arg in found.args):
        return Apply(found.head, found.args, REAL)
    return found
