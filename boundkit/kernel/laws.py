"""Finite laws: expectations and probabilities as exact sums over all outcomes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from boundkit.ir.sorts import Distribution, Matrix, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Term
from boundkit.ir.theorems import Declaration
from boundkit.kernel import extended, grids, intervals, samples
from boundkit.kernel.intervals import Undecided, Undefined
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
            case "categorical":
                return _categorical(evaluator, term.args[0], scope)
            case "^":
                return _power(evaluator, term, scope)
    if isinstance(term, Name) or (isinstance(term, Apply) and term.head in ("call", "index", "if")):
        value = evaluator.value(term, scope)
        if isinstance(value, FiniteLaw):
            return value
    raise Unsupported(f"the law `{term}`")


def joint(evaluator: Evaluator, bodies: Sequence[Term], scope: Scope) -> Iterator[tuple[Any, Evaluator]]:
    """Every outcome of the draws that the bodies depend on, with its weight and an evaluator in which those
    draws have values. Draws are independent except through the parameters of their laws; those without a
    law are one process. Of a sample on which the bodies depend symmetrically, one outcome stands for all its
    rearrangements."""
    needed = frozenset().union(*(draws_in(evaluator, body, frozenset(scope)) for body in bodies))
    order = [d for d in evaluator.theorem.declarations if d.name.text in needed]
    process, names = evaluator.process, frozenset[str]()
    if process is not None:
        names = frozenset(process[0])
        # the process is drawn at once, at the place of the first of its draws
        first = next((d.name.text for d in order if d.name.text in names), "")
        order = [d for d in order if d.name.text == first or d.name.text not in names]
    one = evaluator.arithmetic.rational(Fraction(1))
    spent = 0

    def laws_of(declaration: Declaration, current: Evaluator) -> Iterator[tuple[dict[str, Value], Any]]:
        name = declaration.name.text
        if declaration.law is None:
            if process is None or name not in names:
                raise Unsupported(f"the law of `{name}`, which may be any")
            for outcome, share in zip(process[1].outcomes, process[1].weights, strict=True):
                yield dict(zip(process[0], outcome, strict=True)), share
            return
        others = [d.law for d in order if d.law is not None and d is not declaration]
        drawn = law_of_draw(current, declaration, [*bodies, *others], frozenset(scope))
        for outcome, share in zip(drawn.outcomes, drawn.weights, strict=True):
            yield {name: outcome}, share

    def extend(place: int, weight: Any, current: Evaluator) -> Iterator[tuple[Any, Evaluator]]:
        nonlocal spent
        if place == len(order):
            spent += 1
            if spent > evaluator.most_outcomes:
                raise TooLarge(f"more than {evaluator.most_outcomes} outcomes")
            yield weight, current
            return
        for outcome, share in laws_of(order[place], current):
            if evaluator.arithmetic.compare("=", share, evaluator.arithmetic.rational(Fraction(0))) is True:
                continue
            both = share if weight is one else evaluator.arithmetic.apply("*", (weight, share))
            yield from extend(place + 1, both, current.under(outcome))

    yield from extend(0, one, evaluator)


def law_of_draw(
    evaluator: Evaluator, declaration: Declaration, terms: Sequence[Term], bound: frozenset[str]
) -> FiniteLaw:
    """The law of a draw; that of an i.i.d. sample on which the terms depend symmetrically has one outcome for
    each multiset."""
    law = declaration.law
    assert law is not None
    if isinstance(law, Apply) and law.head == "^":
        base, count = law_of(evaluator, law.args[0], {}), evaluator.integer(law.args[1], {})
        large = len(base.outcomes) > 1 and 2 <= count <= MOST_FACTORS
        most = evaluator.most_outcomes
        if (
            large
            and math.comb(count + len(base.outcomes) - 1, count) <= most
            and samples.is_symmetric(evaluator, terms, declaration.name, bound)
        ):
            listed = list(samples.types_of(evaluator.arithmetic, base.outcomes, base.weights, count))
            vector = isinstance(declaration.name.sort, Matrix)
            outcomes = [column(items) if vector else Listed(1, items) for items, _ in listed]
            return FiniteLaw(tuple(outcomes), tuple(weight for _, weight in listed))
    return law_of(evaluator, law, {})


def outcomes_of(evaluator: Evaluator, body: Term, scope: Scope) -> list[tuple[Any, Any]]:
    """Weights and values of a term over all draws in it."""
    return [(weight, child.value(body, scope)) for weight, child in joint(evaluator, (body,), scope)]


def expectation_given(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Any:
    """`E[X given Y]` where the draws in Y have values: the mean of X over all outcomes, of all draws in X and
    Y, at which Y has the value that it has here. Undecided when equality is not certain, Absent
    when that event has no mass."""
    arithmetic = evaluator.arithmetic
    if not arithmetic.exact:
        raise Unsupported("a conditional expectation, in doubles")
    body, *givens = args
    here = [evaluator.value(given, scope) for given in givens]
    inner = {name: value for name, value in scope.items() if any(name in arg.free for arg in args)}
    key = (tuple(args), tuple(sorted((name, repr(value)) for name, value in inner.items())))
    known = all(map(is_exact, inner.values()))  # only then does the text tell values apart
    table = evaluator.conditionals.get(key) if known else None
    if table is None:
        table = [
            (weight, [child.value(given, scope) for given in givens], child.value(body, scope))
            for weight, child in joint(evaluator, args, scope)
        ]
        if known:
            evaluator.conditionals[key] = table
    chosen = []
    for weight, there, value in table:
        equal = [samples.same(arithmetic, *pair) for pair in zip(here, there, strict=True)]
        if not all(isinstance(truth, bool) for truth in equal):
            raise Undecided("an outcome of a conditional expectation")
        if all(equal):
            chosen.append((weight, value))
    if not chosen:
        raise Absent("an expectation given what has no mass")
    mass = grids.total(arithmetic, (weight for weight, _ in chosen))
    return mean(evaluator, [(arithmetic.apply("/", (weight, mass)), value) for weight, value in chosen])


def tail_holds(evaluator: Evaluator, term: Bind, scope: Scope) -> Truth:
    """Whether `forall a in K, Pr[a <= X] <= g(a)` (or with a < X) holds, for an interval K of the reals: the
    left side is constant between the values of X, and g is enclosed on each such piece. True, or None where
    that does not say."""
    parts = _tail_of(term)
    extent = evaluator.extent(term.domain, scope)
    if parts is None or extent.kind not in ("everything", "closed", "open", "left_open", "right_open"):
        return None
    variable, bound = parts
    outcomes = outcomes_of(evaluator, variable, scope)
    if not all(isinstance(value, fmpq) and isinstance(weight, fmpq) for weight, value in outcomes):
        return None
    low, high = extent.parts or (None, None)
    if not all(end is None or isinstance(end, fmpq) for end in (low, high)):
        return None
    values = sorted({value for _, value in outcomes})
    ends = [None, *values, None]
    for before, after in pairwise(ends):
        least = before if low is None or (before is not None and before >= low) else low
        most = after if high is None or (after is not None and after <= high) else high
        if least is not None and most is not None and least > most:
            continue
        if after is not None:
            mass = sum((w for w, value in outcomes if value >= after), fmpq(0))
        else:
            mass = fmpq(0) if before is not None else fmpq(1)
        piece = intervals.interval(
            arb(least) if least is not None else intervals.MINUS_INFINITY,
            arb(most) if most is not None else intervals.PLUS_INFINITY,
        )
        inner = {**scope, term.variable.text: extended.any_of(piece)}
        try:
            if evaluator.arithmetic.compare("<=", mass, evaluator.value(bound, inner)) is not True:
                return None
        except (Undecided, Undefined, Unsupported):
            return None
    return True


def is_tail(term: Bind) -> bool:
    """Whether `tail_holds` may say something of a quantifier."""
    return _tail_of(term) is not None


def _tail_of(term: Bind) -> tuple[Term, Term] | None:
    """X and g of the body `Pr[a <= X] <= g` of a quantifier over the real a."""
    body, name = term.body, term.variable.text
    if not (isinstance(body, Apply) and body.head == "<=" and is_numeric(term.variable.sort)):
        return None
    event = body.args[0]
    if not (isinstance(event, Apply) and event.head == "probability"):
        return None
    inner = event.args[0]
    if not (isinstance(inner, Apply) and inner.head in ("<=", "<") and inner.args[0] == term.variable):
        return None
    return None if name in inner.args[1].free else (inner.args[1], body.args[1])


def expectation(evaluator: Evaluator, body: Term, scope: Scope) -> Any:
    """The mean of a term over all draws in it."""
    outcomes = outcomes_of(evaluator, body, scope)
    return outcomes[0][1] if len(outcomes) == 1 else mean(evaluator, outcomes)


def probability(evaluator: Evaluator, body: Term, scope: Scope) -> Any:
    """The probability of a proposition over all draws in it."""
    indicator = evaluator.arithmetic.indicator
    outcomes = joint(evaluator, (body,), scope)
    evaluator.nested[0] += 1
    try:
        return mean(evaluator, [(weight, indicator(child.truth(body, scope))) for weight, child in outcomes])
    finally:
        evaluator.nested[0] -= 1


def watched_probability(evaluator: Evaluator, body: Term, level: Any, scope: Scope) -> Any:
    """The probability of a proposition in an exact arithmetic, which is told the margin of the statement that
    it is at least `level`: the least gap that is not exceeded with a probability of more than 1 - level."""
    arithmetic: Any = evaluator.arithmetic
    before, outcomes, gaps = arithmetic.margin, [], []
    for weight, child in joint(evaluator, (body,), scope):
        arithmetic.margin = math.inf
        outcomes.append((weight, arithmetic.indicator(child.truth(body, scope))))
        gaps.append((arithmetic.margin, extended.roughly(weight, True)))
    arithmetic.margin = before
    room = 1.0 - extended.roughly(level, True)
    for gap, share in sorted(gaps):
        room -= share
        if room < 0:
            arithmetic.margin = min(before, gap)
            break
    return mean(evaluator, outcomes)


def mean(evaluator: Evaluator, outcomes: Sequence[tuple[Any, Value]]) -> Value:
    """The sum of weights times values."""
    parts = [grids.product(evaluator.arithmetic, weight, value) for weight, value in outcomes]
    if not parts:
        raise Absent("an expectation without outcomes")
    total = parts[0]
    for part in parts[1:]:
        if isinstance(total, Grid):
            total = grids.entrywise(evaluator.arithmetic, "+", [total, part])
        else:
            total = evaluator.arithmetic.apply("+", (total, part))
    return total


def variance(evaluator: Evaluator, outcomes: Sequence[tuple[Any, Value]]) -> Any:
    """The variance of a number given by its weighted outcomes."""
    if any(isinstance(value, Grid) for _, value in outcomes):
        raise Unsupported("the variance of a vector")
    middle = mean(evaluator, outcomes)
    gaps = [(weight, evaluator.arithmetic.apply("-", (value, middle))) for weight, value in outcomes]
    return mean(evaluator, [(weight, grids.times(evaluator.arithmetic, gap, gap)) for weight, gap in gaps])


def almost_surely(evaluator: Evaluator, body: Term, scope: Scope) -> Truth:
    """Whether a proposition holds at every outcome of positive mass."""
    zero = evaluator.arithmetic.rational(Fraction(0))

    def holds(weight: Any, child: Evaluator) -> Truth:
        null = partial(evaluator.arithmetic.compare, "=", weight, zero)
        return evaluator.arithmetic.some((null, partial(child.truth, body, scope)))

    return evaluator.arithmetic.every([partial(holds, *pair) for pair in joint(evaluator, (body,), scope)])


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
            truth = evaluator.truth(term.body, inner)
            outcomes.append((weight, evaluator.arithmetic.indicator(truth)))
        else:
            outcomes.append((weight, evaluator.value(term.body, inner)))
    return variance(evaluator, outcomes) if term.head == "variance" else mean(evaluator, outcomes)


def is_exact(value: Value) -> bool:
    """Whether a value is made of rationals, so that equal ones are the same."""
    if isinstance(value, Grid):
        return all(map(is_exact, value.entries))
    if isinstance(value, Listed):
        return all(map(is_exact, value.items))
    return isinstance(value, fmpq | Fraction)


def draws_in(evaluator: Evaluator, body: Term, bound: frozenset[str]) -> set[str]:
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


def _categorical(evaluator: Evaluator, term: Term, scope: Scope) -> FiniteLaw:
    arithmetic = evaluator.arithmetic
    shares = samples.items_of(evaluator.value(term, scope))
    zero, one = arithmetic.rational(Fraction(0)), arithmetic.rational(Fraction(1))
    parts = [partial(arithmetic.compare, "<=", zero, share) for share in shares]
    parts.append(partial(arithmetic.compare, "=", grids.total(arithmetic, shares), one))
    if arithmetic.every(parts) is False:
        raise Absent(f"`{term}` is no vector of probabilities")
    return FiniteLaw(tuple(arithmetic.rational(Fraction(k + 1)) for k in range(len(shares))), tuple(shares))


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
