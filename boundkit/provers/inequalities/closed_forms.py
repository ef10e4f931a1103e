"""Closed forms of numbers that are known to many digits: rationals, square roots, roots of quadratic
equations, and what small rationals and the logarithms of primes make up, or the exponentials of that.

Integer relations between a number and known ones are found by lattice reduction (Lenstra, Lenstra and Lovasz,
1982). Nothing is decided: terms are proposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isqrt

from flint import arb, fmpz, fmpz_mat

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Number, Term, number
from boundkit.kernel import balls
from boundkit.kernel.derivative import over, plus, times
from boundkit.kernel.intervals import rational_ball
from boundkit.provers.inequalities.points import cost, near

DIGITS = 28
"""How many digits of a number are taken for right."""
PRECISION = 160
SMALL = 60
"""Bits of the numbers of a relation, in all, beyond which it is chance."""
SHORT = 48
LARGEST = 10**6


def closed_forms(value: Fraction) -> Iterator[Term]:
    """Terms that agree with a number to DIGITS digits, the simplest kind first."""
    simple = near(value, Fraction(1, 10**DIGITS))
    if cost(simple) <= SMALL:
        yield Number(simple)
    if not 0 < abs(value) < LARGEST or abs(value) < Fraction(1, LARGEST):
        return
    with balls.precisely(PRECISION):
        own = rational_ball(value)
        yield from _roots(own)
        for constants in ((_circle(),), _logarithms(), _exponentials()):
            yield from _sums(own, constants)
        sign = number(1 if value > 0 else -1)
        for found in _sums(own * own, _logarithms()):
            yield _signed(sign, _real("sqrt", found))
        for found in _sums(1 / own, _logarithms()):
            yield over(ONE, found)
        for found in _roots(own * own):
            yield _signed(sign, _real("sqrt", found))
        for found in _sums(abs(own).log(), _logarithms()):
            yield _signed(sign, _real("exp", found))
        if abs(value) < 30:
            for found in _roots(own.exp()):
                yield _real("ln", found)


def _roots(value: arb) -> Iterator[Term]:
    """The number as a root of a quadratic equation."""
    found = relation([arb(1), value, value * value])
    if found is None or not found[2]:
        return
    c, b, a = found
    inside = b * b - 4 * a * c
    if inside < 0 or isqrt(inside) ** 2 == inside:
        return
    upper = bool((2 * a * value + b) > 0)
    shift, side = Fraction(-b, 2 * a), Fraction(1 if upper else -1, 2 * a)
    square, rest = _square_part(inside)
    root = times(number(side * square), _real("sqrt", number(rest)))
    yield plus(number(shift), root) if shift else root


def _square_part(value: int) -> tuple[int, int]:
    """The root of a large square that divides a number, and the rest."""
    outside, divisor = 1, 2
    while divisor * divisor <= value and divisor < 1000:
        while value % (divisor * divisor) == 0:
            value, outside = value // (divisor * divisor), outside * divisor
        divisor += 1
    return outside, value


def _sums(value: arb, constants: Sequence[tuple[Term, arb]]) -> Iterator[Term]:
    """The number as a rational and rational multiples of constants."""
    found = relation([value, arb(1), *(own for _, own in constants)])
    if found is None or not found[0] or not any(found[2:]):
        return
    shares = [Fraction(-own, found[0]) for own in found[1:]]
    terms = [
        times(number(share), term) for share, (term, _) in zip(shares[1:], constants, strict=True) if share
    ]
    yield plus(*terms, number(shares[0])) if shares[0] else plus(*terms)


def _circle() -> tuple[Term, arb]:
    return times(number(4), _real("arctan", ONE)), arb.pi()


def _logarithms() -> tuple[tuple[Term, arb], ...]:
    return tuple((_real("ln", number(prime)), arb(prime).log()) for prime in (2, 3, 5))


def _exponentials() -> tuple[tuple[Term, arb], ...]:
    return ((_real("exp", ONE), arb(1).exp()), (_real("exp", number(-1)), arb(-1).exp()))


def relation(values: Sequence[arb]) -> list[int] | None:
    """Small integers, not all zero, whose sum of products with the numbers is zero to DIGITS digits; None if
    there are none for certain small ones."""
    scale = fmpz(10) ** DIGITS
    count = len(values)
    rows: list[list[int]] = []
    for place, value in enumerate(values):
        scaled = (value * arb(scale)).mid().floor().unique_fmpz()
        if scaled is None:
            return None
        rows.append([*(int(k == place) for k in range(count)), int(scaled)])
    reduced = fmpz_mat(rows).lll()
    first = [int(reduced[0, k]) for k in range(count + 1)]
    bits = sum(abs(own).bit_length() for own in first[:count])
    return (
        first[:count] if bits <= SHORT and abs(first[count]) <= 100 * max(map(abs, first[:count])) else None
    )


def _signed(sign: Term, term: Term) -> Term:
    return term if sign == ONE else times(sign, term)


def _real(head: str, *args: Term) -> Term:
    return Apply(head, args, REAL)


__all__ = ["closed_forms", "relation"]
