"""Logarithms by their tangents: c*ln(w) >= c*(1 - t/w + ln(t)) for c >= 0, with equality at w = t.

With this the relative entropy is not negative, and sums of logarithms become rational. Which quotients w
stand under one logarithm is read off equal coefficients; t is 1, or the value where all variables are equal
and the sides touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, subterms
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.constants import exact
from boundkit.kernel.derivative import minus, over, power, times
from boundkit.kernel.quotients import Algebra, Polynomial, Quotient
from boundkit.kernel.steps import (
    Enclosed,
    Evaluated,
    Fact,
    Instance,
    Known,
    Monotone,
    Product,
    Split,
    Step,
    Sum,
)
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import holds, signs
from boundkit.provers.samples import sign_at

COST = 9
LEVELS = tuple(map(Fraction, ("1", "1/2", "1/3", "1/4", "2", "3", "1/6")))
MOST_LOGARITHMS = 8

Weighed = tuple[Term, Term]
"""A coefficient with the argument of its logarithm."""


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """All logarithms at once, for one choice of the tangents."""
    parts = _parts(goal)
    if parts is None:
        return GivenUp("")
    weighed = _paired(parts, goal)
    if weighed is None:
        return GivenUp("")
    for level in _levels(goal):
        found = _bounded(goal, weighed, level, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _parts(goal: Goal) -> list[Weighed] | None:
    """Coefficients of the logarithms of the slack, if it is affine in them."""
    if not any(isinstance(part, Apply) and part.head == "ln" and part.free for part in subterms(goal.slack)):
        return None
    algebra = Algebra()
    quotient = algebra.of(goal.slack)
    groups: dict[Term, Polynomial] = {}
    for monomial, value in quotient.top.items():
        hard = [(atom, own) for atom, own in monomial if _is_logarithm(atom)]
        others = tuple(pair for pair in monomial if pair not in hard)
        if any(_mentions(atom) for atom, _ in others) or len(hard) > 1 or any(own != 1 for _, own in hard):
            return None
        if hard:
            groups.setdefault(hard[0][0], {})[others] = value
    if not groups or len(groups) > MOST_LOGARITHMS:
        return None
    return [
        (algebra.to_term(Quotient(own, quotient.below)), atom.args[0])  # type: ignore[attr-defined]
        for atom, own in groups.items()
    ]


def _is_logarithm(atom: Term) -> bool:
    return isinstance(atom, Apply) and atom.head == "ln" and bool(atom.free)


def _mentions(atom: Term) -> bool:
    return any(map(_is_logarithm, subterms(atom)))


def _paired(parts: list[Weighed], goal: Goal) -> list[Weighed] | None:
    """Coefficients that are not negative, each with its w: a positive and a negative one of the same size, or
    one that is the sum of all of the other sign, share a logarithm."""
    above: list[Weighed] = []
    below: list[Weighed] = []
    for weight, argument in parts:
        seen = signs(weight, goal.box, goal.facts)
        if len(seen) != 1:
            return None
        if 1 in seen:
            above.append((weight, argument))
        else:
            below.append((times(number(-1), weight), argument))
    algebra = Algebra()

    def same(left: Term, right: Term) -> bool:
        return not algebra.add(algebra.of(left), algebra.of(right), Fraction(-1)).top

    found: list[Weighed] = []
    for weight, argument in list(above):
        for other in below:
            if same(weight, other[0]):
                found.append((weight, over(argument, other[1])))
                above.remove((weight, argument))
                below.remove(other)
                break
    for greater, less, turned in ((above, below, False), (below, above, True)):
        if len(less) == 1 and len(greater) > 1:
            total = Apply("+", tuple(weight for weight, _ in greater), REAL)
            if same(total, less[0][0]):
                for weight, argument in greater:
                    pair = (less[0][1], argument) if turned else (argument, less[0][1])
                    found.append((weight, over(*pair)))
                above, below = [], []
                break
    found.extend(above)
    found.extend((weight, over(ONE, argument)) for weight, argument in below)
    return found


def _levels(goal: Goal) -> Iterator[dict[str, Fraction] | None]:
    """First tangents at 1; then at points with equal variables where the sides seem to touch."""
    yield None
    names = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    for level in LEVELS:
        place = dict.fromkeys(names, level)
        if set(names) == set(goal.box) and holds(place, goal.box, goal.facts):
            try:
                if sign_at(goal.slack, place) == 0:
                    yield place
            except (Undecided, Undefined):
                continue


def _bounded(
    goal: Goal, weighed: list[Weighed], place: dict[str, Fraction] | None, prove: Prove, effort: Effort
) -> Found | None:
    count = len(goal.facts)
    pieces: list[tuple[Term, Fraction]] = []
    bounds: list[Term] = []
    for _, argument in weighed:
        touching: Fraction | None = Fraction(1)
        if place is not None:
            touching = exact(argument, place)
        if touching is None or touching <= 0:
            return None
        tangent = _tangent(argument, touching)
        pieces.append((argument, touching))
        bounds.append(tangent)
    algebra = Algebra()
    remainder = goal.slack
    for (weight, _), bound in zip(weighed, bounds, strict=True):
        remainder = minus(remainder, times(weight, bound))
    rest_term = algebra.to_term(algebra.of(remainder))
    if any(map(_is_logarithm, subterms(rest_term))) or -1 in signs(rest_term, goal.box, goal.facts):
        return None
    within = goal
    places: list[Step] = []
    for (argument, _), bound in zip(pieces, bounds, strict=True):
        positive = prove(replace(within, slack=argument, strict=True), effort)
        if positive is None:
            return None
        places.append(positive.step)
        within = replace(within, facts=(*within.facts, Fact(bound, "nonnegative")))
    rest = prove(replace(within, slack=rest_term), effort)
    if rest is None:
        return None
    terms: list[Term] = [rest_term]
    steps: list[Step] = [rest.step]
    for number_, ((weight, _), bound) in enumerate(zip(weighed, bounds, strict=True)):
        known = prove(replace(within, slack=weight, strict=False), effort)
        if known is None:
            return None
        terms.append(times(weight, bound))
        steps.append(Product((weight, bound), (known.step, Known(count + number_, ONE))))
    step: Step = Sum(tuple(terms), tuple(steps), 0)
    for (argument, touching), place_ in zip(reversed(pieces), reversed(places), strict=True):
        variable = Name("t_tangent", REAL)
        lemma = _tangent(variable, touching)
        step = Instance(
            variable.text, POSITIVE, lemma, False, argument, _lemma(touching), place_, Enclosed(), step
        )
    if not accepted(goal, step):
        return None
    shown = ", ".join(f"ln({argument}) at {touching}" for argument, touching in pieces)
    return Found(step, (f"by the tangents of {shown}", *rest.argument))


def _tangent(argument: Term, touching: Fraction) -> Term:
    """ln(w) - (1 - t/w + ln(t))."""
    line = minus(ONE, over(number(touching), argument))
    whole = minus(Apply("ln", (argument,), REAL), line)
    return whole if touching == 1 else minus(whole, Apply("ln", (number(touching),), REAL))


def _lemma(touching: Fraction) -> Step:
    """That ln(w) - (1 - t/w + ln(t)) falls up to t and rises from there, where it is 0."""
    variable = Name("t_tangent", REAL)

    def slope(sign: int) -> Step:
        # At an end that is not dyadic, an enclosure of the gap would reach below 0.
        gap = times(number(sign), minus(variable, number(touching)))
        direction = "increasing" if sign == 1 else "decreasing"
        settled = Monotone(variable.text, direction, Enclosed(), Evaluated())
        return Product((gap, power(variable, number(-2))), (settled, Enclosed()))

    return Split(
        variable.text,
        touching,
        Monotone(variable.text, "decreasing", slope(-1), Evaluated()),
        Monotone(variable.text, "increasing", slope(1), Evaluated()),
    )
