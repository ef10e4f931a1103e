"""One entry of an independent sample drawn afresh: `(S[1], …, z, …, S[n])` with z ~ D has the law of S ~ D^n
(a product measure has equal factors; Kallenberg 2002, theorem 1.27 for the iterated integrals)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundkit.ir.sorts import NAT, PROP, REAL, Distribution, SetOf, entries_of, is_numeric
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, fresh_name, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.coordinates import power_of
from boundkit.kernel.frame import Rejected

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
