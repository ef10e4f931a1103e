"""Products of powers of terms that are not negative: what a summand is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Term, canonical, number
from boundkit.kernel.context import Context
from boundkit.kernel.normal import to_term
from boundkit.kernel.polynomials import Monomial, Polynomial, Rational, of_atom


@dataclass(frozen=True)
class Power:
    """A term that is not negative to an exponent other than 0."""

    base: Term
    exponent: Fraction

    @property
    def key(self) -> str:
        return canonical(self.base)


Powers = tuple[Power, ...]


def powers_of(monomial: Monomial, context: Context) -> tuple[int, Powers] | None:
    """A monomial as a sign and powers of terms that are not negative; None when a sign is not known."""
    sign = 1
    found: list[Power] = []
    for atom, exponent in monomial:
        if not isinstance(exponent, Rational):
            whole = Polynomial({((atom, exponent),): Fraction(1)})
            if not context.is_positive(whole):
                return None
            found.append(Power(to_term(whole), Fraction(1)))
            continue
        one = of_atom(atom)
        if context.is_nonnegative(one):
            found.append(Power(to_term(one), Fraction(exponent)))
        elif exponent.denominator == 1 and context.is_nonnegative(-one):
            found.append(Power(to_term(-one), Fraction(exponent)))
            sign *= -1 if exponent % 2 else 1
        else:
            return None
    return sign, collected(found)


def collected(powers: Iterable[Power]) -> Powers:
    """The product with each base once, in a fixed order."""
    found: dict[str, Power] = {}
    for own in powers:
        before = found[own.key].exponent if own.key in found else Fraction(0)
        found[own.key] = Power(own.base, before + own.exponent)
    return tuple(found[key] for key in sorted(found) if found[key].exponent)


def compared(low: Powers, high: Powers) -> tuple[Powers, Powers]:
    """What two products share, and the quotient of the first by the second: what the first has besides, with
    positive exponents, and what the second has besides, with negative ones."""
    above, below = ({own.key: own for own in powers} for powers in (low, high))
    shared: list[Power] = []
    ratio: list[Power] = []
    for key, own in sorted({**below, **above}.items()):
        first, second = (side[key].exponent if key in side else Fraction(0) for side in (above, below))
        shared.append(Power(own.base, min(first, second)))
        ratio.append(Power(own.base, first - second))
    return collected(shared), collected(ratio)


def groups(powers: Powers) -> list[Powers]:
    """The powers in groups that share no name; those without names are one group."""
    found: list[list[Power]] = []
    for own in powers:
        names = own.base.free
        near, apart = [own], []
        for group in found:
            joined = any(names & other.base.free or not names | other.base.free for other in group)
            if joined:
                near.extend(group)
            else:
                apart.append(group)
        found = [*apart, near]
    return [collected(group) for group in found]


def product_of(powers: Powers) -> Term:
    """The product as a term."""
    return times(tuple(power_of(own.base, own.exponent) for own in powers))


def sides(ratio: Powers) -> tuple[Term, Term]:
    """What stands above and below the fraction line."""
    above = tuple(own for own in ratio if own.exponent > 0)
    below = tuple(Power(own.base, -own.exponent) for own in ratio if own.exponent < 0)
    return product_of(above), product_of(below)


def power_of(base: Term, exponent: Fraction) -> Term:
    """A power as a term."""
    if exponent < 0:
        return Apply("/", (ONE, power_of(base, -exponent)), REAL)
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return Apply("sqrt", (base,), REAL)
    return Apply("^", (base, number(exponent)), REAL)


def times(factors: Iterable[Term]) -> Term:
    """The product of some terms; 1 for none."""
    result: Term | None = None
    for factor in factors:
        if factor != ONE:
            result = factor if result is None else Apply("*", (result, factor), REAL)
    return ONE if result is None else result
