"""Power series of terms in one name at a rational point: their arithmetic, for coefficients that are exact
constants or balls, and the series of the functions; and exact series."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol

from flint import arb

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number
from boundkit.kernel import constants, intervals
from boundkit.kernel.constants import Constant, NotExact
from boundkit.kernel.intervals import Undecided, Undefined

LONGEST = 40
LARGEST_POWER = 64

Series = list[Any]
"""Coefficients; the last one of a series of balls is that of the remainder."""


class _Scalars(Protocol):
    """The numbers that coefficients are."""

    def number(self, value: Fraction) -> Any: ...
    def plus(self, left: Any, right: Any) -> Any: ...
    def times(self, left: Any, right: Any) -> Any: ...
    def over(self, left: Any, right: Any) -> Any: ...
    def apply(self, head: str, value: Any) -> Any: ...
    def power(self, base: Any, exponent: Fraction) -> Any: ...


class _Exactly:
    """Constants. Raises NotExact."""

    def number(self, value: Fraction) -> Constant:
        return constants.rational(value)

    def plus(self, left: Constant, right: Constant) -> Constant:
        return constants.add(left, right)

    def times(self, left: Constant, right: Constant) -> Constant:
        return constants.multiply(left, right)

    def over(self, left: Constant, right: Constant) -> Constant:
        return constants.divide(left, right)

    def apply(self, head: str, value: Constant) -> Constant:
        return constants.apply(head, value)

    def power(self, base: Constant, exponent: Fraction) -> Constant:
        return constants.raised(base, exponent)


class _Balls:
    """Balls at the precision in force. Raises Undecided for what is not finite."""

    def number(self, value: Fraction) -> arb:
        return intervals.rational_ball(value)

    def plus(self, left: arb, right: arb) -> arb:
        return left + right

    def times(self, left: arb, right: arb) -> arb:
        return left * right

    def over(self, left: arb, right: arb) -> arb:
        return finite(left / right)

    def apply(self, head: str, value: arb) -> arb:
        return finite(intervals.to_ball(intervals.apply(head, [intervals.from_ball(value)])))

    def power(self, base: arb, exponent: Fraction) -> arb:
        sets = [intervals.from_ball(base), intervals.from_rational(exponent)]
        return finite(intervals.to_ball(intervals.apply("^", sets)))


def finite(value: arb) -> arb:
    """The ball. Raises Undecided for one that is not bounded."""
    if not value.is_finite():
        raise Undecided("not finite")
    return value


EXACTLY, BALLS = _Exactly(), _Balls()


def expansion(head: str, at: Any, count: int, exponent: Fraction, scalars: _Scalars) -> Series:
    """The coefficients number 0 to count - 1 of the Taylor series of a function at a number: of a power with
    this exponent if the head is `^`. By the linear recurrences that the functions satisfy."""
    number, plus, times, over = scalars.number, scalars.plus, scalars.times, scalars.over

    def scaled(value: Any, factor: Fraction) -> Any:
        return times(number(factor), value)

    if head in ("exp", "sin", "cos", "sinh", "cosh"):
        pairs = zip(_cycle(head, at, count, scalars), _factorials(count), strict=True)
        return [scaled(own, factor) for own, factor in pairs]
    if head == "^":
        found = [scalars.power(at, exponent)]
        for place in range(1, count):
            found.append(over(scaled(found[-1], (exponent - place + 1) / place), at))
        return found
    # The others are integrals of series p_0, p_1, ...
    slopes: Series = []
    one, nothing = number(Fraction(1)), number(Fraction(0))
    if head == "ln":
        slopes = expansion("^", at, count - 1, Fraction(-1), scalars)
    elif head == "arctan":
        # (1 + u^2)*p = 1
        below = plus(one, times(at, at))
        for place in range(count - 1):
            older = slopes[place - 2] if place > 1 else nothing
            last = times(scaled(at, Fraction(2)), slopes[place - 1]) if place else nothing
            top = one if place == 0 else scaled(plus(last, older), Fraction(-1))
            slopes.append(over(top, below))
    elif head in ("arcsin", "arccos"):
        # (1 - u^2)*p' = u*p
        below = plus(one, scaled(times(at, at), Fraction(-1)))
        sign = Fraction(1 if head == "arcsin" else -1)
        slopes = [scaled(scalars.power(below, Fraction(-1, 2)), sign)]
        for place in range(count - 2):
            older = scaled(slopes[place - 1], Fraction(place)) if place else nothing
            top = plus(scaled(times(at, slopes[place]), Fraction(2 * place + 1)), older)
            slopes.append(over(scaled(top, Fraction(1, place + 1)), below))
    elif head == "erf":
        # p' = -2*u*p
        scale = over(number(Fraction(2)), scalars.apply("sqrt", _circle(scalars)))
        slopes = [times(scale, scalars.apply("exp", scaled(times(at, at), Fraction(-1))))]
        for place in range(count - 2):
            older = slopes[place - 1] if place else nothing
            slopes.append(scaled(plus(times(at, slopes[place]), older), Fraction(-2, place + 1)))
    else:
        raise Undecided(f"no series for {head}")
    rest = [scaled(own, Fraction(1, place)) for place, own in enumerate(slopes, 1)]
    return [scalars.apply(head, at), *rest][:count]


def _circle(scalars: _Scalars) -> Any:
    return scalars.times(scalars.number(Fraction(4)), scalars.apply("arctan", scalars.number(Fraction(1))))


def _cycle(head: str, at: Any, count: int, scalars: _Scalars) -> Series:
    """The derivatives of exp, sin, cos, sinh, cosh."""
    if head == "exp":
        return [scalars.apply("exp", at)] * count
    other = {"sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh"}[head]
    pair = [scalars.apply(head, at), scalars.apply(other, at)]
    signs = {"sin": (1, 1, -1, -1), "cos": (1, -1, -1, 1)}.get(head, (1, 1, 1, 1))
    signed = [scalars.times(scalars.number(Fraction(signs[place])), pair[place % 2]) for place in range(4)]
    return [signed[place % 4] for place in range(count)]


def _factorials(count: int) -> list[Fraction]:
    """1/k! for k below the count."""
    found = [Fraction(1)]
    for place in range(1, count):
        found.append(found[-1] / place)
    return found


COMPOSED = frozenset({"exp", "ln", "sin", "cos", "sinh", "cosh", "arctan", "arcsin", "arccos", "erf"})


class Walk:
    """One pass over a term; subclasses say what numbers and products are."""

    scalars: _Scalars

    def __init__(self, name: str, at: Fraction) -> None:
        self.name, self.at = name, at
        # By identity: the root keeps all subterms alive, and `made` those that are made on the way.
        self.known: dict[int, Series] = {}
        self.made: list[Term] = []

    def of(self, term: Term) -> Series:
        found = self.known.get(id(term))
        if found is None:
            found = self.known[id(term)] = self._of(term)
        return found

    def _of(self, term: Term) -> Series:
        if self.name not in term.free:
            return self.padded([self.value(term)])
        if isinstance(term, Name):
            return self.padded([self.scalars.number(self.at), self.scalars.number(Fraction(1))])
        if not isinstance(term, Apply):
            raise Undecided("no series for such a term")
        head, args = term.head, term.args
        if head in ("+", "*") and args:
            total = self.of(args[0])
            for arg in args[1:]:
                own = self.of(arg)
                total = self.sum(total, own) if head == "+" else self.product(total, own)
            return total
        if head == "neg":
            return self.negative(self.of(args[0]))
        if head == "-":
            return self.sum(self.of(args[0]), self.negative(self.of(args[1])))
        if head == "/":
            return self.quotient(args[0], args[1])
        if head == "^":
            return self.power(args[0], args[1])
        if head == "sqrt":
            return self.composed("^", self.of(args[0]), args[0], Fraction(1, 2))
        if head in ("tan", "tanh"):
            pair = ("sin", "cos") if head == "tan" else ("sinh", "cosh")
            top, below = (Apply(own, args, REAL) for own in pair)
            self.made += (top, below)
            return self.quotient(top, below)
        if head in COMPOSED:
            return self.composed(head, self.of(args[0]), args[0])
        raise Undecided(f"no series for {head}")

    def power(self, base: Term, exponent: Term) -> Series:
        if not isinstance(exponent, Number):
            logarithm = self.composed("ln", self.of(base), base)
            return self.composed("exp", self.product(self.of(exponent), logarithm), None)
        value = exponent.value
        if value.denominator != 1:
            return self.composed("^", self.of(base), base, value)
        if value < 0 and self.starts(self.of(base)):
            return self.composed("^", self.of(base), base, value)
        if value < 0:
            below = Apply("^", (base, number(-value)), REAL)
            self.made.append(below)
            return self.quotient(ONE, below)
        if not 1 <= value <= LARGEST_POWER:
            raise Undecided("a power that is 0 or large")
        own = total = self.of(base)
        for _ in range(int(value) - 1):
            total = self.product(total, own)
        return total

    def negative(self, series: Series) -> Series:
        factor = self.scalars.number(Fraction(-1))
        return [self.scalars.times(factor, own) for own in series]

    def sum(self, left: Series, right: Series) -> Series:
        length = min(len(left), len(right))
        pairs = zip(self.cut(left, length), self.cut(right, length), strict=True)
        return [self.scalars.plus(one, two) for one, two in pairs]

    def convolved(self, left: Series, right: Series, count: int) -> Series:
        """The first coefficients of a product of polynomials."""
        plus, times = self.scalars.plus, self.scalars.times
        total = [self.scalars.number(Fraction(0))] * count
        for i, one in enumerate(left):
            if is_nothing(one):
                continue
            for k, two in enumerate(right[: max(count - i, 0)]):
                if not is_nothing(two):
                    total[i + k] = plus(total[i + k], times(one, two))
        return total

    def substituted(self, coefficients: Series, inner: Series) -> Series:
        """A polynomial at a series without its first coefficient."""
        rest = [self.scalars.number(Fraction(0)), *inner[1:]]
        total = self.padded(coefficients[-1:], len(inner))
        for own in reversed(coefficients[:-1]):
            total = self.product(total, rest)
            total = [self.scalars.plus(total[0], own), *total[1:]]
        return total

    def starts(self, series: Series) -> bool:
        """Whether the first coefficient is certainly not 0."""
        raise NotImplementedError

    def padded(self, first: Series, count: int = 0) -> Series:
        """The series of a polynomial."""
        raise NotImplementedError

    def value(self, term: Term) -> Any:
        """A term without the name."""
        raise NotImplementedError

    def cut(self, series: Series, count: int) -> Series:
        """The series as one of so many coefficients."""
        raise NotImplementedError

    def product(self, left: Series, right: Series) -> Series:
        raise NotImplementedError

    def quotient(self, top: Term, below: Term) -> Series:
        raise NotImplementedError

    def composed(
        self, head: str, inner: Series, term: Term | None, exponent: Fraction = Fraction(0)
    ) -> Series:
        """A function of a series, which is that of the term."""
        raise NotImplementedError


def is_nothing(value: Any) -> bool:
    """Whether a coefficient is exactly 0."""
    return not value if isinstance(value, dict) else bool(value == 0)


class Exact(Walk):
    """Series with exact coefficients, as far as they are known. Raises NotExact."""

    scalars = EXACTLY

    def __init__(self, name: str, at: Fraction, count: int) -> None:
        super().__init__(name, at)
        self.count = count

    def starts(self, series: Series) -> bool:
        return bool(series[0])

    def padded(self, first: Series, count: int = 0) -> Series:
        return (first + [self.scalars.number(Fraction(0))] * LONGEST)[: count or self.count]

    def value(self, term: Term) -> Any:
        found = constants.constant(term, {})
        if found is None:
            raise NotExact
        return found

    def cut(self, series: Series, count: int) -> Series:
        return series[:count]

    def product(self, left: Series, right: Series) -> Series:
        return self.convolved(left, right, min(len(left), len(right)))

    def quotient(self, top: Term, below: Term) -> Series:
        own, other = self.of(top), self.of(below)
        order = leading_zeros(other)
        if order >= min(len(own), len(other)) or any(own[:order]):
            raise NotExact
        return self.product(own[order:], self.composed("^", other[order:], None, Fraction(-1)))

    def composed(
        self, head: str, inner: Series, term: Term | None, exponent: Fraction = Fraction(0)
    ) -> Series:
        return self.substituted(expansion(head, inner[0], len(inner), exponent, EXACTLY), inner)


@lru_cache(maxsize=64)
def exact_series(term: Term, name: str, at: Fraction, count: int) -> Series | None:
    """The first coefficients of the series of a term at a point; fewer where a divisor vanishes there; None
    if they are not found exactly."""
    try:
        return Exact(name, at, count).of(term)
    except (NotExact, Undecided, Undefined, RecursionError):
        return None


def leading_zeros(series: Series) -> int:
    """How many of the first coefficients of an exact series are 0."""
    return next((place for place, own in enumerate(series) if own), len(series))
