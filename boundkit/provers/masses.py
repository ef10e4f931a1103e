"""Means under laws on a finite set, by the masses of its elements."""

from __future__ import annotations

from collections.abc import Callable

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Bind, Name, Term, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.entropy import is_finite_type, mass
from boundkit.kernel.judge import Frame, Rejected
from boundkit.provers.chances import new_name

Search = Callable[[Frame, Term], c.Proof | None]


def prove_masses(frame: Frame, goal: Apply, search: Search) -> c.Proof | None:
    """`E_{h ~ Q}[f] <= E_{h ~ P}[g]` for laws on one finite set, from `Q({h}) f(h) <= P({h}) g(h)`."""
    left, right = goal.args
    if goal.head != "<=" or not (isinstance(left, Bind) and isinstance(right, Bind)):
        return None
    for side in (left, right):
        if side.head != "expectation" or not is_finite_type(side.domain, frame.finite_types):
            return None
    if left.variable.sort != right.variable.sort or frame.context().same_law(left.domain, right.domain):
        return None
    name = new_name(frame, left.variable.text)
    element = Name(name, left.variable.sort)
    terms, masses = [], []
    for side in (left, right):
        masses.append(mass(side.domain, element))
        value = substitute(side.body, {side.variable.text: element})
        terms.append(Apply("*", (masses[-1], value), REAL))
    proofs = []
    try:
        for law, signs, claim in (
            (left.domain, "<<", relation("<=", terms[0], terms[1])),
            (left.domain, "<=", relation("<=", terms[0], ZERO)),
            (right.domain, "=<", relation("<=", ZERO, terms[1])),
        ):
            inner = frame.at_outcome(element, law)
            for label, sign, own in zip(("first mass", "second mass"), signs, masses, strict=True):
                fact = relation("<", ZERO, own) if sign == "<" else relation("=", own, ZERO)
                inner = inner.with_fact(label, fact)
            proof = search(inner, claim)
            if proof is None:
                return None
            proofs.append(proof)
    except Rejected:
        return None
    return c.Proof(c.Masses(name, *proofs))
