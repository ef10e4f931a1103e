"""Samples with one entry replaced: `replace(S, i, z)` has z at the place i and is S elsewhere."""

from __future__ import annotations

from boundkit.ir.sorts import INT, NAT, PROP, REAL, SetOf, entries_of
from boundkit.ir.terms import ONE, Apply, Bind, Term, canonical, rebuild, relation, substitute, subterms
from boundkit.kernel.context import Context


def coordinate(sequence: Term, place: Term, use: Apply, context: Context) -> Term | None:
    """`replace(S, i, z)[j]` where it is known whether i = j, else None."""
    if not (isinstance(sequence, Apply) and sequence.head == "replace"):
        return None
    sample, index, value = sequence.args
    if canonical(index) == canonical(place) or context.holds(relation("=", index, place)):
        return value if is_place(index, sample, context) else None
    if context.holds(relation("!=", index, place)):
        inner = Apply("index", (sample, place), use.sort)
        return coordinate(sample, place, use, context) or inner
    return None


def either_entry(term: Apply) -> tuple[Term, Term] | None:
    """The two values of which an entry `replace(S, i, z)[j]` has one, z and `S[j]`, or those of a function at
    such an entry; None for other terms."""
    if term.head == "index" and isinstance(term.args[0], Apply) and term.args[0].head == "replace":
        sample, _, value = term.args[0].args
        return value, Apply("index", (sample, term.args[1]), term.sort)
    for position, arg in enumerate(term.args[1:], 1):
        found = either_entry(arg) if isinstance(arg, Apply) and arg.head == "index" else None
        if term.head == "call" and found is not None:
            before, after = term.args[:position], term.args[position + 1 :]
            first, second = (Apply("call", (*before, own, *after), term.sort) for own in found)
            return first, second
    return None


def replacement(term: Term, context: Context) -> Term:
    """`replace(replace(S, i, a), i, b)` as `replace(S, i, b)`, and `replace(S, i, S[i])` as `S`, where i is a
    place of S."""
    if not (isinstance(term, Apply) and term.head == "replace"):
        return term
    sample, index, value = term.args
    if not is_place(index, sample, context):
        return term
    if (
        isinstance(sample, Apply)
        and sample.head == "replace"
        and canonical(sample.args[1]) == canonical(index)
    ):
        return replacement(Apply("replace", (sample.args[0], index, value), term.sort), context)
    own = isinstance(value, Apply) and value.head == "index" and canonical(value.args[0]) == canonical(sample)
    if own and canonical(value.args[1]) == canonical(index):  # type: ignore[attr-defined]
        return sample
    return term


def summed_apart(term: Bind, context: Context) -> Term | None:
    """`sum_{j=a..b} u(replace(S, i, z)[j])` as `sum_{j=a..b} u(S[j]) + u(z) - u(S[i])` for i in a..b: the two
    sums differ in one summand. None for other sums."""
    variable = term.variable
    for part in subterms(term.body):
        if not (isinstance(part, Apply) and part.head == "index" and part.args[1] == variable):
            continue
        sample = part.args[0]
        if not (isinstance(sample, Apply) and sample.head == "replace") or variable.text in sample.free:
            continue
        index = sample.args[1]
        inside = Apply("in", (index, term.domain), PROP)
        if not is_place(index, sample.args[0], context) or not context.holds(inside):
            continue
        kept = _without(term.body, part, Apply("index", (sample.args[0], variable), part.sort))
        if variable.text in index.free or part.free & _bound(term.body):
            continue
        here = substitute(term.body, {variable.text: index})
        there = substitute(kept, {variable.text: index})
        rest = Bind("sum", variable, term.domain, kept, term.sort)
        return Apply("-", (Apply("+", (rest, here), REAL), there), REAL)
    return None


def _without(term: Term, old: Term, new: Term) -> Term:
    """The term with one subterm for another."""
    if canonical(term) == canonical(old):
        return new
    return rebuild(term, lambda part: _without(part, old, new))


def _bound(term: Term) -> frozenset[str]:
    """The names that binders in a term bind."""
    return frozenset(part.variable.text for part in subterms(term) if isinstance(part, Bind))


def is_place(index: Term, sample: Term, context: Context) -> bool:
    """Whether an index is certainly one of a sample's."""
    found = entries_of(sample.sort)
    if found is None or index.sort not in (NAT, INT):
        return False
    domain = Apply("range", (ONE, found[1]), SetOf(NAT))
    return context.holds(Apply("in", (index, domain), PROP))


def are_neighbours(left: Term, right: Term, context: Context) -> bool:
    """Whether two samples certainly agree in all places but at most one: both are one sample with the same
    entries replaced in the same order, apart from those at one place."""
    (one, changes), (other, others) = (_changes(context.canonical_term(side)) for side in (left, right))
    if canonical(one) != canonical(other):
        return False
    places = {"", *(place for place, _ in (*changes, *others))}
    return any(
        [change for change in changes if change[0] != place]
        == [change for change in others if change[0] != place]
        for place in sorted(places)
    )


def _changes(sample: Term) -> tuple[Term, list[tuple[str, str]]]:
    """A sample and the entries that replaced some of its own, by their texts, the last one first."""
    found = []
    while isinstance(sample, Apply) and sample.head == "replace":
        found.append((canonical(sample.args[1]), canonical(sample.args[2])))
        sample = sample.args[0]
    return sample, found
