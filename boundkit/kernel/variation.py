"""The total variation distance of two laws: the largest difference of the probabilities of an event
(Tsybakov 2009, definition 2.4; Levin and Peres 2017, section 4.1)."""

from __future__ import annotations

from boundkit.ir.sorts import PROP, REAL, Distribution, SetOf
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, conjunction, fresh_name, relation


def supremum(term: Term) -> Term | None:
    """What holds of `TV(P, Q)`: it lies in [0, 1], no event is likelier by more under one law than under the
    other, and it is the least such number, for either order of the laws, since an event and its complement
    differ by as much. None for other terms."""
    if not (isinstance(term, Apply) and term.head == "TV" and len(term.args) == 2):
        return None
    left, right = term.args
    if not isinstance(left.sort, Distribution):
        return None
    number = Name(fresh_name("c", term.free), REAL)
    everything = Apply("everything", (), SetOf(REAL))
    least = tuple(
        Bind(
            "forall",
            number,
            everything,
            Apply("implies", (_likelier(one, other, number), relation("<=", term, number)), PROP),
            PROP,
        )
        for one, other in ((left, right), (right, left))
    )
    return conjunction(
        (
            _likelier(left, right, term),
            _likelier(right, left, term),
            relation("<=", ZERO, term),
            relation("<=", term, ONE),
            *least,
        )
    )


def _likelier(one: Term, other: Term, by: Term) -> Term:
    """`forall G, Pr_{x ~ one}[x in G] <= Pr_{x ~ other}[x in G] + by`."""
    assert isinstance(one.sort, Distribution)
    element = one.sort.element
    taken = one.free | other.free | by.free
    events = Name(fresh_name("G", taken), SetOf(element))
    x = Name(fresh_name("x", taken | {events.text}), element)
    event = Apply("in", (x, events), PROP)
    low, high = (Bind("probability", x, law, event, REAL) for law in (one, other))
    bound = relation("<=", low, Apply("+", (high, by), REAL))
    return Bind("forall", events, Apply("everything", (), SetOf(events.sort)), bound, PROP)
