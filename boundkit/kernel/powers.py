"""Powers, roots, exponentials, logarithms, absolute values and extrema of polynomials.

Every identity holds wherever both sides are defined; those that need a sign ask the context."""

from __future__ import annotations

from fractions import Fraction
from math import comb, isqrt

from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import Apply, number
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.polynomial_terms import to_term
from boundkit.kernel.polynomials import (
    LARGEST,
    LARGEST_NUMBER,
    NIL,
    UNIT,
    UNITY,
    Atom,
    Composite,
    E,
    Monomial,
    Polynomial,
    Rational,
    TooLarge,
    as_polynomial,
    common_monomial,
    constant,
    divided,
    inverse_monomial,
    is_prime,
    multiply,
    of_atom,
    simplest,
)
from boundkit.kernel.products import MOST_POWER, atom_of, expand, product


def inverse(polynomial: Polynomial, context: Context) -> Polynomial:
    """1 over the polynomial; the caller answers for its being other than 0."""
    if not polynomial.terms:
        raise NotNormal("division by zero")
    single = polynomial.single
    if single is not None:
        monomial, coefficient = single
        return Polynomial({inverse_monomial(monomial): 1 / coefficient})
    quotient = over_one_denominator(polynomial, context)
    if quotient is not None:
        numerator, below = quotient
        above = Polynomial({inverse_monomial(below): Fraction(1)})
        return expand(multiply(inverse(numerator, context), above), context)
    content, scale, primitive = parts(polynomial)
    outside = Polynomial({inverse_monomial(content): 1 / scale})
    return multiply(outside, of_atom(composite(primitive, context), Fraction(-1)))


def over_one_denominator(polynomial: Polynomial, context: Context) -> tuple[Polynomial, Monomial] | None:
    """A sum with composite denominators as a numerator and the composites, with their negative exponents,
    that it is to be multiplied by; None when it has none."""
    lowest: dict[Atom, Rational | Polynomial] = {}
    for monomial in polynomial.terms:
        for atom, exponent in monomial:
            if isinstance(atom, Composite) and isinstance(exponent, Rational) and exponent < 0:
                own = lowest.get(atom, 0)
                lowest[atom] = min(own, exponent) if isinstance(own, Rational) else exponent
    if not lowest or polynomial.single is not None:
        return None
    below = tuple(sorted(lowest.items(), key=lambda pair: pair[0].key))
    return expand(divided(polynomial, below), context), below


def parts(polynomial: Polynomial) -> tuple[Monomial, Fraction, Polynomial]:
    """Common monomial, rational content (with the sign of the first term) and the primitive rest."""
    content = common_monomial(polynomial)
    rest = divided(polynomial, content)
    numerator, denominator = 0, 1
    from math import gcd, lcm

    for coefficient in rest.terms.values():
        numerator = gcd(numerator, coefficient.numerator)
        denominator = lcm(denominator, coefficient.denominator)
    scale = Fraction(numerator, denominator)
    if rest.terms[rest.ordered[0]] < 0:
        scale = -scale
    return content, scale, rest.scaled(1 / scale)


def composite(polynomial: Polynomial, context: Context) -> Composite:
    """The atom for a polynomial of several monomials."""
    return Composite(polynomial, to_term(polynomial))


def power(base: Polynomial, exponent: Polynomial, context: Context) -> Polynomial:
    """`base ^ exponent`."""
    value = exponent.constant
    if value is not None:
        if value.denominator == 1:
            return whole_power(base, int(value), context)
        return root(base, value, context)
    rational = base.constant
    if rational is not None and rational > 0:
        return _rational_power(rational, exponent, context)
    single = base.single
    if single is not None:
        monomial, coefficient = single
        natural = is_natural(exponent)
        positive = all(context.is_positive(of_atom(atom)) for atom, _ in monomial)
        if natural or positive:
            size = _rational_power(abs(coefficient), exponent, context)
            if coefficient < 0:
                size = product(atom_of(Apply("^", (number(-1), to_term(exponent)), INT)), size, context)
            powers = tuple((atom, simplest(multiply(as_polynomial(own), exponent))) for atom, own in monomial)
            return product(size, Polynomial({powers: Fraction(1)}), context)
    elif base.terms:
        content, scale, primitive = parts(base)
        if scale > 0 and all(context.is_positive(of_atom(atom)) for atom, _ in content):
            outside = (
                power(Polynomial({content: scale}), exponent, context) if content or scale != 1 else UNITY
            )
            inside = of_atom(composite(primitive, context), simplest(exponent))
            return product(outside, inside, context)
    return atom_of(Apply("^", (to_term(base), to_term(exponent)), REAL))


def is_natural(exponent: Polynomial) -> bool:
    return all(
        coefficient.denominator == 1
        and coefficient > 0
        and all(
            atom.term.sort == NAT and isinstance(e, Rational) and e > 0 and e.denominator == 1
            for atom, e in m
        )
        for m, coefficient in exponent.terms.items()
    )


def whole_power(base: Polynomial, exponent: int, context: Context) -> Polynomial:
    """`base` to a whole exponent."""
    if exponent < 0:
        return whole_power(inverse(base, context), -exponent, context)
    single = base.single
    if single is not None:
        monomial, coefficient = single
        bits = max(coefficient.numerator.bit_length(), coefficient.denominator.bit_length()) - 1
        if exponent * bits > LARGEST_NUMBER:
            raise TooLarge
        raised = tuple(
            (a, e * exponent if isinstance(e, Rational) else e.scaled(Fraction(exponent)))
            for a, e in monomial
        )
        return expand(Polynomial({raised if exponent else UNIT: coefficient**exponent}), context)
    # A power of m terms has at most this many; where that is too many, the products alone take too long.
    if exponent > MOST_POWER or base.terms and comb(len(base.terms) + exponent - 1, exponent) > LARGEST:
        raise TooLarge
    result = UNITY
    for _ in range(exponent):
        result = product(result, base, context)
    return result


def root(base: Polynomial, exponent: Fraction, context: Context) -> Polynomial:
    """`base` to a rational exponent that is not whole; the base is >= 0 where this is defined."""
    if not base.terms:
        if exponent < 0:
            raise NotNormal("division by zero")
        return NIL
    single = base.single
    if single is not None:
        monomial, coefficient = single
        if coefficient > 0:
            return _monomial_root(monomial, coefficient, exponent, context)
    content, scale, primitive = parts(base)
    # A factor comes out of the root when it is known to be >= 0; the rest is then >= 0 where it matters.
    out = tuple((a, e) for a, e in content if _takes_out(a, e, context))
    kept = tuple((a, e) for a, e in content if not _takes_out(a, e, context))
    inside = multiply(primitive, Polynomial({kept: Fraction(1 if scale > 0 else -1)}))
    outside = _monomial_root(out, abs(scale), exponent, context)
    return product(outside, of_atom(composite_or_atom(inside, context), exponent), context)


def composite_or_atom(polynomial: Polynomial, context: Context) -> Atom:
    """An atom that stands for the polynomial."""
    single = polynomial.single
    if single is not None and single[1] == 1 and len(single[0]) == 1 and single[0][0][1] == 1:
        return single[0][0][0]
    return composite(polynomial, context)


def _takes_out(atom: Atom, exponent: Rational | Polynomial, context: Context) -> bool:
    if isinstance(exponent, Rational) and exponent.denominator == 1 and exponent % 2 == 0:
        return True
    return context.is_nonnegative(of_atom(atom))


def _monomial_root(
    monomial: Monomial, coefficient: Fraction, exponent: Fraction, context: Context
) -> Polynomial:
    result = _rational_power(coefficient, constant(exponent), context)
    unknown: list[tuple[Atom, Rational | Polynomial]] = []
    for atom, own in monomial:
        if context.is_nonnegative(of_atom(atom)):
            raised = own * exponent if isinstance(own, Rational) else own.scaled(exponent)
            result = product(result, of_atom(atom, raised), context)
        elif isinstance(own, Rational) and own.denominator == 1 and own % 2 == 0:
            size = absolute(of_atom(atom), context)
            result = product(result, power(size, constant(own * exponent), context), context)
        else:
            unknown.append((atom, own))
    if len(unknown) == 1 and unknown[0][1] == 1:
        # A single factor under the root is itself >= 0 where the root is defined and the rest is > 0;
        # where the rest vanishes both forms are 0 if the factor's root is read as an arbitrary number.
        return product(result, of_atom(unknown[0][0], exponent), context)
    if unknown:
        inside = Polynomial({tuple(unknown): Fraction(1)})
        return product(result, of_atom(composite(inside, context), exponent), context)
    return result


def _rational_power(value: Fraction, exponent: Polynomial, context: Context) -> Polynomial:
    """A positive rational to any exponent, over prime bases."""
    if value == 1:
        return UNITY
    powers: dict[Atom, Polynomial] = {}
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, count in factored(whole):
            atom = Atom(number(prime))
            powers[atom] = powers.get(atom, NIL) + exponent.scaled(Fraction(sign * count))
    monomial = tuple(
        sorted(((a, simplest(e)) for a, e in powers.items() if e.terms), key=lambda pair: pair[0].key)
    )
    return expand(Polynomial({monomial: Fraction(1)}), context)


def factored(whole: int) -> list[tuple[int, int]]:
    """Prime powers of a positive integer; what remains after small primes counts as one base."""
    result = []
    divisor = 2
    while divisor * divisor <= whole and divisor < 10_000:
        count = 0
        while whole % divisor == 0:
            whole //= divisor
            count += 1
        if count:
            result.append((divisor, count))
        divisor += 1
    if whole > 1:
        side = isqrt(whole)
        result.append((side, 2) if side * side == whole else (whole, 1))
    return result


def exponential(exponent: Polynomial, context: Context) -> Polynomial:
    """`exp`: `e` to the exponent, with `exp(c ln x) = x^c` where x is known to be positive."""
    result = UNITY
    rest = NIL
    for monomial, coefficient in exponent.terms.items():
        logs = [(a, e) for a, e in monomial if isinstance(a.term, Apply) and a.term.head == "ln"]
        if len(logs) == 1 and logs[0][1] == 1:
            base = context.normal(logs[0][0].term.args[0])  # type: ignore[attr-defined]
            others = Polynomial({tuple(p for p in monomial if p != logs[0]): coefficient})
            if context.is_positive(base):
                result = product(result, power(base, others, context), context)
                continue
        rest = rest + Polynomial({monomial: coefficient})
    if rest.terms:
        result = product(result, of_atom(E, simplest(rest)), context)
    return result


def logarithm(argument: Polynomial, context: Context) -> Polynomial:
    """`ln`, taken apart over factors that are known to be positive."""
    if argument == UNITY:
        return NIL
    if not argument.terms:
        raise NotNormal("the logarithm of 0")
    quotient = over_one_denominator(argument, context)
    if quotient is not None and all(context.is_positive(of_atom(atom)) for atom, _ in quotient[1]):
        result = logarithm(quotient[0], context)
        for atom, exponent in quotient[1]:
            own = logarithm(atom.polynomial, context)
            result = result + product(own, as_polynomial(exponent), context)
        return result
    single = argument.single
    content, scale, primitive = (single[0], single[1], UNITY) if single else parts(argument)
    positive = [(a, e) for a, e in content if context.is_positive(of_atom(a))]
    kept = tuple((a, e) for a, e in content if (a, e) not in positive)
    result = NIL
    if scale > 0:
        for whole, sign in ((scale.numerator, 1), (scale.denominator, -1)):
            for prime, count in factored(whole):
                result = result + atom_of(Apply("ln", (number(prime),), REAL)).scaled(Fraction(sign * count))
    for atom, exponent in positive:
        own = UNITY if atom == E else atom_of(Apply("ln", (atom.term,), REAL))
        if is_prime(atom):
            own = logarithm(constant(atom.term.value), context)  # type: ignore[attr-defined]
        result = result + product(own, as_polynomial(exponent), context)
    inside = multiply(primitive, Polynomial({kept: Fraction(1) if scale > 0 else scale}))
    if inside != UNITY:
        result = result + atom_of(Apply("ln", (to_term(inside),), REAL))
    return result


def absolute(polynomial: Polynomial, context: Context) -> Polynomial:
    """`|p|`, by the sign of p where it is known."""
    if context.is_nonnegative(polynomial):
        return polynomial
    if context.is_nonnegative(-polynomial):
        return -polynomial
    single = polynomial.single
    if single is not None:
        monomial, coefficient = single
        result = constant(abs(coefficient))
        for atom, exponent in monomial:
            even = isinstance(exponent, Rational) and exponent.denominator == 1 and exponent % 2 == 0
            if even or context.is_nonnegative(of_atom(atom)):
                result = multiply(result, of_atom(atom, exponent))
            elif isinstance(exponent, Rational) and exponent.denominator == 1:
                size = Atom(Apply("abs", (atom.term,), REAL))
                result = product(result, of_atom(size, exponent), context)
            else:
                size = Atom(Apply("abs", (to_term(of_atom(atom, exponent)),), REAL))
                result = multiply(result, of_atom(size))
        return result
    content, scale, primitive = parts(polynomial)
    size = Atom(Apply("abs", (to_term(primitive),), REAL))
    outside = absolute(Polynomial({content: abs(scale)}), context)
    return product(outside, of_atom(size), context)


def extremum(head: str, values: list[Polynomial], context: Context) -> Polynomial:
    kept: list[Polynomial] = []
    for value in values:
        beaten = False
        for other in list(kept):
            difference = value - other if head == "max" else other - value
            if context.is_nonnegative(difference):
                kept.remove(other)
            elif context.is_nonnegative(-difference):
                beaten = True
        if not beaten:
            kept.append(value)
    kept = sorted(set(kept), key=lambda value: value.key)
    if len(kept) == 1:
        return kept[0]
    integral = all(to_term(value).sort in (NAT, INT) for value in kept)
    natural = integral and all(to_term(value).sort == NAT for value in kept)
    sort = NAT if natural else INT if integral else REAL
    return atom_of(Apply(head, tuple(map(to_term, kept)), sort))
