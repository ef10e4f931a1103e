"""Goals about laws: what holds almost surely at an arbitrary outcome, expectations outcome by outcome, and
events by the good events among the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from boundkit.ir.sorts import REAL, SetOf
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, fresh_name, relation, substitute, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.chance import ABSURD, good_event, unnested
from boundkit.kernel.conditioning import conditionals
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.polynomials import TooLarge

MOST_GOODS = 6
"""Facts about probabilities that are tried as good events."""

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
    return c.Proof(c.Surely(name.text, proof)) if proof else None


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
            proof = search(inner, relation(goal.head, *bodies))
    except Rejected:
        return None
    return c.Proof(c.Mean(name.text, proof)) if proof else None


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
    """A bound of a probability from those among the facts: fewest good events first, those whose budgets fit."""
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
    binders, event = nest
    names: list[str] = []
    values: dict[str, Term] = {}
    outcomes: list[tuple[Name, Term]] = []
    inner = frame
    try:
        for variable, law in binders:
            outcome = Name(new_name(inner, variable.text), variable.sort)
            law = substitute(law, values)
            inner = inner.at_outcome(outcome, law)
            names.append(outcome.text)
            values[variable.text] = outcome
            outcomes.append((outcome, law))
    except Rejected:
        return None
    event = substitute(event, values)
    goods = list(_goods(frame, inner, outcomes))[:MOST_GOODS]
    room = Apply("-", (ONE, level), REAL) if lower else level
    for size in range(len(goods) + 1):
        for chosen in combinations(goods, size):
            spent: Term = ZERO
            for _, _, budget in chosen:
                spent = Apply("+", (spent, budget), REAL)
            fits = search(frame, relation("<=", spent, room))
            if fits is None:
                continue
            try:
                within = inner
                for place, (_, formula, _) in enumerate(chosen):
                    within = within.with_fact(f"good event {place}", formula)
                if not lower:
                    within = within.with_fact("event", event)
                proof = search(within, event if lower else ABSURD)
            except Rejected:
                continue
            if proof is not None:
                own = tuple(good for good, _, _ in chosen)
                return c.Proof(c.Event(lower, tuple(names), own, proof, fits))
    return None


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
    """Whether a proposition says, under quantifiers, something of a probability."""
    while isinstance(formula, Bind) and formula.head == "forall":
        formula = formula.body
    relations = isinstance(formula, Apply) and formula.head in ("<=", "<", "=")
    return relations and any(unnested(side) is not None for side in formula.args)  # type: ignore[attr-defined]
