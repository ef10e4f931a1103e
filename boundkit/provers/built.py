"""Sets built from others: that they have elements, bounds of the norms of these, and how many they are."""

from __future__ import annotations

from boundkit.ir.sorts import NAT, PROP, REAL, Matrix, SetOf
from boundkit.ir.terms import (
    TRUE,
    Apply,
    Bind,
    Name,
    Term,
    canonical,
    fresh_name,
    relation,
    substitute,
    subterms,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.finite import opened
from boundkit.kernel.frame import conjuncts
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.meanings import meaning, truth
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.chances import new_name
from boundkit.provers.choices import choice_lines, is_choice, single
from boundkit.provers.covers import Cover, covers_in, place_of
from boundkit.provers.distances import by_way


def finite_lines(frame: Frame, goal: Term) -> list[c.Line]:
    """That the finite sets in a goal have elements, and the equations that choices from them satisfy."""
    lines: list[c.Line] = []
    outer = frame
    covers: list[Cover] | None = None
    for domain in _domains(frame, goal):
        if outer.context().is_full(domain):
            continue
        if covers is None:
            covers = covers_in(frame, lines)
            for line in lines:
                outer = outer.with_fact(line.name, line.claim)
        filled = filled_line(outer, domain, covers)
        if filled is not None:
            lines.append(filled)
            outer = outer.with_fact(filled.name, filled.claim)
    return [*lines, *choice_lines(outer, goal, ("=",))]


def _domains(frame: Frame, goal: Term) -> list[Term]:
    """The sets that extrema in a goal are over, those that do not depend on bound variables."""
    found: dict[str, Term] = {}
    for part in subterms(goal):
        if (
            isinstance(part, Bind)
            and is_choice(part)
            and part.domain.free <= set(frame.sequent.names) | set(frame.sequent.definitions)
        ):
            found.setdefault(canonical(part.domain), part.domain)
    return list(found.values())


def filled_line(frame: Frame, domain: Term, covers: list[Cover]) -> c.Line | None:
    """That a built set has an element, made from members of the sets that it is built from: where these cover
    one set, members near one and the same point of it."""
    from boundkit.provers.search import accepted

    body = opened(domain, frame.context())
    if not (isinstance(body, Bind) and body.head == "set"):
        return None
    claim = filled(domain)
    proof = _element_of(frame, domain, body, covers)
    if proof is None or not accepted(frame, claim, proof):
        return None
    return c.Line(fresh_name("not empty", set(frame.facts)), claim, single(proof))


def filled(domain: Term) -> Term:
    """`exists x in domain, true`."""
    element = domain.sort.element  # type: ignore[attr-defined]
    return Bind("exists", Name(fresh_name("x", domain.free), element), domain, TRUE, PROP)


def _element_of(frame: Frame, domain: Term, body: Bind, covers: list[Cover]) -> c.Proof | None:
    """A proof that a built set is not empty."""
    wraps: list[tuple[str, tuple[Term, ...], str, tuple[c.Line, ...]]] = []
    inner = frame
    points: dict[str, Name] = {}
    part: Term = body
    try:
        while isinstance(part, Bind) and part.head == "set" and part.sort == body.sort:
            near = next((cover for cover in covers if place_of(cover, part.domain) is not None), None)
            if near is None:
                inner, name = _obtained(inner, part.domain, wraps)
            else:
                key = canonical(near.of)
                if key not in points:
                    inner, points[key] = _obtained(inner, near.of, wraps)
                place = place_of(near, part.domain)
                assert place is not None
                values = (place, points[key])
                exists = inner.instantiate(inner.facts[near.near.name], values)
                assert isinstance(exists, Bind)
                name = Name(new_name(inner, part.variable.text), exists.variable.sort)
                inner = _with_choice(inner, exists, name)
                wraps.append((near.near.name, values, name.text, ()))
            part = substitute(part.body, {part.variable.text: name})
    except (Rejected, NotNormal, TooLarge):
        return None
    if isinstance(part, Apply) and part.head == "and_where":
        proof = _with_member(inner, part.args[0], domain)
    else:
        proof = _with_member(inner, part, domain)
    for fact, chosen, text, lines in reversed(wraps):
        proof = None if proof is None else c.Proof(c.Obtain(fact, chosen, text, proof), lines)
    return proof


def _with_member(frame: Frame, element: Term, domain: Term) -> c.Proof | None:
    from boundkit.provers.search import Budget, Hints, prove

    lines = by_way(frame, Apply("norm", (element,), REAL)) if isinstance(element.sort, Matrix) else []
    for line in lines:
        frame = frame.with_fact(line.name, line.claim)
    inside = Apply("in", (element, domain), PROP)
    own = prove(frame, inside, Hints((), False, "", 1, Budget(8)))
    if own is None:
        return None
    line = c.Line(fresh_name("element", set(frame.facts)), inside, single(own))
    return c.Proof(c.Exhibit(element, c.Proof(c.Signs())), (*lines, line))


def _obtained(
    frame: Frame, domain: Term, wraps: list[tuple[str, tuple[Term, ...], str, tuple[c.Line, ...]]]
) -> tuple[Frame, Name]:
    """An element of a set that is not empty."""
    claim = filled(domain)
    assert isinstance(claim, Bind)
    line = c.Line(fresh_name("has an element", set(frame.facts)), claim, c.Signs())
    frame = frame.with_fact(line.name, line.claim)
    name = Name(new_name(frame, "a"), claim.variable.sort)
    wraps.append((line.name, (), name.text, (line,)))
    return _with_choice(frame, claim, name), name


def _with_choice(frame: Frame, exists: Bind, name: Name) -> Frame:
    frame = frame.with_name(name)
    frame = frame.with_fact(f"range of {name.text}", Apply("in", (name, exists.domain), PROP))
    return frame.with_fact(f"choice of {name.text}", substitute(exists.body, {exists.variable.text: name}))


def norm_line(frame: Frame, domain: Term, wanted: Term | None) -> tuple[c.Line, Term] | None:
    """A bound of the norms of all elements of a set, and the bound: that among the facts, else the one in the
    condition that the set is built with."""
    from boundkit.provers.search import accepted

    element = domain.sort.element  # type: ignore[attr-defined]
    for name, formula in frame.facts.items():
        if not (isinstance(formula, Bind) and formula.head == "forall" and formula.variable.sort == element):
            continue
        norm = Apply("norm", (formula.variable,), REAL)
        core = formula.body
        own = canonical(formula.domain) == canonical(domain)
        if own and isinstance(core, Apply) and core.head == "<=" and core.args[0] == norm:
            line = c.Line(fresh_name("norms", set(frame.facts)), formula, c.Given(name))
            if wanted in (None, core.args[1]):
                return line, core.args[1]
    body = opened(domain, frame.context())
    bound = _norm_in_condition(body) if wanted is None else wanted
    if bound is None or not isinstance(body, Bind):
        return None
    point = Name(fresh_name("x", domain.free | bound.free), element)
    core = relation("<=", Apply("norm", (point,), REAL), bound)
    claim = Bind("forall", point, domain, core, PROP)
    proof = _for_elements(frame, claim, body)
    if proof is None or not accepted(frame, claim, proof):
        return None
    return c.Line(fresh_name("norms", set(frame.facts)), claim, proof.by), bound


def _norm_in_condition(part: Term) -> Term | None:
    """r where a set is built of the elements e with `||e|| <= r`, and r does not depend on them."""
    bound: set[str] = set()
    while isinstance(part, Bind) and part.head == "set":
        bound.add(part.variable.text)
        part = part.body
    if not (isinstance(part, Apply) and part.head == "and_where"):
        return None
    element, condition = part.args
    norm = canonical(Apply("norm", (element,), REAL))
    for one in conjuncts(condition):
        bounds = isinstance(one, Apply) and one.head == "<=" and canonical(one.args[0]) == norm
        if bounds and not one.args[1].free & bound:  # type: ignore[attr-defined]
            return one.args[1]  # type: ignore[attr-defined, no-any-return]
    return None


def _for_elements(frame: Frame, claim: Bind, body: Bind) -> c.Proof | None:
    """A property of all elements of a built set, from what they are built of."""
    from boundkit.provers.search import Budget, Hints, prove

    point = Name(new_name(frame, claim.variable.text), claim.variable.sort)
    try:
        inner = frame.with_name(point)
        reason = f"range of {point.text}"
        inner = inner.with_fact(reason, Apply("in", (point, claim.domain), PROP))
        said = meaning(Apply("in", (point, body), PROP))
        if said is None:
            return None
        line = c.Line(fresh_name("built", set(inner.facts)), said, c.Meaning(reason))
        inner = inner.with_fact(line.name, said)
        wraps: list[tuple[str, str]] = []
        fact = line.name
        while isinstance(said, Bind) and said.head == "exists":
            name = Name(new_name(inner, said.variable.text), said.variable.sort)
            inner = _with_choice(inner, said, name)
            wraps.append((fact, name.text))
            fact = f"choice of {name.text}"
            said = substitute(said.body, {said.variable.text: name})
        goal = substitute(claim.body, {claim.variable.text: point})
        parts = [part for part in conjuncts(said) if not (isinstance(part, Apply) and part.head == "and")]
        equation = next((p for p in parts if isinstance(p, Apply) and p.head == "="), None)
        if equation is None:
            return None
        same = c.Line(fresh_name("same", set(inner.facts)), equation, c.Given(fact))
        others = [
            c.Line(f"{same.name} {k}", p, c.Given(fact)) for k, p in enumerate(parts) if p is not equation
        ]
        for own in (same, *others):
            inner = inner.with_fact(own.name, own.claim)
        proof = prove(inner, goal, Hints((), False, "", 1, Budget(6)))
    except (Rejected, NotNormal, TooLarge):
        return None
    if proof is None:
        return None
    proof = c.Proof(proof.by, (same, *others, *proof.lines))
    for source, text in reversed(wraps):
        proof = c.Proof(c.Obtain(source, (), text, proof))
    return c.Proof(c.Introduce(point.text, c.Proof(proof.by, (line, *proof.lines))))


def size_lines(frame: Frame, domain: Term, covers: list[Cover]) -> list[c.Line]:
    """How many elements a set has at most, by those that it is built from, by covering numbers, and by the
    largest of these."""
    from boundkit.provers.search import accepted

    lines: list[c.Line] = []
    outer = frame

    def add(base: str, claim: Term, certificate: c.Certificate) -> None:
        nonlocal outer
        if accepted(outer, claim, c.Proof(certificate)):
            line = c.Line(fresh_name(base, set(outer.facts)), claim, certificate)
            lines.append(line)
            outer = outer.with_fact(line.name, line.claim)

    count = Apply("card", (domain,), NAT)
    said = truth(count, lambda own: opened(own, frame.context()))
    for part in conjuncts(said) if said is not None else ():
        if isinstance(part, Apply) and part.head != "and":
            add("elements", part, c.Meaning("", count))
    numbers: dict[str, Term] = {}
    for part in subterms(said) if said is not None else ():
        if not (isinstance(part, Apply) and part.head == "card"):
            continue
        for cover in covers:
            place = place_of(cover, part.args[0])
            if place is None or cover.index is None:
                continue
            claim = substitute(cover.few.claim.body, {cover.index.text: place})  # type: ignore[attr-defined]
            add("covered", claim, c.Specialise(cover.few.name, (place,)))
            number_ = Apply("covering_number", (cover.of, cover.radius_at(place)), NAT)
            numbers.setdefault(canonical(number_), number_)
    pairs = [(one, other) for one in numbers.values() for other in numbers.values() if one is not other]
    for one, other in pairs:
        proof = _fewer(outer, one, other)
        if proof is not None:
            add("smaller radius", relation("<=", one, other), single(proof))
    return lines


def _fewer(frame: Frame, one: Term, other: Term) -> c.Proof | None:
    """`covering_number(A, r) <= covering_number(A, s)` for s <= r: a least cover within s covers within r."""
    from boundkit.provers.search import Budget, Hints, prove

    assert isinstance(one, Apply) and isinstance(other, Apply)
    (domain, wide), (_, narrow) = one.args, other.args
    hints = Hints((), False, "", 1, Budget(4))
    centres = Apply("minimal_cover", (domain, narrow), SetOf(domain.sort.element, True))  # type: ignore[attr-defined]
    inner = frame
    lines: list[c.Line] = []

    def add(base: str, claim: Term, certificate: c.Certificate) -> str:
        nonlocal inner
        line = c.Line(fresh_name(base, set(inner.facts)), claim, certificate)
        lines.append(line)
        inner = inner.with_fact(line.name, claim)
        return line.name

    cover, least = truth(centres, lambda own: own), truth(one)
    if cover is None or least is None:
        return None
    near, size = cover.args  # type: ignore[attr-defined]
    order = relation("<=", narrow, wide)
    try:
        smaller = prove(inner, order, hints)
        if smaller is None:
            return None
        add("order", order, single(smaller))
        reason = add("near", near, c.Meaning("", centres))
        add("size", size, c.Meaning("", centres))
        best = least.args[1]  # type: ignore[attr-defined]
        bound = add("least", best, c.Meaning("", one))
        wanted = substitute(best.body, {best.variable.text: centres})
        assert isinstance(wanted, Apply)
        point = Name(new_name(inner, "a"), near.variable.sort)
        at_point = inner.with_name(point)
        at_point = at_point.with_fact(f"range of {point.text}", Apply("in", (point, near.domain), PROP))
        exists = substitute(near.body, {near.variable.text: point})
        assert isinstance(exists, Bind)
        centre = Name(new_name(at_point, "u"), exists.variable.sort)
        at_centre = _with_choice(at_point, exists, centre)
        covers = wanted.args[0]
        assert isinstance(covers, Bind)
        goal = substitute(covers.body, {covers.variable.text: point})
        assert isinstance(goal, Bind)
        close = prove(at_centre, substitute(goal.body, {goal.variable.text: centre}), hints)
        if close is None:
            return None
        shown = c.Proof(c.Obtain(reason, (point,), centre.text, c.Proof(c.Exhibit(centre, close))))
        add("covers", covers, c.Introduce(point.text, shown))
        add("fewest", wanted.args[1], c.Specialise(bound, (centres,)))
        final = prove(inner, relation("<=", one, other), hints)
    except (Rejected, NotNormal, TooLarge):
        return None
    return None if final is None else c.Proof(final.by, (*lines, *final.lines))
