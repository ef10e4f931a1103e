"""Bounds by square roots, from bounds of squares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from boundkit.ir.sorts import EXTREAL, REAL, is_numeric
from boundkit.ir.terms import Apply, Bind, Term, canonical, fresh_name, number, relation
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Frame, Rejected

MOST_SQUARES = 3
"""Numbers whose squares are compared with what stands under one root."""

Search = Callable[[Frame, Term], c.Proof | None]


def prove_roots(frame: Frame, goal: Apply, search: Search) -> c.Proof | None:
    """A goal with a root on its greater side: the facts about squares bound their bases by the root."""
    if goal.head != "<=":
        return None
    lines: list[c.Line] = []
    for root in _outside(goal.args[1], "sqrt"):
        under = root.args[0]
        for base in list(_bases(frame))[:MOST_SQUARES]:
            label = f"root {canonical(root)} {canonical(base)}"
            if label in frame.facts:
                continue
            x, y = (Apply("real", (part,), REAL) if part.sort == EXTREAL else part for part in (base, under))
            wanted = relation("<=", Apply("^", (x, number(2)), REAL), y)
            inner = search(frame, wanted)
            if inner is None:
                continue
            claim = relation("<=", x, Apply("sqrt", (y,), REAL))
            square = c.Line(fresh_name("square", set(frame.facts)), wanted, c.Nested(inner))
            whole = c.Proof(_by_square(square.name, claim.args[1]), (square,))
            lines.append(c.Line(label, claim, c.Nested(whole)))
    if not lines:
        return None
    within = frame
    try:
        for line in lines:
            within = within.with_fact(line.name, line.claim)
    except Rejected:
        return None
    proof = search(within, goal)
    return c.Proof(proof.by, (*lines, *proof.lines)) if proof else None


def _by_square(fact: str, root: Term) -> c.Combination:
    """`x <= s` from `x^2 <= s^2` and `0 <= s`: otherwise (x - s)^2 + 2*(x - s)*s + (s^2 - x^2) > 0, which is
    0."""
    negated, sign = c.Factor("goal"), c.Factor("sign", term=root)
    return c.Combination(
        (
            c.Summand(Fraction(1), (negated, negated)),
            c.Summand(Fraction(2), (negated, sign)),
            c.Summand(Fraction(1), (c.Factor("fact", fact),)),
        )
    )


def _outside(term: Term, head: str) -> Iterator[Apply]:
    """Applications of a head outside binders."""
    if isinstance(term, Apply):
        if term.head == head:
            yield term
        for arg in term.args:
            yield from _outside(arg, head)


def _bases(frame: Frame) -> Iterator[Term]:
    """Numbers whose squares the facts speak of."""
    seen: set[str] = set()
    for formula in frame.facts.values():
        if (
            isinstance(formula, Bind)
            or not isinstance(formula, Apply)
            or formula.head not in ("<=", "<", "=")
        ):
            continue
        for power in _outside(formula, "^"):
            base = power.args[0]
            if power.args[1] == number(2) and is_numeric(base.sort) and canonical(base) not in seen:
                seen.add(canonical(base))
                yield base
