"""Goals about extended real numbers: a supremum by its members, and what may be infinite taken both ways."""

from __future__ import annotations

from collections.abc import Callable

from boundkit.ir.terms import Apply, Term, fresh_name, relation
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.polynomials import TooLarge
from boundkit.kernel.suprema import PLUS, as_bound, open_terms

Search = Callable[[Frame, Term], c.Proof | None]


def prove_supremum(frame: Frame, goal: Apply, search: Search) -> c.Proof | None:
    """`sup_{x in S} e(x) <= b` from `e(x) <= b` for all x in S; likewise an infimum."""
    found = as_bound(goal)
    inner = search(frame, found) if found is not None else None
    return c.Proof(c.Folded(inner)) if inner else None


def prove_both_ways(frame: Frame, goal: Apply, search: Search) -> c.Proof | None:
    """A relation where a divergence is a real number, and where it is infinite."""
    if not goal.may_be_infinite:
        return None
    try:
        found = [term for side in goal.args for term in open_terms(side, frame.context())]
    except (Rejected, NotNormal, TooLarge):
        return None
    if not found:
        return None
    split = relation("<", found[0], PLUS)
    name = fresh_name("case", set(frame.facts))
    proofs = []
    for part in (split, relation("<=", PLUS, found[0])):
        try:
            inner = search(frame.with_fact(name, part), goal)
        except Rejected:
            return None
        if inner is None:
            return None
        proofs.append(inner)
    return c.Proof(c.Cases("", split, name, tuple(proofs)))
