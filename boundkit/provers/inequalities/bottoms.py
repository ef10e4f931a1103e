"""Places at which the slack of a goal seems least in one variable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Name, Term, number, substitute
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus, times
from boundkit.kernel.enclosures import contains, enclosure, size_of
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.provers.factors import factorise, solved
from boundkit.provers.inequalities.goal import Goal
from boundkit.provers.inequalities.methods.valleys import bottoms
from boundkit.provers.inequalities.sampling import signs

LARGEST_BOTTOM = 40
MOST_TRIED = 12


@dataclass(frozen=True)
class Place:
    """Where the slack seems least in a variable: `bottom`, a term in the others; the sides it is left for (1
    for greater values), and whether the sides touch there."""

    name: str
    bottom: Term
    directions: tuple[int, ...]
    touches: bool


def places(goal: Goal, active: list[str]) -> list[Place]:
    """Those where the sides touch come first."""
    found: list[tuple[int, int, Place]] = []
    for name in active:
        try:
            slope = derivative(goal.slack, name)
        except NotDifferentiable:
            continue
        seen: set[Term] = set()
        roots = list(bottoms(slope, name))
        for bottom in (*_simple(goal, name, active), *roots):
            if bottom in seen or len(seen) > MOST_TRIED or size_of(bottom) > LARGEST_BOTTOM:
                continue
            seen.add(bottom)
            touches = not goal.strict and vanishes(substitute(goal.slack, {name: bottom}))
            if not touches and bottom not in roots:
                continue
            gap = minus(Name(name, REAL), bottom)
            if not _within(goal, name, bottom):
                continue
            sides = signs(gap, goal.box, goal.facts)
            if not sides or -1 in signs(times(gap, slope), goal.box, goal.facts):
                continue
            directions = tuple(sorted(sides, reverse=True))
            place = Place(name, bottom, directions, touches)
            found.append((2 * (not touches) + len(directions), size_of(slope), place))
    found.sort(key=lambda own: own[:2])
    return [place for *_, place in found]


def _simple(goal: Goal, name: str, active: list[str]) -> Iterator[Term]:
    """Ends of the range, 0 and 1, the other variables, and what facts bound the variable by."""
    extent = goal.box[name]
    for end in dict.fromkeys((extent.lower, extent.upper, Fraction(0), Fraction(1), Fraction(1, 2))):
        if end is not None:
            yield number(end)
    for other in active:
        if other != name:
            yield Name(other, REAL)
            yield minus(ONE, Name(other, REAL))
    for fact in goal.facts:
        bottom = solved(fact.term, name) if name in fact.term.free else None
        if bottom is not None and name not in bottom.free:
            yield bottom


def vanishes(term: Term) -> bool:
    found = factorise(term)
    return found is not None and not found.coefficient


def _within(goal: Goal, name: str, bottom: Term) -> bool:
    others = {own: extent for own, extent in goal.box.items() if own != name}
    free = tuple(fact for fact in goal.facts if name not in fact.term.free)
    try:
        return contains(goal.box[name].closed, enclosure(bottom, others, free, 64))
    except (Undecided, Undefined):
        return False
