"""Powers of several terms with one symbolic exponent, each compared with the power of one of them: t^p with
its tangent 1 + p*(t - 1) at 1 (Bernoulli's inequality), or with its chord t on the unit interval.

So ((a + b)/2)^p <= (a^p + b^p)/2 for p >= 1, and (a + b)^p <= a^p + b^p for p <= 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, fresh_name, number, subterms
from boundkit.kernel.constants import exact
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus, negative, over, plus, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.steps import Enclosed, Generalised, Kept, Powered, Product, Range, Step, Sum
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.restated import simple
from boundkit.provers.inequalities.sampling import signs

COST = 3
DEEPEST = 3
MOST_POWERS = 5
UNIT = Range(Fraction(0), Fraction(1), lower_closed=False)

Method = Callable[[Goal, Prove, Effort], Found | GivenUp]
Powers = dict[Term, Term]
"""The power by its base."""


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One exponent, and one of its powers."""
    written = [part for part in subterms(goal.slack) if is_power(part)]
    if written:
        return in_exponentials(goal, written[0], attempt, prove, effort) or GivenUp("")
    for exponent, powers in _groups(goal.slack).items():
        if not 2 <= len(powers) <= MOST_POWERS:
            continue
        for base in powers:
            if len(base.free) < 2:
                continue
            for chord in (False, True):
                effort.spend(2)
                found = _compared(goal, exponent, powers, base, chord, prove, effort)
                if found is not None:
                    return found
    return GivenUp("")


def is_power(part: Term) -> bool:
    """Whether a term is a power with a symbolic exponent."""
    return isinstance(part, Apply) and part.head == "^" and bool(part.args[1].free)


def in_exponentials(goal: Goal, part: Term, method: Method, prove: Prove, effort: Effort) -> Found | None:
    """What a method finds for the goal with an exponential for a power."""
    assert isinstance(part, Apply)
    base, exponent = part.args
    if not accepted(Goal(base, True, goal.box, goal.facts), Enclosed()):
        return None
    value = Apply("exp", (times(exponent, Apply("ln", (base,), REAL)),), REAL)
    slack = replaced(goal.slack, part, value)
    facts = tuple(replace(fact, term=replaced(fact.term, part, value)) for fact in goal.facts)
    found = method(Goal(slack, goal.strict, goal.box, facts), prove, effort)
    if isinstance(found, GivenUp):
        return None
    step = Powered(part, Enclosed(), found.step)
    return Found(step, found.argument) if accepted(goal, step) else None


def _groups(slack: Term) -> dict[Term, Powers]:
    """Powers exp(c*ln(u)) by their exponents, which are not numbers."""
    found: dict[Term, Powers] = {}
    for part in subterms(slack):
        if not (isinstance(part, Apply) and part.head == "exp"):
            continue
        inner = part.args[0]
        if isinstance(inner, Apply) and inner.head == "*" and len(inner.args) == 2:
            exponent, logarithm = inner.args
            if not isinstance(logarithm, Apply) or logarithm.head != "ln" or isinstance(exponent, Number):
                continue
            if logarithm.args[0].free:
                found.setdefault(exponent, {})[logarithm.args[0]] = part
    return found


def _weights(slack: Term, powers: Powers, base: Term) -> Iterator[tuple[Term, Term]]:
    """The bases of the other powers with the factors of these in the slack, if it is affine in them."""
    names = {
        own: Name(fresh_name("power", set(slack.free)) + f"_{place}", REAL)
        for place, own in enumerate(powers)
    }
    turned = slack
    for own, part in powers.items():
        turned = replaced(turned, part, names[own])
    for own in powers:
        if own == base:
            continue
        weight = simple(derivative(turned, names[own].text))
        if weight is None or any(name.text in weight.free for name in names.values()):
            return
        yield own, weight


def _compared(
    goal: Goal, exponent: Term, powers: Powers, base: Term, chord: bool, prove: Prove, effort: Effort
) -> Found | None:
    try:
        weights = list(_weights(goal.slack, powers, base))
    except NotDifferentiable:
        return None
    if len(weights) < len(powers) - 1:
        return None
    terms: list[Term] = []
    steps: list[Step] = []
    lines: list[str] = []
    for own, weight in weights:
        scale = ONE if chord else _scale(own, base)
        seen = signs(weight, goal.box, goal.facts)
        if scale is None or len(seen) != 1:
            return None
        middle = times(scale, base)
        gap = _gap(over(own, middle), exponent, chord, 1 in seen)
        power = Apply("exp", (times(exponent, Apply("ln", (middle,), REAL)),), REAL)
        size = weight if 1 in seen else negative(weight)
        terms.append(times(size, power, gap))
        name = Name(fresh_name("ratio", set(goal.box)), REAL)
        extent = UNIT if chord else POSITIVE
        box = {key: held for key, held in goal.box.items() if key in exponent.free}
        kept = tuple(place for place, fact in enumerate(goal.facts) if fact.term.free <= exponent.free)
        facts = tuple(goal.facts[place] for place in kept)
        inner = Goal(_gap(name, exponent, chord, 1 in seen), False, {**box, name.text: extent}, facts)
        proof = prove(inner, effort)
        heavy = prove(replace(goal, slack=size, strict=False), effort)
        room = (
            prove(replace(goal, slack=minus(ONE, over(own, middle)), strict=False), effort) if chord else None
        )
        if proof is None or heavy is None or (chord and room is None):
            return None
        upper = Enclosed() if room is None else room.step
        compared = Generalised(
            over(own, middle), name.text, extent, Enclosed(), upper, Kept(kept, proof.step)
        )
        steps.append(Product((size, power, gap), (heavy.step, Enclosed(), compared)))
        lines.append(f"{gap} >= 0")
    rest = simple(minus(goal.slack, plus(*terms)))
    if rest is None:
        return None
    found = prove(replace(goal, slack=rest), effort)
    if found is None:
        return None
    step = Sum((rest, *terms), (found.step, *steps))
    return Found(step, (*lines, *found.argument)) if accepted(goal, step) else None


def _gap(ratio: Term, exponent: Term, chord: bool, above: bool) -> Term:
    power = Apply("exp", (times(exponent, Apply("ln", (ratio,), REAL)),), REAL)
    line = ratio if chord else plus(ONE, times(exponent, minus(ratio, ONE)))
    return minus(power, line) if above else minus(line, power)


def _scale(own: Term, base: Term) -> Term | None:
    """The number by which the base is the same where all variables are 1."""
    ones = dict.fromkeys(own.free | base.free, Fraction(1))
    values = exact(own, ones), exact(base, ones)
    if values[0] is None or not values[1] or values[0] <= 0:
        return None
    return number(values[0] / values[1])
