"""Slacks that are sums over separate groups of variables, each at least its own minimum; under facts that are
such sums as well, after multiples of these are taken away.

With one variable a group and a linear fact these are the supporting lines of Jensen's inequality, also of
functions that are not convex (the tangent line trick); a fact that a product is constant is used by its
logarithm. The multipliers are Lagrange's, at a minimum that descent finds and that is recognised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product
from math import ceil

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, substitute
from boundkit.kernel.derivative import minus, plus, times
from boundkit.kernel.steps import Convex, Enclosed, Fact, Instance, Kept, Known, Product, Range, Step, Sum
from boundkit.provers.inequalities.doubles import Unknown
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.lagrangian import (
    LARGEST,
    NEAR,
    SMALL,
    TOUCHING,
    Lagrangian,
    Point,
    groups_of,
    least,
    lowest,
    seems_negative,
    slopes,
    value_at,
    written,
)
from boundkit.provers.inequalities.methods.convexity import ends, recognised
from boundkit.provers.inequalities.restated import Restated, Used, logarithmic, rewritten, simple
from boundkit.provers.inequalities.summands import sides

COST = 6
DEEPEST = 3
MOST_VARIABLES = 6
MOST_FACTS = 3
MOST_PLACES = 4


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Without a fact, then with one or all that separate."""
    names = variables(goal)
    if not 2 <= len(names) <= MOST_VARIABLES or len(names) < len(goal.slack.free):
        return GivenUp("")
    for used in _choices(goal, names):
        try:
            found = _with(goal, names, used, prove, effort)
        except Unknown:
            return GivenUp("")
        if found is not None:
            return found
    return GivenUp("")


def separates(goal: Goal) -> bool:
    """Whether the slack is a sum over several groups of variables by its last fact, an equation."""
    names = variables(goal)
    used = Used(len(goal.facts) - 1, goal.facts[-1].term, True)
    wrappers = list(rewritten(goal, used))
    current = wrappers[-1].after if wrappers else goal
    plain: Used | None = Used(0, simple(used.term) or used.term, True)
    if len(sides(used.term)[0]) == 1 == len(sides(used.term)[1]):
        plain = None  # Logarithms separate a product.
    return any(len(groups_of(names, parts, plain)) > 1 for parts in written(current))


def variables(goal: Goal) -> list[str]:
    return [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]


def _choices(goal: Goal, names: Sequence[str]) -> Iterator[Used | None]:
    """No fact, then those that may bind the variables."""
    yield None
    usable = [
        Used(place, fact.term, fact.kind == "zero")
        for place, fact in enumerate(goal.facts)
        if len(fact.term.free) > 1 and fact.term.free <= set(names) and not _has_opposite(fact, goal.facts)
    ]
    usable.sort(key=lambda own: not own.is_equation)
    yield from usable[:MOST_FACTS]


def _has_opposite(fact: Fact, facts: Sequence[Fact]) -> bool:
    """Whether the fact is one side of an equation; these come of roots, and bind no minimum."""
    term = fact.term
    if not isinstance(term, Apply) or term.head != "-":
        return False
    return any(isinstance(own.term, Apply) and own.term == Apply("-", term.args[::-1], REAL) for own in facts)


def _with(goal: Goal, names: list[str], used: Used | None, prove: Prove, effort: Effort) -> Found | None:
    wrappers: list[Restated] = []
    if used is not None:
        moved = logarithmic(goal, used, prove, effort)
        if moved is not None:
            wrapper, used = moved
            wrappers.append(wrapper)
        elif used.is_equation:
            wrappers.extend(rewritten(goal, used))
            if wrappers:
                # Fewer sums of several variables are left.
                found = prove(wrappers[-1].after, effort)
                return None if found is None else _wrapped(goal, wrappers, found)
    current = wrappers[-1].after if wrappers else goal
    used_names = used.term.free if used is not None else frozenset()
    if not current.slack.free | used_names <= set(names):
        return None
    for parts in written(current):
        groups = groups_of(names, parts, used)
        if len(groups) < 2:
            continue
        effort.spend(2)
        lagrangian = Lagrangian(current, tuple(names), tuple(groups), tuple(parts), used)
        found = _separated(lagrangian, prove, effort)
        if found is not None:
            return _wrapped(goal, wrappers, found)
    return None


def _wrapped(goal: Goal, wrappers: Sequence[Restated], found: Found) -> Found | None:
    step = found.step
    for wrapper in reversed(wrappers):
        step = wrapper.around(step)
    return Found(step, found.argument) if accepted(goal, step) else None


def _separated(own: Lagrangian, prove: Prove, effort: Effort) -> Found | None:
    bottom = least(own)
    if bottom is None:
        return None
    height, place = bottom
    if height > NEAR:
        return _with_room(own, place, height, prove, effort)
    candidates = [list(recognised(place[name], own.goal.box[name])) for name in own.names]
    for values_ in islice(product(*candidates), MOST_PLACES):
        point = dict(zip(own.names, values_, strict=True))
        effort.spend(2)
        multiplier = None
        if own.used is not None:
            multiplier = own.multiplier(point)
            if multiplier is None:
                continue
        pieces = own.pieces(multiplier)
        levels = [level for piece in pieces if (level := value_at(piece, point)) is not None]
        if len(levels) < len(pieces):
            continue
        found = _proved(own, pieces, levels, multiplier, point, prove, effort)
        if found is not None:
            shown = ", ".join(f"{name} = {value}" for name, value in point.items())
            return Found(found.step, (f"least at {shown}, as a sum of separate parts:", *found.argument))
    return _with_room(own, place, height, prove, effort) if height > TOUCHING else None


def _with_room(
    own: Lagrangian, place: dict[str, float], height: float, prove: Prove, effort: Effort
) -> Found | None:
    """Levels and a multiplier with few digits, where the slack is nowhere near 0."""
    multiplier = None
    if own.used is not None:
        inside = np.array([_inside(place[name], own.goal.box[name]) for name in own.names])
        steepness = [inside * slopes(term, own.names, place) for term in (own.goal.slack, own.used.term)]
        value = float(steepness[0] @ steepness[1] / (steepness[1] @ steepness[1] + 1e-300))
        if not abs(value) < LARGEST:
            return None
        multiplier = number(Fraction(value).limit_denominator(1000))
    pieces = own.pieces(multiplier)
    share = height / (2 * len(pieces))
    levels: list[Term] = []
    for piece, group in zip(pieces, own.groups, strict=True):
        bottom = lowest(piece, group, own.goal, place)
        if bottom is None:
            return None
        level = Fraction(bottom - share)
        levels.append(number(level.limit_denominator(max(1, ceil(2 / share)))))
    return _proved(own, pieces, levels, multiplier, None, prove, effort)


def _inside(value: float, extent: Range) -> bool:
    return all(abs(value - end) > SMALL for end in ends(extent))


def _proved(
    own: Lagrangian,
    pieces: Sequence[Term],
    levels: Sequence[Term],
    multiplier: Term | None,
    point: Point | None,
    prove: Prove,
    effort: Effort,
) -> Found | None:
    """The slack as the sum of what the pieces have above their levels, the multiple of the fact, and the
    rest, which is constant."""
    goal = own.goal
    terms: list[Term] = []
    steps: list[Step] = []
    gaps = [minus(piece, level) for piece, level in zip(pieces, levels, strict=True)]
    if any(seems_negative(gap, goal.box) for gap in gaps):
        return None
    lines = [f"{gap} >= 0" for gap in gaps]
    if own.used is not None and multiplier is not None:
        terms.append(times(multiplier, own.used.term))
        if own.used.is_equation:
            steps.append(Known(own.used.place, multiplier))
        else:
            signs_ = (Enclosed(), Known(own.used.place, ONE))
            steps.append(Product((multiplier, own.used.term), signs_))
        if not accepted(Goal(terms[0], False, goal.box, goal.facts), steps[0]):
            return None
    rest = simple(minus(goal.slack, plus(*terms, *gaps)))
    if rest is None or rest.free:
        return None
    positive = prove(Goal(rest, True, {}, ()), effort) if goal.strict else None
    settled = positive or prove(Goal(rest, False, {}, ()), effort)
    if settled is None:
        return None
    terms.append(rest)
    steps.append(settled.step)
    place = len(terms) - 1
    bottoms = (
        [None] * len(gaps)
        if point is None
        else [tuple(point[name] for name in group) for group in own.groups]
    )
    for gap, bottom in zip(gaps, bottoms, strict=True):
        found = _by_lemma(goal, gap, bottom, prove, effort) if not goal.strict or positive else None
        if found is not None:
            terms.append(gap)
            steps.append(found)
            continue
        kept = tuple(number_ for number_, fact in enumerate(goal.facts) if fact.term.free <= gap.free)
        within = Goal(gap, False, goal.box, tuple(goal.facts[number_] for number_ in kept))
        proof = None
        if goal.strict and positive is None:
            proof = positive = prove(replace(within, strict=True), effort)
            place = len(terms)
        proof = proof or prove(within, effort)
        if proof is None:
            return None
        terms.append(gap)
        steps.append(Kept(kept, proof.step))
    step = Sum(tuple(terms), tuple(steps), place)
    return Found(step, tuple(lines)) if accepted(goal, step) else None


def _by_lemma(
    goal: Goal, gap: Term, bottom: tuple[Term, ...] | None, prove: Prove, effort: Effort
) -> Step | None:
    """That a gap in few variables is not negative: convex with this minimum, or, in one variable, by a lemma
    without facts, which is the same for all variables with equal parts."""
    if bottom is not None:
        convex = Convex(bottom)
        if accepted(Goal(gap, False, goal.box), convex):
            return Kept((), convex)
    if len(gap.free) != 1:
        return None
    (name,) = gap.free
    stand_in = Name("t_separate", REAL)
    term = substitute(gap, {name: stand_in})
    found = prove(Goal(term, False, {stand_in.text: goal.box[name]}), effort)
    if found is None:
        return None
    known = Known(len(goal.facts), ONE)
    value = Name(name, REAL)
    return Instance(
        stand_in.text, goal.box[name], term, False, value, found.step, Enclosed(), Enclosed(), known
    )
