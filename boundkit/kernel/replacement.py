"""Samples with one entry replaced: `replace(S, i, z)` has z at the place i and is S elsewhere."""

from __future__ import annotations

from boundkit.ir.sorts import INT, NAT, PROP, Power, SetOf
from boundkit.ir.terms import ONE, Apply, Term, canonical, relation
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


def is_place(index: Term, sample: Term, context: Context) -> bool:
    """Whether an index is certainly one of a sample's."""
    if not isinstance(sample.sort, Power) or index.sort not in (NAT, INT):
        return False
    domain = Apply("range", (ONE, sample.sort.count), SetOf(NAT))
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
