"""The logarithm of a sum by Gibbs' variational principle: ln(t_1 + ... + t_n) >= sum_i w_i*ln(t_i/w_i) for
weights w_i > 0 with sum 1, with equality for weights in proportion to the t_i.

So bounds on free energies, as of Donsker and Varadhan; Jensen's inequality for the logarithm; the convexity
of ln(exp(x) + exp(y)), and with it Hoelder's inequality. The weights are read off the slack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number, substitute, subterms
from boundkit.kernel.derivative import minus, negative, over, plus, times
from boundkit.kernel.enclosures import replaced, size_of
from boundkit.kernel.quotients import Algebra, TooLarge, same
from boundkit.kernel.steps import (
    Enclosed,
    Generalised,
    Identity,
    Instance,
    Kept,
    Known,
    Lemma,
    Product,
    Step,
    Sum,
)
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.logarithms import TANGENT
from boundkit.provers.inequalities.sampling import signs
from boundkit.provers.inequalities.transcendental import has_functions

COST = 1
MOST_TERMS = 4
MOST_PERMUTED = 3
MOST_CANDIDATES = 24
MOST_TRIED = 3
LARGEST = 150

Weights = tuple[Term, ...]


@dataclass(frozen=True)
class _Logarithm:
    """ln(t_1 + ... + t_n) with its factor in the slack."""

    term: Term
    summands: tuple[Term, ...]
    coefficient: Term


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """All logarithms of sums of one length with coefficients that seem positive, else one of them."""
    if size_of(goal.slack) > LARGEST or any(_is_gamma(part) for part in subterms(goal.slack)):
        return GivenUp("")
    logarithms = list(_logarithms(goal))
    tried = 0
    for own in logarithms:
        alike = tuple(other for other in logarithms if len(other.summands) == len(own.summands))
        for weights in _families(goal, own.summands):
            if any(own.term in subterms(weight) for weight in weights):
                continue
            for used in (alike, (own,)) if len(alike) > 1 else ((own,),):
                slack = goal.slack
                for other in used:
                    slack = replaced(slack, other.term, _bound(other.summands, weights))
                if -1 in signs(slack, goal.box, goal.facts):
                    continue
                tried += 1
                if tried > MOST_TRIED:
                    return GivenUp("")
                found = _proved(goal, replace(goal, slack=slack), used, weights, prove, effort)
                if found is not None:
                    return found
    return GivenUp("")


def _is_gamma(term: Term) -> bool:
    """Whether this is a value of Gamma, whose logarithms of sums come from its recurrence."""
    return isinstance(term, Apply) and term.head in ("Gamma", "lnGamma", "polygamma", "factorial", "binomial")


def _logarithms(goal: Goal) -> Iterator[_Logarithm]:
    for part in dict.fromkeys(subterms(goal.slack)):
        if not _of_a_sum(part):
            continue
        summands = _summands(part.args[0])  # type: ignore[attr-defined]
        coefficient = _coefficient(goal.slack, part)
        if coefficient is None or not 2 <= len(summands) <= MOST_TERMS:
            continue
        if signs(coefficient, goal.box, goal.facts) != {1}:
            continue
        if all(signs(term, goal.box, goal.facts) == {1} for term in summands):
            yield _Logarithm(part, summands, coefficient)


def _of_a_sum(term: Term) -> bool:
    return (
        isinstance(term, Apply)
        and term.head == "ln"
        and bool(term.free)
        and isinstance(term.args[0], Apply)
        and term.args[0].head == "+"
        and has_functions(term)
    )


def _summands(term: Term) -> tuple[Term, ...]:
    """The summands of a sum of sums, as they are written."""
    if isinstance(term, Apply) and term.head == "+":
        return tuple(own for arg in term.args for own in _summands(arg))
    return (term,)


def _coefficient(slack: Term, atom: Term) -> Term | None:
    """The factor of an atom in which the slack is affine."""
    stand_in = Name("t_gibbs", REAL)
    turned = replaced(slack, atom, stand_in)
    algebra = Algebra()
    values = []
    try:
        for value in (0, 1, 2):
            values.append(algebra.of(substitute(turned, {stand_in.text: number(value)})))
        first = algebra.add(values[1], values[0], Fraction(-1))
        second = algebra.add(values[2], values[1], Fraction(-1))
        if algebra.add(second, first, Fraction(-1)).top:
            return None
        return algebra.to_term(first)
    except TooLarge:
        return None


def _bound(summands: tuple[Term, ...], weights: Weights) -> Term:
    """sum_i w_i*(ln(t_i) - ln(w_i))."""
    return plus(
        *(
            times(weight, minus(Apply("ln", (own,), REAL), Apply("ln", (weight,), REAL)))
            for own, weight in zip(summands, weights, strict=True)
        )
    )


def _families(goal: Goal, summands: tuple[Term, ...]) -> Iterator[Weights]:
    """Positive terms with sum 1, one for each summand: factors of the summands, what stands beside its
    complement in the slack, sums in it over their values, and equal shares; in all orders."""
    count = len(summands)
    seen: set[Weights] = set()
    for family in _unordered(goal, summands):
        if len(family) != count or not same(plus(*family), ONE):
            continue
        if any(signs(weight, goal.box, goal.facts) != {1} for weight in family):
            continue
        for ordered in permutations(family) if count <= MOST_PERMUTED else (family,):
            if ordered not in seen and len(seen) < MOST_CANDIDATES:
                seen.add(ordered)
                yield ordered


def _unordered(goal: Goal, summands: tuple[Term, ...]) -> Iterator[Weights]:
    yield tuple(map(_algebraic_factor, summands))
    for part in dict.fromkeys(subterms(goal.slack)):
        if not isinstance(part, Apply) or not part.free:
            continue
        if part.head in ("-", "+") and (taken := _taken_from_one(part)):
            yield (*taken, part)
        if part.head == "+":
            shares = _summands(part)
            if shares != summands:
                yield tuple(over(own, part) for own in shares)
    yield (number(Fraction(1, len(summands))),) * len(summands)


def _algebraic_factor(term: Term) -> Term:
    """The product of the factors without functions."""
    if isinstance(term, Apply) and term.head == "*":
        return times(*map(_algebraic_factor, term.args))
    return ONE if has_functions(term) else term


def _taken_from_one(term: Apply) -> Weights:
    """u, v, ... of 1 - u - v - ...; nothing for other terms."""
    whole = negative(term)
    parts: list[Term] = []
    left: list[tuple[Term, bool]] = [(term, True)]
    ones = 0
    while left:
        own, positive = left.pop(0)
        if isinstance(own, Apply) and own.head in ("+", "-"):
            left.extend(
                (arg, positive != (own.head == "-" and place > 0)) for place, arg in enumerate(own.args)
            )
        elif isinstance(own, Apply) and own.head == "neg":
            left.append((own.args[0], not positive))
        elif isinstance(own, Number) and positive:
            ones += own.value == 1
        elif isinstance(own, Apply) and own.head == "*" and own.args[0] == number(-1) and positive:
            parts.append(times(*own.args[1:]))
        elif not positive:
            parts.append(own)
        else:
            return ()
    return tuple(parts) if ones == 1 and parts and whole != term else ()


def _proved(
    goal: Goal,
    rest: Goal,
    used: tuple[_Logarithm, ...],
    weights: Weights,
    prove: Prove,
    effort: Effort,
) -> Found | None:
    count = len(goal.facts)
    everything = tuple(range(count))
    parts: list[Term] = []
    steps: list[Step] = []
    lemmas: list[tuple[Term, Step]] = []
    for own in used:
        known = prove(replace(goal, slack=own.coefficient, strict=False), effort)
        if known is None:
            return None
        principle = _principle(goal, own.summands, weights, prove, effort)
        if principle is None:
            return None
        gap = principle[0]
        fact = Known(count + len(lemmas), ONE)
        parts.append(times(own.coefficient, gap))
        steps.append(Product((own.coefficient, gap), (Kept(everything, known.step), fact)))
        lemmas.append((gap, Kept(everything, principle[1])))
    found = prove(rest, effort)
    if found is None:
        return None
    step: Step = Sum((rest.slack, *parts), (Kept(everything, found.step), *steps))
    for gap, proof in reversed(lemmas):
        step = Lemma(gap, False, proof, step)
    if not accepted(goal, step):
        return None
    shown = ", ".join(map(str, weights))
    logarithms = ", ".join(str(own.term) for own in used)
    line = f"by Gibbs' variational principle, {logarithms} with the weights {shown}"
    return Found(step, (line, *found.argument))


def _principle(
    goal: Goal, summands: tuple[Term, ...], weights: Weights, prove: Prove, effort: Effort
) -> tuple[Term, Step] | None:
    """ln(sum of t_i) - sum of w_i*ln(t_i/w_i), and why it is not negative: with names for the summands and
    the weights, it is the sum of w_i*(r_i - 1 - ln(r_i)) for r_i = t_i/(w_i*s)."""
    gap = minus(Apply("ln", (plus(*summands),), REAL), _bound(summands, weights))
    total = minus(plus(*weights), ONE)
    names: dict[Term, Name] = {}
    for term in sorted({*summands, *weights}, key=lambda own: (-size_of(own), str(own))):
        if term.free:
            names[term] = Name(f"t_gibbs{len(names)}", REAL)
    proofs: dict[Term, Step] = {}
    for term in names:
        own = prove(Goal(term, True, goal.box, goal.facts), effort)
        if own is None:
            return None
        proofs[term] = Kept(tuple(range(len(goal.facts))), own.step)
    slack, equation = gap, total
    for term, name in names.items():
        slack, equation = replaced(slack, term, name), replaced(equation, term, name)
    shares = [
        (names.get(own, own), names.get(weight, weight))
        for own, weight in zip(summands, weights, strict=True)
    ]
    step = _by_tangents(len(goal.facts), slack, equation, shares)
    for term, name in reversed(names.items()):
        step = Generalised(term, name.text, POSITIVE, proofs[term], Enclosed(), step)
    step = Identity(total, step)
    return (gap, step) if accepted(replace(goal, slack=gap, strict=False), step) else None


def _by_tangents(count: int, slack: Term, equation: Term, shares: list[tuple[Term, Term]]) -> Step:
    """The principle where summands and weights are names or numbers; the fact number `count` is that the
    weights have the sum 1."""
    whole = plus(*(own for own, _ in shares))
    t = Name("t_ratio", REAL)
    tangent = minus(minus(t, ONE), Apply("ln", (t,), REAL))
    ratios = [over(own, times(weight, whole)) for own, weight in shares]
    gaps = [substitute(tangent, {t.text: ratio}) for ratio in ratios]
    multiplier = minus(ONE, Apply("ln", (whole,), REAL))
    parts = [times(weight, gap) for (_, weight), gap in zip(shares, gaps, strict=True)]
    steps: list[Step] = [
        Product((weight, gap), (Enclosed(), Known(count + 1 + place, ONE)))
        for place, ((_, weight), gap) in enumerate(zip(shares, gaps, strict=True))
    ]
    step: Step = Sum((*parts, times(equation, multiplier)), (*steps, Known(count, multiplier)))
    for ratio in reversed(ratios):
        step = Instance(t.text, POSITIVE, tangent, False, ratio, TANGENT, Enclosed(), Enclosed(), step)
    return step
