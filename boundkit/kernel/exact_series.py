"""Series of terms in one name with exact coefficients."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from boundkit.ir.terms import Term
from boundkit.kernel import constants
from boundkit.kernel.constants import NotExact
from boundkit.kernel.expansions import Coefficients, Exactly, expansion
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.series import LONGEST, Chart, Series, Walk


class Exact(Walk):
    """Series with exact coefficients, as far as they are known. Raises NotExact."""

    def __init__(self, chart: Chart, count: int) -> None:
        super().__init__(chart)
        self.count = count
        self.scalars = Exactly()

    def padded(self, first: Coefficients, count: int = 0) -> Series:
        return Series(0, (first + [self.scalars.number(Fraction(0))] * LONGEST)[: count or self.count])

    def value(self, term: Term) -> Any:
        found = constants.constant(term, {})
        if found is None:
            raise NotExact
        return found

    def cut(self, values: Coefficients, count: int) -> Coefficients:
        return values[:count]

    def convolved(self, left: Coefficients, right: Coefficients, count: int) -> Coefficients:
        return self.multiplied(left, right, count)

    def substituted(self, head: str, inner: Series, term: Term | None, exponent: Fraction) -> Coefficients:
        values = inner.coefficients
        return self.polynomial(expansion(head, values[0], len(values), exponent, self.scalars), values)

    def normal(self, series: Series, term: Term | None) -> Series:
        zeros = leading_zeros(series)
        if zeros == len(series.coefficients):
            raise NotExact
        return Series(series.valuation + zeros, series.coefficients[zeros:])

    def may_start_with_zero(self, series: Series) -> bool:
        return not series.coefficients[0]

    def extreme(self, series: Series) -> int:
        value = constants.rational_part(series.coefficients[0])
        return int(value) if series.valuation == 0 and value is not None and abs(value) == 1 else 0

    def sign(self, series: Series) -> int:
        value = constants.rational_part(series.coefficients[0])
        if not value:
            raise NotExact
        return 1 if value > 0 else -1

    def flat(self, inner: Series) -> Series:
        return self.padded([self.scalars.number(Fraction(0))])


@lru_cache(maxsize=64)
def exact_series(term: Term, chart: Chart, count: int) -> Series | None:
    """The series of a term, by coefficients of its variable up to number `count` - 1; None if it is not
    found exactly."""
    try:
        return Exact(chart, count).of(term)
    except (NotExact, Undecided, Undefined, RecursionError):
        return None


def leading_zeros(series: Series) -> int:
    """How many of the first coefficients of an exact series are 0."""
    values = series.coefficients
    return next((place for place, own in enumerate(values) if own), len(values))
