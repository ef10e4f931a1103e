"""Expectations by their level sets: for X in [0, 1], `E X` is the integral of `Pr[X >= u]` over u in (0, 1]
(the layer cake representation; Lieb and Loss 2001, theorem 1.13; Folland 1999, proposition 6.24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundkit.ir.sorts import PROP, REAL, SetOf, is_numeric
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, conjunction, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.frame import Rejected

if TYPE_CHECKING:
    from boundkit.kernel.judge import Frame


def check_levels(frame: Frame, goal: Term, certificate: c.Levels) -> None:
    """A relation affine in expectations of variables in [0, 1], from the same relation of the probabilities
    that they are at least u, for an arbitrary u in (0, 1]: both sides are integrated over u, and every
    `Pr[X >= u]` is integrable, being monotone. What is not averaged does not depend on u. Raises
    `Rejected`."""
    if not (
        isinstance(goal, Apply) and goal.head in ("<=", "=") and all(is_numeric(a.sort) for a in goal.args)
    ):
        raise Rejected("no relation between expectations")
    frame.require_defined(goal, frame.context())
    level = Name(certificate.level, REAL)
    inner = frame.with_name(level)
    inner = inner.with_fact(f"range of {level.text}", Apply("in", (level, unit_levels()), PROP))
    means: list[Bind] = []
    left, right = (at_level(side, level, means) for side in goal.args)
    if not means:
        raise Rejected("no expectation on either side")
    if len(means) != len(certificate.bounds):
        raise Rejected("an expectation without the proof that it is one of a variable in [0, 1]")
    for mean, proof in zip(means, certificate.bounds, strict=True):
        outcome = Name(certificate.outcome, mean.variable.sort)
        own = frame.at_outcome(outcome, mean.domain)
        own.check(in_unit(substitute(mean.body, {mean.variable.text: outcome})), proof)
    inner.check(relation(goal.head, left, right), certificate.proof)


def unit_levels() -> Term:
    """The levels (0, 1]."""
    return Apply("left_open", (ZERO, ONE), SetOf(REAL))


def in_unit(value: Term) -> Term:
    """`0 <= value and value <= 1`."""
    return conjunction((relation("<=", ZERO, value), relation("<=", value, ONE)))


def at_level(term: Term, level: Name, means: list[Bind]) -> Term:
    """The term with `Pr[X >= level]` for every `E[X]` that it is affine in; those expectations are added to
    `means`. Raises `Rejected` for a product of two of them."""
    if isinstance(term, Bind) and term.head == "expectation" and is_numeric(term.body.sort):
        if term.variable.text == level.text:
            raise Rejected("a draw with the name of the level")
        means.append(term)
        return Bind(
            "probability", term.variable, term.domain, relation("<=", level, term.body), REAL, term.span
        )
    if not (isinstance(term, Apply) and term.head in ("+", "-", "neg", "*", "/")):
        return term
    if term.head == "/":
        args: tuple[Term, ...] = (at_level(term.args[0], level, means), term.args[1])
    else:
        args = tuple(at_level(arg, level, means) for arg in term.args)
    changed = sum(new is not old for new, old in zip(args, term.args, strict=True))
    if not changed:
        return term
    if term.head == "*" and changed > 1:
        raise Rejected("a product of expectations")
    return Apply(term.head, args, REAL, term.span)
