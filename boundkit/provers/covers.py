"""Covers of finite sets: what each member of a sequence of covers covers and how many elements it has, and
nearest points in it; a covering number grows as the radius falls."""

from __future__ import annotations

from dataclasses import dataclass

from boundkit.ir.sorts import NAT, PROP, REAL, SetOf
from boundkit.ir.terms import (
    ONE,
    TRUE,
    Apply,
    Bind,
    Name,
    Number,
    Term,
    canonical,
    fresh_name,
    relation,
    substitute,
    subterms,
)
from boundkit.ir.theorems import Definition
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.finite import opened
from boundkit.kernel.frame import conjuncts
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.meanings import meaning, truth
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.chances import new_name
from boundkit.provers.choices import choice_lines, is_choice, single
from boundkit.provers.distances import by_way


@dataclass(frozen=True)
class Cover:
    """Sets `at(k)` for k in a range that cover a set `of` within the radius `within(k)`, as the facts `near`
    and `few` say: for all k, every element of the set is near one of them, and their number is at most the
    covering number. Without an index the two are about one set."""

    sets: Term
    of: Term
    radius: Term
    index: Name | None
    domain: Term | None
    near: c.Line
    few: c.Line

    def radius_at(self, place: Term | None) -> Term:
        """The radius of the cover with this index."""
        return substitute(self.radius, {self.index.text: place}) if self.index and place else self.radius


def distance(left: Term, right: Term) -> Term:
    """The Euclidean distance of two vectors."""
    return Apply("norm", (Apply("-", (left, right), left.sort),), REAL)


def covers_in(frame: Frame, lines: list[c.Line]) -> list[Cover]:
    """The defined sequences of covers, with their facts proved after `lines`."""
    found: list[Cover] = []
    for name in sorted(frame.sequent.definitions):
        cover = _sequence(frame, frame.sequent.definitions[name], lines)
        if cover is not None:
            found.append(cover)
            lines.extend((cover.near, cover.few))
    return found


def _sequence(frame: Frame, definition: Definition, lines: list[c.Line]) -> Cover | None:
    """A sequence whose last clause is a least cover, the first perhaps another set."""
    clause = definition.clauses[-1]
    if definition.style != "index" or definition.recursive or len(definition.clauses) > 2:
        return None
    if len(clause.parameters) != 1 or clause.patterns != clause.parameters:
        return None
    if not (isinstance(clause.body, Apply) and clause.body.head == "minimal_cover"):
        return None
    of, radius = clause.body.args
    parameter = clause.parameters[0]
    ends = _range(clause.guard, parameter)
    if parameter.text in of.free or ends is None:
        return None
    first, last = ends
    if len(definition.clauses) == 2:
        base = definition.clauses[0].patterns[0]
        if definition.clauses[0].parameters or not isinstance(base, Number):
            return None
        first = base
    index = Name(new_name(frame, parameter.text), NAT)
    domain = Apply("range", (first, last), SetOf(NAT))
    element = definition.name.sort.element  # type: ignore[union-attr]
    sets = Apply("index", (definition.name, index), element)
    radius = substitute(radius, {parameter.text: index})
    return _proved(frame, Cover(sets, of, radius, index, domain, _NONE, _NONE), lines)


_NONE = c.Line("", TRUE, c.Signs())


def _range(guards: tuple[Term, ...], parameter: Name) -> tuple[Term, Term] | None:
    first = last = None
    for guard in guards:
        if isinstance(guard, Apply) and guard.head == "<=":
            if guard.args[1] == parameter:
                first = guard.args[0]
            elif guard.args[0] == parameter:
                last = guard.args[1]
    return None if first is None or last is None else (first, last)


def _proved(frame: Frame, cover: Cover, lines: list[c.Line]) -> Cover | None:
    """The cover with its two facts, by induction over its index: a first member is looked into, a least cover
    is what it is by definition."""
    element = cover.of.sort.element  # type: ignore[union-attr]
    taken = cover.sets.free | cover.of.free | cover.radius.free | set(frame.sequent.names)
    a = Name(fresh_name("a", taken), element)
    u = Name(fresh_name("u", taken | {a.text}), element)
    near: Term = relation("<=", distance(a, u), cover.radius)
    near = Bind("forall", a, cover.of, Bind("exists", u, cover.sets, near, PROP), PROP)
    fewest = Apply("covering_number", (cover.of, cover.radius), NAT)
    few: Term = relation("<=", Apply("card", (cover.sets,), NAT), fewest)
    proved: list[c.Line] = []
    for base, core in (("cover", near), ("size of cover", few)):
        line = _for_all_places(frame, cover, base, core, [*lines, *proved])
        if line is None:
            return None
        proved.append(line)
    return Cover(cover.sets, cover.of, cover.radius, cover.index, cover.domain, proved[0], proved[1])


def _for_all_places(frame: Frame, cover: Cover, base: str, core: Term, lines: list[c.Line]) -> c.Line | None:
    from boundkit.provers.search import accepted

    assert cover.index is not None and isinstance(cover.domain, Apply)
    first, last = cover.domain.args
    claim = Bind("forall", cover.index, cover.domain, core, PROP)
    name = cover.index
    following = Apply("+", (name, ONE), NAT)
    outer = frame
    try:
        for line in lines:
            outer = outer.with_fact(line.name, line.claim)
        at_first = outer.with_fact(f"range of {name.text}", relation("<=", first, last))
        start = _at_place(
            at_first, substitute(cover.sets, {name.text: first}), substitute(core, {name.text: first})
        )
        step_frame = outer.with_name(name).with_fact(f"start of {name.text}", relation("<=", first, name))
        step_frame = step_frame.with_fact(f"end of {name.text}", relation("<=", following, last))
        step_frame = step_frame.with_fact("hypothesis of induction", core)
        moved = substitute(core, {name.text: following})
        step = _at_place(step_frame, substitute(cover.sets, {name.text: following}), moved)
    except (Rejected, NotNormal, TooLarge):
        return None
    if start is None or step is None:
        return None
    proof = c.Proof(c.Induction(name.text, start, step))
    if not accepted(outer, claim, proof):
        return None
    return c.Line(fresh_name(base, set(outer.facts)), claim, proof.by)


def _at_place(frame: Frame, sets: Term, goal: Term) -> c.Proof | None:
    """That one set covers, or is small: by what it is, or by the points that it lists."""
    from boundkit.provers.search import Budget, Hints, accepted, prove

    by_definition = c.Proof(c.Meaning("", sets))
    if accepted(frame, goal, by_definition):
        return by_definition
    hints = Hints((), False, "", 1, Budget(6))
    body = opened(sets, frame.context())
    if isinstance(goal, Apply):
        size = goal.args[0]
        said = truth(sets, lambda domain: opened(domain, frame.context()))
        lines = []
        for term in (sets, size):
            said = truth(term, lambda domain: opened(domain, frame.context()))
            for part in said.args if isinstance(said, Apply) and said.head == "and" else ():
                name = fresh_name("count", set(frame.facts) | {line.name for line in lines})
                lines.append(c.Line(name, part, c.Meaning("", term)))
        inner = frame
        for line in lines:
            inner = inner.with_fact(line.name, line.claim)
        found = prove(inner, goal, hints)
        return None if found is None else c.Proof(found.by, (*lines, *found.lines))
    if not (isinstance(goal, Bind) and isinstance(body, Apply) and body.head == "enumeration"):
        return None
    point = Name(new_name(frame, goal.variable.text), goal.variable.sort)
    inner = frame.with_name(point).with_fact(
        f"range of {point.text}", Apply("in", (point, goal.domain), PROP)
    )
    wanted = substitute(goal.body, {goal.variable.text: point})
    assert isinstance(wanted, Bind)
    for listed in body.args:
        inside = Apply("in", (listed, sets), PROP)
        member = prove(inner, inside, hints)
        if member is None:
            continue
        lines = [c.Line(fresh_name("centre", set(inner.facts)), inside, single(member))]
        close = substitute(wanted.body, {wanted.variable.text: listed})
        known = inner.with_fact(lines[0].name, inside)
        lines.extend(_at_point(known, choice_lines(known, close), point))
        for line in lines[1:]:
            known = known.with_fact(line.name, line.claim)
        proof = prove(known, close, hints)
        if proof is not None:
            shown = c.Proof(c.Exhibit(listed, proof), tuple(lines))
            return c.Proof(c.Introduce(point.text, shown))
    return None


def _at_point(frame: Frame, lines: list[c.Line], point: Name) -> list[c.Line]:
    """The lines, and those for all elements of the set that the point is in, at the point."""
    from boundkit.provers.search import accepted

    found = list(lines)
    outer = frame
    for line in lines:
        outer = outer.with_fact(line.name, line.claim)
    for line in lines:
        claim = line.claim
        if isinstance(claim, Bind) and claim.head == "forall" and claim.variable.sort == point.sort:
            instance = substitute(claim.body, {claim.variable.text: point})
            proof = c.Proof(c.Specialise(line.name, (point,)))
            if accepted(outer, instance, proof):
                taken = set(outer.facts) | {own.name for own in found}
                found.append(c.Line(fresh_name("at point", taken), instance, proof.by))
    return found


def nearest_lines(frame: Frame, goal: Term, covers: list[Cover], lines: list[c.Line]) -> list[c.Line]:
    """How far the nearest points of covers are, for those in the goal."""
    from boundkit.provers.choices import choices_in
    from boundkit.provers.search import Budget, Hints, accepted, prove

    found: list[c.Line] = []
    outer = frame
    for line in lines:
        outer = outer.with_fact(line.name, line.claim)
    for term, binders in choices_in(frame, goal):
        if binders or not (isinstance(term, Apply) and term.head == "nearest"):
            continue
        domain, point = term.args
        for cover in covers:
            place = _place(cover, domain)
            if place is None:
                continue
            radius = cover.radius_at(place)
            claim = relation("<=", distance(point, term), radius)
            name = Name(new_name(outer, "u"), point.sort)
            values = (place, point)
            least = truth(term)
            if least is None:
                continue
            try:
                exists = outer.instantiate(outer.facts[cover.near.name], values)
                assert isinstance(exists, Bind)
                inner = outer.with_name(name)
                inner = inner.with_fact(f"range of {name.text}", Apply("in", (name, exists.domain), PROP))
                chosen = substitute(exists.body, {exists.variable.text: name})
                inner = inner.with_fact(f"choice of {name.text}", chosen)
                best = c.Line(fresh_name("nearest", set(inner.facts)), least.args[1], c.Meaning("", term))  # type: ignore[attr-defined]
                inner = inner.with_fact(best.name, best.claim)
                nearer = relation("<=", distance(point, term), distance(point, name))
                step = c.Line(
                    fresh_name("nearer", set(inner.facts)), nearer, c.Specialise(best.name, (name,))
                )
                inner = inner.with_fact(step.name, step.claim)
            except (Rejected, NotNormal, TooLarge):
                continue
            own = prove(inner, claim, Hints((), False, "", 1, Budget(6)))
            if own is None:
                continue
            final = c.Proof(own.by, (best, step, *own.lines))
            proof = c.Proof(c.Obtain(cover.near.name, values, name.text, final))
            if accepted(outer, claim, proof):
                label = fresh_name("nearest in cover", set(outer.facts) | {line.name for line in found})
                found.append(c.Line(label, claim, proof.by))
    return found


def _place(cover: Cover, domain: Term) -> Term | None:
    """The index of a set in a sequence of covers."""
    if not (isinstance(domain, Apply) and domain.head == "index" and isinstance(cover.sets, Apply)):
        return None
    return domain.args[1] if canonical(domain.args[0]) == canonical(cover.sets.args[0]) else None


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
    element = domain.sort.element  # type: ignore[union-attr]
    return Bind("exists", Name(fresh_name("x", domain.free), element), domain, TRUE, PROP)


def _element_of(frame: Frame, domain: Term, body: Bind, covers: list[Cover]) -> c.Proof | None:
    """A proof that a built set is not empty."""
    wraps: list[tuple[str, tuple[Term, ...], str, tuple[c.Line, ...]]] = []
    inner = frame
    points: dict[str, Name] = {}
    part: Term = body
    try:
        while isinstance(part, Bind) and part.head == "set" and part.sort == body.sort:
            near = next((cover for cover in covers if _place(cover, part.domain) is not None), None)
            if near is None:
                inner, name = _obtained(inner, part.domain, wraps)
            else:
                key = canonical(near.of)
                if key not in points:
                    inner, points[key] = _obtained(inner, near.of, wraps)
                place = _place(near, part.domain)
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
        part = part.args[0]
    proof = _with_member(inner, part, domain)
    for fact, values, text, lines in reversed(wraps):
        proof = None if proof is None else c.Proof(c.Obtain(fact, values, text, proof), lines)
    return proof


def _with_member(frame: Frame, element: Term, domain: Term) -> c.Proof | None:
    from boundkit.provers.search import Budget, Hints, prove

    lines = triangle_lines(frame, element, domain)
    for line in lines:
        frame = frame.with_fact(line.name, line.claim)
    inside = Apply("in", (element, domain), PROP)
    own = prove(frame, inside, Hints((), False, "", 1, Budget(8)))
    if own is None:
        return None
    line = c.Line(fresh_name("element", set(frame.facts)), inside, single(own))
    return c.Proof(c.Exhibit(element, c.Proof(c.Signs())), (*lines, line))


def triangle_lines(frame: Frame, element: Term, domain: Term) -> list[c.Line]:
    """Distances in the condition of a built set at an element, by way of a third point."""
    body = opened(domain, frame.context())
    part: Term = body
    while isinstance(part, Bind):
        part = part.body
    if not (isinstance(part, Apply) and part.head == "and_where"):
        return []
    return by_way(frame, relation("<=", Apply("norm", (element,), REAL), Apply("norm", (element,), REAL)))


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

    element = domain.sort.element  # type: ignore[union-attr]
    for name, formula in frame.facts.items():
        if not (isinstance(formula, Bind) and formula.head == "forall" and formula.variable.sort == element):
            continue
        norm = Apply("norm", (formula.variable,), REAL)
        core = formula.body
        if isinstance(core, Apply) and core.head == "<=" and core.args[0] == norm:
            if canonical(formula.domain) == canonical(domain) and wanted in (None, core.args[1]):
                line = c.Line(fresh_name("norms", set(frame.facts)), formula, c.Given(name))
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
        if isinstance(one, Apply) and one.head == "<=" and canonical(one.args[0]) == norm:
            if not one.args[1].free & bound:
                return one.args[1]
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
            place = _place(cover, part.args[0])
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
    centres = Apply("minimal_cover", (domain, narrow), SetOf(domain.sort.element, True))  # type: ignore[union-attr]
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
        point = Name(new_name(inner, "a"), near.variable.sort)
        at_point = inner.with_name(point)
        at_point = at_point.with_fact(f"range of {point.text}", Apply("in", (point, near.domain), PROP))
        exists = substitute(near.body, {near.variable.text: point})
        centre = Name(new_name(at_point, "u"), exists.variable.sort)
        at_centre = _with_choice(at_point, exists, centre)
        covers = wanted.args[0]
        goal = substitute(covers.body, {covers.variable.text: point})
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
