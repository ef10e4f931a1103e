"""A root against the rest of the slack, by the powers of both: for u, v >= 0, u^q <= v^q gives u <= v."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from math import lcm

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number, subterms
from boundkit.kernel.derivative import minus, negative, plus, power, times
from boundkit.kernel.steps import (
    Cases,
    Enclosed,
    Excluded,
    Fact,
    Generalised,
    Known,
    Lemma,
    Product,
    Range,
    Step,
    Sum,
)
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import signs
from boundkit.provers.inequalities.summands import Summand, raised, sides

COST = 8
MOST_SUMMANDS = 3
MOST_CANDIDATES = 3
HIGHEST = 4
MOST_PRODUCTS = 9
_ARITHMETIC = frozenset({"+", "-", "*", "/", "^", "neg", "sqrt"})
RAY = Range(Fraction(0), None)


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One root is isolated; the powers have one root less, or products of roots."""
    above, below, _ = sides(goal.slack)
    if not 2 <= len(above) + len(below) <= MOST_SUMMANDS:
        return GivenUp("")
    for summand, rest, greater in islice(_isolated(above, below), MOST_CANDIDATES):
        found = _compared(goal, summand, rest, greater, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _degree(summand: Summand) -> int:
    return lcm(*(exponent.denominator for _, exponent in summand.factors), 1)


def _isolated(above: list[Summand], below: list[Summand]) -> Iterator[tuple[Summand, Term, bool]]:
    """A summand with roots, what it is compared with, and whether it is on the greater side."""
    for side, other, greater in ((below, above, False), (above, below, True)):
        for summand in side:
            if 2 <= _degree(summand) <= HIGHEST and has_roots(summand):
                # Of several roots without other functions, the method of radicals takes care.
                rest = [own for own in (*above, *below) if own is not summand]
                hidden = any(map(_hides_roots, rest))
                if (hidden or sum(map(has_roots, rest)) > 1) and _is_algebraic((summand, *rest)):
                    continue
                left = [negative(own.term) for own in side if own is not summand]
                yield summand, plus(*(own.term for own in other), *left), greater


def has_roots(summand: Summand) -> bool:
    """Whether a variable is under a root."""
    return any(base.free and exponent.denominator > 1 for base, exponent in summand.factors)


def _hides_roots(summand: Summand) -> bool:
    """Whether roots stand inside of a factor."""
    inner = (part for base, _ in summand.factors for part in subterms(base))
    return any(isinstance(part, Apply) and part.head == "sqrt" for part in inner)


def _is_algebraic(summands: tuple[Summand, ...]) -> bool:
    heads = {
        part.head
        for own in summands
        for base, _ in own.factors
        for part in subterms(base)
        if isinstance(part, Apply)
    }
    return heads <= _ARITHMETIC


def _compared(
    goal: Goal, summand: Summand, rest: Term, greater: bool, prove: Prove, effort: Effort
) -> Found | None:
    root = summand.term
    seen = signs(rest, goal.box, goal.facts)
    if -1 in signs(root, goal.box, goal.facts):
        return None
    slack = Apply("-", (root, rest), REAL) if greater else Apply("-", (rest, root), REAL)
    if -1 not in seen:
        found = _powers(replace(goal, slack=slack), summand, rest, greater, prove, effort)
    elif greater:
        found = _by_cases(replace(goal, slack=slack), summand, rest, prove, effort)
    else:
        return None
    if found is None:
        return None
    step = found.step if slack == goal.slack else Product((slack,), (found.step,))
    return Found(step, found.argument) if accepted(goal, step) else None


def _by_cases(goal: Goal, summand: Summand, rest: Term, prove: Prove, effort: Effort) -> Found | None:
    """Where the other side is negative, there is little to show."""
    weight = prove(replace(goal, slack=summand.term, strict=False), effort)
    if weight is None:
        return None
    inner = replace(goal, facts=(*goal.facts, Fact(rest, "nonnegative")))
    found = _powers(inner, summand, rest, True, prove, effort)
    if found is None:
        return None
    below = Sum((negative(rest), summand.term), (Known(len(goal.facts), ONE), weight.step), 0)
    return Found(Cases(rest, found.step, below), found.argument)


def _powers(
    goal: Goal, summand: Summand, rest: Term, greater: bool, prove: Prove, effort: Effort
) -> Found | None:
    degree = _degree(summand)
    powered = times(
        number(summand.coefficient**degree),
        *(_whole(base, exponent * degree) for base, exponent in summand.factors),
    )
    other = power_of(rest, degree)
    gap = minus(powered, other) if greater else minus(other, powered)
    effort.spend(2)
    found = prove(replace(goal, slack=gap), effort)
    if found is None:
        return None
    steps: dict[Term, Step] = {}
    for term in (summand.term, rest):
        positive = prove(replace(goal, slack=term, strict=False), effort)
        if positive is None:
            return None
        steps[term] = positive.step
    small, large = (rest, summand.term) if greater else (summand.term, rest)
    lemma = minus(*(Apply("^", (own, number(degree)), REAL) for own in (large, small)))
    step = ordered(goal, small, large, degree, lemma, steps)
    step = Lemma(lemma, goal.strict, Product((gap,), (found.step,)), step)
    if not accepted(goal, step):
        return None
    return Found(step, (f"with the {_ordinal(degree)} powers of both sides: {gap} >= 0", *found.argument))


def _ordinal(degree: int) -> str:
    return {2: "second", 3: "third", 4: "fourth"}[degree]


def _whole(base: Term, exponent: Fraction) -> Term:
    if isinstance(base, Number) and (base.value or exponent > 0) and exponent.denominator == 1:
        return number(base.value ** int(exponent))
    return raised(base, exponent)


def power_of(term: Term, degree: int) -> Term:
    """term^degree, for few summands multiplied out."""
    above, below, _ = sides(term)
    signed = [*above, *(Summand(-own.coefficient, own.factors) for own in below)]
    if len(signed) ** degree > MOST_PRODUCTS:
        return power(term, number(degree))
    total = {frozenset[tuple[Term, Fraction]](): Fraction(1)}
    for _ in range(degree):
        following: dict[frozenset[tuple[Term, Fraction]], Fraction] = {}
        for factors, coefficient in total.items():
            for own in signed:
                joined = dict(factors)
                for base, exponent in own.factors:
                    joined[base] = joined.get(base, Fraction(0)) + exponent
                key = frozenset((base, exponent) for base, exponent in joined.items() if exponent)
                following[key] = following.get(key, Fraction(0)) + coefficient * own.coefficient
        total = following
    parts = [
        times(number(value), *(_whole(*factor) for factor in sorted(key, key=lambda pair: str(pair[0]))))
        for key, value in total.items()
    ]
    return plus(*parts)


def ordered(goal: Goal, small: Term, large: Term, degree: int, lemma: Term, steps: dict[Term, Step]) -> Step:
    """large - small >= 0 (> 0), from the sign of the lemma, which is the last fact: otherwise
    u^q - v^q = (u - v)*(u^(q-1) + ... + v^(q-1)) had the other sign."""
    place = len(goal.facts)
    taken = {*goal.box}
    values: dict[Term, Term] = {}
    wrappers: list[tuple[Term, str]] = []
    for term, base in sorted(((small, "u"), (large, "v")), key=lambda pair: -len(str(pair[0]))):
        if isinstance(term, Number):
            values[term] = term
            continue
        name = base
        while name in taken:
            name += "_"
        taken.add(name)
        values[term] = Name(name, REAL)
        wrappers.append((term, name))
    u, v = values[small], values[large]
    total = plus(*(times(power(u, number(k)), power(v, number(degree - 1 - k))) for k in range(degree)))
    if goal.strict:
        failing = Product((minus(u, v), total), (Known(place + 1, ONE), Enclosed()))
        step: Step = Cases(minus(u, v), Excluded(place, 1, failing), Known(place + 1, ONE))
    else:
        positive = Lemma(
            u,
            True,
            Sum((minus(u, v), v), (Known(place + 1, ONE), Enclosed()), 0),
            Product((minus(u, v), total), (Known(place + 1, ONE), Enclosed())),
        )
        step = Cases(minus(v, u), Known(place + 1, ONE), Excluded(place, 1, positive))
    for term, name in reversed(wrappers):
        step = Generalised(term, name, RAY, steps[term], Enclosed(), step)
    return step
