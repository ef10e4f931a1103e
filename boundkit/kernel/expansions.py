"""The coefficients of the Taylor series of functions at a number, which is an exact constant or a ball."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Protocol

from flint import arb

from boundkit.kernel import constants, intervals
from boundkit.kernel.constants import Constant, NotExact
from boundkit.kernel.intervals import Undecided

MOST_MONOMIALS = 150_000

Coefficients = list[Any]


class Scalars(Protocol):
    """The numbers that coefficients are."""

    def number(self, value: Fraction) -> Any: ...
    def plus(self, left: Any, right: Any) -> Any: ...
    def times(self, left: Any, right: Any) -> Any: ...
    def over(self, left: Any, right: Any) -> Any: ...
    def apply(self, head: str, value: Any) -> Any: ...
    def power(self, base: Any, exponent: Fraction) -> Any: ...


class Exactly:
    """Constants. Raises NotExact, also after work on MOST_MONOMIALS monomials."""

    def __init__(self) -> None:
        self.work = 0

    def number(self, value: Fraction) -> Constant:
        return constants.rational(value)

    def plus(self, left: Constant, right: Constant) -> Constant:
        self.spend(len(left) + len(right))
        return constants.add(left, right)

    def times(self, left: Constant, right: Constant) -> Constant:
        self.spend(len(left) * len(right))
        return constants.multiply(left, right)

    def spend(self, monomials: int) -> None:
        self.work += monomials
        if self.work > MOST_MONOMIALS:
            raise NotExact

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


BALLS = _Balls()


def expansion(head: str, at: Any, count: int, exponent: Fraction, scalars: Scalars) -> Coefficients:
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
    slopes: Coefficients = []
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


def _circle(scalars: Scalars) -> Any:
    return scalars.times(scalars.number(Fraction(4)), scalars.apply("arctan", scalars.number(Fraction(1))))


def _cycle(head: str, at: Any, count: int, scalars: Scalars) -> Coefficients:
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
