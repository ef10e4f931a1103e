"""Sums of a function of probabilities and one of their complements, f(p, q) + g(1 - p, 1 - q), as divergences
of Bernoulli distributions are: each part is above a linear function, and these cancel.

The linear function is 0, or the tangent plane where p = q. So the squared Hellinger distance is below
the relative entropy, and the divergence of Jensen and Shannon below the distance in variation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, number, substitute, subterms
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus, plus, times
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.steps import (
    Enclosed,
    Equation,
    Fact,
    Generalised,
    Kept,
    Known,
    Lemma,
    Product,
    Step,
    Sum,
)
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.restated import simple
from boundkit.provers.inequalities.sampling import signs

COST = 8
LARGEST = 120
DIAGONAL = tuple(map(Fraction, ("1/2", "1/4")))


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The parts for all variables with a complement in the slack."""
    if size_of(goal.slack) > LARGEST:
        return GivenUp("")
    names = [name for name in sorted(goal.slack.free) if _has_complement(goal, name)]
    if not 1 < len(names) <= 3 or len(goal.slack.free) > len(names):
        return GivenUp("")
    split = _split(goal.slack, names)
    if split is None:
        return GivenUp("")
    first, second = split
    for plane in _planes(first, names):
        parts = (minus(first, plane), plus(second, plane))
        if any(-1 in signs(part, goal.box, goal.facts) for part in parts):
            continue
        steps: list[Step] = []
        for place, part in enumerate(parts):
            whole = replace(goal, slack=part, strict=goal.strict and not place)
            own = _in_new_names(whole, names, place > 0, prove, effort)
            if own is None:
                break
            steps.append(own)
        if len(steps) < 2:
            continue
        step = Sum(parts, tuple(steps))
        if accepted(goal, step):
            return Found(step, tuple(f"{part} >= 0" for part in parts))
    return GivenUp("")


def _in_new_names(goal: Goal, names: list[str], turned: bool, prove: Prove, effort: Effort) -> Step | None:
    """The goal with new positive names for the variables, or for their complements."""
    new = {name: Name(f"{name}_part", REAL) for name in names}
    values = {new[name].text: minus(ONE, Name(name, REAL)) if turned else Name(name, REAL) for name in names}
    there = {name: minus(ONE, own) if turned else own for name, own in new.items()}
    count = len(goal.facts)
    terms = [expanded(substitute(term, there)) for term in (goal.slack, *(fact.term for fact in goal.facts))]
    if None in terms or any(own in goal.box for own in values):
        return None
    slack, *facts = [term for term in terms if term is not None]
    box = dict.fromkeys(values, POSITIVE)
    kinds = [fact.kind for fact in goal.facts]
    inner = Goal(slack, goal.strict, box, tuple(map(Fact, facts, kinds)))
    if any(_holds_complement(slack, own) for own in values) or -1 in signs(slack, box, inner.facts):
        return None  # a part with complements is no part, and may be undefined beyond 1
    found = prove(inner, effort)
    if found is None:
        return None
    step: Step = Kept(tuple(range(count, 2 * count)), found.step)
    for own, value in reversed(values.items()):
        step = Generalised(value, own, POSITIVE, Enclosed(), Enclosed(), step)
    step = Product((substitute(slack, values),), (step,))
    for place, fact in reversed(list(enumerate(goal.facts))):
        known = Known(place, ONE)
        term = substitute(facts[place], values)
        if fact.kind == "zero":
            step = Equation(term, known, Known(place, number(-1)), step)
        else:
            step = Lemma(term, fact.kind == "positive", known, step)
    return step if accepted(goal, step) else None


def _has_complement(goal: Goal, name: str) -> bool:
    """Whether 1 - name stands in the slack, under a function or as a factor."""
    extent = goal.box[name]
    bounded = not extent.is_point and extent.lower is not None and extent.upper is not None
    return bounded and _holds_complement(goal.slack, name)


def _holds_complement(slack: Term, name: str) -> bool:
    at_one = {name: ONE}
    return any(
        isinstance(part, Apply)
        and part.head in ("-", "+")
        and name in part.free
        and len(part.free) == 1
        and expanded(substitute(part, at_one)) == ZERO
        for part in subterms(slack)
    )


def _split(slack: Term, names: list[str]) -> tuple[Term, Term] | None:
    """The slack as the sum of what is shorter in the variables, and of what is so in their complements; half
    of a summand to both where neither is so."""
    turned = {name: minus(ONE, Name(name, REAL)) for name in names}
    parts: tuple[list[Term], list[Term]] = ([], [])
    for factor, summand in _summands(slack, Fraction(1)):
        here, there = expanded(summand), expanded(substitute(summand, turned))
        if here is None or there is None:
            return None
        own = times(number(factor), summand)
        sizes = size_of(here), size_of(there)
        if sizes[0] == sizes[1] or not _is_curved(summand):
            for side in parts:
                side.append(times(number(Fraction(1, 2)), own))
        else:
            parts[sizes[0] > sizes[1]].append(own)
    if not parts[0] or not parts[1]:
        return None
    return plus(*parts[0]), plus(*parts[1])


def _is_curved(term: Term) -> bool:
    return any(
        isinstance(part, Apply) and part.free and part.head not in ("+", "-", "*", "neg")
        for part in subterms(term)
    )


def _summands(term: Term, factor: Fraction) -> Iterator[tuple[Fraction, Term]]:
    """The summands with numbers before them, through numbers that multiply and divide sums."""
    if isinstance(term, Apply) and term.head in ("+", "-", "neg"):
        for place, own in enumerate(term.args):
            turned = term.head == "neg" or (term.head == "-" and place > 0)
            yield from _summands(own, -factor if turned else factor)
        return
    if isinstance(term, Apply) and term.head == "*":
        numbers = [own for own in term.args if isinstance(own, Number)]
        others = [own for own in term.args if not isinstance(own, Number)]
        if len(others) == 1 and numbers:
            for own in numbers:
                factor *= own.value
            yield from _summands(others[0], factor)
            return
    if (
        isinstance(term, Apply)
        and term.head == "/"
        and isinstance(term.args[1], Number)
        and term.args[1].value
    ):
        yield from _summands(term.args[0], factor / term.args[1].value)
        return
    yield factor, term


def _planes(part: Term, names: list[str]) -> Iterator[Term]:
    """0, and the tangent plane at a point with equal variables."""
    yield ZERO
    seen: set[Term] = set()
    for level in DIAGONAL:
        place = {name: number(level) for name in names}
        height = simple(substitute(part, place))
        if height is None:
            return
        terms = [height]
        for name in names:
            try:
                slope = simple(substitute(derivative(part, name), place))
            except NotDifferentiable:
                return
            if slope is None:
                return
            terms.append(times(slope, minus(Name(name, REAL), number(level))))
        plane = simple(plus(*terms))
        if plane is not None and plane not in seen and plane != ZERO:
            seen.add(plane)
            yield plane
