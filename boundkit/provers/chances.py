"""Goals about laws: what holds almost surely at an arbitrary outcome, expectations outcome by outcome, and
events by the good events among the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from boundkit.ir.sorts import NAT, PROP, REAL, Abstract, SetOf
from boundkit.ir.terms import (
    ONE,
    ZERO,
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
from boundkit.kernel.chance import ABSURD, good_event, unnested
from boundkit.kernel.conditioning import conditionals
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import TooLarge

MOST_GOODS = 6
"""Facts about probabilities that are tried as good events."""

MOST_POINTS = 12
"""Instances of universal facts at an outcome."""

Search = Callable[[Frame, Term], c.Proof | None]


def new_name(frame: Frame, text: str) -> str:
    """A name that nothing in the frame has."""
    used = set(frame.taken) | set(frame.sequent.names) | set(frame.sequent.definitions)
    return fresh_name(text, used)


def prove_surely(frame: Frame, goal: Bind, search: Search) -> c.Proof | None:
    """What holds almost surely, at an arbitrary outcome."""
    name = Name(new_name(frame, goal.variable.text), goal.variable.sort)
    try:
        inner = frame.at_outcome(name, goal.domain)
        proof = search(inner, substitute(goal.body, {goal.variable.text: name}))
    except Rejected:
        return None
    return c.Proof(c.Surely(name.text, proof)) if proof else _vanishing(frame, goal, name.text, search)


def _vanishing(frame: Frame, goal: Bind, name: str, search: Search) -> c.Proof | None:
    """What is not negative and has mean at most 0."""
    body = goal.body
    if not (isinstance(body, Apply) and body.head == "<=" and body.args[1] == ZERO):
        return None
    outcome = Name(name, goal.variable.sort)
    mean = Bind("expectation", goal.variable, goal.domain, body.args[0], REAL)
    try:
        inner = frame.at_outcome(outcome, goal.domain)
        sign = search(inner, relation("<=", ZERO, substitute(body.args[0], {goal.variable.text: outcome})))
        small = search(frame, relation("<=", mean, ZERO)) if sign else None
    except Rejected:
        return None
    return c.Proof(c.Vanishing(name, sign, small)) if sign and small else None


def prove_mean(frame: Frame, goal: Apply, search: Search) -> c.Proof | None:
    """A relation between expectations, or probabilities, over one law, outcome by outcome."""
    sides = [s for s in goal.args if isinstance(s, Bind) and s.head in ("expectation", "probability")]
    if not sides:
        return None
    heads = {side.head for side in sides}
    if "probability" in heads and (len(heads) > 1 or len(sides) < 2 or goal.head != "<="):
        return None
    if len(sides) == 1 and not _is_fixed(goal, sides[0]):
        return None
    law = sides[0].domain
    if not all(frame.context().same_law(side.domain, law) for side in sides):
        return None
    name = Name(new_name(frame, sides[0].variable.text), sides[0].variable.sort)
    bodies = [
        substitute(arg.body, {arg.variable.text: name}) if isinstance(arg, Bind) and arg in sides else arg
        for arg in goal.args
    ]
    try:
        inner = frame.at_outcome(name, law)
        if "probability" in heads:
            proof = search(inner.with_fact("event", bodies[0]), bodies[1])
        else:
            proof = search(inner, relation(goal.head, bodies[0], bodies[1]))
    except Rejected:
        return None
    return c.Proof(c.Mean(name.text, proof)) if proof else None


def is_mean_of_largest(goal: Term) -> bool:
    """Whether a goal is a bound of the mean of a maximum."""
    mean = goal.args[0] if isinstance(goal, Apply) and goal.head == "<=" else None
    body = mean.body if isinstance(mean, Bind) and mean.head == "expectation" else None
    return isinstance(body, Bind) and body.head == "max"


def prove_largest(frame: Frame, goal: Apply, search: Search) -> c.Proof | None:
    """The mean of a maximum over a finite set, from the same bound of the mean of each of its members."""
    mean = goal.args[0]
    if goal.head != "<=" or not (isinstance(mean, Bind) and mean.head == "expectation"):
        return None
    largest = mean.body
    if not (isinstance(largest, Bind) and largest.head == "max"):
        return None
    for name, formula in frame.facts.items():
        values, bound = _members_bound(formula, mean, largest)
        if values is None or bound is None:
            continue
        outcome = Name(new_name(frame, mean.variable.text), mean.variable.sort)
        try:
            inner = frame.at_outcome(outcome, mean.domain)
            member = Name(new_name(inner, largest.variable.text), largest.variable.sort)
            inner = inner.with_name(member)
            inner = inner.with_fact(f"range of {member.text}", Apply("in", (member, largest.domain), PROP))
            value = substitute(largest.body, {mean.variable.text: outcome})
            value = substitute(value, {largest.variable.text: member})
            positive = search(inner, relation("<=", ZERO, value))
            count = Apply("*", (Apply("card", (largest.domain,), NAT), bound.args[1]), REAL)
            budget = search(frame, relation("<=", count, goal.args[1]))
        except (Rejected, NotNormal, NotDefined, TooLarge):
            continue
        if positive is not None and budget is not None:
            return c.Proof(c.Largest(name, values, outcome.text, member.text, positive, budget))
    return None


def _members_bound(formula: Term, mean: Bind, largest: Bind) -> tuple[tuple[Term, ...] | None, Apply | None]:
    """Values for the first variables of a fact at which it bounds the mean of every member of a maximum, and
    that bound."""
    variables: list[Name] = []
    while isinstance(formula, Bind) and formula.head == "forall" and not isinstance(formula.body, Apply):
        variables.append(formula.variable)
        formula = formula.body
    bound = formula.body if isinstance(formula, Bind) and formula.head == "forall" else None
    own = bound.args[0] if isinstance(bound, Apply) and bound.head == "<=" else None
    if not (isinstance(formula, Bind) and isinstance(own, Bind) and own.head == "expectation"):
        return None, None
    member = Name("#member", largest.variable.sort)
    pattern = substitute(own, {formula.variable.text: member})
    term = Bind("expectation", mean.variable, mean.domain, largest.body, own.sort)
    values = match(pattern, substitute(term, {largest.variable.text: member}), [v.text for v in variables])
    if values is None or set(values) != {v.text for v in variables}:
        return None, None
    assert isinstance(bound, Apply)
    chosen = substitute(bound, values)
    assert isinstance(chosen, Apply)
    return (
        (None, None)
        if formula.variable.text in chosen.args[1].free
        else (
            tuple(values[v.text] for v in variables),
            chosen,
        )
    )


def prove_tower(frame: Frame, goal: Apply) -> Iterator[c.Certificate]:
    """The equation of two expectations of which one averages a conditional expectation."""
    if goal.head != "=":
        return
    for turned, side in ((False, goal.args[1]), (True, goal.args[0])):
        if isinstance(side, Bind) and side.head == "expectation":
            name = Name(new_name(frame, side.variable.text), side.variable.sort)
            body = substitute(side.body, {side.variable.text: name})
            for given in conditionals(body):
                yield c.Tower(name.text, given, turned)


def _is_fixed(goal: Apply, side: Bind) -> bool:
    """Whether the other side averages nothing, so that comparing outcomes with it has a chance."""
    other = goal.args[0] if goal.args[1] is side else goal.args[1]
    return not any(isinstance(part, Bind) and part.head == "expectation" for part in subterms(other))


def prove_event(frame: Frame, goal: Apply, search: Search) -> c.Proof | None:
    """A bound of a probability from those among the facts, with the fewest good events."""
    if goal.head != "<=":
        return None
    for lower in (True, False):
        level, chance = goal.args if lower else reversed(goal.args)
        nest = unnested(chance)
        if nest is not None:
            found = _event(frame, level, nest, lower, search)
            if found is not None:
                return found
    return None


def _event(
    frame: Frame, level: Term, nest: tuple[list[tuple[Name, Term]], Term], lower: bool, search: Search
) -> c.Proof | None:
    opened = _opened(frame, nest)
    if opened is None:
        return None
    inner, event, outcomes = opened
    goods = list(_goods(frame, inner, outcomes))[:MOST_GOODS]
    room = Apply("-", (ONE, level), REAL) if lower else level
    names = tuple(outcome.text for outcome, _ in outcomes)
    needed = _needed(inner, event, goods, lower, search)
    # What does not follow from all of them follows from some only where fewer facts help the search.
    first, known = needed or ((), None)
    for chosen in [first, *_choices(goods, len(goods))] if needed is not None else _choices(goods, 1):
        fits = search(frame, relation("<=", _spent(chosen), room))
        if fits is None:
            continue
        proof = known if chosen is first else None
        proof = proof or _covered(inner, event, chosen, lower, search)
        if proof is not None:
            return c.Proof(c.Event(lower, names, tuple(good for good, _, _ in chosen), proof, fits))
    return None


def price_of(frame: Frame, goal: Apply, search: Search) -> Term | None:
    """What the good events cost that give the event of a goal, whatever it allows; None when those among the
    facts do not give it."""
    for lower in (True, False):
        nest = unnested(goal.args[1] if lower else goal.args[0]) if goal.head == "<=" else None
        opened = None if nest is None else _opened(frame, nest)
        if opened is None:
            continue
        inner, event, outcomes = opened
        needed = _needed(inner, event, list(_goods(frame, inner, outcomes))[:MOST_GOODS], lower, search)
        if needed is not None:
            return _spent(needed[0])
    return None


Chosen = tuple[tuple[c.Good, Term, Term], ...]


def _opened(
    frame: Frame, nest: tuple[list[tuple[Name, Term]], Term]
) -> tuple[Frame, Term, list[tuple[Name, Term]]] | None:
    """The frame at outcomes of the draws, the event there, and the outcomes with their laws."""
    binders, event = nest
    values: dict[str, Term] = {}
    outcomes: list[tuple[Name, Term]] = []
    inner = frame
    try:
        for variable, law in binders:
            outcome = Name(new_name(inner, variable.text), variable.sort)
            law = substitute(law, values)
            inner = inner.at_outcome(outcome, law)
            values[variable.text] = outcome
            outcomes.append((outcome, law))
    except Rejected:
        return None
    return inner, substitute(event, values), outcomes


def _needed(
    inner: Frame, event: Term, goods: list[tuple[c.Good, Term, Term]], lower: bool, search: Search
) -> tuple[Chosen, c.Proof | None] | None:
    """The good events that a proof from all of them uses, with the proof where it uses all of them; None when
    there is no proof."""
    every = tuple(goods)
    proof = _covered(inner, event, every, lower, search)
    if proof is None:
        return None
    try:
        whole = Frame(_with_goods(inner, event, every, lower).sequent)
        whole.check(event if lower else ABSURD, proof)
    except (Rejected, NotDefined, NotNormal, TooLarge):
        return every, proof
    used = tuple(good for place, good in enumerate(goods) if f"good event {place}" in whole.used)
    return used, proof if used == every else None


def _choices(goods: list[tuple[c.Good, Term, Term]], most: int) -> Iterator[Chosen]:
    for size in range(min(most, len(goods)) + 1):
        yield from combinations(goods, size)


def _spent(chosen: Chosen) -> Term:
    """The sum of budgets."""
    spent: Term = ZERO
    for _, _, budget in chosen:
        spent = Apply("+", (spent, budget), REAL)
    return spent


def _covered(inner: Frame, event: Term, chosen: Chosen, lower: bool, search: Search) -> c.Proof | None:
    """A proof of the event where the good events hold, or of its being excluded there."""
    try:
        frame = _with_goods(inner, event, chosen, lower)
        lines = at_named_points(frame, event)
        for line in lines:
            frame = frame.with_fact(line.name, line.claim)
        proof = search(frame, event if lower else ABSURD)
    except Rejected:
        return None
    return None if proof is None else c.Proof(proof.by, (*lines, *proof.lines))


def at_named_points(frame: Frame, goal: Term) -> tuple[c.Line, ...]:
    """The facts for all values of a declared type at the values that the goal speaks of; a random one among
    them is allowed, since the facts hold at this outcome for all values at once."""
    fixed = set(frame.sequent.names)
    points: dict[str, Term] = {}
    for term in subterms(goal):
        if isinstance(term.sort, Abstract) and term.free <= fixed and not isinstance(term, Bind):
            points.setdefault(canonical(term), term)
    found: list[c.Line] = []
    for name, formula in frame.facts.items():
        if not (isinstance(formula, Bind) and formula.head == "forall"):
            continue
        if not isinstance(formula.variable.sort, Abstract):
            continue
        for point in points.values():
            if point.sort == formula.variable.sort and len(found) < MOST_POINTS:
                claim = substitute(formula.body, {formula.variable.text: point})
                label = f"{name} at ({point})"
                if label not in frame.facts:
                    found.append(c.Line(label, claim, c.Specialise(name, (point,))))
    return tuple(line for line in found if _is_accepted(frame, line))


def _is_accepted(frame: Frame, line: c.Line) -> bool:
    try:
        frame.check(line.claim, c.Proof(line.by))
    except (Rejected, NotDefined, NotNormal, TooLarge):
        return False
    return True


def _with_goods(inner: Frame, event: Term, chosen: Chosen, lower: bool) -> Frame:
    for place, (_, formula, _) in enumerate(chosen):
        inner = inner.with_fact(f"good event {place}", formula)
    return inner if lower else inner.with_fact("event", event)


def _goods(
    frame: Frame, inner: Frame, outcomes: list[tuple[Name, Term]]
) -> Iterator[tuple[c.Good, Term, Term]]:
    """The bounds of probabilities among the facts that are about these draws, with event and budget."""
    for name, formula in frame.facts.items():
        core = formula
        while isinstance(core, Bind) and core.head == "forall":
            if not _is_finite(core.domain):
                break
            core = core.body
        if not (isinstance(core, Apply) and core.head in ("<=", "<", "=")):
            continue
        nest = next((n for side in core.args if (n := unnested(side)) is not None), None)
        if nest is None:
            continue
        for places in combinations(range(len(outcomes)), len(nest[0])):
            good = c.Good(name, (), places)
            try:
                event, budget = good_event(frame, inner, good, outcomes)
            except (Rejected, NotDefined, NotNormal, TooLarge):
                continue
            yield good, event, budget
            break


def _is_finite(domain: Term) -> bool:
    if isinstance(domain, Apply):
        return domain.head in ("range", "enumeration")
    return isinstance(domain.sort, SetOf) and domain.sort.finite


def has_bound(formula: Term) -> bool:
    """Whether a proposition says, under quantifiers and conditions, something of a probability."""
    while True:
        if isinstance(formula, Bind) and formula.head == "forall":
            formula = formula.body
        elif isinstance(formula, Apply) and formula.head == "implies":
            formula = formula.args[1]
        else:
            break
    relations = isinstance(formula, Apply) and formula.head in ("<=", "<", "=")
    return relations and any(unnested(side) is not None for side in formula.args)  # type: ignore[attr-defined]
