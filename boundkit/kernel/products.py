"""Products of polynomials, multiplied out, and what is 0 once denominators are cleared."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boundkit.ir.terms import Term
from boundkit.kernel.polynomials import (
    LARGEST_NUMBER,
    NIL,
    UNIT,
    Atom,
    Composite,
    Polynomial,
    Rational,
    TooLarge,
    as_polynomial,
    constant,
    expandable,
    is_prime,
    multiply,
    of_atom,
    simplest,
)

if TYPE_CHECKING:
    from boundkit.kernel.signs import Signs


MOST_POWER = 64
"""Whole exponents up to this are multiplied out."""


def product(left: Polynomial, right: Polynomial, context: Signs) -> Polynomial:
    """The product, multiplied out."""
    context.spend(len(left.terms) * len(right.terms) // 50)
    return expand(multiply(left, right), context)


def expand(polynomial: Polynomial, context: Signs) -> Polynomial:
    """Whole parts of powers of composites, primes and absolute values multiplied out."""
    if not any(expandable(a, e) for m in polynomial.terms for a, e in m):
        return polynomial
    result = NIL
    for monomial, coefficient in polynomial.terms.items():
        part = Polynomial({UNIT: coefficient})
        plain = []
        for atom, exponent in monomial:
            if not expandable(atom, exponent):
                plain.append((atom, exponent))
                continue
            whole_part = exponent if isinstance(exponent, Rational) else exponent.constant_part
            whole = whole_part.numerator // whole_part.denominator
            if isinstance(atom, Composite):
                if whole > MOST_POWER:
                    raise TooLarge
                for _ in range(whole):
                    part = expand(multiply(part, atom.polynomial), context)
            elif is_prime(atom):
                prime = atom.term.value  # type: ignore[attr-defined]
                if abs(whole) * prime.numerator.bit_length() > LARGEST_NUMBER:
                    raise TooLarge
                part = part.scaled(Fraction(prime) ** whole)
            else:
                whole -= whole % 2
                inside = context.normal(atom.term.args[0])  # type: ignore[attr-defined]
                for _ in range(whole):
                    part = expand(multiply(part, inside), context)
            rest = simplest(as_polynomial(exponent) - constant(whole))
            if rest != 0:
                plain.append((atom, rest))
        result = result + multiply(part, Polynomial({tuple(plain): Fraction(1)}))
    return expand(result, context)


def is_zero(polynomial: Polynomial, context: Signs) -> bool:
    """Whether the polynomial is 0 wherever it is defined: after clearing composite denominators."""
    for _ in range(12):
        if not polynomial.terms:
            return True
        lowest: tuple[Composite, Rational] | None = None
        for monomial in polynomial.ordered:
            for atom, exponent in monomial:
                if isinstance(atom, Composite):
                    part = exponent if isinstance(exponent, Rational) else exponent.constant_part
                    if part < 0 and (lowest is None or part < lowest[1] or atom == lowest[0]):
                        lowest = (atom, min(part, lowest[1]) if lowest and atom == lowest[0] else part)
        if lowest is None:
            return False
        atom, part = lowest
        power = -(part.numerator // part.denominator)
        polynomial = expand(multiply(polynomial, of_atom(atom, Fraction(power))), context)
    return not polynomial.terms


def atom_of(term: Term) -> Polynomial:
    """An opaque term as a polynomial."""
    return of_atom(Atom(term))
