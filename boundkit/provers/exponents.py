"""Inequalities between exponentials by their exponents, and between means by the order of integration."""

from __future__ import annotations

from collections.abc import Callable

from boundkit.ir.sorts import EXTREAL, REAL
from boundkit.ir.terms import ZERO, Apply, Bind, Name, Term, fresh_name, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.polynomials import TooLarge

Search = Callable[[Frame, Term], c.Proof | None]


def prove_exponents(frame: Frame, goal: Apply, search: Search) -> c.Proof | None:
    """`exp(u) <= exp(v)` from `u <= v`; a side that is no exponential but positive counts as one."""
    law = "exp_increases"
    if goal.head != "<=" or not any(isinstance(arg, Apply) and arg.head == "exp" for arg in goal.args):
        return None
    if law not in frame.sequent.laws:
        return None
    exponents: list[Term] = []
    for side in goal.args:
        if isinstance(side, Apply) and side.head == "exp":
            exponents.append(side.args[0])
            continue
        try:
            if not frame.context().holds(relation("<", ZERO, side)):
                return None
        except (Rejected, NotNormal, TooLarge):
            return None
        exponents.append(Apply("ln", (side,), EXTREAL if side.sort == EXTREAL else REAL))
    below, above = (Apply("real", (e,), REAL) if e.sort == EXTREAL else e for e in exponents)
    order = relation("<=", below, above)
    inner = search(frame, order)
    if inner is None:
        return None
    label = fresh_name("exponents", set(frame.facts))
    lines = (
        c.Line(label, order, c.Nested(inner)),
        c.Line(
            fresh_name("exponentials", set(frame.facts)),
            relation("<=", Apply("exp", (below,), REAL), Apply("exp", (above,), REAL)),
            c.Instance(law, (("x", below), ("y", above))),
        ),
    )
    return c.Proof(c.Given(lines[1].name), lines)


def prove_exchanged(frame: Frame, goal: Apply, search: Search) -> c.Proof | None:
    """A relation between means over different laws, one of them inside the other's: with the order of the
    integrals exchanged, which the normal form does where what is averaged is bounded."""
    left, right = goal.args
    for place, (own, other) in enumerate(((left, right), (right, left))):
        if not (_is_mean(own) and _is_mean(other)):
            return None
        assert isinstance(own, Bind)
        if frame.context().same_law(own.domain, other.domain):  # type: ignore[attr-defined]
            return None
        moved = _with_first(frame, other, own.domain)
        if moved is None:
            continue
        claim = relation(goal.head, *((own, moved) if place == 0 else (moved, own)))
        inner = search(frame, claim)
        if inner is None:
            continue
        line = c.Line(fresh_name("exchanged", set(frame.facts)), claim, c.Nested(inner))
        return c.Proof(c.Given(line.name), (line,))
    return None


def _is_mean(term: Term) -> bool:
    return isinstance(term, Bind) and term.head == "expectation"


def _with_first(frame: Frame, term: Term, law: Term) -> Term | None:
    """Nested means with the one over the law outermost; None when there is none that does not depend on those
    outside it."""
    binders: list[tuple[Name, Term]] = []
    taken = set(term.free)
    while isinstance(term, Bind) and term.head == "expectation":
        name = Name(fresh_name(term.variable.text, taken), term.variable.sort)
        taken.add(name.text)
        binders.append((name, term.domain))
        term = substitute(term.body, {term.variable.text: name})
    for place, (_, own) in enumerate(binders[1:], 1):
        if own.free & {name.text for name, _ in binders} or not frame.context().same_law(own, law):
            continue
        order = [binders[place], *binders[:place], *binders[place + 1 :]]
        for name, domain in reversed(order):
            term = Bind("expectation", name, domain, term, REAL)
        return term
    return None
