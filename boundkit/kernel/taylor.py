"""Taylor models of terms in one name x = at + sign*t^power: polynomials in t with a remainder.

A model t^v * (a_0 + ... + a_(n-1)*t^(n-1) + a_n*t^n) of a term f over an interval T of values of t, which
holds 0, says that f is defined and has this value for all t in T but 0, where a_n may depend on t and all
are enclosed in balls. If f is defined at t = 0 as well, and no power was taken of what vanishes there, it
holds for t = 0 too. T is on one side of 0 unless the power is 1; t is positive where the power is not 1, or
where a root of t is taken.

The remainder is relative to t^(v + n), so that a quotient whose divisor vanishes has a model as well
(Chevillard, Harrison, Joldes and Lauter, 2011). That a coefficient is 0 is settled by exact series.
Functions are composed by Taylor's theorem with Lagrange's remainder: their coefficients at the middle are
enclosed at a_0, and the last one over all values."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, ctx

from boundkit.ir.terms import Apply, Name, Term
from boundkit.kernel import intervals
from boundkit.kernel.balls import enclose
from boundkit.kernel.constants import NotExact
from boundkit.kernel.exact_series import Exact, exact_series, leading_zeros
from boundkit.kernel.expansions import BALLS, Coefficients, expansion, finite
from boundkit.kernel.intervals import Interval, Undecided, Undefined
from boundkit.kernel.series import LONGEST, Chart, Series, Walk

MOST_BISECTIONS = 7


class Models(Walk):
    """Taylor models with `length` + 1 coefficients of the variable, of which x lies between the ends. Raises
    Undecided, Undefined."""

    scalars = BALLS

    def __init__(self, chart: Chart, low: Fraction | None, high: Fraction | None, length: int) -> None:
        super().__init__(chart)
        self.length = length
        self.least, self.most = _distances(chart, low, high)
        self.distance = self.least.union(self.most)
        below = intervals.MINUS_INFINITY if low is None else intervals.rational_ball(low)
        above = intervals.PLUS_INFINITY if high is None else intervals.rational_ball(high)
        self.extent = intervals.interval(below, above)
        self.ranges: dict[int, Interval | None] = {}
        self.exact = Exact(chart, length)
        self.left = False
        """Whether a power was taken of what vanishes, or grows beyond all bounds, at t = 0."""

    def padded(self, first: Coefficients, count: int = 0) -> Series:
        wanted = count or self.length + 1
        return Series(0, self.cut((first + [arb(0)] * (LONGEST + 1))[: max(wanted, len(first))], wanted))

    def value(self, term: Term) -> Any:
        return finite(enclose(term, {}, ctx.prec))

    def horner(self, values: Coefficients) -> arb:
        total = values[-1]
        for own in reversed(values[:-1]):
            total = total * self.distance + own
        return finite(total)

    def cut(self, values: Coefficients, count: int) -> Coefficients:
        if len(values) <= count:
            return values
        return [*values[: count - 1], self.horner(values[count - 1 :])]

    def convolved(self, left: Coefficients, right: Coefficients, count: int) -> Coefficients:
        one, two = self.cut(left, count), self.cut(right, count)
        return self.cut(self.multiplied(one, two, 2 * count - 1), count)

    def substituted(self, head: str, inner: Series, term: Term | None, exponent: Fraction) -> Coefficients:
        coefficients = inner.coefficients
        values = intervals.from_ball(self.horner(coefficients))
        known = None if term is None else self.range(term)
        if known is not None:
            values = intervals.common(values, known)
        count = len(coefficients)
        first = expansion(head, coefficients[0], count - 1, exponent, BALLS) if count > 1 else []
        last = expansion(head, intervals.to_ball(values), count, exponent, BALLS)[-1]
        return self.polynomial([*first, last], coefficients)

    def may_start_with_zero(self, series: Series) -> bool:
        return bool(series.coefficients[0].contains(0))

    def normal(self, series: Series, term: Term | None) -> Series:
        if not self.may_start_with_zero(series):
            return series
        if term is None:
            raise Undecided("what may be 0")
        try:
            exact = self.exact.of(term)
        except NotExact:
            raise Undecided("what may be 0") from None
        zeros = exact.valuation + leading_zeros(exact) - series.valuation
        if leading_zeros(exact) == len(exact.coefficients) or not 0 < zeros < len(series.coefficients):
            raise Undecided("what may be 0")
        return Series(series.valuation + zeros, series.coefficients[zeros:])

    def extreme(self, series: Series) -> int:
        first = series.coefficients[0]
        if series.valuation:
            return 0
        return 1 if first.contains(1) else -1 if first.contains(-1) else 0

    def sign(self, series: Series) -> int:
        if series.valuation and not self.least >= 0:
            raise Undecided("t may be negative")
        values = self.horner(series.coefficients)
        if values > 0:
            return 1
        if values < 0:
            return -1
        raise Undecided("no certain sign")

    def leave(self, exponent: Fraction) -> None:
        self.left = True
        if exponent.denominator != 1 and not self.least >= 0:
            raise Undecided("a root of what may be negative")

    def flat(self, inner: Series) -> Series:
        # exp(-c*t^-p) <= exp(-c*y) for y = t^-p, and y^(n/p)*exp(-c*y) is greatest at y = n/(p*c).
        if not self.least >= 0:
            raise Undecided("t may be negative")
        power, rate = -inner.valuation, -self.horner(inner.coefficients)
        rate = finite(rate.lower())
        nearest = self.most ** (-power)
        # The largest order of which the bound is one at the nearest value.
        turning = (nearest * rate * power).lower()
        order = max((own for own in range(1, self.length + 1) if own <= turning), default=1)
        share = arb(order) / power
        top = (share / rate / arb(1).exp()) ** share
        if nearest * rate >= share:
            top = nearest**share * (-rate * nearest).exp()
        return Series(order, [finite(arb(0).union(top))])

    def logarithm(self, inner: Series) -> Series:
        # t*ln(t) is least, -1/e, at 1/e, and increases from there on.
        if not self.least >= 0:
            raise Undecided("t may be negative")
        end = intervals.apply("xlnx", [intervals.interval(arb(0), self.most)])
        rest = BALLS.apply("ln", self.horner(inner.coefficients))
        return Series(-1, [inner.valuation * intervals.to_ball(end) + rest * self.distance])

    def bounded(self) -> Series:
        return Series(0, [arb(0, 1)])

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
        if self.chart.name not in term.free:
            return intervals.from_ball(self.value(term))
        if isinstance(term, Name):
            return self.extent
        if not isinstance(term, Apply):
            return None
        values = [self.range(arg) for arg in term.args]
        known = [value for value in values if value is not None]
        return intervals.apply(term.head, known) if len(known) == len(values) else None


def _distances(chart: Chart, low: Fraction | None, high: Fraction | None) -> tuple[arb, arb]:
    """Between which numbers t lies where x lies between the ends. Raises Undecided if the chart does not
    have these ends."""
    near, far = (low, high) if chart.sign == 1 else (high, low)
    if near is None or chart.sign not in (1, -1) or not chart.power or abs(chart.power) > LONGEST:
        raise Undecided("no such chart")
    if chart.power < 0:
        if far is not None or chart.sign * (near - chart.at) <= 0:
            raise Undecided("the range does not go on to infinity")
        distance = chart.sign * (near - chart.at)
    else:
        if far is None:
            raise Undecided("the range is not bounded")
        if chart.power == chart.sign == 1 and near <= chart.at <= far:
            return intervals.rational_ball(near - chart.at).lower(), intervals.rational_ball(
                far - chart.at
            ).upper()
        if near != chart.at:
            raise Undecided("not an end of the range")
        distance = chart.sign * (far - near)
    ball = BALLS.power(intervals.rational_ball(distance), Fraction(1, chart.power))
    return arb(0), ball.upper()


def require_nonnegative(
    term: Term,
    chart: Chart,
    extent: tuple[Fraction | None, Fraction | None],
    attained: bool,
    order: int,
    length: int,
    strict: bool,
) -> None:
    """Raises Undecided, or Undefined, unless the term is defined and >= 0 (> 0 if strict) between the ends,
    by its model, whose coefficients of smaller powers of t than t^order are 0; also at t = 0 if that is
    `attained`. At the precision in force."""
    models = Models(chart, *extent, length)
    model = models.of(term)
    if attained and (models.left or order < 0 or (order and strict)):
        raise Undecided("not shown where t is 0")
    if order % 2 and not models.least >= 0:
        raise Undecided("the sign changes where t is 0")
    zeros = order - model.valuation
    if not zeros < len(model.coefficients):
        raise Undecided("the model is too short")
    if zeros > 0:
        exact = exact_series(term, chart, length)
        if exact is None or exact.valuation + leading_zeros(exact) < order:
            raise Undecided("a coefficient that is not known to be 0")
    rest = models.lowered(model, min(order, model.valuation)).coefficients[max(zeros, 0) :]
    _require_positive(rest, models.least, models.most, strict, MOST_BISECTIONS)


def _require_positive(values: Coefficients, low: arb, high: arb, strict: bool, depth: int) -> None:
    """That the polynomial is >= 0 (> 0) between the ends, which are exact, by Horner's rule on pieces."""
    place = intervals.interval(low, high)
    total = intervals.from_ball(values[-1])
    for own in reversed(values[:-1]):
        total = intervals.apply("+", [intervals.apply("*", [total, place]), intervals.from_ball(own)])
    if total.is_positive or (not strict and total.lower >= 0):
        return
    if not depth:
        raise Undecided("the model reaches below 0")
    middle = ((low + high) / 2).mid()
    _require_positive(values, low, middle, strict, depth - 1)
    _require_positive(values, middle, high, strict, depth - 1)
