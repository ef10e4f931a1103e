"""Finite sets in proofs: what the choices in a goal are by definition, members of built sets, maxima against
their members."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from boundkit.ir.sorts import PROP, Distribution, SetOf, is_numeric
from boundkit.ir.terms import (
    TRUE,
    Apply,
    Bind,
    Name,
    Term,
    canonical,
    fresh_name,
    rebuild,
    relation,
    substitute,
    subterms,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.finite import opened
from boundkit.kernel.frame import NAME, conjuncts
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.matching import match
from boundkit.kernel.meanings import truth
from boundkit.kernel.normal import canonical_term
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.chances import new_name

Search = Callable[[Frame, Term], "c.Proof | None"]
Binders = tuple[tuple[Name, Term], ...]

MOST_CHOICES = 24
"""Choices in a goal whose definitions are put to use."""


def is_choice(term: Term) -> bool:
    """Whether a term is a choice from a set, or an extremum over one that is no range."""
    if isinstance(term, Apply):
        return term.head == "nearest"
    if not isinstance(term, Bind) or isinstance(term.sort, SetOf) or not is_numeric(term.body.sort):
        return False
    if term.head in ("argmin", "argmax"):
        return True
    listed = isinstance(term.domain, Apply) and term.domain.head == "range"
    return term.head in ("max", "min") and not listed


def choices_in(frame: Frame, goal: Term) -> list[tuple[Term, Binders]]:
    """The choices in a term and in the definitions that it leads to, each once, with the variables that they
    stand under: in the set of these, or anywhere where they are drawn."""
    found: dict[str, tuple[Term, Binders]] = {}
    seen: set[str] = set()
    pending: list[tuple[Term, Binders]] = [(goal, ())]
    while pending and len(found) < MOST_CHOICES:
        term, binders = pending.pop(0)
        if is_choice(term):
            own = _needed(term, binders)
            key = canonical(_closed(term, own))
            if key not in found and isinstance(term, Bind) and term.head in ("argmin", "argmax"):
                pending.append((substitute(term.body, {term.variable.text: term}), binders))
            found.setdefault(key, (term, own))
        if isinstance(term, Bind):
            pending.extend((body, binders) for body in _ends(frame, term))
            domain = term.domain
            if isinstance(domain.sort, Distribution):
                domain = Apply("everything", (), SetOf(term.variable.sort))
            taken = {name.text for name, _ in binders} | set(frame.sequent.names) | set(frame.taken)
            text = term.variable.text if NAME.fullmatch(term.variable.text) else "x"
            name = Name(fresh_name(text, taken), term.variable.sort)
            pending.append((term.domain, binders))
            pending.append((substitute(term.body, {term.variable.text: name}), (*binders, (name, domain))))
        elif isinstance(term, Apply):
            pending.extend((arg, binders) for arg in term.args)
        body = _definition(frame, term)
        if body is not None and (key := canonical(_closed(term, _needed(term, binders)))) not in seen:
            seen.add(key)
            pending.append((body, binders))
    return list(found.values())


def _ends(frame: Frame, term: Bind) -> Iterator[Term]:
    """The first and the last term of a sum, where neighbours may cancel all others."""
    if term.head == "sum" and isinstance(term.domain, Apply) and term.domain.head == "range":
        for end in term.domain.args:
            try:
                yield canonical_term(substitute(term.body, {term.variable.text: end}), frame.context(()))
            except (NotNormal, TooLarge):
                continue


def _needed(term: Term, binders: Binders) -> Binders:
    """The binders that a term depends on, with those that their sets depend on."""
    free, needed = set(term.free), []
    for name, domain in reversed(binders):
        if name.text in free:
            needed.append((name, domain))
            free |= domain.free
    return tuple(reversed(needed))


def _closed(term: Term, binders: Binders) -> Term:
    for name, domain in reversed(binders):
        term = Bind("set", name, domain, term, SetOf(term.sort))
    return term


def _definition(frame: Frame, term: Term) -> Term | None:
    """The body of a definition of one clause, at its arguments."""
    base = term.args[0] if isinstance(term, Apply) and term.head in ("call", "index") else term
    definition = frame.sequent.definitions.get(base.text) if isinstance(base, Name) else None
    if definition is None or definition.recursive or len(definition.clauses) != 1:
        return None
    clause = definition.clauses[0]
    places = term.args[1:] if isinstance(term, Apply) else ()
    if clause.patterns != clause.parameters or len(places) != len(clause.parameters):
        return None
    return substitute(clause.body, {p.text: v for p, v in zip(clause.parameters, places, strict=True)})


def under(binders: Binders, claim: Term, proof: c.Proof) -> tuple[Term, c.Proof]:
    """A claim and its proof for all values of some variables."""
    for name, domain in reversed(binders):
        claim = Bind("forall", name, domain, claim, PROP)
        proof = c.Proof(c.Introduce(name.text, proof))
    return claim, proof


def choice_lines(frame: Frame, goal: Term, heads: tuple[str, ...] = ()) -> list[c.Line]:
    """What the choices in a goal are by definition, each part as a line, or the parts with one of the heads.
    A choice from a set with one element is that element."""
    lines: list[c.Line] = []
    for term, binders in choices_in(frame, goal):
        said = truth(term)
        if said is None:
            continue
        for part in conjuncts(said):
            if isinstance(part, Apply) and part.head == "and":
                continue
            if not heads or isinstance(part, Apply) and part.head in heads:
                claim, proof = under(binders, part, c.Proof(c.Meaning("", term)))
                _take(frame, lines, "choice", claim, proof)
            if isinstance(part, Apply) and part.head == "in" and part.args[0] == term:
                only = _only(frame, part.args[1], binders)
                if only is not None:
                    equation = relation("=", term, only)
                    line = c.Line("member", part, c.Meaning("", term))
                    claim, proof = under(binders, equation, c.Proof(c.Meaning("member"), (line,)))
                    _take(frame, lines, "only choice", claim, proof)
    return lines


def _only(frame: Frame, domain: Term, binders: Binders) -> Term | None:
    body = opened(domain, frame.context())
    if isinstance(body, Apply) and body.head == "enumeration" and len(body.args) == 1:
        return body.args[0]
    return None


def _take(frame: Frame, lines: list[c.Line], base: str, claim: Term, proof: c.Proof) -> None:
    """Adds a line that the frame accepts."""
    from boundkit.provers.search import accepted

    taken = set(frame.facts) | {line.name for line in lines}
    said = canonical(claim)
    if any(canonical(known) == said for known in (*frame.facts.values(), *(line.claim for line in lines))):
        return
    if accepted(frame, claim, proof):
        lines.append(c.Line(fresh_name(base, taken), claim, single(proof)))


def prove_member(frame: Frame, goal: Apply, search: Search) -> c.Proof | None:
    """`e in S` for a choice from S, or for a built set, by values of its variables at which the element is
    e."""
    from boundkit.provers.search import accepted

    element, domain = goal.args
    for term in (element, _written(frame, element)):
        if is_choice(term):
            proof = c.Proof(c.Meaning("", term))
            if accepted(frame, goal, proof):
                return proof
    body = opened(domain, frame.context())
    if isinstance(body, Apply) and body.head == "enumeration":
        for place, arg in enumerate(body.args):
            own = search(frame, relation("=", element, arg))
            if own is not None:
                inner = own if len(body.args) == 1 else c.Proof(c.Either(place, own))
                return c.Proof(c.Folded(inner))
    if isinstance(body, Bind) and body.head == "set":
        for values in _preimages(element, body):
            shown = _shown(frame, element, body, values, search)
            if shown is not None:
                return c.Proof(c.Folded(shown))
    return None


def _written(frame: Frame, term: Term) -> Term:
    for _ in range(8):
        body = _definition(frame, term)
        if body is None:
            return term
        term = body
    return term


def _preimages(element: Term, body: Bind) -> Iterator[tuple[Term, ...]]:
    """Values of the variables of a builder at which its element is the given one, by matching."""
    names: list[str] = []
    part: Term = body
    while isinstance(part, Bind) and part.head == "set" and part.sort == body.sort:
        names.append(part.variable.text)
        part = part.body
    if isinstance(part, Apply) and part.head == "and_where":
        part = part.args[0]
    values = match(part, element, names)
    if values is not None and set(values) == set(names):
        yield tuple(values[name] for name in names)


def _shown(
    frame: Frame, element: Term, part: Term, values: tuple[Term, ...], search: Search
) -> c.Proof | None:
    """A proof of the definition of membership in a built set, by these values."""
    if isinstance(part, Bind) and part.head == "set" and values:
        name = fresh_name("member", set(frame.facts))
        inside = Apply("in", (values[0], part.domain), PROP)
        own = search(frame, inside)
        if own is None:
            return None
        line = c.Line(name, inside, single(own))
        following = frame.with_fact(name, inside)
        rest = _shown(
            following, element, substitute(part.body, {part.variable.text: values[0]}), values[1:], search
        )
        if rest is None:
            return None
        return c.Proof(c.Nested(c.Proof(c.Exhibit(values[0], rest), (line,))))
    condition: Term = TRUE
    if isinstance(part, Apply) and part.head == "and_where":
        part, condition = part.args
    same = search(frame, relation("=", element, part))
    if same is None or condition == TRUE:
        return same
    holds = search(frame, condition)
    return None if holds is None else c.Proof(c.Both((same, holds)))


def prove_extremum(frame: Frame, goal: Apply, search: Search) -> c.Proof | None:
    """`v <= max_{x in S} e(x)` by a member of S at which e is v, and `min_{x in S} e(x) <= v` likewise;
    other goals about an extremum where it is attained."""
    if goal.head not in ("<=", "<"):
        return None
    left, right = goal.args
    for value, term, wanted in ((left, right, "max"), (right, left, "min")):
        if isinstance(term, Bind) and term.head == wanted and is_choice(term):
            proof = _by_member(frame, goal, value, term, search)
            if proof is not None:
                return proof
    fixed = {*frame.sequent.names, *frame.sequent.definitions}
    for part in subterms(goal):
        if isinstance(part, Bind) and part.head in ("max", "min") and is_choice(part) and part.free <= fixed:
            proof = _where_attained(frame, goal, part, search)
            if proof is not None:
                return proof
    return None


def _by_member(frame: Frame, goal: Apply, value: Term, term: Bind, search: Search) -> c.Proof | None:
    values = match(term.body, value, [term.variable.text])
    if values is None or term.variable.text not in values:
        return None
    element = values[term.variable.text]
    inside = Apply("in", (element, term.domain), PROP)
    own = search(frame, inside)
    said = truth(term)
    if own is None or said is None:
        return None
    lines = (
        c.Line(fresh_name("member", set(frame.facts)), inside, single(own)),
        c.Line(fresh_name("extremum", set(frame.facts)), said.args[0], c.Meaning("", term)),  # type: ignore[attr-defined]
    )
    return c.Proof(c.Specialise(lines[1].name, (element,)), lines)


def _where_attained(frame: Frame, goal: Apply, term: Bind, search: Search) -> c.Proof | None:
    """The goal with the value of the extremum at a point where it is attained in place of it."""
    said = truth(term)
    if said is None or any(fact.startswith("attained") for fact in frame.facts):
        return None
    attained = said.args[1]  # type: ignore[attr-defined]
    line = c.Line(fresh_name("attained", set(frame.facts)), attained, c.Meaning("", term))
    name = Name(new_name(frame, term.variable.text), term.variable.sort)
    value = substitute(term.body, {term.variable.text: name})

    def put(part: Term) -> Term:
        return value if part == term else rebuild(part, put)

    reached = put(goal)
    choice = f"choice of {name.text}"
    try:
        inner = frame.with_fact(line.name, line.claim).with_name(name)
        inner = inner.with_fact(f"range of {name.text}", Apply("in", (name, attained.domain), PROP))
        inner = inner.with_fact(choice, relation("=", term, value))
        proof = search(inner, reached)
    except (Rejected, NotNormal, TooLarge):
        return None
    if proof is None:
        return None
    step = c.Line(fresh_name("there", set(inner.facts)), reached, single(proof))
    one = Fraction(1)
    summands = (c.Summand(one, (c.Factor("goal"),)), c.Summand(one, (c.Factor("fact", fact=step.name),)))
    final = c.Proof(c.Combination(summands, (), (c.Rewrite(choice),)), (step,))
    return c.Proof(c.Obtain(line.name, (), name.text, final), (line,))


def single(proof: c.Proof) -> c.Certificate:
    """The certificate of a proof; one with lines is wrapped so that it stays one certificate."""
    return proof.by if not proof.lines else c.Nested(proof)


__all__ = ["choice_lines", "choices_in", "is_choice", "prove_extremum", "prove_member", "single", "under"]
