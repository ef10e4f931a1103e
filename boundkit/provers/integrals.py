"""Expectations of functions of a variable from a bound of its tail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import (
    ZERO,
    Apply,
    Bind,
    Name,
    Term,
    canonical,
    fresh_name,
    rebuild,
    relation,
    substitute,
    subterms,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.matching import match
from boundkit.kernel.normal import normal, written_out
from boundkit.kernel.polynomial_terms import to_term
from boundkit.kernel.polynomials import NIL, Atom, E, Polynomial, Rational, TooLarge, as_polynomial, of_atom
from boundkit.kernel.powers import inverse
from boundkit.kernel.products import product

LARGEST_POWER = 12
"""Powers of the level up to which an antiderivative is looked for."""

Search = Callable[[Frame, Term], c.Proof | None]


def tails(frame: Frame, goal: Apply) -> Iterator[tuple[Name, Name, Term, Term, Term]]:
    """Outcome, level a, X, g(a) and t(a) for every fact `Pr[X >= a] <= t(a)` for all a > 0 whose variable X
    the goal `E[g(X)] <= R` is about."""
    mean = goal.args[0]
    if not (isinstance(mean, Bind) and mean.head == "expectation"):
        return
    taken = set(frame.taken) | set(frame.sequent.names) | set(frame.sequent.definitions)
    outcome = Name(fresh_name(mean.variable.text, taken), mean.variable.sort)
    level = Name(fresh_name("a", taken | {outcome.text}), REAL)
    body = substitute(mean.body, {mean.variable.text: outcome})
    for formula in frame.facts.values():
        for value, bound in _instances(frame, formula, mean, outcome, level, body):
            growth = _replaced(body, value, level)
            if outcome.text not in growth.free:
                yield outcome, level, value, growth, bound


def _instances(
    frame: Frame, formula: Term, mean: Bind, outcome: Name, level: Name, body: Term
) -> Iterator[tuple[Term, Term]]:
    """X and t for a tail bound among the facts, at the values of its other variables that the goal shows."""
    others: list[str] = []
    levels: list[str] = []
    while isinstance(formula, Bind) and formula.head == "forall":
        (levels if formula.variable.sort == REAL else others).append(formula.variable.text)
        formula = formula.body
    if not (len(levels) == 1 and isinstance(formula, Apply) and formula.head == "<="):
        return
    chance, bound = formula.args
    if not (isinstance(chance, Bind) and chance.head == "probability" and isinstance(chance.body, Apply)):
        return
    event = chance.body
    if event.head != "<=" or event.args[0] != Name(levels[0], REAL) or levels[0] in event.args[1].free:
        return
    pattern = substitute(event.args[1], {chance.variable.text: outcome})
    seen: set[str] = set()
    for part in subterms(body):
        if part.sort != pattern.sort or canonical(part) in seen:
            continue
        seen.add(canonical(part))
        found = match(pattern, part, others)
        if found is None or set(found) != set(others) & set(pattern.free):
            continue
        if not bound.free & (set(others) - set(found)):
            yield part, substitute(bound, {**found, levels[0]: level})


def _replaced(term: Term, part: Term, value: Term) -> Term:
    if canonical(term) == canonical(part):
        return value
    return rebuild(term, lambda own: _replaced(own, part, value))


def prove_tail(
    frame: Frame, goal: Apply, case: tuple[Name, Name, Term, Term, Term], search: Search
) -> c.Proof | None:
    """The goal by the integral of `g'(a) t(a)`, whose antiderivative is looked for."""
    outcome, level, value, growth, bound = case
    mean, most = goal.args
    assert isinstance(mean, Bind)
    try:
        inner = frame.at_outcome(outcome, mean.domain)
        above = frame.with_name(level).with_fact(f"range of {level.text}", relation("<", ZERO, level))
        positive = search(inner, relation("<=", ZERO, value))
        if positive is None:
            return None
        context = above.context()
        slope = derivative(written_out(growth, context), level.text)
        integrand = normal(Apply("*", (slope, bound), REAL), context)
        primitive = antiderivative(integrand, level, context)
        if primitive is None:
            return None
        event = Bind("probability", outcome, mean.domain, relation("<=", level, value), REAL)
        rate = derivative(primitive, level.text)
        start, first = (substitute(own, {level.text: ZERO}) for own in (growth, primitive))
        total = Apply("+", (start, Apply("-", (ZERO, first), REAL)), REAL)
        wanted = (
            (above, relation("<=", event, bound)),
            (above, relation("<=", ZERO, slope)),
            (above, relation("<=", Apply("*", (slope, bound), REAL), rate)),
            (above, relation("<=", primitive, ZERO)),
            (frame, relation("<=", total, most)),
        )
        proofs = [positive]
        for where, claim in wanted:
            proof = search(where, claim)
            if proof is None:
                return None
            proofs.append(proof)
    except (Rejected, NotDifferentiable, NotNormal, TooLarge):
        return None
    return c.Proof(c.Tail(outcome.text, level.text, value, growth, bound, primitive, ZERO, *proofs))


def antiderivative(integrand: Polynomial, variable: Name, context: Context) -> Term | None:
    """A function of the variable with this derivative that vanishes at infinity, for sums of polynomials
    times exponentials of polynomials; None for others. For `R exp(q)` it is `P exp(q)` with P' + P q' = R."""
    groups: dict[str, tuple[Polynomial, Polynomial]] = {}
    for monomial, coefficient in integrand.terms.items():
        exponent: Polynomial = NIL
        rest: list[tuple[Atom, Rational | Polynomial]] = []
        for atom, power in monomial:
            if atom == E:
                exponent = as_polynomial(power)
            else:
                rest.append((atom, power))
        own, sum_ = groups.get(exponent.key, (exponent, NIL))
        groups[exponent.key] = (own, sum_ + Polynomial({tuple(rest): coefficient}))
    result = NIL
    for exponent, factor in groups.values():
        rates = _coefficients(exponent, variable)
        parts = _coefficients(factor, variable)
        if rates is None or parts is None or len(rates) < 2:
            return None
        solved = _solved(parts, [rate.scaled(Fraction(k)) for k, rate in enumerate(rates)][1:], context)
        if solved is None:
            return None
        power_of_e = context.normal(Apply("exp", (to_term(exponent),), REAL))
        for k, part in enumerate(solved):
            power = of_atom(Atom(variable), Fraction(k)) if k else Polynomial({(): Fraction(1)})
            result = result + product(product(part, power, context), power_of_e, context)
    return to_term(result)


def _solved(parts: list[Polynomial], rates: list[Polynomial], context: Context) -> list[Polynomial] | None:
    """The coefficients of P with P' + P*rate = R, from the highest on; None when there is no such P."""
    degree = len(rates) - 1
    rest = list(parts)
    size = len(rest) - 1 - degree
    if size < 0:
        return None
    found = [NIL] * (size + 1)
    for k in range(size, -1, -1):
        lead = product(rest[k + degree], inverse(rates[degree], context), context)
        found[k] = lead
        for j, rate in enumerate(rates):
            rest[k + j] = rest[k + j] - product(lead, rate, context)
        if k:
            rest[k - 1] = rest[k - 1] - lead.scaled(Fraction(k))
    from boundkit.kernel.products import is_zero

    return found if all(is_zero(left, context) for left in rest) else None


def _coefficients(polynomial: Polynomial, variable: Name) -> list[Polynomial] | None:
    """The coefficients of the powers of a variable, from the lowest on; None where it enters otherwise."""
    found: dict[int, Polynomial] = {}
    for monomial, coefficient in polynomial.terms.items():
        degree = 0
        rest = []
        for atom, power in monomial:
            if atom == Atom(variable):
                if not isinstance(power, Rational) or Fraction(power).denominator != 1:
                    return None
                degree = int(power)
            elif (
                variable.text in atom.term.free
                or isinstance(power, Polynomial)
                and variable.text in power.names
            ):
                return None
            else:
                rest.append((atom, power))
        if not 0 <= degree <= LARGEST_POWER:
            return None
        found[degree] = found.get(degree, NIL) + Polynomial({tuple(rest): coefficient})
    return [found.get(k, NIL) for k in range(max(found, default=0) + 1)]
