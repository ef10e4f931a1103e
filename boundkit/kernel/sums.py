"""Sums over ranges of integers as linear operators."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import INT, NAT, REAL, SetOf
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, relation, substitute, subterms
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.polynomial_terms import to_term
from boundkit.kernel.polynomials import (
    NIL,
    UNITY,
    Atom,
    Composite,
    Monomial,
    Polynomial,
    Rational,
    constant,
    of_atom,
    total,
)
from boundkit.kernel.powers import is_natural, whole_power
from boundkit.kernel.products import product

MOST_TERMS = 64
"""Sums with numeric ends and at most this many terms are written out."""


def summed(
    variable: Name, low: Polynomial, high: Polynomial, body: Polynomial, context: Context
) -> Polynomial:
    """The sum of `body` for `variable` from `low` to `high`, as a linear operator: factors free of the
    variable come out, powers of the variable are summed, and what remains is an atom over a range that
    begins at 1 and ends without an integer part, ends split off where the number of terms is known to be
    non-negative and the split-off terms to be defined."""
    count = high - low + UNITY
    number_of_terms = count.constant
    if number_of_terms is not None and number_of_terms.denominator != 1:
        raise NotNormal("a sum between numbers that are not integers")
    if number_of_terms is not None and number_of_terms <= 0:
        return NIL
    if number_of_terms is not None and number_of_terms <= MOST_TERMS:
        result = NIL
        start = to_term(low)
        for step in range(int(number_of_terms)):
            place = to_term(low + constant(step)) if step else start
            result = result + context.normal(substitute(to_term(body), {variable.text: place}))
        return result
    known = context.is_nonnegative(count)
    result = NIL
    for monomial, coefficient in body.terms.items():
        inside = tuple(p for p in monomial if depends(p, variable.text) or not comes_out(p, context))
        outside = Polynomial({tuple(p for p in monomial if p not in inside): coefficient})
        if not inside and known:
            part = count
        elif known and (whole := _power_of(inside, variable)) and whole <= 4:
            part = _faulhaber(low, high, whole, context)
        else:
            part = _sum_atom(variable, low, high, inside, known, context)
        result = result + product(outside, part, context)
    return result


def summed_over(variable: Name, domain: Term, body: Polynomial, context: Context) -> Polynomial:
    """The sum of `body` over a finite set, as a linear operator: factors free of the variable come out, and
    what remains is an atom, or the number of elements."""
    result = NIL
    for monomial, coefficient in body.terms.items():
        inside = tuple(p for p in monomial if depends(p, variable.text) or not comes_out(p, context))
        outside = Polynomial({tuple(p for p in monomial if p not in inside): coefficient})
        if inside:
            part = of_atom(
                Atom(Bind("sum", variable, domain, to_term(Polynomial({inside: Fraction(1)})), REAL))
            )
        else:
            part = of_atom(Atom(Apply("card", (domain,), NAT)))
        result = result + product(outside, part, context)
    return result


def listed(term: Bind, context: Context) -> list[Term] | None:
    """The summands of a sum over a set that is given by its elements, when these are known to be numbers that
    differ: an element that is listed twice counts once. None for other sums."""
    domain = term.domain
    if not (isinstance(domain, Apply) and domain.head == "enumeration") or len(domain.args) > MOST_TERMS:
        return None
    for place, one in enumerate(domain.args):
        for other in domain.args[place + 1 :]:
            if not context.holds(relation("!=", one, other)):
                return None
    return [substitute(term.body, {term.variable.text: element}) for element in domain.args]


def depends(pair: tuple[Atom, Rational | Polynomial], name: str) -> bool:
    """Whether a power mentions a name."""
    atom, exponent = pair
    return name in atom.term.free or (isinstance(exponent, Polynomial) and exponent.depends_on(name))


def comes_out(pair: tuple[Atom, Rational | Polynomial], context: Context) -> bool:
    """Whether a power may stand outside a sum: the sum over an empty range is 0 although the 1/n in it is
    not defined at n = 0, and outside that would cancel against the number of terms."""
    atom, exponent = pair
    if (
        isinstance(exponent, Rational)
        and exponent > 0
        or isinstance(exponent, Polynomial)
        and is_natural(exponent)
    ):
        return True
    return context.is_nonzero(of_atom(atom))


def _power_of(monomial: Monomial, variable: Name) -> int:
    if len(monomial) == 1 and monomial[0][0].term == variable:
        exponent = monomial[0][1]
        if isinstance(exponent, Rational) and exponent.denominator == 1 and exponent > 0:
            return int(exponent)
    return 0


def _faulhaber(low: Polynomial, high: Polynomial, whole: int, context: Context) -> Polynomial:
    return _faulhaber_to(high, whole, context) - _faulhaber_to(low - UNITY, whole, context)


def _faulhaber_to(end: Polynomial, whole: int, context: Context) -> Polynomial:
    """Sum of i^whole for i in 1..end as a polynomial in `end` (Faulhaber)."""
    coefficients = {
        1: {1: Fraction(1, 2), 2: Fraction(1, 2)},
        2: {1: Fraction(1, 6), 2: Fraction(1, 2), 3: Fraction(1, 3)},
        3: {2: Fraction(1, 4), 3: Fraction(1, 2), 4: Fraction(1, 4)},
        4: {1: Fraction(-1, 30), 3: Fraction(1, 3), 4: Fraction(1, 2), 5: Fraction(1, 5)},
    }[whole]
    return total(whole_power(end, k, context).scaled(c) for k, c in coefficients.items())


def _sum_atom(
    variable: Name, low: Polynomial, high: Polynomial, inside: Monomial, known: bool, context: Context
) -> Polynomial:
    body = to_term(Polynomial({inside: Fraction(1)}))
    offset = least_offset(body, variable.text)
    natural = variable.sort == NAT
    if offset:
        low, high = low + constant(offset), high + constant(offset)
        # The moved variable may be below 0.
        index = Name(variable.text, NAT if natural and context.is_nonnegative(low) else INT)
        moved = to_term(of_atom(Atom(index)) - constant(offset))
        body = _over_range(index, low, high, substitute(body, {variable.text: moved}), context)
        variable = index
    result = NIL
    start, past = low.constant, high.constant_part
    if (
        known
        and start is not None
        and past.denominator == 1
        and start.denominator == 1
        and high.constant is None
    ):
        new_low, new_high = UNITY, high - constant(past)
        if (start != 1 or past) and context.is_nonnegative(new_high):
            edges = _edges(variable, body, int(start), high, int(past), context)
            if edges is not None:
                result, low, high = edges, new_low, new_high
                if natural and variable.sort != NAT:
                    index = Name(variable.text, NAT)
                    body = _over_range(index, low, high, substitute(body, {variable.text: index}), context)
                    variable = index
    domain = Apply("range", (to_term(low), to_term(high)), SetOf(variable.sort))
    best = Bind("sum", variable, domain, body, REAL)
    swapped = _swapped(best)
    candidates = [Atom(best)] + ([Atom(swapped)] if swapped is not None else [])
    return result + of_atom(min(candidates))


def _over_range(variable: Name, low: Polynomial, high: Polynomial, body: Term, context: Context) -> Term:
    """The summand in normal form where the variable lies in its range."""
    inner, fresh = context.inside(
        variable, Apply("range", (to_term(low), to_term(high)), SetOf(variable.sort))
    )
    renewed = inner.normal(substitute(body, {variable.text: fresh}))
    return substitute(to_term(renewed), {fresh.text: variable})


def _swapped(term: Bind) -> Bind | None:
    """A double sum over independent ranges with its sums exchanged."""
    inner = term.body
    if not (isinstance(inner, Bind) and inner.head == "sum") or term.variable.text in inner.domain.free:
        return None
    if inner.variable.text in term.domain.free | {term.variable.text}:
        return None
    return Bind(
        "sum", inner.variable, inner.domain, Bind("sum", term.variable, term.domain, inner.body, REAL), REAL
    )


def _edges(
    variable: Name, body: Term, start: int, high: Polynomial, past: int, context: Context
) -> Polynomial | None:
    """What is to be added when a sum from `start` to `high` is written from 1 to `high - past`; None
    when one of the terms is not known to be defined."""
    result = NIL
    if abs(start - 1) + abs(past) > 8:
        return None
    places: list[tuple[Polynomial, int]] = []
    places.extend((constant(k), 1) for k in range(start, 1))
    places.extend((constant(k), -1) for k in range(1, start))
    base = high - constant(past)
    places.extend((base + constant(k), 1) for k in range(1, past + 1))
    places.extend((base - constant(k), -1) for k in range(-past))
    for place, sign in places:
        try:
            value = context.normal(substitute(body, {variable.text: to_term(place)}))
        except NotNormal:
            return None
        if not is_total(value, context):
            return None
        result = result + value.scaled(Fraction(sign))
    return result


def is_total(polynomial: Polynomial, context: Context) -> bool:
    """Whether nothing in a polynomial is divided by, or taken to a power that is not natural, unless it is
    known to be positive; such a term may be added and subtracted where nobody asks whether it is defined."""
    for monomial in polynomial.terms:
        for atom, exponent in monomial:
            natural = isinstance(exponent, Rational) and exponent.denominator == 1 and exponent > 0
            if not natural and not context.is_positive(of_atom(atom)):
                return False
            for part in subterms(atom.term):
                if not isinstance(part, Apply) or isinstance(atom, Composite):
                    continue
                if part.head == "^" and part.args[1].sort != NAT or part.head in ("/", "ln", "log2", "sqrt"):
                    base = part.args[1] if part.head == "/" else part.args[0]
                    if not context.is_positive(context.normal(base)):
                        return False
    return True


def least_offset(body: Term, name: str) -> int:
    """The least c with which the variable occurs as `variable + c` inside an index or argument."""
    offsets = []
    for part in subterms(body):
        if isinstance(part, Apply) and part.head in ("index", "call", "basis"):
            for arg in part.args[1:]:
                found = _offset_of(arg, name)
                if found is not None:
                    offsets.append(found)
    return min(offsets, default=0)


def _offset_of(term: Term, name: str) -> int | None:
    match term:
        case Name(text) if text == name:
            return 0
        case Apply("+", (Name(text), Number(value))) if text == name and value.denominator == 1:
            return int(value)
        case Apply("-", (Name(text), Number(value))) if text == name and value.denominator == 1:
            return -int(value)
    return None


def canonical_domain(domain: Term, context: Context) -> Term:
    """A domain with its ends in normal form."""
    if isinstance(domain, Apply) and domain.head in ("range", "closed", "open", "left_open", "right_open"):
        return Apply(
            domain.head,
            tuple(
                arg
                if isinstance(arg, Apply) and arg.head in ("infinity", "neg")
                else context.canonical_term(arg)
                for arg in domain.args
            ),
            domain.sort,
        )
    return domain
