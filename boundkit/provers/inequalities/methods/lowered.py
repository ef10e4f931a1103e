"""A variable that a fact bounds by the others, moved to this bound where the slack falls towards it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Name, Term, number, substitute
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus, negative
from boundkit.kernel.enclosures import contains, enclosure, facts_towards
from boundkit.kernel.steps import Fact, Lemma, Lowered, Step
from boundkit.provers.factors import rank, solved
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.definedness import undecided
from boundkit.provers.inequalities.sampling import signs

COST = 29
MOST_LEMMAS = 4


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One variable, its bound, and the slope of the slack in it."""
    candidates: list[tuple[tuple[int, int], int, str, Term, Term, bool]] = []
    for name in sorted(goal.slack.free):
        if goal.box[name].is_point:
            continue
        try:
            slope = derivative(goal.slack, name)
        except NotDifferentiable:
            continue
        rises = signs(slope, goal.box, goal.facts)
        if len(rises) > 1:
            continue
        for bottom, rising in _bottoms(goal, name):
            if not rises or rising == (1 in rises):
                candidates.append((rank(slope), len(candidates), name, bottom, slope, rising))
    candidates.sort(key=lambda entry: entry[:2])
    for _, _, name, bottom, slope, rising in candidates[:4]:
        found = _lowered(goal, name, bottom, slope, rising, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _bottoms(goal: Goal, name: str) -> Iterator[tuple[Term, bool]]:
    """Terms that bound a variable, and whether from below: by a fact that is linear in it, or its range if
    facts speak of it."""
    spoken = False
    for fact in goal.facts:
        if name not in fact.term.free:
            continue
        spoken = True
        bottom = solved(fact.term, name)
        if bottom is None or name in bottom.free:
            continue
        one, none = (substitute(fact.term, {name: number(value)}) for value in (1, 0))
        side = signs(minus(one, none), goal.box, goal.facts)
        if len(side) == 1:
            yield bottom, 1 in side
    extent = goal.box[name]
    if spoken and extent.lower is not None:
        yield number(extent.lower), True
    if spoken and extent.upper is not None:
        yield number(extent.upper), False


def _lowered(
    goal: Goal, name: str, bottom: Term, slope: Term, rising: bool, prove: Prove, effort: Effort
) -> Found | None:
    assumed = _with_bottom(goal, name, bottom, prove, effort)
    if assumed is None:
        return None
    whole, lemmas = goal, assumed
    goal = replace(goal, facts=(*goal.facts, *(Fact(*own[:2]) for own in lemmas)))
    direction = "increasing" if rising else "decreasing"
    variable = Name(name, REAL)
    gap = minus(variable, bottom) if rising else minus(bottom, variable)
    reach = prove(Goal(gap, False, goal.box, goal.facts), effort)
    if reach is None:
        return None
    kept = facts_towards(goal.facts, name, rising, goal.box)
    there = tuple(Fact(substitute(fact.term, {name: bottom}), fact.kind) for fact in kept)
    others = {own: extent for own, extent in goal.box.items() if own != name}
    face = prove(Goal(substitute(goal.slack, {name: bottom}), goal.strict, others, there), effort)
    if face is None:
        return None
    inner = {**goal.box, name: goal.box[name].interior}
    wanted = slope if rising else negative(slope)
    facts = (Fact(gap, "nonnegative"), *kept)
    rises = prove(Goal(wanted, False, inner, facts), effort)
    if rises is None:
        return None
    step: Step = Lowered(name, direction, bottom, reach.step, rises.step, face.step)
    for term, kind, own in reversed(lemmas):
        step = Lemma(term, kind == "positive", own, step)
    if not accepted(whole, step):
        return None
    word = "increases" if rising else "decreases"
    line = f"the gap of the sides {word} with {name}, so it is least at {name} = {bottom}"
    return Found(step, (line, *face.argument))


def _with_bottom(
    goal: Goal, name: str, bottom: Term, prove: Prove, effort: Effort
) -> list[tuple[Term, str, Step]] | None:
    """What more must be known for the bottom to be defined, and not negative if the variable is not, by
    enclosures without the variable: terms, kinds of facts, and why they hold."""
    extent = goal.box[name].closed
    others = {own: held for own, held in goal.box.items() if own != name}
    found: list[tuple[Term, str, Step]] = []
    for _ in range(MOST_LEMMAS):
        facts = (*goal.facts, *(Fact(*own[:2]) for own in found))
        free = tuple(fact for fact in facts if name not in fact.term.free)
        there = Goal(bottom, False, others, free)
        wanted = next(undecided(bottom, there), None)
        if wanted is None:
            if contains(extent, enclosure(bottom, others, free, 64)):
                return found
            if extent.lower != 0:
                return None
            wanted = bottom, False
        if name in wanted[0].free or any(own[0] == wanted[0] for own in found):
            return None
        own = prove(Goal(wanted[0], wanted[1], goal.box, facts), effort)
        if own is None:
            return None
        found.append((wanted[0], "positive" if wanted[1] else "nonnegative", own.step))
    return None
