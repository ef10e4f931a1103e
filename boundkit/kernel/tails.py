"""Expectations by the tail: for X >= 0 and g that increases, `E[g(X)]` is `g(0)` and the integral of
`g'(a) Pr[X >= a]` over a > 0 (Tonelli; Kallenberg 2002, lemma 3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundkit.ir.sorts import EXTREAL, REAL, is_numeric
from boundkit.ir.terms import ZERO, Apply, Bind, Name, Term, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.frame import Rejected
from boundkit.kernel.normal import is_zero, normal, written_out

if TYPE_CHECKING:
    from boundkit.kernel.judge import Frame


def check_tail(frame: Frame, goal: Term, certificate: c.Tail) -> None:
    """`E[g(X)] <= R`, where X >= 0 almost surely and, for every level a > 0, `Pr[X >= a] <= t(a)`,
    `0 <= g'(a)`, `g'(a)*t(a) <= F'(a)` and `F(a) <= C`; and `g(0) + C - F(0) <= R`.

    g and F are continuous where they are defined, for what `derivative` differentiates is put together from
    continuous functions; g' and F' are not negative on (0, inf), so g and F increase, and the integrals of g'
    and F' over [e, b] are at most g(b) - g(e) and F(b) - F(e), with equality for g, whose derivative exists
    everywhere and is integrable (Rudin 1987, theorem 7.21). Raises `Rejected`."""
    if not (isinstance(goal, Apply) and goal.head == "<="):
        raise Rejected("no bound of an expectation")
    mean, most = goal.args
    if not (isinstance(mean, Bind) and mean.head == "expectation" and is_numeric(mean.body.sort)):
        raise Rejected("no expectation on the lesser side")
    frame.require_defined(goal, frame.context())
    outcome = Name(certificate.outcome, mean.variable.sort)
    level = Name(certificate.level, REAL)
    if outcome.text == level.text:
        raise Rejected("one name for the outcome and the level")
    inner = frame.at_outcome(outcome, mean.domain)
    value, limit = certificate.value, certificate.limit
    inner.scoped(value)
    inner.require_defined(value, inner.context())
    frame.scoped(limit)
    frame.require_defined(limit, frame.context())
    at_level = frame.with_name(level).with_fact(f"range of {level.text}", relation("<=", ZERO, level))
    growth, tail, primitive = certificate.growth, certificate.tail, certificate.primitive
    for function in (growth, tail, primitive):
        at_level.scoped(function)
        at_level.require_defined(function, at_level.context())
    for term in (value, limit, growth, tail, primitive):
        if not is_numeric(term.sort) or term.sort == EXTREAL:
            raise Rejected("no real number")
    inside = inner.context()
    body = substitute(mean.body, {mean.variable.text: outcome})
    if not is_zero(normal(body, inside) - normal(substitute(growth, {level.text: value}), inside), inside):
        raise Rejected("what is averaged is another function of the variable")
    above = frame.with_name(level).with_fact(f"range of {level.text}", relation("<", ZERO, level))
    slopes = []
    for function in (growth, primitive):
        try:
            slope = derivative(written_out(function, above.context()), level.text)
        except NotDifferentiable as failure:
            raise Rejected(f"no derivative of {failure}") from None
        above.require_defined(slope, above.context())
        slopes.append(slope)
    event = Bind("probability", outcome, mean.domain, relation("<=", level, value), REAL)
    inner.check(relation("<=", ZERO, value), certificate.positive)
    above.check(relation("<=", event, tail), certificate.chance)
    above.check(relation("<=", ZERO, slopes[0]), certificate.rises)
    above.check(relation("<=", Apply("*", (slopes[0], tail), REAL), slopes[1]), certificate.covers)
    above.check(relation("<=", primitive, limit), certificate.ends)
    start, first = (substitute(function, {level.text: ZERO}) for function in (growth, primitive))
    total = Apply("+", (start, Apply("-", (limit, first), REAL)), REAL)
    frame.check(relation("<=", total, most), certificate.total)
