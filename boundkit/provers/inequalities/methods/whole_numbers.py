"""What is known of integers is rounded: the range that facts give to a variable; a fact g*s + c > 0 with an
integer s, which says that s is at least the next integer above -c/g; a goal (Gomory's cuts)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, gcd, lcm

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Name, Term, number
from boundkit.kernel.derivative import derivative, minus, plus, times
from boundkit.kernel.enclosures import enclosure
from boundkit.kernel.interpolation import is_integer
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.quotients import UNIT, Algebra, Quotient, TooLarge
from boundkit.kernel.steps import (
    Enclosed,
    Evaluated,
    Fact,
    Known,
    Lemma,
    Narrowed,
    Product,
    Range,
    Step,
    Sum,
    Whole,
)
from boundkit.provers.factors import solved
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods import products

COST = 2
MOST_FACTS = 24


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """A smaller range, facts rounded, or the goal rounded: the first of these that applies and succeeds."""
    integral = {name for name, extent in goal.box.items() if extent.integral}
    if not integral or not goal.facts or len(goal.facts) > MOST_FACTS:
        return GivenUp("")
    for method in (_narrowed, _tightened, _rounded):
        found = method(goal, integral, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


@dataclass(frozen=True)
class _Cut:
    """factor*(whole) + rest for a term, where `whole` is a polynomial with integer coefficients, without a
    common factor, and without a constant."""

    factor: Fraction
    whole: Term
    rest: Fraction


def _cut(term: Term, integral: set[str]) -> _Cut | None:
    """The parts of a polynomial in integers alone; None for others, and for constants."""
    if not term.free or not term.free <= integral:
        return None
    algebra = Algebra()
    try:
        quotient = algebra.of(term)
    except TooLarge:
        return None
    values = {monomial: value for monomial, value in quotient.top.items() if monomial != UNIT}
    if quotient.below or not values:
        return None
    scale = lcm(*(value.denominator for value in values.values()))
    factor = Fraction(gcd(*(int(value * scale) for value in values.values())), scale)
    whole = algebra.to_term(Quotient({monomial: value / factor for monomial, value in values.items()}))
    if not is_integer(whole, integral):
        return None
    return _Cut(factor, whole, quotient.top.get(UNIT, Fraction(0)))


def _narrowed(goal: Goal, integral: set[str], prove: Prove, effort: Effort) -> Found | None:
    """The first end that a fact which is linear in an integer gives to it."""
    for name in sorted(integral):
        extent = goal.box[name]
        for smaller in _ends(goal, name, extent):
            variable = Name(name, REAL)
            steps: list[Step] = [Enclosed(), Enclosed()]
            for side, (old, new) in enumerate(((extent.lower, smaller.lower), (extent.upper, smaller.upper))):
                if old == new or new is None:
                    continue
                gap = minus(variable, number(new)) if side == 0 else minus(number(new), variable)
                found = _by_facts(replace(goal, slack=plus(gap, ONE), strict=True), prove, effort)
                if found is None:
                    break
                steps[side] = Whole(found.step)
            else:
                rest = prove(replace(goal, box={**goal.box, name: smaller}), effort)
                if rest is None:
                    return None
                step = Narrowed(name, smaller, steps[0], steps[1], rest.step)
                return Found(step, rest.argument) if accepted(goal, step) else None
    return None


def _ends(goal: Goal, name: str, extent: Range) -> Iterator[Range]:
    for fact in goal.facts:
        if name not in fact.term.free or fact.kind == "zero":
            continue
        bottom = solved(fact.term, name)
        if bottom is None or name in bottom.free:
            continue
        try:
            slope = enclosure(derivative(fact.term, name), goal.box, goal.facts, 64)
            reach = enclosure(bottom, goal.box, goal.facts, 64)
        except (Undecided, Undefined):
            continue
        strict = fact.kind == "positive"
        if slope.is_positive and reach.lower.is_finite():
            least = _integer(float(reach.lower), 1, strict or reach.lower_open)
            if extent.lower is None and (extent.upper is None or least <= extent.upper):
                yield replace(extent, lower=least)
        elif slope.is_negative and reach.upper.is_finite():
            most = _integer(float(reach.upper), -1, strict or reach.upper_open)
            if extent.upper is None and (extent.lower is None or most >= extent.lower):
                yield replace(extent, upper=most)


def _integer(end: float, sign: int, is_open: bool) -> Fraction:
    """The first integer on this side of an end; the kernel checks it."""
    near = round(end)
    if abs(end - near) < 1e-9:
        return Fraction(near + sign) if is_open else Fraction(near)
    return Fraction(ceil(end) if sign > 0 else floor(end))


def _tightened(goal: Goal, integral: set[str], prove: Prove, effort: Effort) -> Found | None:
    """All facts that are sharper when rounded, as lemmas."""
    lemmas: list[tuple[Term, Step]] = []
    known = {fact.term for fact in goal.facts}
    for place, fact in enumerate(goal.facts):
        own = _cut(fact.term, integral) if fact.kind != "zero" else None
        if own is None:
            continue
        strict = fact.kind == "positive"
        bound = -own.rest / own.factor
        least = floor(bound) + 1 if strict else ceil(bound)
        term = plus(own.whole, number(-least))
        left = 1 - least + bound
        if term in known or (not strict and least == bound):
            continue
        known.add(term)
        multiple = times(number(1 / own.factor), fact.term)
        parts = (multiple, number(left))
        lemmas.append(
            (term, Sum(parts, (Known(place, number(1 / own.factor)), Evaluated()), int(not strict)))
        )
    if not lemmas:
        return None
    facts = (*goal.facts, *(Fact(term, "nonnegative") for term, _ in lemmas))
    found = prove(replace(goal, facts=facts), effort)
    if found is None:
        return None
    step = found.step
    for term, proof in reversed(lemmas):
        step = Lemma(term, False, Whole(proof), step)
    return Found(step, found.argument) if accepted(goal, step) else None


def _rounded(goal: Goal, integral: set[str], prove: Prove, effort: Effort) -> Found | None:
    """factor*whole + rest >= 0 from whole - least > -1."""
    own = _cut(goal.slack, integral)
    if own is None or goal.strict:
        return None
    least = ceil(-own.rest / own.factor)
    term = plus(own.whole, number(-least))
    found = _by_facts(replace(goal, slack=plus(term, ONE), strict=True), prove, effort)
    if found is None:
        return None
    above = Product((number(own.factor), term), (Evaluated(), Whole(found.step)))
    rest = number(own.rest + own.factor * least)
    step = Sum((times(number(own.factor), term), rest), (above, Evaluated()))
    line = f"{term} is an integer, so that it suffices that it is > -1"
    return Found(step, (line, *found.argument)) if accepted(goal, step) else None


def _by_facts(goal: Goal, prove: Prove, effort: Effort) -> Found | None:
    """A combination of facts, or what else proves the goal."""
    found = products.attempt(goal, prove, effort)
    return found if isinstance(found, Found) else prove(goal, effort)
