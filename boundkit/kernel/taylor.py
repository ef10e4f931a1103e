"""Taylor models of terms in one name: polynomials in the distance h from a point, with a remainder.

A model of length n for a term f at c, over an interval H of distances that holds 0, says that f(c + h) =
a_0 + a_1*h + ... + a_(n-1)*h^(n-1) + a_n*h^n, where a_n may depend on h and all are enclosed in balls, and
that f is defined there, for all h in H but 0. It holds for h = 0 as well if no divisor vanished at c.

The remainder is relative to h^n, so that a quotient whose divisor vanishes at c to the order j has a model of
length n - j, if its dividend vanishes as well (Chevillard, Harrison, Joldes and Lauter, 2011). That a
coefficient is 0 is settled by exact series. Functions are composed by Taylor's theorem with Lagrange's
remainder: their coefficients at the middle are enclosed at a_0, and the last one over all values."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from boundkit.ir.terms import Apply, Name, Term
from boundkit.kernel import intervals
from boundkit.kernel.balls import enclose
from boundkit.kernel.constants import NotExact
from boundkit.kernel.intervals import Interval, Undecided, Undefined
from boundkit.kernel.series import (
    BALLS,
    LONGEST,
    Exact,
    Series,
    Walk,
    exact_series,
    expansion,
    finite,
    leading_zeros,
)

MOST_BISECTIONS = 7


class Models(Walk):
    """Taylor models over the distances from `at` in an interval. Raises Undecided, Undefined."""

    scalars = BALLS

    def __init__(self, name: str, at: Fraction, low: Fraction, high: Fraction, length: int) -> None:
        super().__init__(name, at)
        self.length = length
        self.distance = intervals.rational_ball(low - at).union(intervals.rational_ball(high - at))
        self.extent = intervals.interval(intervals.rational_ball(low), intervals.rational_ball(high))
        self.ranges: dict[int, Interval | None] = {}
        self.removed = False
        """Whether a divisor vanishes at the point."""

    def starts(self, series: Series) -> bool:
        return not series[0].contains(0)

    def padded(self, first: Series, count: int = 0) -> Series:
        found = (first + [arb(0)] * (LONGEST + 1))[: max(count or self.length + 1, len(first))]
        return self.cut(found, count or self.length + 1)

    def value(self, term: Term) -> Any:
        return finite(enclose(term, {}, ctx.prec))

    def horner(self, coefficients: Series) -> arb:
        total = coefficients[-1]
        for own in reversed(coefficients[:-1]):
            total = total * self.distance + own
        return finite(total)

    def cut(self, series: Series, count: int) -> Series:
        if len(series) <= count:
            return series
        return [*series[: count - 1], self.horner(series[count - 1 :])]

    def product(self, left: Series, right: Series) -> Series:
        count = min(len(left), len(right))
        whole = self.convolved(self.cut(left, count), self.cut(right, count), 2 * count - 1)
        return self.cut(whole, count)

    def quotient(self, top: Term, below: Term) -> Series:
        own, other = self.of(top), self.of(below)
        if self.starts(other):
            return self.product(own, self.composed("^", other, below, Fraction(-1)))
        exact = Exact(self.name, self.at, self.length)
        try:
            zeros, others = exact.of(below), exact.of(top)
        except NotExact:
            raise Undecided("a divisor that may be 0") from None
        order = leading_zeros(zeros)
        if not 0 < order <= min(leading_zeros(others), len(own) - 1, len(other) - 1):
            raise Undecided("a pole")
        self.removed = True
        return self.product(own[order:], self.composed("^", other[order:], None, Fraction(-1)))

    def composed(
        self, head: str, inner: Series, term: Term | None, exponent: Fraction = Fraction(0)
    ) -> Series:
        values = intervals.from_ball(self.horner(inner))
        known = None if term is None else self.range(term)
        if known is not None:
            values = intervals.common(values, known)
        count = len(inner)
        first = expansion(head, inner[0], count - 1, exponent, BALLS) if count > 1 else []
        last = expansion(head, intervals.to_ball(values), count, exponent, BALLS)[-1]
        return self.substituted([*first, last], inner)

    def range(self, term: Term) -> Interval | None:
        """An enclosure of the values of a term by interval arithmetic, the end points included; None where
        there is none."""
        if id(term) not in self.ranges:
            try:
                self.ranges[id(term)] = self._range(term)
            except (Undecided, Undefined):
                self.ranges[id(term)] = None
        return self.ranges[id(term)]

    def _range(self, term: Term) -> Interval | None:
        if self.name not in term.free:
            return intervals.from_ball(self.value(term))
        if isinstance(term, Name):
            return self.extent
        if not isinstance(term, Apply):
            return None
        values = [self.range(arg) for arg in term.args]
        known = [value for value in values if value is not None]
        return intervals.apply(term.head, known) if len(known) == len(values) else None


def require_nonnegative(
    term: Term,
    name: str,
    extent: tuple[Fraction, Fraction],
    at: Fraction,
    attained: bool,
    zeros: int,
    length: int,
    strict: bool,
) -> None:
    """Raises Undecided, or Undefined, unless the term is defined and >= 0 (> 0 if strict) between the ends,
    by its model at a point between them, of which the first coefficients, so many as `zeros` says, are 0;
    also at the point itself if that is `attained`. At the precision in force."""
    low, high = extent
    if attained and zeros and strict:
        raise Undecided("0 is not positive")
    if zeros % 2 and at not in (low, high):
        raise Undecided("the sign changes at the point")
    models = Models(name, at, low, high, length)
    model = models.of(term)
    if attained and models.removed:
        raise Undecided("a divisor is 0")
    if zeros:
        exact = exact_series(term, name, at, length)
        if exact is None or not zeros <= min(leading_zeros(exact), len(model) - 1):
            raise Undecided("a coefficient that is not known to be 0")
    rest = model[zeros:]
    if zeros % 2 and at == high:
        rest = models.negative(rest)
    # What the model shows between the ends is shown at the ends too, which need not belong to the range.
    _require_positive(rest, low - at, high - at, strict, MOST_BISECTIONS)


def _require_positive(
    coefficients: Sequence[arb], low: Fraction, high: Fraction, strict: bool, depth: int
) -> None:
    """That the polynomial is >= 0 (> 0) between the ends, by Horner's rule on pieces."""
    ends = intervals.rational_ball(low), intervals.rational_ball(high)
    place = intervals.interval(*ends)
    total = intervals.from_ball(coefficients[-1])
    for own in reversed(coefficients[:-1]):
        total = intervals.apply("+", [intervals.apply("*", [total, place]), intervals.from_ball(own)])
    if total.is_positive or (not strict and total.lower >= 0):
        return
    if not depth:
        raise Undecided("the model reaches below 0")
    middle = (low + high) / 2
    _require_positive(coefficients, low, middle, strict, depth - 1)
    _require_positive(coefficients, middle, high, strict, depth - 1)
