"""One entry of an independent sample drawn afresh: `(S[1], …, z, …, S[n])` with z ~ D has the law of S ~ D^n
(a product measure has equal factors; Kallenberg 2002, theorem 1.27 for the iterated integrals)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundkit.ir.sorts import INT, NAT, PROP, REAL, Distribution, SetOf, entries_of, is_numeric
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, canonical, fresh_name, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context
from boundkit.kernel.coordinates import at_place, coordinates, is_index, power_of
from boundkit.kernel.frame import Rejected
from boundkit.kernel.powers import is_natural

if TYPE_CHECKING:
    from boundkit.kernel.judge import Frame


def check_resampled(frame: Frame, goal: Term, certificate: c.Resampled) -> None:
    """`E_{S ~ D^n}[F(S)] = E_{S ~ D^n} E_{z ~ D}[F(replace(S, i, z))]` for a place i of the sample that is
    fixed before S is drawn, and the same of a probability. Where the left side is defined, so is the right
    one. Raises `Rejected`."""
    frame.scoped(certificate.term)
    frame.scoped(certificate.place)
    context = frame.context()
    frame.require_defined(certificate.term, context)
    frame.require_defined(certificate.place, context)
    found = resampled(certificate.term, certificate.place)
    if found is None:
        raise Rejected("no expectation over a sample")
    size = found.domain.args[1]  # type: ignore[attr-defined]
    inside = Apply("in", (certificate.place, Apply("range", (ONE, size), SetOf(NAT))), PROP)
    if not frame.known(inside):
        raise Rejected(f"{certificate.place} is not known to be a place of the sample")
    frame.follows(goal, relation("=", certificate.term, found))


def check_entries(frame: Frame, goal: Term, certificate: c.Entries) -> None:
    """`Pr_{S ~ D^n}[forall i in a..b, A_i(S[i])] = prod_{i=a..b} Pr_{S ~ D^n}[A_i(S[i])]` for places a..b of
    the sample, each event about the entry at its own place alone (a product measure of a rectangle;
    Billingsley 1995, section 18), the power where all the events are one. Raises `Rejected`."""
    frame.scoped(certificate.term)
    context = frame.context()
    frame.require_defined(certificate.term, context)
    found = entry_by_entry(certificate.term, context)
    if found is None:
        raise Rejected("no event about each entry of a sample alone")
    frame.require_defined(found, context)
    frame.follows(goal, relation("=", certificate.term, found))


def entry_by_entry(term: Term, context: Context) -> Term | None:
    """The product of the probabilities of the single events, or their power; None for other terms."""
    if not (isinstance(term, Bind) and term.head == "probability") or term.has_derivative:
        return None
    power, event = power_of(term.domain), term.body
    if power is None or not (isinstance(event, Bind) and event.head == "forall"):
        return None
    places, sample = event.domain, term.variable
    if not (isinstance(places, Apply) and places.head == "range") or sample.text in places.free:
        return None
    own = Name(fresh_name("#sample", term.free | event.free), sample.sort)
    inner, index = context.inside(event.variable, places)
    single = substitute(substitute(event.body, {sample.text: own}), {event.variable.text: index})
    found = coordinates(single, own.text)
    if found is None or list(found) != [canonical(index)] or not is_index(index, power[1], inner):
        return None
    base = power[0]
    assert isinstance(base.sort, Distribution)
    taken = single.free | base.free | {own.text}
    entry = Name(fresh_name("z", taken), base.sort.element)
    chance = Bind("probability", entry, base, at_place(single, own.text, index, entry), REAL)
    if index.text not in chance.free:
        low, high = places.args
        count = Apply("+", (Apply("-", (high, low), INT), ONE), INT)
        if low == ONE and high.sort == NAT:
            return Apply("^", (chance, high), REAL)
        return Apply("^", (chance, count), REAL) if is_natural(context.normal(count)) else None
    place = Name(fresh_name(event.variable.text, chance.free), event.variable.sort)
    return Bind("prod", place, places, substitute(chance, {index.text: place}), REAL)


def resampled(term: Term, place: Term) -> Bind | None:
    """`E_{S ~ D^n} E_{z ~ D}[F(replace(S, i, z))]` for `E_{S ~ D^n}[F(S)]`; None for other terms."""
    if not (isinstance(term, Bind) and term.head in ("expectation", "probability")):
        return None
    power, sample = power_of(term.domain), term.variable
    if power is None or entries_of(sample.sort) is None or term.has_derivative:
        return None
    if term.head == "expectation" and not is_numeric(term.body.sort) or place.sort not in (NAT,):
        return None
    base = power[0]
    assert isinstance(base.sort, Distribution)
    if sample.text in place.free | term.domain.free:
        return None
    taken = term.free | term.body.free | place.free | {sample.text}
    entry = Name(fresh_name("z", taken), base.sort.element)
    other = Apply("replace", (sample, place, entry), sample.sort)
    body = substitute(term.body, {sample.text: other})
    return Bind(
        "expectation",
        sample,
        term.domain,
        Bind(term.head, entry, base, body, REAL, term.span),
        REAL,
        term.span,
    )
