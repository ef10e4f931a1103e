"""A slack that stays the same along a shift of the variables depends on one variable less: the differences
that the shift leaves alone become the variables, as quotients do for what is homogeneous (`scaling`)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Name, Term, number, substitute
from boundkit.kernel.derivative import derivative, minus, plus, times
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.places import kept_ends
from boundkit.kernel.steps import Box, Fact, Kept, Known, Lemma, Product, Range, Step
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities import doubles
from boundkit.provers.inequalities.changes import Change, fresh
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 9
LARGEST = 400
MOST_VARIABLES = 6
SAMPLES = 24
MOST_TRIED = 2
FLAT = 1e-9
CLOSE = 1e-7
MOST_DENOMINATOR = 1000

Array = Any


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One variable less, without the facts that say where the others were, and then with them."""
    names = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    if not 2 <= len(names) <= MOST_VARIABLES or size_of(goal.slack) > LARGEST:
        return GivenUp("")
    if any(goal.box[name].integral for name in names):
        return GivenUp("")
    shift = _shift(goal.slack, names, goal.box)
    if shift is None:
        return GivenUp("")
    # First the variable that stays beside the differences is one of which the facts say little.
    order = sorted(shift, key=lambda name: (sum(name in fact.term.free for fact in goal.facts), name))
    for left, with_ranges in product(order[:MOST_TRIED], (False, True)):
        found = _without_one(goal, shift, left, with_ranges, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _shift(slack: Term, names: list[str], box: Box) -> dict[str, Fraction] | None:
    """Multiples of one number that may be added to the variables together, by the slopes at pseudo-random
    points; None if there are none but 0."""
    random = np.random.default_rng(5)
    columns = {name: _column(box[name], random) for name in names}
    for name in slack.free - set(names):
        columns[name] = np.full(SAMPLES, float(box[name].lower or 0))
    try:
        slopes = np.array([doubles.values(derivative(slack, name), columns, SAMPLES) for name in names]).T
    except doubles.Unknown:
        return None
    slopes = slopes[np.isfinite(slopes).all(axis=1) & np.any(slopes != 0, axis=1)]
    if len(slopes) < len(names) + 2:
        return None
    slopes = slopes / np.abs(slopes).max(axis=1, keepdims=True)
    _, sizes, directions = np.linalg.svd(slopes)
    flat = directions[[place for place in range(len(names)) if sizes[place] < FLAT * sizes[0]]]
    if not len(flat):
        return None
    own = _reduced(flat)[-1]
    ratios = [Fraction(float(value)).limit_denominator(MOST_DENOMINATOR) for value in own]
    if any(abs(float(ratio) - value) > CLOSE for ratio, value in zip(ratios, own, strict=True)):
        return None
    return {name: ratio for name, ratio in zip(names, ratios, strict=True) if ratio}


def _column(extent: Range, random: np.random.Generator) -> Array:
    size = np.exp(random.normal(size=SAMPLES))
    low = None if extent.lower is None else float(extent.lower)
    high = None if extent.upper is None else float(extent.upper)
    if low is not None and high is not None:
        return low + (high - low) * random.random(SAMPLES)
    if low is not None:
        return low + size
    return high - size if high is not None else random.normal(size=SAMPLES) * 2


def _reduced(rows: Array) -> Array:
    """The same row space in reduced form, each row with a leading 1."""
    rows = rows.copy()
    place = 0
    for column in range(rows.shape[1]):
        if place == len(rows):
            break
        pivot = place + int(np.argmax(np.abs(rows[place:, column])))
        if abs(rows[pivot, column]) < CLOSE:
            continue
        rows[[place, pivot]] = rows[[pivot, place]]
        rows[place] /= rows[place, column]
        for other in range(len(rows)):
            if other != place:
                rows[other] -= rows[other, column] * rows[place]
        place += 1
    return rows


def _without_one(
    goal: Goal, shift: Mapping[str, Fraction], left: str, with_ranges: bool, prove: Prove, effort: Effort
) -> Found | None:
    base = Name(left, REAL)
    slack, box, facts = goal.slack, dict(goal.box), goal.facts
    changes: list[Change] = []
    for name in sorted(set(shift) - {left}):
        ratio = shift[name] / shift[left]
        new = fresh(f"{name}_", Goal(slack, goal.strict, {**goal.box, **box}, facts))
        moved = times(number(ratio), base)
        value, extent = plus(new, moved), _difference(box[name], box[left], ratio)
        inverse = minus(Name(name, REAL), moved)
        changes.append(Change(name, value, new.text, extent, inverse))
        before = box.pop(name)
        box[new.text] = extent
        slack = substitute(slack, {name: value})
        facts = tuple(Fact(substitute(fact.term, {name: value}), fact.kind) for fact in facts)
        facts += kept_ends(value, before)
    shorter = expanded(substitute(slack, {left: ZERO}))
    if shorter is None:
        return None
    kept = range(len(facts) if with_ranges else len(goal.facts))
    terms = [expanded(facts[place].term) for place in kept]
    own = tuple(
        fact if term is None or fact.kind == "zero" else Fact(term, fact.kind)
        for fact, term in zip(facts, terms, strict=False)
    )
    found = prove(Goal(shorter, goal.strict, box, own), effort)
    if found is None:
        return None
    # The facts multiplied out come after those that the changes leave.
    places = tuple(place if facts[place] == own[place] else len(facts) + place for place in kept)
    places = _numbered(places, len(facts))
    step: Step = Product((shorter,), (Kept(places, found.step),))
    for place in reversed(kept):
        if facts[place] != own[place]:
            step = Lemma(own[place].term, own[place].kind == "positive", Known(place, ONE), step)
    for change in reversed(changes):
        step = change.step(step)
    if not accepted(goal, step):
        return None
    lines = (f"with {change.name} = {change.inverse}" for change in changes)
    return Found(step, (*lines, *found.argument))


def _numbered(places: tuple[int, ...], count: int) -> tuple[int, ...]:
    """The places with those from `count` on in order without gaps."""
    added = sorted(place for place in places if place >= count)
    return tuple(count + added.index(place) if place >= count else place for place in places)


def _difference(extent: Range, base: Range, ratio: Fraction) -> Range:
    """What interval arithmetic says of a value less a multiple of another."""
    first = (base.upper, base.upper_closed) if ratio > 0 else (base.lower, base.lower_closed)
    last = (base.lower, base.lower_closed) if ratio > 0 else (base.upper, base.upper_closed)
    lower = None if extent.lower is None or first[0] is None else extent.lower - ratio * first[0]
    upper = None if extent.upper is None or last[0] is None else extent.upper - ratio * last[0]
    return Range(
        lower,
        upper,
        lower is not None and extent.lower_closed and first[1],
        upper is not None and extent.upper_closed and last[1],
    )
