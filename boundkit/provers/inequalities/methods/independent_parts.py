"""Sums and products of functions of disjoint sets of variables, which no fact links: each is at least its own
least value, and these add up, or multiply, to what is wanted.

The least values are proposed by descent in floating point under all facts at once, and recognised; what the
last one must be follows from the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from math import ceil, inf, prod
from typing import Any

import numpy as np

from boundkit.ir.terms import ONE, Term, number
from boundkit.kernel.derivative import minus, over, plus, times
from boundkit.kernel.steps import Enclosed, Kept, Product, Range, Step, Sum
from boundkit.provers.inequalities.doubles import Unknown, values
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.lagrangian import groups_of, slopes, written
from boundkit.provers.inequalities.methods.convexity import ends, recognised
from boundkit.provers.inequalities.restated import simple
from boundkit.provers.inequalities.sampling import points
from boundkit.provers.inequalities.summands import Summand, raised, sides

COST = 5
DEEPEST = 2
MOST_NAMES = 12
MOST_STARTS = 3
MOST_LISTS = 4
LEVELS = (1.0, 1 / 3)
TOUCHING = 1e-5
FAR = 1e7
LINE = Range(None, None)

Array = Any


@dataclass(frozen=True)
class _Part:
    """A function of some of the variables: `above` is to be at least a level times `below`."""

    names: tuple[str, ...]
    above: Term
    below: Term
    height: float


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """A product against a product, or a sum under facts that link variables."""
    names = sorted(name for name in goal.slack.free if not goal.box[name].is_point)
    if not 3 <= len(names) <= MOST_NAMES or len(names) < len(goal.slack.free):
        return GivenUp("")
    above, below, _ = sides(goal.slack)
    try:
        if len(above) == len(below) == 1:
            return _multiplied(goal, names, above[0], below[0], prove, effort) or GivenUp("")
        if any(len(fact.term.free) > 1 for fact in goal.facts):
            return _added(goal, names, prove, effort) or GivenUp("")
    except Unknown:
        pass
    return GivenUp("")


def _groups(goal: Goal, names: Sequence[str], parts: Sequence[Term]) -> list[tuple[str, ...]]:
    return groups_of(names, [*parts, *(fact.term for fact in goal.facts)], None)


def _added(goal: Goal, names: list[str], prove: Prove, effort: Effort) -> Found | None:
    for summands in written(goal):
        groups = _groups(goal, names, summands)
        if len(groups) < 2:
            continue
        effort.spend(2)
        parts = []
        for group in groups:
            own = plus(*(term for term in summands if not term.free.isdisjoint(group)))
            height = _least(goal, group, own)
            if height is None:
                return None
            parts.append(_Part(group, own, ONE, height))
        rest = plus(*(term for term in summands if not term.free))
        total = float(values(rest, {}, 1)[0]) + sum(own.height for own in parts)
        size = 1 + sum(abs(own.height) for own in parts)
        if not total > -TOUCHING * size:
            return None
        share = total / len(parts) / 2 if total > TOUCHING * size else 0.0
        proposed = [[_shortened(own.height, -share)] if share else list(_constants(own)) for own in parts]
        for levels in _completed(proposed):
            known = [level for level in levels if level is not None]
            last = simple(minus(number(0), plus(rest, *known)))
            if last is None:
                continue
            complete = [last if level is None else level for level in levels]
            gaps = [minus(own.above, level) for own, level in zip(parts, complete, strict=True)]
            found = _all_above(goal, parts, gaps, prove, effort)
            if found is None:
                continue
            steps, place, lines = found
            step = Sum(tuple(gaps), tuple(steps), place)
            if accepted(goal, step):
                return Found(step, ("a sum of functions of separate variables:", *lines))
    return None


def _multiplied(
    goal: Goal, names: list[str], greater: Summand, less: Summand, prove: Prove, effort: Effort
) -> Found | None:
    """A_1*A_2 - l_1*l_2*B_1*B_2 = (A_1 - l_1*B_1)*A_2 + l_1*B_1*(A_2 - l_2*B_2)."""
    factors = [raised(*own) for own in (*greater.factors, *less.factors)]
    groups = _groups(goal, names, factors)
    if len(groups) < 2:
        return None
    effort.spend(2)
    parts = []
    for group in groups:
        above, below = (_restricted(own, group) for own in (greater, less))
        height = _least(goal, group, over(above, below))
        if height is None or not height > 0:
            return None
        parts.append(_Part(group, above, below, height))
    first, second = (times(number(own.coefficient), _restricted(own, ())) for own in (greater, less))
    wanted = over(second, first)
    ratio = prod(own.height for own in parts) / float(values(wanted, {}, 1)[0])
    if not ratio > 1 - TOUCHING:
        return None
    share = ratio ** (-1 / (2 * len(parts))) if ratio > 1 + TOUCHING else 1.0
    proposed = [
        [_shortened(own.height, own.height * (share - 1))] if share < 1 else list(_constants(own))
        for own in parts
    ]
    for levels in _completed(proposed):
        last = simple(over(wanted, times(*(level for level in levels if level is not None))))
        if last is None or not accepted(Goal(last, True, {}), Enclosed()):
            continue
        complete = [last if level is None else level for level in levels]
        found = _telescoped(goal, parts, complete, first, prove, effort)
        if found is not None:
            return found
    return None


def _restricted(own: Summand, group: Sequence[str]) -> Term:
    """The factors in the variables of the group; without one, those that are constant."""
    fit = [
        raised(base, exponent)
        for base, exponent in own.factors
        if (not base.free.isdisjoint(group) if group else not base.free)
    ]
    return times(*fit) if fit else ONE


def _telescoped(
    goal: Goal, parts: Sequence[_Part], levels: Sequence[Term], first: Term, prove: Prove, effort: Effort
) -> Found | None:
    gaps = [
        minus(own.above, level if own.below == ONE else times(level, own.below))
        for own, level in zip(parts, levels, strict=True)
    ]
    known: dict[Term, Step] = {}
    for number_, own in enumerate(parts):
        for term in (own.above,) * (number_ > 0) + (own.below,) * (number_ < len(parts) - 1):
            if term != ONE and term not in known:
                side = _shown(goal, own.names, term, goal.strict, prove, effort)
                if side is None:
                    return None
                known[term] = side.step
    found = _all_above(goal, parts, gaps, prove, effort)
    if found is None:
        return None
    shown, place, lines = found
    terms: list[Term] = []
    steps: list[Step] = []
    for number_, gap in enumerate(gaps):
        others = [
            *(own.below for own in parts[:number_]),
            *(own.above for own in parts[number_ + 1 :]),
        ]
        signed = [own for own in others if own != ONE]
        constants = [first, *levels[:number_]]
        terms.append(times(*constants, gap, *signed))
        proofs = (*(Enclosed() for _ in constants), shown[number_], *(known[own] for own in signed))
        steps.append(Product((*constants, gap, *signed), proofs))
    step = Sum(tuple(terms), tuple(steps), place)
    if not accepted(goal, step):
        return None
    return Found(step, ("a product of functions of separate variables:", *lines))


def _all_above(
    goal: Goal, parts: Sequence[_Part], gaps: Sequence[Term], prove: Prove, effort: Effort
) -> tuple[list[Step], int, list[str]] | None:
    """That each part is above its level, of a strict goal one of them strictly, and which."""
    place: int | None = None
    steps: list[Step] = []
    for number_, (own, gap) in enumerate(zip(parts, gaps, strict=True)):
        found = None
        if goal.strict and place is None:
            found = _shown(goal, own.names, gap, True, prove, effort)
            if found is not None:
                place = number_
        found = found or _shown(goal, own.names, gap, False, prove, effort)
        if found is None:
            return None
        steps.append(found.step)
    if goal.strict and place is None:
        return None
    return steps, place or 0, [f"{gap} >= 0" for gap in gaps]


def _shown(
    goal: Goal, names: tuple[str, ...], term: Term, strict: bool, prove: Prove, effort: Effort
) -> Found | None:
    """The term is not negative by the facts about the names."""
    kept = tuple(place for place, fact in enumerate(goal.facts) if fact.term.free <= set(names))
    inner = Goal(term, strict, goal.box, tuple(goal.facts[place] for place in kept))
    found = prove(inner, effort)
    return None if found is None else Found(Kept(kept, found.step), found.argument)


def _constants(own: _Part) -> Iterator[Term]:
    yield from recognised(own.height, LINE)


def _shortened(height: float, move: float) -> Term:
    """A number with few digits below the height, no further away than the move allows."""
    return number(Fraction(height + move).limit_denominator(max(1, ceil(2 / abs(move)))))


def _completed(proposed: Sequence[Sequence[Term]]) -> Iterator[list[Term | None]]:
    """A level for all parts but one, which is None, and follows: the one without proposals, or the last."""
    without = [place for place, own in enumerate(proposed) if not own]
    if len(without) > 1:
        return
    open_ = without[0] if without else len(proposed) - 1
    lists = [[None] if place == open_ else list(own) for place, own in enumerate(proposed)]
    yield from map(list, islice(product(*lists), MOST_LISTS))


def _least(goal: Goal, group: tuple[str, ...], term: Term) -> float | None:
    """About the least value of a term under the facts about its variables; None if there seems to be none."""
    from scipy.optimize import minimize as stated_minimize

    minimize: Any = stated_minimize
    facts = tuple(fact for fact in goal.facts if fact.term.free <= set(group))
    box = {name: goal.box[name] for name in group}

    def at(own: Term, place: Array) -> float:
        value = float(values(own, {n: np.array([v]) for n, v in zip(group, place, strict=True)}, 1)[0])
        return value if np.isfinite(value) else 1e6

    def slope(own: Term, place: Array) -> Array:
        return slopes(own, group, dict(zip(group, place, strict=True)))

    binding = [
        {
            "type": "eq" if fact.kind == "zero" else "ineq",
            "fun": lambda x, own=fact.term: at(own, x),
            "jac": lambda x, own=fact.term: slope(own, x),
        }
        for fact in facts
    ]
    bounds = [(low + 1e-9 * (low == 0), high) for low, high in map(ends, box.values())]
    lower, upper = np.array(bounds).T
    starts = [np.full(len(group), level) for level in LEVELS]
    seen = islice(points(box, facts), MOST_STARTS)
    starts.extend(np.array([float(start[name]) for name in group]) for start in seen)
    best = inf
    for start in starts:
        found = minimize(
            lambda x: at(term, x),
            np.clip(start, lower, upper),
            jac=lambda x: slope(term, x),
            method="SLSQP",
            bounds=bounds,
            constraints=binding,
            options={"ftol": 1e-13, "maxiter": 150},
        )
        gaps = [(fact.kind == "zero", at(fact.term, found.x)) for fact in facts]
        if all(gap > -TOUCHING and (not equal or gap < TOUCHING) for equal, gap in gaps):
            best = min(best, float(found.fun))
    return best if abs(best) < FAR else None
