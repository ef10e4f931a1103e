"""Coordinates of a sample `S ~ D^n`: where a term mentions it, and the term with one of them replaced."""

from __future__ import annotations

from boundkit.ir.sorts import NAT, PROP, Distribution, SetOf
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, canonical, rebuild
from boundkit.kernel.context import Context


def power_of(law: Term) -> tuple[Term, Term] | None:
    """D and n of the law `D^n`, else None."""
    if isinstance(law, Apply) and law.head == "^" and isinstance(law.sort, Distribution):
        return law.args[0], law.args[1]
    return None


def coordinates(term: Term, name: str, bound: frozenset[str] = frozenset()) -> dict[str, Term] | None:
    """The places `i` at which a sample is mentioned as `S[i]`, by their canonical text; None when it is
    mentioned otherwise, or at a place that varies inside the term."""
    if name not in term.free:
        return {}
    if isinstance(term, Apply):
        if term.head == "index" and term.args[0] == Name(name, term.args[0].sort):
            place = term.args[1]
            if place.free & (bound | {name}):
                return None
            return {canonical(place): place}
        parts: tuple[Term, ...] = term.args
    elif isinstance(term, Bind):
        inner = bound | {term.variable.text}
        found = coordinates(term.body, name, inner)
        outer = coordinates(term.domain, name, bound)
        return None if found is None or outer is None else {**outer, **found}
    else:
        return None
    result: dict[str, Term] = {}
    for part in parts:
        own = coordinates(part, name, bound)
        if own is None:
            return None
        result.update(own)
    return result


def at_place(term: Term, name: str, place: Term, value: Term) -> Term:
    """The term with a value for the coordinate of the sample at a place."""
    if (
        isinstance(term, Apply)
        and term.head == "index"
        and term.args[0] == Name(name, term.args[0].sort)
        and canonical(term.args[1]) == canonical(place)
    ):
        return value
    return rebuild(term, lambda part: at_place(part, name, place, value))


def is_index(place: Term, size: Term, context: Context) -> bool:
    """Whether a place is certainly one of `1..size`."""
    return context.holds(Apply("in", (place, Apply("range", (ONE, size), SetOf(NAT))), PROP))
