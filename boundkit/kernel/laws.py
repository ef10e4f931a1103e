"""Finite laws: expectations and probabilities as exact sums over all outcomes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from boundkit.ir.sorts import Distribution, Matrix
from boundkit.ir.terms import Apply, Bind, Term
from boundkit.kernel import grids
from boundkit.kernel.values import Absent, Grid, Listed, TooLarge, Truth, Unsupported, Value, column

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

MOST_FACTORS = 64


@dataclass(frozen=True)
class FiniteLaw:
    """A probability measure with finitely many outcomes, each with its weight."""

    outcomes: tuple[Value, ...]
    weights: tuple[Any, ...]


def law_of(evaluator: Evaluator, term: Term, scope: Scope) -> FiniteLaw:
    """The finite law that a term stands for: a given one, `Rademacher`, `bernoulli`, `binomial`, `uniform`
    on a finite set, and powers. Raises Unsupported for any other, Absent when a parameter is certainly
    outside its range."""
    arithmetic = evaluator.arithmetic
    zero, one = arithmetic.rational(Fraction(0)), arithmetic.rational(Fraction(1))
    if isinstance(term, Apply):
        match term.head:
            case "Rademacher":
                half = arithmetic.rational(Fraction(1, 2))
                return FiniteLaw((arithmetic.rational(Fraction(-1)), one), (half, half))
            case "bernoulli":
                p = _share(evaluator, term.args[0], scope)
                return FiniteLaw((zero, one), (arithmetic.apply("-", (one, p)), p))
            case "binomial":
                return _binomial(evaluator, term, scope)
            case "uniform":
                elements = evaluator.elements(term.args[0], scope)
                if elements is None:
                    raise Unsupported(f"the law `{term}`")
                outcomes = tuple(elements)
                if not outcomes:
                    raise Absent("the uniform law on an empty set")
                return FiniteLaw(outcomes, (arithmetic.rational(Fraction(1, len(outcomes))),) * len(outcomes))
            case "^":
                return _power(evaluator, term, scope)
    elif (value := evaluator.value(term, scope)) is not None and isinstance(value, FiniteLaw):
        return value
    raise Unsupported(f"the law `{term}`")


def joint(evaluator: Evaluator, body: Term, scope: Scope) -> Iterator[tuple[Any, Evaluator]]:
    """Every outcome of the draws that `body` depends on, with its weight and an evaluator in which those
    draws have values. Draws are independent except through the parameters of their laws."""
    needed = _draws_in(evaluator, body, frozenset(scope))
    order = [d for d in evaluator.theorem.declarations if d.name.text in needed]
    one = evaluator.arithmetic.rational(Fraction(1))
    spent = 0

    def extend(place: int, weight: Any, current: Evaluator) -> Iterator[tuple[Any, Evaluator]]:
        nonlocal spent
        if place == len(order):
            spent += 1
            if spent > evaluator.most_outcomes:
                raise TooLarge(f"more than {evaluator.most_outcomes} outcomes")
            yield weight, current
            return
        declaration = order[place]
        if declaration.law is None:
            raise Unsupported(f"the law of `{declaration.name.text}`, which may be any")
        law = law_of(current, declaration.law, {})
        for outcome, share in zip(law.outcomes, law.weights, strict=True):
            if evaluator.arithmetic.compare("=", share, evaluator.arithmetic.rational(Fraction(0))) is True:
                continue
            both = share if weight is one else evaluator.arithmetic.apply("*", (weight, share))
            yield from extend(place + 1, both, current.under({declaration.name.text: outcome}))

    yield from extend(0, one, evaluator)


def outcomes_of(evaluator: Evaluator, body: Term, scope: Scope) -> list[tuple[Any, Any]]:
    """Weights and values of a term over all draws in it."""
    return [(weight, child.value(body, scope)) for weight, child in joint(evaluator, body, scope)]


def expectation(evaluator: Evaluator, body: Term, scope: Scope) -> Any:
    """The mean of a term over all draws in it."""
    outcomes = outcomes_of(evaluator, body, scope)
    return outcomes[0][1] if len(outcomes) == 1 else _mean(evaluator, outcomes)


def probability(evaluator: Evaluator, body: Term, scope: Scope) -> Any:
    """The probability of a proposition over all draws in it."""
    outcomes = joint(evaluator, body, scope)
    return _mean(
        evaluator, [(weight, _indicator(evaluator, child.truth(body, scope))) for weight, child in outcomes]
    )


def _indicator(evaluator: Evaluator, truth: Truth) -> Any:
    one, zero = (evaluator.arithmetic.rational(Fraction(value)) for value in (1, 0))
    return evaluator.arithmetic.choose(truth, lambda: one, lambda: zero)


def _mean(evaluator: Evaluator, outcomes: Sequence[tuple[Any, Value]]) -> Value:
    parts = [grids.product(evaluator.arithmetic, weight, value) for weight, value in outcomes]
    if not parts:
        raise Absent("an expectation without outcomes")
    mean = parts[0]
    for part in parts[1:]:
        if isinstance(mean, Grid):
            mean = grids.entrywise(evaluator.arithmetic, "+", [mean, part])
        else:
            mean = evaluator.arithmetic.apply("+", (mean, part))
    return mean


def variance(evaluator: Evaluator, outcomes: Sequence[tuple[Any, Value]]) -> Any:
    """The variance of a number given by its weighted outcomes."""
    if any(isinstance(value, Grid) for _, value in outcomes):
        raise Unsupported("the variance of a vector")
    mean = _mean(evaluator, outcomes)
    gaps = [(weight, evaluator.arithmetic.apply("-", (value, mean))) for weight, value in outcomes]
    return _mean(evaluator, [(weight, grids.times(evaluator.arithmetic, gap, gap)) for weight, gap in gaps])


def almost_surely(evaluator: Evaluator, body: Term, scope: Scope) -> Truth:
    """Whether a proposition holds at every outcome of positive mass."""
    zero = evaluator.arithmetic.rational(Fraction(0))

    def holds(weight: Any, child: Evaluator) -> Truth:
        null = partial(evaluator.arithmetic.compare, "=", weight, zero)
        return evaluator.arithmetic.some((null, partial(child.truth, body, scope)))

    return evaluator.arithmetic.every([partial(holds, *pair) for pair in joint(evaluator, body, scope)])


def over_law(evaluator: Evaluator, term: Bind, scope: Scope) -> Any:
    """`E_{x ~ D}[…]` and its kin: only x is integrated."""
    law = law_of(evaluator, term.domain, scope)
    name = term.variable.text
    zero = evaluator.arithmetic.rational(Fraction(0))
    outcomes = []
    for outcome, weight in zip(law.outcomes, law.weights, strict=True):
        if evaluator.arithmetic.compare("=", weight, zero) is True:
            continue
        inner = {**scope, name: outcome}
        if term.head == "probability":
            outcomes.append((weight, _indicator(evaluator, evaluator.truth(term.body, inner))))
        else:
            outcomes.append((weight, evaluator.value(term.body, inner)))
    return variance(evaluator, outcomes) if term.head == "variance" else _mean(evaluator, outcomes)


def _draws_in(evaluator: Evaluator, body: Term, bound: frozenset[str]) -> set[str]:
    """The draws that a term mentions, also through definitions and through the laws of draws."""
    theorem = evaluator.theorem
    found: set[str] = set()
    seen: set[str] = set()
    pending = list(body.free - bound)
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in theorem.definition:
            for clause in theorem.definition[name].clauses:
                pending.extend(clause.body.free - {parameter.text for parameter in clause.parameters})
        elif name in theorem.declaration and theorem.declaration[name].kind == "draw":
            found.add(name)
            law = theorem.declaration[name].law
            pending.extend(law.free if law is not None else ())
    return found


def _share(evaluator: Evaluator, term: Term, scope: Scope) -> Any:
    arithmetic = evaluator.arithmetic
    p = evaluator.value(term, scope)
    zero, one = arithmetic.rational(Fraction(0)), arithmetic.rational(Fraction(1))
    if arithmetic.compare("<=", zero, p) is False or arithmetic.compare("<=", p, one) is False:
        raise Absent(f"`{term}` is no probability")
    return p


def _binomial(evaluator: Evaluator, term: Apply, scope: Scope) -> FiniteLaw:
    arithmetic = evaluator.arithmetic
    count, p = evaluator.integer(term.args[0], scope), _share(evaluator, term.args[1], scope)
    if count < 0 or count >= evaluator.most_outcomes:
        raise Unsupported(f"a binomial law of {count} trials")
    other = arithmetic.apply("-", (arithmetic.rational(Fraction(1)), p))
    weights = []
    for k in range(count + 1):
        factors = [arithmetic.rational(Fraction(math.comb(count, k)))] + [p] * k + [other] * (count - k)
        weights.append(factors[0] if len(factors) == 1 else arithmetic.apply("*", factors))
    return FiniteLaw(tuple(arithmetic.rational(Fraction(k)) for k in range(count + 1)), tuple(weights))


def _power(evaluator: Evaluator, term: Apply, scope: Scope) -> FiniteLaw:
    arithmetic = evaluator.arithmetic
    base = law_of(evaluator, term.args[0], scope)
    count = evaluator.integer(term.args[1], scope)
    if count < 0:
        raise Absent(f"a power of a law with exponent {count}")
    most = evaluator.most_outcomes
    if count > MOST_FACTORS or len(base.outcomes) ** count > most:
        raise TooLarge(f"more than {most} outcomes or {MOST_FACTORS} factors")
    vector = isinstance(term.sort, Distribution) and isinstance(term.sort.element, Matrix)
    outcomes, weights = [], []
    for chosen in product(range(len(base.outcomes)), repeat=count):
        items = tuple(base.outcomes[place] for place in chosen)
        outcomes.append(column(items) if vector else Listed(1, items))
        shares = [base.weights[place] for place in chosen]
        weight = shares[0] if shares else arithmetic.rational(Fraction(1))
        for share in shares[1:]:
            weight = arithmetic.apply("*", (weight, share))
        weights.append(weight)
    return FiniteLaw(tuple(outcomes), tuple(weights))
