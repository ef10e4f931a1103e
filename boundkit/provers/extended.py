"""Goals about extended real numbers: a supremum by its members, and what may be infinite taken both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, product

from boundkit.ir.sorts import EXTREAL, REAL, Abstract, Distribution, Power, is_numeric
from boundkit.ir.terms import (
    Apply,
    Bind,
    Name,
    Term,
    canonical,
    conjunction,
    fresh_name,
    relation,
    substitute,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.polynomials import TooLarge
from boundkit.kernel.suprema import PLUS, as_bound, open_terms
from boundkit.kernel.unfolding import beta

MOST_VALUES = 4
"""Instances of one universal fact."""

Search = Callable[[Frame, Term], c.Proof | None]


def prove_extended(frame: Frame, goal: Apply, search: Search) -> tuple[bool, c.Proof | None]:
    """Whether one of the ways of this module is the way to the goal, and the proof that it gives."""
    found = as_bound(goal)
    if found is not None:
        inner = search(frame, found)
        return True, c.Proof(c.Folded(inner)) if inner else None
    for way in (prove_at_names, prove_both_ways):
        applies, proof = way(frame, goal, search)
        if applies:
            return True, proof
    return False, None


def prove_at_names(frame: Frame, goal: Apply, search: Search) -> tuple[bool, c.Proof | None]:
    """Whether there is something to add, and the proof with it: what the facts say of suprema, for their
    members; and what holds for all laws, samples or elements of a type, at those that the goal mentions."""
    lines: list[c.Line] = []
    for name, formula in frame.facts.items():
        found = as_bound(formula)
        label = f"members of {name}"
        if found is not None and label not in frame.facts:
            lines.append(c.Line(label, found, c.Meaning(name)))
    stated = {**frame.facts, **{line.name: line.claim for line in lines}}
    for name, formula in stated.items():
        for values in _values(frame, formula, goal):
            label = f"{name} at {', '.join(value.text for value in values)}"
            if label in frame.facts:
                continue
            body = formula
            for value in values:
                assert isinstance(body, Bind)
                body = substitute(body.body, {body.variable.text: value})
            lines.append(c.Line(label, body, c.Specialise(name, values)))
    lines.extend(released(frame))
    lines.extend(_means_of_maxima(frame, goal))
    if not lines:
        return False, None
    inner, kept = frame, []
    for line in lines:
        if accepted_line(inner, line):
            inner = inner.with_fact(line.name, line.claim)
            kept.append(line)
    if not kept:
        return False, None
    proof = search(inner, goal)
    return True, c.Proof(proof.by, (*kept, *proof.lines)) if proof else None


def released(frame: Frame) -> Iterator[c.Line]:
    """What follows from facts under a condition that is known."""
    for name, formula in frame.facts.items():
        label = f"{name} under its condition"
        if label in frame.facts or not (isinstance(formula, Apply) and formula.head == "implies"):
            continue
        condition, found = formula.args
        try:
            known = frame.known(condition)
        except (NotNormal, TooLarge, Rejected):
            continue
        if known:
            yield c.Line(label, found, c.Specialise(name, ()))


def _means_of_maxima(frame: Frame, goal: Apply) -> Iterator[c.Line]:
    """`E[a] <= E[max(a, b)]` for the means of maxima that a fact or the goal speaks of, under no binder."""
    seen: set[str] = set()
    for formula in (goal, *frame.facts.values()):
        for mean in _means(formula):
            body = mean.body
            while isinstance(body, Apply) and body.head == "call" and isinstance(body.args[0], Bind):
                applied = beta(body.args[0], body.args[1:])
                if applied is None:
                    break
                body = applied
            label = f"mean of {canonical(mean)}"
            if not (isinstance(body, Apply) and body.head == "max") or label in frame.facts or label in seen:
                continue
            seen.add(label)
            outcome = fresh_name(mean.variable.text, frame.taken | set(frame.sequent.names))
            parts = []
            proofs = []
            for arg in body.args:
                member = Bind("expectation", mean.variable, mean.domain, arg, REAL)
                if mean.variable.text in arg.free:
                    parts.append(relation("<=", member, mean))
                    proofs.append(c.Proof(c.Mean(outcome, c.Proof(c.Signs()))))
            if parts:
                yield c.Line(
                    label,
                    conjunction(tuple(parts)),
                    c.Both(tuple(proofs)) if len(parts) > 1 else proofs[0].by,
                )


def _means(formula: Term) -> Iterator[Bind]:
    if isinstance(formula, Bind):
        if formula.head == "expectation" and is_numeric(formula.sort) and formula.sort != EXTREAL:
            yield formula
    elif isinstance(formula, Apply):
        for arg in formula.args:
            yield from _means(arg)


def accepted_line(frame: Frame, line: c.Line) -> bool:
    """Whether the frame's checks accept a line."""
    try:
        frame.check(line.claim, c.Proof(line.by))
    except (Rejected, NotDefined, NotNormal, TooLarge):
        return False
    return True


def _values(frame: Frame, formula: Term, goal: Term) -> Iterator[tuple[Name, ...]]:
    """Names that the goal mentions for the variables of a universal fact, when all of them are laws, samples
    or elements of declared types and the fact speaks of means, or of what may be infinite."""
    variables: list[Name] = []
    core = formula
    while isinstance(core, Bind) and core.head == "forall":
        variables.append(core.variable)
        core = core.body
    if not variables or not isinstance(core, Apply) or core.head not in ("<=", "<", "="):
        return
    # Normal forms take in universal facts about real numbers by themselves, but not about infinite ones.
    infinite = formula.may_be_infinite
    if not infinite and not any(isinstance(v.sort, Distribution) for v in variables):
        return
    options = [
        [Name(t, s) for t, s in sorted(frame.sequent.names.items()) if s == v.sort and t in goal.free]
        for v in variables
    ]
    if infinite or all(isinstance(v.sort, Distribution | Power | Abstract) for v in variables):
        yield from islice(product(*options), MOST_VALUES)


def prove_both_ways(frame: Frame, goal: Apply, search: Search) -> tuple[bool, c.Proof | None]:
    """Whether a side may be infinite by a divergence, and the proof where that is a real number and where it
    is infinite."""
    if not goal.may_be_infinite:
        return False, None
    try:
        found = [term for side in goal.args for term in open_terms(side, frame.context())]
    except (Rejected, NotNormal, TooLarge):
        return False, None
    if not found:
        return False, None
    split = relation("<", found[0], PLUS)
    name = fresh_name("case", set(frame.facts))
    proofs = []
    for part in (split, relation("<=", PLUS, found[0])):
        try:
            inner = search(frame.with_fact(name, part), goal)
        except Rejected:
            return True, None
        if inner is None:
            return True, None
        proofs.append(inner)
    return True, c.Proof(c.Cases("", split, name, tuple(proofs)))
