"""Sums of functions of several variables, each above its tangent plane at a place where the sides touch; the
planes add up to a multiple of an equation, or to nothing.

So sqrt(a^2 + a*b + b^2) >= sqrt(3)/2*(a + b), for sums of lengths (Minkowski's inequality at equality)."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, product

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Term
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus, plus, times
from boundkit.kernel.steps import Known, Step, Sum
from boundkit.provers.inequalities.doubles import Unknown
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.lagrangian import NEAR, Lagrangian, Point, least, terms_of, value_at
from boundkit.provers.inequalities.methods.convexity import recognised
from boundkit.provers.inequalities.restated import Used, simple
from boundkit.provers.inequalities.sampling import signs

COST = 9
DEEPEST = 2
MOST_VARIABLES = 6
MOST_PLACES = 2
MOST_PARTS = 8


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Without a fact, then with the first equation."""
    names = tuple(name for name in sorted(goal.slack.free) if not goal.box[name].is_point)
    parts = terms_of(goal.slack)
    curved = [part for part in parts if _is_curved(part)]
    if not 2 <= len(names) <= MOST_VARIABLES or not 2 <= len(curved) <= len(parts) <= MOST_PARTS:
        return GivenUp("")
    if goal.strict or len(names) < len(goal.slack.free) or all(len(part.free) < 2 for part in curved):
        return GivenUp("")
    equations = [Used(place, own.term, True) for place, own in enumerate(goal.facts) if own.kind == "zero"]
    for used in (None, *equations[:1]):
        if used is not None and not used.term.free <= set(names):
            continue
        try:
            found = _with(Lagrangian(goal, names, (), tuple(parts), used), curved, prove, effort)
        except (Unknown, NotDifferentiable):
            return GivenUp("")
        if found is not None:
            return found
    return GivenUp("")


def _is_curved(part: Term) -> bool:
    """Whether a root of variables is a factor of a summand."""
    if not isinstance(part, Apply) or not part.free:
        return False
    if part.head in ("*", "neg"):
        return any(map(_is_curved, part.args))
    return part.head == "sqrt" or (part.head == "^" and not isinstance(part.args[0], Name))


def _with(own: Lagrangian, curved: list[Term], prove: Prove, effort: Effort) -> Found | None:
    bottom = least(own)
    if bottom is None or bottom[0] > NEAR:
        return None
    place = bottom[1]
    largest = max(map(abs, place.values()))
    if own.used is None and largest > 0:
        # Sides of the same degree touch along a ray.
        place = {name: value / largest for name, value in place.items()}
    candidates = [list(recognised(place[name], own.goal.box[name])) for name in own.names]
    for values in islice(product(*candidates), MOST_PLACES):
        point = dict(zip(own.names, values, strict=True))
        effort.spend(2)
        found = _at(own, curved, point, prove, effort)
        if found is not None:
            return found
    return None


def _at(own: Lagrangian, curved: list[Term], point: Point, prove: Prove, effort: Effort) -> Found | None:
    goal = own.goal
    gaps: list[Term] = []
    for part in curved:
        plane = _plane(part, point)
        if plane is None:
            return None
        gaps.append(minus(part, plane))
        if -1 in signs(gaps[-1], goal.box, goal.facts):
            return None
    terms, steps = list(gaps), list[Step]()
    multiplier: Term | None = None
    if own.used is not None:
        multiplier = own.multiplier(point)
        if multiplier is None:
            return None
        terms.append(times(multiplier, own.used.term))
    rest = simple(minus(goal.slack, plus(*terms)))
    if rest is None or rest.free:
        return None
    for gap in gaps:
        found = prove(replace(goal, slack=gap), effort)
        if found is None:
            return None
        steps.append(found.step)
    if own.used is not None and multiplier is not None:
        steps.append(Known(own.used.place, multiplier))
    settled = prove(Goal(rest, False, {}, ()), effort)
    if settled is None:
        return None
    step = Sum((*terms, rest), (*steps, settled.step))
    if not accepted(goal, step):
        return None
    shown = ", ".join(f"{name} = {value}" for name, value in point.items())
    return Found(step, (f"by tangent planes at {shown}:", *(f"{gap} >= 0" for gap in gaps)))


def _plane(part: Term, point: Point) -> Term | None:
    """The tangent plane of a summand at a place."""
    height = value_at(part, point)
    terms = [] if height is None else [height]
    for name in sorted(part.free):
        slope = value_at(derivative(part, name), point)
        if slope is None or height is None:
            return None
        terms.append(times(slope, minus(Name(name, REAL), point[name])))
    return simple(plus(*terms))
