"""Covers of finite sets: what each member of a sequence of covers covers, how many elements it has, and how
far nearest points in it are."""

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
)
from boundkit.ir.theorems import Definition
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.finite import opened
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.meanings import truth
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.chances import new_name
from boundkit.provers.choices import choice_lines, single


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
    element = definition.name.sort.element  # type: ignore[attr-defined]
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
    element = cover.of.sort.element  # type: ignore[attr-defined]
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
        supposed = fresh_name("hypothesis of induction", set(step_frame.facts))
        step_frame = step_frame.with_fact(supposed, core)
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
        lines: list[c.Line] = []
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
            place = place_of(cover, domain)
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


def place_of(cover: Cover, domain: Term) -> Term | None:
    """The index of a set in a sequence of covers."""
    if not (isinstance(domain, Apply) and domain.head == "index" and isinstance(cover.sets, Apply)):
        return None
    return domain.args[1] if canonical(domain.args[0]) == canonical(cover.sets.args[0]) else None
