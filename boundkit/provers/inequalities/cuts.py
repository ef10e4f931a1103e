"""Where the boxes of a subdivision are cut."""

from __future__ import annotations

from fractions import Fraction
from math import floor, isinf, log2

import numpy as np

from boundkit.ir.terms import Number, Term
from boundkit.kernel.steps import Range
from boundkit.provers.inequalities.goal import Goal
from boundkit.provers.inequalities.pieces import Piece, Views, width

FAR = Fraction(16)
CLOSE = 1e-9
LARGEST_NEAR = 2.0**-2


def direction(own: Piece, views: Views, place: int, goal: Goal) -> str:
    """The variable of a piece along which the slack (the smear rule of Kearfott) and the facts that may fail
    vary most."""
    active = own.active()

    def shares(term: Term) -> dict[str, float]:
        free = [name for name in active if name in term.free]
        return {name: width(own.box[name]) / scale(goal.box[name]) for name in free}

    spans = []
    smear = {}
    for name in active:
        if name in views.slopes:
            slope = views.slopes[name]
            smear[name] = max(abs(slope.low[place]), abs(slope.high[place])) * width(own.box[name])
    spans.append(smear if smear and np.isfinite(list(smear.values())).all() else shares(goal.slack))
    for number_ in own.facts:
        fact = goal.facts[number_]
        if fact.kind != "zero" and not views.facts[number_].low[place] >= 0:
            spans.append(shares(fact.term))
    scores = {name: 0.1 * width(own.box[name]) / scale(goal.box[name]) for name in active}
    for span in spans:
        total = sum(span.values())
        for name, value in span.items():
            scores[name] += value / total if total else 0.0
    return max(active, key=lambda name: (scores[name], name))


def scale(extent: Range) -> float:
    found = width(extent)
    return 2 * float(FAR) if isinf(found) else found or 1.0


def middle(extent: Range) -> Fraction:
    """A number with few binary digits about the middle."""
    assert extent.lower is not None and extent.upper is not None
    middle, width = (extent.lower + extent.upper) / 2, extent.upper - extent.lower
    digits = 3 - floor(log2(float(width)))
    scale = Fraction(2) ** digits
    return Fraction(round(middle * scale)) / scale


def holds(extent: Range, place: float) -> bool:
    low = -np.inf if extent.lower is None else float(extent.lower)
    high = np.inf if extent.upper is None else float(extent.upper)
    return low - CLOSE <= place <= high + CLOSE


def beside(extent: Range, place: float, term: Term) -> Fraction:
    """Where a range is cut so that it shrinks around a place: from the side that reaches farther."""
    assert extent.lower is not None and extent.upper is not None
    low, high = float(extent.lower), float(extent.upper)
    below, above = place - low, high - place
    exactly = term.value if isinstance(term, Number) else None
    if min(below, above) > 0.1 * (high - low) and exactly is not None and high - low < LARGEST_NEAR:
        return exactly
    cut = low + below / 2 if below > above else high - above / 2
    scale = Fraction(2) ** (4 - floor(log2(high - low)))
    found = Fraction(round(Fraction(cut) * scale)) / scale
    return found if extent.lower < found < extent.upper else middle(extent)
