"""Series of terms in one name x in powers of t > 0, where x = at + sign*t^power: their arithmetic, for
coefficients that are exact constants or balls.

A power other than 1 gives series in fractional powers at an end, and a negative one series at infinity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Number, Term, number
from boundkit.kernel.constants import NotExact
from boundkit.kernel.derivative import minus, over, plus, power, times
from boundkit.kernel.expansions import Coefficients, Scalars
from boundkit.kernel.intervals import Undecided

LONGEST = 40
LARGEST_POWER = 64


@dataclass(frozen=True, slots=True)
class Series:
    """t^valuation * (a_0 + a_1*t + ...). The last coefficient of a series of balls is that of the remainder;
    of an exact one, only those that are there are known."""

    valuation: int
    coefficients: Coefficients


@dataclass(frozen=True, slots=True)
class Chart:
    """x = at + sign*t^power for one name x."""

    name: str
    at: Fraction
    power: int = 1
    sign: int = 1


COMPOSED = frozenset({"exp", "ln", "sin", "cos", "sinh", "cosh", "arctan", "arcsin", "arccos", "erf"})


class Walk:
    """One pass over a term; subclasses say what numbers and products are."""

    scalars: Scalars

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        # By identity: the root keeps all subterms alive, and `made` those that are made on the way.
        self.known: dict[int, Series] = {}
        self.made: list[Term] = []

    def of(self, term: Term) -> Series:
        found = self.known.get(id(term))
        if found is None:
            found = self.known[id(term)] = self._of(term)
        return found

    def _of(self, term: Term) -> Series:
        if self.chart.name not in term.free:
            return self.padded([self.value(term)])
        if isinstance(term, Name):
            return self.variable()
        if not isinstance(term, Apply):
            raise Undecided("no series for such a term")
        head, args = term.head, term.args
        if head == "+" and args:
            return reduce(self.sum, map(self.of, args))
        if head == "*" and args:
            return reduce(self.product, self.factors(args))
        if head == "neg":
            return self.scaled(self.of(args[0]), -1)
        if head == "-":
            return self.sum(self.of(args[0]), self.scaled(self.of(args[1]), -1))
        if head == "/":
            inverse = self.composed("^", args[1], Fraction(-1))
            return self.product(self.factors(args[:1], len(inverse.coefficients))[0], inverse)
        if head == "^":
            return self.power(args[0], args[1])
        if head == "sqrt":
            return self.composed("^", args[0], Fraction(1, 2))
        if head == "tan":
            top, below = (self.kept(Apply(own, args, REAL)) for own in ("sin", "cos"))
            return self.product(self.of(top), self.composed("^", below, Fraction(-1)))
        if head == "tanh":
            return self.hyperbolic_tangent(args[0])
        if head in ("arcsin", "arccos") and (sign := self.extreme(self.of(args[0]))):
            return self.arc(head, args[0], sign)
        if head in COMPOSED:
            return self.composed(head, args[0])
        raise Undecided(f"no series for {head}")

    def factors(self, terms: Sequence[Term], length: int = 0) -> list[Series]:
        """The series of terms, without coefficients in front that are 0 if they are not equally long."""
        found = [self.of(term) for term in terms]
        lengths = {len(series.coefficients) for series in found} | ({length} if length else set())
        if len(lengths) == 1:
            return found
        return [self.trimmed(series, term) for series, term in zip(found, terms, strict=True)]

    def trimmed(self, series: Series, term: Term) -> Series:
        try:
            return self.normal(series, term)
        except (Undecided, NotExact):
            return series

    def kept(self, term: Term) -> Term:
        """A new term, kept alive."""
        self.made.append(term)
        return term

    def variable(self) -> Series:
        chart, number_ = self.chart, self.scalars.number
        first = [number_(Fraction(0))] * (abs(chart.power) + 1)
        first[0 if chart.power > 0 else -1] = number_(chart.at)
        first[-1 if chart.power > 0 else 0] = number_(Fraction(chart.sign))
        return Series(min(chart.power, 0), self.padded(first).coefficients)

    def power(self, base: Term, exponent: Term) -> Series:
        if not isinstance(exponent, Number):
            logarithm = self.composed("ln", base)
            (own,) = self.factors((exponent,), len(logarithm.coefficients))
            return self.function("exp", self.product(own, logarithm), None, Fraction(0))
        value = exponent.value
        if value.denominator != 1 or value < 0:
            return self.composed("^", base, value)
        if not 1 <= value <= LARGEST_POWER:
            raise Undecided("a power that is 0 or large")
        own = total = self.of(base)
        for digit in bin(int(value))[3:]:
            total = self.product(total, total)
            if digit == "1":
                total = self.product(total, own)
        return total

    def hyperbolic_tangent(self, inner: Term) -> Series:
        """sinh(u)/cosh(u); where u grows beyond all bounds, by exp(-2|u|)."""
        if self.of(inner).valuation >= 0:
            top, below = (self.kept(Apply(own, (inner,), REAL)) for own in ("sinh", "cosh"))
            return self.product(self.of(top), self.composed("^", below, Fraction(-1)))
        sign = self.sign(self.normal(self.of(inner), inner))
        small = self.kept(Apply("exp", (times(number(-2 * sign), inner),), REAL))
        share = self.kept(over(minus(number(1), small), plus(number(1), small)))
        return self.scaled(self.of(share), sign)

    def arc(self, head: str, inner: Term, sign: int) -> Series:
        """arccos(u) = 2*arcsin(sqrt((1 - u)/2)), for u near 1; arccos(u) = pi - arccos(-u), and arcsin(u) =
        pi/2 - arccos(u)."""
        gap = minus(number(1), inner) if sign == 1 else plus(number(1), inner)
        root = power(over(gap, number(2)), number(Fraction(1, 2)))
        total = self.scaled(self.of(self.kept(Apply("arcsin", (root,), REAL))), 2 * sign)
        quarters = {("arcsin", 1): 1, ("arcsin", -1): -1, ("arccos", 1): 0, ("arccos", -1): 2}[head, sign]
        total = self.scaled(total, -1) if head == "arcsin" else total
        return self.sum(total, self.turned(quarters)) if quarters else total

    def turned(self, quarters: int) -> Series:
        """So many quarters of a turn."""
        eighth = self.scalars.apply("arctan", self.scalars.number(Fraction(1)))
        return self.padded([self.scalars.times(self.scalars.number(Fraction(2 * quarters)), eighth)])

    def scaled(self, series: Series, factor: int) -> Series:
        own = self.scalars.number(Fraction(factor))
        return Series(series.valuation, [self.scalars.times(own, value) for value in series.coefficients])

    def sum(self, left: Series, right: Series) -> Series:
        least = min(left.valuation, right.valuation)
        left, right = self.lowered(left, least), self.lowered(right, least)
        length = min(len(left.coefficients), len(right.coefficients))
        pairs = zip(self.cut(left.coefficients, length), self.cut(right.coefficients, length), strict=True)
        return Series(least, [self.scalars.plus(one, two) for one, two in pairs])

    def lowered(self, series: Series, valuation: int) -> Series:
        """The series written with a smaller valuation. Raises Undecided if it is much smaller."""
        if series.valuation - valuation > 2 * LONGEST:
            raise Undecided("valuations that are far apart")
        added = [self.scalars.number(Fraction(0))] * (series.valuation - valuation)
        return Series(valuation, [*added, *series.coefficients])

    def product(self, left: Series, right: Series) -> Series:
        count = min(len(left.coefficients), len(right.coefficients))
        return Series(
            left.valuation + right.valuation, self.convolved(left.coefficients, right.coefficients, count)
        )

    def multiplied(self, left: Coefficients, right: Coefficients, count: int) -> Coefficients:
        """The first coefficients of a product of polynomials."""
        plus_, times_ = self.scalars.plus, self.scalars.times
        total = [self.scalars.number(Fraction(0))] * count
        for i, one in enumerate(left):
            if is_nothing(one):
                continue
            for k, two in enumerate(right[: max(count - i, 0)]):
                if not is_nothing(two):
                    total[i + k] = plus_(total[i + k], times_(one, two))
        return total

    def composed(self, head: str, inner: Term, exponent: Fraction = Fraction(0)) -> Series:
        """A function of a term."""
        return self.function(head, self.of(inner), inner, exponent)

    def function(self, head: str, inner: Series, term: Term | None, exponent: Fraction) -> Series:
        """A function of a series, which is that of the term, if there is one."""
        if head == "^" and (inner.valuation or self.may_start_with_zero(inner)):
            inner = self.normal(inner, term)
            valuation = exponent * inner.valuation
            if valuation.denominator != 1:
                raise Undecided("a root of the variable")
            if inner.valuation:
                self.leave(exponent)
                found = self.substituted(head, Series(0, inner.coefficients), None, exponent)
                return Series(int(valuation), found)
        if inner.valuation < 0 or (head == "ln" and self.may_start_with_zero(inner)):
            inner = self.normal(inner, term)
        if head == "ln" and inner.valuation:
            self.leave(exponent)
            return self.logarithm(inner)
        if inner.valuation < 0:
            return self.at_infinity(head, inner)
        return Series(0, self.substituted(head, self.lowered(inner, 0), term, exponent))

    def at_infinity(self, head: str, inner: Series) -> Series:
        """A function of what grows beyond all bounds as t falls to 0."""
        if head == "arctan":
            sign = self.sign(inner)
            other = self.function("arctan", self.function("^", inner, None, Fraction(-1)), None, Fraction(0))
            return self.sum(self.turned(sign), self.scaled(other, -1))
        if head == "exp" and self.sign(inner) < 0:
            return self.flat(inner)
        if head in ("sin", "cos"):
            return self.bounded()
        raise Undecided(f"{head} of what grows beyond all bounds")

    def polynomial(self, values: Coefficients, inner: Coefficients) -> Coefficients:
        """A polynomial at a series without its first coefficient."""
        rest = [self.scalars.number(Fraction(0)), *inner[1:]]
        total = self.padded(values[-1:], len(inner)).coefficients
        for own in reversed(values[:-1]):
            total = self.convolved(total, rest, len(inner))
            total = [self.scalars.plus(total[0], own), *total[1:]]
        return total

    def padded(self, first: Coefficients, count: int = 0) -> Series:
        """The series of a polynomial."""
        raise NotImplementedError

    def value(self, term: Term) -> Any:
        """A term without the name."""
        raise NotImplementedError

    def cut(self, values: Coefficients, count: int) -> Coefficients:
        """A series as one of so many coefficients."""
        raise NotImplementedError

    def convolved(self, left: Coefficients, right: Coefficients, count: int) -> Coefficients:
        """The product as a series of so many coefficients."""
        raise NotImplementedError

    def substituted(self, head: str, inner: Series, term: Term | None, exponent: Fraction) -> Coefficients:
        """A function of a series with valuation 0."""
        raise NotImplementedError

    def normal(self, series: Series, term: Term | None) -> Series:
        """The series of a term without coefficients in front that are 0."""
        raise NotImplementedError

    def may_start_with_zero(self, series: Series) -> bool:
        raise NotImplementedError

    def extreme(self, series: Series) -> int:
        """1 or -1 if that is what a series starts with."""
        raise NotImplementedError

    def sign(self, series: Series) -> int:
        """The sign of a series without coefficients in front that are 0, for small t, or all that count."""
        raise NotImplementedError

    def leave(self, exponent: Fraction) -> None:
        """Notes that a power was taken of what vanishes, or grows beyond all bounds, at t = 0."""

    def flat(self, inner: Series) -> Series:
        """exp of what falls beyond all bounds as t falls to 0."""
        raise NotImplementedError

    def logarithm(self, inner: Series) -> Series:
        """ln of what vanishes, or grows beyond all bounds, at t = 0."""
        raise Undecided("no series")

    def bounded(self) -> Series:
        """What lies between -1 and 1."""
        raise Undecided("no series")


def is_nothing(value: Any) -> bool:
    """Whether a coefficient is exactly 0."""
    return not value if isinstance(value, dict) else bool(value == 0)
