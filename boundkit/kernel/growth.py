"""Expansions of terms as a name x grows beyond all bounds: sums of x^p * ln(x)^m with a remainder.

The coefficients are quotients (`kernel.quotients`) in the other names, which are fixed. An expansion with the
error p says that the term differs from its sum by at most a constant times x^p*ln(x)^m, for some m, for all
large x at which the term is defined. A number comes to the front only where it is seen that it is not 0, so
that terms which cancel do no harm. lnGamma and its derivatives are expanded by Stirling's series (DLMF
5.11.1, 5.15.8), the functions exp, ln and powers by their Taylor series at what the argument tends to."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number
from boundkit.kernel.balls import enclose
from boundkit.kernel.derivative import is_order, times
from boundkit.kernel.intervals import Undecided
from boundkit.kernel.quotients import UNIT, Algebra, Quotient, rational, scaled

LEAST = Fraction(-4)
"""Powers of x that are kept."""
MOST_POWERS = 60
LARGEST_ORDER = 6
PRECISION = 128
BERNOULLI = (Fraction(1, 6), Fraction(-1, 30))
"""The Bernoulli numbers B2 and B4 (DLMF 24.2.iv)."""

Place = tuple[Fraction, int]
"""x^p * ln(x)^m as p and m."""
CONSTANT: Place = (Fraction(0), 0)


@dataclass(frozen=True)
class Expansion:
    """The sum of coefficients times x^p * ln(x)^m, and the power of the error, None where there is none."""

    parts: dict[Place, Quotient]
    error: Fraction | None = None

    def largest(self) -> Fraction:
        """A power of x beyond which the expansion does not grow, up to logarithms."""
        powers = [place[0] for place in self.parts] + ([] if self.error is None else [self.error])
        return max(powers, default=LEAST)


def limit(term: Term, name: str) -> Term | None:
    """The limit of a term that is defined for all large values of the name, in which the name does not occur;
    None if it grows beyond all bounds. Raises Undecided, and TooLarge."""
    growth = _Growth(name)
    try:
        found = growth.of(term)
    except RecursionError:
        raise Undecided("the term is too deep") from None
    except ValueError:
        # Atoms are ordered by text, and Python writes no numbers of several thousand digits.
        raise Undecided("numbers that are too long") from None
    if found.error is not None and found.error >= 0:
        raise Undecided("the error does not vanish")
    front = max(found.parts, default=CONSTANT)
    if front > CONSTANT:
        if growth.sign(found.parts[front]) > 0:
            return None
        raise Undecided("not shown to have a limit")
    return growth.algebra.to_term(found.parts.get(CONSTANT, rational(Fraction(0))))


def _rational(value: Quotient) -> Fraction:
    """A coefficient that is a rational number other than 0."""
    if value.below or set(value.top) != {UNIT}:
        raise Undecided("a coefficient whose sign is not seen")
    return value.top[UNIT]


class _Growth:
    """The expansions of terms in one name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.algebra = Algebra()

    def of(self, term: Term) -> Expansion:
        if self.name not in term.free:
            return self.made({CONSTANT: self.algebra.of(term)}, None)
        if isinstance(term, Name):
            return Expansion({(Fraction(1), 0): rational(Fraction(1))})
        if not isinstance(term, Apply):
            raise Undecided("no expansion of such a term")
        head, args = term.head, term.args
        if head in ("+", "*") and args:
            total = self.of(args[0])
            for arg in args[1:]:
                other = self.of(arg)
                total = self.sum(total, other) if head == "+" else self.product(total, other)
            return total
        if head == "neg" and len(args) == 1:
            return self.multiple(self.of(args[0]), Fraction(-1))
        if head == "-" and len(args) == 2:
            return self.sum(self.of(args[0]), self.multiple(self.of(args[1]), Fraction(-1)))
        if head == "/" and len(args) == 2:
            return self.product(self.of(args[0]), self.power(self.of(args[1]), Fraction(-1)))
        if head == "sqrt" and len(args) == 1:
            return self.power(self.of(args[0]), Fraction(1, 2))
        if head == "^" and len(args) == 2:
            if isinstance(args[1], Number):
                return self.power(self.of(args[0]), args[1].value)
            return self.exponential(self.product(self.of(args[1]), self.logarithm(self.of(args[0]))))
        if head == "exp" and len(args) == 1:
            return self.exponential(self.of(args[0]))
        if head == "ln" and len(args) == 1:
            return self.logarithm(self.of(args[0]))
        if head in ("erf", "tanh") and len(args) == 1:
            return self.sum(self.number(Fraction(self.side(self.of(args[0])))), Expansion({}, LEAST))
        if head == "arctan" and len(args) == 1:
            return self.arctangent(self.of(args[0]))
        if head == "Gamma" and len(args) == 1:
            return self.exponential(self.log_gamma(self.of(args[0])))
        if head == "lnGamma" and len(args) == 1:
            return self.log_gamma(self.of(args[0]))
        if head == "polygamma" and len(args) == 2 and is_order(args[0]):
            return self.polygamma(int(args[0].value), self.of(args[1]))  # type: ignore[attr-defined]
        raise Undecided(f"no expansion of {head}")

    def made(self, parts: dict[Place, Quotient], error: Fraction | None) -> Expansion:
        """An expansion without coefficients that are 0, or that the error covers."""
        if any(place[0] < LEAST for place in parts):
            error = LEAST if error is None else max(error, LEAST)
        kept = {
            place: value
            for place, value in parts.items()
            if value.top and (error is None or place[0] > error)
        }
        if len(kept) > MOST_POWERS:
            raise Undecided("an expansion of too many terms")
        return Expansion(kept, error)

    def number(self, value: Fraction) -> Expansion:
        return self.made({CONSTANT: rational(value)}, None)

    def multiple(self, own: Expansion, factor: Fraction) -> Expansion:
        return self.made({place: scaled(value, factor) for place, value in own.parts.items()}, own.error)

    def sum(self, left: Expansion, right: Expansion) -> Expansion:
        parts = dict(left.parts)
        for place, value in right.parts.items():
            parts[place] = self.algebra.add(parts[place], value) if place in parts else value
        errors = [own.error for own in (left, right) if own.error is not None]
        return self.made(parts, max(errors, default=None))

    def product(self, left: Expansion, right: Expansion) -> Expansion:
        parts: dict[Place, Quotient] = {}
        for (p, m), one in left.parts.items():
            for (q, n), two in right.parts.items():
                place = (p + q, m + n)
                own = self.algebra.multiply(one, two)
                parts[place] = self.algebra.add(parts[place], own) if place in parts else own
        errors = [own.error + other.largest() for own, other in ((left, right), (right, left))
                  if own.error is not None]  # fmt: skip
        return self.made(parts, max(errors, default=None))

    def sign(self, value: Quotient) -> int:
        """The sign of a coefficient that is a number other than 0. Raises Undecided for others."""
        term = self.algebra.to_term(value)
        if not term.free:
            ball = enclose(term, {}, PRECISION)
            if ball > 0:
                return 1
            if ball < 0:
                return -1
        raise Undecided("a coefficient whose sign is not seen")

    def leading(self, own: Expansion) -> tuple[Quotient, Fraction, Expansion]:
        """c, p and r, which vanishes, with c*x^p*(1 + r) for an expansion, where c is a number other than
        0."""
        front = max(own.parts, default=None)
        if front is None or front[1] or (own.error is not None and own.error >= front[0]):
            raise Undecided("no leading power")
        first = own.parts[front]
        self.sign(first)
        inverse = self.algebra.inverse(first)
        rest = {
            (p - front[0], m): self.algebra.multiply(value, inverse)
            for (p, m), value in own.parts.items()
            if (p, m) != front
        }
        small = self.made(rest, None if own.error is None else own.error - front[0])
        if small.largest() >= 0:
            raise Undecided("no leading power")
        return first, front[0], small

    def series(self, coefficients: list[Fraction], small: Expansion) -> Expansion:
        """A power series at what vanishes, with its remainder."""
        total, factor = self.number(coefficients[0]), self.number(Fraction(1))
        for own in coefficients[1:]:
            factor = self.product(factor, small)
            total = self.sum(total, self.multiple(factor, own))
        remainder = max(small.largest() * len(coefficients), LEAST)
        return self.sum(total, Expansion({}, remainder)) if small.parts or small.error is not None else total

    def count(self, small: Expansion) -> int:
        """How many terms of a power series reach the least power."""
        return min(int(LEAST / small.largest()) + 1, MOST_POWERS)

    def power(self, base: Expansion, exponent: Fraction) -> Expansion:
        if exponent.denominator == 1 and 0 <= exponent <= LARGEST_ORDER:
            total = self.number(Fraction(1))
            for _ in range(int(exponent)):
                total = self.product(total, base)
            return total
        first, front, small = self.leading(base)
        if exponent.denominator != 1 and self.sign(first) < 0:
            raise Undecided("a power of a negative number")
        coefficients = [Fraction(1)]
        for k in range(1, self.count(small)):
            coefficients.append(coefficients[-1] * (exponent - k + 1) / k)
        scale = self.algebra.raised(first, exponent)
        return self.product(Expansion({(front * exponent, 0): scale}), self.series(coefficients, small))

    def logarithm(self, own: Expansion) -> Expansion:
        first, front, small = self.leading(own)
        if self.sign(first) < 0:
            raise Undecided("a logarithm of a negative number")
        coefficients = [Fraction(0)] + [Fraction((-1) ** (k + 1), k) for k in range(1, self.count(small))]
        main = {
            (Fraction(0), 1): rational(front),
            CONSTANT: self.algebra.logarithm(first),
        }
        return self.sum(self.made(main, None), self.series(coefficients, small))

    def exponential(self, own: Expansion) -> Expansion:
        power = own.parts.get((Fraction(0), 1))
        front = Fraction(0) if power is None else _rational(power)
        constant = own.parts.get(CONSTANT, rational(Fraction(0)))
        others = {
            place: value for place, value in own.parts.items() if place not in ((Fraction(0), 1), CONSTANT)
        }
        small = self.made(others, own.error)
        if small.largest() >= 0:
            if self.side(own) < 0:
                return Expansion({}, LEAST)
            raise Undecided("an exponential of what grows")
        coefficients = [Fraction(1, factorial(k)) for k in range(self.count(small))]
        scale = self.algebra.of(Apply("exp", (self.algebra.to_term(constant),), REAL))
        return self.product(Expansion({(front, 0): scale}), self.series(coefficients, small))

    def side(self, own: Expansion) -> int:
        """1 or -1 for an expansion that grows, or falls, beyond all bounds as a power of x. Then erf and tanh
        of it differ from this number, and exp of what falls from 0, by less than any power."""
        first, front, _ = self.leading(own)
        if front <= 0:
            raise Undecided("an argument that does not grow")
        return self.sign(first)

    def arctangent(self, own: Expansion) -> Expansion:
        """pi/2 - arctan(1/u), or -pi/2 - arctan(1/u), at what grows or falls."""
        quarter = self.algebra.of(times(number(2 * self.side(own)), Apply("arctan", (ONE,), REAL)))
        small = self.power(own, Fraction(-1))
        coefficients = [Fraction(0)]
        for k in range(1, self.count(small)):
            coefficients.append(Fraction((-1) ** (k // 2 + 1), k) if k % 2 else Fraction(0))
        return self.sum(self.made({CONSTANT: quarter}, None), self.series(coefficients, small))

    def growing(self, own: Expansion) -> None:
        """Raises unless the expansion grows beyond all bounds, as a power of x."""
        first, front, _ = self.leading(own)
        if self.sign(first) < 0 or front <= 0:
            raise Undecided("an argument that does not grow")

    def log_gamma(self, own: Expansion) -> Expansion:
        """(u - 1/2)*ln(u) - u + ln(2*pi)/2 + B2/(2*u) + ... at what grows."""
        self.growing(own)
        circle = Apply("ln", (times(number(8), Apply("arctan", (ONE,), REAL)),), REAL)
        total = self.product(self.sum(own, self.number(Fraction(-1, 2))), self.logarithm(own))
        total = self.sum(total, self.multiple(own, Fraction(-1)))
        total = self.sum(total, self.made({CONSTANT: scaled(self.algebra.of(circle), Fraction(1, 2))}, None))
        for k, value in enumerate(BERNOULLI, 1):
            term = self.power(own, Fraction(1 - 2 * k))
            total = self.sum(total, self.multiple(term, value / (2 * k * (2 * k - 1))))
        return self.beyond(total, own, 2 * len(BERNOULLI) + 1)

    def polygamma(self, order: int, own: Expansion) -> Expansion:
        """The derivatives of the series of lnGamma."""
        if order > LARGEST_ORDER:
            raise Undecided("a derivative of too high an order")
        self.growing(own)
        sign = (-1) ** (order + 1)
        if not order:
            total = self.sum(
                self.logarithm(own), self.multiple(self.power(own, Fraction(-1)), Fraction(-1, 2))
            )
        else:
            first = self.multiple(self.power(own, Fraction(-order)), Fraction(sign * factorial(order - 1)))
            half = self.multiple(self.power(own, Fraction(-order - 1)), Fraction(sign * factorial(order), 2))
            total = self.sum(first, half)
        for k, value in enumerate(BERNOULLI, 1):
            weight = value * sign * Fraction(factorial(2 * k + order - 1), factorial(2 * k))
            total = self.sum(total, self.multiple(self.power(own, Fraction(-2 * k - order)), weight))
        return self.beyond(total, own, 2 * len(BERNOULLI) + 2 + order)

    def beyond(self, total: Expansion, own: Expansion, power: int) -> Expansion:
        """With the error of a series that ends before this power of 1/u."""
        return self.sum(total, Expansion({}, max(-power * own.largest(), LEAST)))
