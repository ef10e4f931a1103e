"""Means under laws on a finite set, compared element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundkit.ir.sorts import EXTREAL, REAL, is_numeric
from boundkit.ir.terms import ZERO, Apply, Bind, Name, Term, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.entropy import is_finite_type, mass
from boundkit.kernel.frame import Rejected

if TYPE_CHECKING:
    from boundkit.kernel.judge import Frame


def check_masses(frame: Frame, goal: Term, certificate: c.Masses) -> None:
    """`E_{h ~ Q}[f] <= E_{h ~ P}[g]` over one finite set, term by term of both sums: `q f <= p g` where both
    masses are positive, `q f <= 0` where p = 0, and `0 <= p g` where q = 0. An element of positive mass has
    every property that holds almost surely. Raises `Rejected`."""
    if not (isinstance(goal, Apply) and goal.head == "<="):
        raise Rejected("no inequality between means")
    left, right = goal.args
    for side in goal.args:
        if not (isinstance(side, Bind) and side.head == "expectation" and is_numeric(side.body.sort)):
            raise Rejected("no expectation on one side")
        if side.body.sort == EXTREAL or not is_finite_type(side.domain, frame.finite_types):
            raise Rejected("no real variable on a finite set")
    assert isinstance(left, Bind) and isinstance(right, Bind)
    if left.variable.sort != right.variable.sort:
        raise Rejected("laws on different sets")
    frame.require_defined(goal, frame.context())
    element = Name(certificate.name, left.variable.sort)
    terms = []
    for side in (left, right):
        value = substitute(side.body, {side.variable.text: element})
        terms.append(Apply("*", (mass(side.domain, element), value), REAL))
    masses = [mass(side.domain, element) for side in (left, right)]
    positive = [relation("<", ZERO, own) for own in masses]
    empty = [relation("=", own, ZERO) for own in masses]
    under_left = frame.at_outcome(element, left.domain)
    both = under_left.with_fact("first mass", positive[0]).with_fact("second mass", positive[1])
    both.check(relation("<=", terms[0], terms[1]), certificate.both)
    first = under_left.with_fact("first mass", positive[0]).with_fact("second mass", empty[1])
    first.check(relation("<=", terms[0], ZERO), certificate.first)
    under_right = frame.at_outcome(element, right.domain)
    second = under_right.with_fact("first mass", empty[0]).with_fact("second mass", positive[1])
    second.check(relation("<=", ZERO, terms[1]), certificate.second)
