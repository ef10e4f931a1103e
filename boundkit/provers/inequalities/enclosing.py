"""Interval arithmetic in doubles on many boxes at once, to propose certificates; nothing is decided.

The rules are those of `kernel.intervals`, without outward rounding. An enclosure with an end that is not a
number says that the term may be undefined on the box."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from boundkit.ir.sorts import INT, NAT
from boundkit.ir.terms import Apply, Name, Number, Term
from boundkit.provers.inequalities.doubles import Unknown

Array = Any


@dataclass(frozen=True)
class Enclosures:
    """For each box the ends of an interval, and whether 0 is certainly not in it."""

    low: Array
    high: Array
    nonzero: Array

    @property
    def positive(self) -> Array:
        """Where all numbers are > 0."""
        return (self.low >= 0) & self.nonzero

    @property
    def negative(self) -> Array:
        """Where all numbers are < 0."""
        return (self.high <= 0) & self.nonzero


def of(low: Array, high: Array, nonzero: Array | None = None) -> Enclosures:
    """With ends that are not beyond the infinities of their side; `nonzero` besides what the ends say."""
    low, high = np.minimum(low, 1e308), np.maximum(high, -1e308)
    outside = (low > 0) | (high < 0)
    return Enclosures(low, high, outside if nonzero is None else outside | nonzero)


class Evaluation:
    """The enclosures of terms on given boxes, each subterm once; `narrowed` are subterms that are known to be
    >= 0, or > 0, where it matters. Raises Unknown for other heads."""

    def __init__(self, boxes: Mapping[str, Enclosures], narrowed: Mapping[Term, str] | None = None) -> None:
        self.boxes = boxes
        self.narrowed = narrowed or {}
        self.known: dict[Term, Enclosures] = {}

    def of(self, term: Term) -> Enclosures:
        found = self.known.get(term)
        if found is None:
            with np.errstate(all="ignore"):
                found = self._of(term)
                if term in self.narrowed:
                    found = _narrowed(found, self.narrowed[term])
                self.known[term] = found
        return found

    def _of(self, term: Term) -> Enclosures:
        if isinstance(term, Number):
            value = np.float64(float(term.value))
            return of(value, value)
        if isinstance(term, Name):
            return self.boxes[term.text]
        if not isinstance(term, Apply):
            raise Unknown(str(term)[:80])
        if term.head == "^":
            exponent = term.args[1]
            if isinstance(exponent, Number) and exponent.value.denominator == 1:
                whole = int(exponent.value)
                if whole == 0 and exponent.sort not in (NAT, INT):
                    raise Unknown("a power with exponent 0")
                return _integer_power(self.of(term.args[0]), whole)
            return _power(self.of(term.args[0]), self.of(exponent))
        arguments = [self.of(arg) for arg in term.args]
        if term.head in _FOLDED and arguments:
            total = arguments[0]
            for own in arguments[1:]:
                total = _FOLDED[term.head](total, own)
            return total
        function = _FUNCTIONS.get(term.head)
        if function is None:
            raise Unknown(term.head)
        return function(*arguments)


def _narrowed(found: Enclosures, kind: str) -> Enclosures:
    """What is >= 0 (> 0), or not a number where nothing is."""
    low = np.where(found.high < 0, np.nan, np.maximum(found.low, 0.0))
    return of(low, found.high, found.nonzero | (kind == "positive"))


def add(left: Enclosures, right: Enclosures) -> Enclosures:
    low, high = left.low + right.low, left.high + right.high
    either = left.nonzero | right.nonzero
    above = (left.low >= 0) & (right.low >= 0)
    below = (left.high <= 0) & (right.high <= 0)
    return of(low, high, either & (above | below))


def negate(value: Enclosures) -> Enclosures:
    return Enclosures(-value.high, -value.low, value.nonzero)


def multiply(left: Enclosures, right: Enclosures) -> Enclosures:
    corners = [
        np.where((a == 0) | (b == 0), _zero(a, b), a * b)
        for a in (left.low, left.high)
        for b in (right.low, right.high)
    ]
    low = np.minimum(np.minimum(corners[0], corners[1]), np.minimum(corners[2], corners[3]))
    high = np.maximum(np.maximum(corners[0], corners[1]), np.maximum(corners[2], corners[3]))
    return of(low, high, left.nonzero & right.nonzero)


def _zero(a: Array, b: Array) -> Array:
    """0, or not a number where a factor is none."""
    return np.where(np.isnan(a) | np.isnan(b), np.nan, 0.0)


def _reciprocal(value: Enclosures) -> Enclosures:
    fine = value.positive | value.negative
    low = np.where(value.high == 0, -np.inf, 1 / value.high)
    high = np.where(value.low == 0, np.inf, 1 / value.low)
    return of(np.where(fine, low, np.nan), np.where(fine, high, np.nan), fine)


def _divide(left: Enclosures, right: Enclosures) -> Enclosures:
    return multiply(left, _reciprocal(right))


def _absolute(value: Enclosures) -> Enclosures:
    low = np.maximum(np.maximum(value.low, -value.high), 0.0)
    return of(low, np.maximum(-value.low, value.high), value.nonzero)


def _minimum(left: Enclosures, right: Enclosures) -> Enclosures:
    both = left.nonzero & right.nonzero & (left.low >= 0) & (right.low >= 0)
    return of(np.minimum(left.low, right.low), np.minimum(left.high, right.high), both)


def _maximum(left: Enclosures, right: Enclosures) -> Enclosures:
    either = left.positive | right.positive
    return of(np.maximum(left.low, right.low), np.maximum(left.high, right.high), either)


def _increasing(function: Callable[[Array], Array], odd: bool = False) -> Callable[[Enclosures], Enclosures]:
    """`odd`: the function vanishes at 0 alone."""

    def enclosures(value: Enclosures) -> Enclosures:
        low, high = function(value.low), function(value.high)
        return of(low, high, value.nonzero if odd else None)

    return enclosures


def _exponential(value: Enclosures) -> Enclosures:
    low = np.exp(value.low)
    return Enclosures(np.minimum(low, 1e308), np.exp(value.high), ~np.isnan(low))


def _logarithm(value: Enclosures) -> Enclosures:
    low = np.where(value.positive, np.log(np.maximum(value.low, 0.0)), np.nan)
    return of(low, np.where(value.positive, np.log(value.high), np.nan))


def _x_logarithm(value: Enclosures) -> Enclosures:
    def at(x: Array) -> Array:
        return np.where(x == 0, 0.0, x * np.log(np.where(x == 0, 1.0, x)))

    ends = at(value.low), at(value.high)
    low = np.minimum(*ends)
    turning = np.exp(-1.0)
    low = np.where((value.low <= turning) & (value.high >= turning), -turning, low)
    fine = value.low >= 0
    return of(np.where(fine, low, np.nan), np.where(fine, np.maximum(*ends), np.nan))


def _integer_power(base: Enclosures, exponent: int) -> Enclosures:
    if exponent == 0:
        return of(np.ones_like(base.low), np.ones_like(base.low))
    if exponent < 0:
        return _reciprocal(_integer_power(base, -exponent))
    if exponent % 2 == 0:
        base = _absolute(base)
    return of(np.power(base.low, exponent), np.power(base.high, exponent), base.nonzero)


def _power(base: Enclosures, exponent: Enclosures) -> Enclosures:
    """exp(y*ln(x)) for positive x; also 0^y = 0 for positive y."""
    positive = _exponential(multiply(exponent, _logarithm(base)))
    top = of(np.minimum(base.high, 1.0), base.high)
    upper = _exponential(multiply(exponent, _logarithm(top))).high
    touching = ~base.positive & (base.low == 0) & exponent.positive
    low = np.where(touching, 0.0, positive.low)
    high = np.where(touching, np.where(base.high == 0, 0.0, upper), positive.high)
    return of(low, high, base.positive)


def _cosine(value: Enclosures) -> Enclosures:
    """1 where a multiple of 2*pi lies between the ends, -1 where an odd one of pi does."""
    wide = ~(value.high - value.low < 2 * np.pi) & ~np.isnan(value.low)
    low, high = np.where(wide, 0.0, value.low), np.where(wide, 0.0, value.high)
    ends = np.cos(low), np.cos(high)
    peak = np.floor(high / (2 * np.pi)) >= np.ceil(low / (2 * np.pi))
    trough = np.floor((high / np.pi - 1) / 2) >= np.ceil((low / np.pi - 1) / 2)
    least = np.where(wide | trough, -1.0, np.minimum(*ends))
    most = np.where(wide | peak, 1.0, np.maximum(*ends))
    return of(np.where(np.isnan(value.low), np.nan, least), most)


def _sine(value: Enclosures) -> Enclosures:
    found = _cosine(Enclosures(value.low - np.pi / 2, value.high - np.pi / 2, value.nonzero))
    # Between -1 and 1 the ends keep their sign, and 0 its place.
    near = (value.low >= -1.5) & (value.high <= 1.5)
    low = np.where(near, np.sin(value.low), found.low)
    high = np.where(near, np.sin(value.high), found.high)
    return of(low, high, near & value.nonzero)


def _tangent(value: Enclosures) -> Enclosures:
    shift = np.floor(value.low / np.pi + 0.5)
    fine = (value.high < (shift + 0.5) * np.pi) & np.isfinite(value.low)
    low, high = np.where(fine, np.tan(value.low), np.nan), np.where(fine, np.tan(value.high), np.nan)
    return of(low, high, value.nonzero & fine & (shift == 0))


def _arc_cosine(value: Enclosures) -> Enclosures:
    return of(np.arccos(value.high), np.arccos(value.low))


def _hyperbolic_cosine(value: Enclosures) -> Enclosures:
    inner = _absolute(value)
    return of(np.cosh(inner.low), np.cosh(inner.high))


def positive_definite(rows: list[list[Enclosures]], flat: list[Array]) -> Array:
    """Where all symmetric matrices with entries in the enclosures are positive definite, without the rows and
    columns that are `flat`; a single entry need only be >= 0."""
    with np.errstate(all="ignore"):
        one = of(np.ones_like(rows[0][0].low), np.ones_like(rows[0][0].low))
        none = of(0 * one.low, 0 * one.low)
        left = [
            [_chosen(flat[i] | flat[j], one if i == j else none, entry) for j, entry in enumerate(row)]
            for i, row in enumerate(rows)
        ]
        alone = np.sum(~np.array(flat), axis=0) == 1
        found = np.ones(one.low.shape, dtype=bool)
        while left:
            pivot, *first = left[0]
            found &= (pivot.low > 0) | (alone & (pivot.low >= 0))
            share = [multiply(top, _reciprocal(pivot)) for top in first]
            left = [
                [
                    _chosen(alone, entry, add(entry, negate(multiply(row[0], part))))
                    for entry, part in zip(row[1:], share, strict=True)
                ]
                for row in left[1:]
            ]
        return found


def _chosen(which: Array, first: Enclosures, second: Enclosures) -> Enclosures:
    ends = ((first.low, second.low), (first.high, second.high), (first.nonzero, second.nonzero))
    return Enclosures(*(np.where(which, *pair) for pair in ends))


def _special(name: str) -> Callable[[Array], Array]:
    """A function of scipy.special, which is loaded when one is first needed."""

    def function(argument: Array) -> Array:
        from scipy import special

        return getattr(special, name)(argument)

    return function


_BITS = np.float64(1 / np.log(2))
_FOLDED: dict[str, Callable[[Enclosures, Enclosures], Enclosures]] = {
    "+": add,
    "*": multiply,
    "min": _minimum,
    "max": _maximum,
}
_FUNCTIONS: dict[str, Callable[..., Enclosures]] = {
    "-": lambda left, right: add(left, negate(right)),
    "/": _divide,
    "neg": negate,
    "abs": _absolute,
    "sqrt": _increasing(np.sqrt, odd=True),
    "exp": _exponential,
    "ln": _logarithm,
    "log2": lambda value: multiply(_logarithm(value), of(_BITS, _BITS)),
    "xlnx": _x_logarithm,
    "sin": _sine,
    "cos": _cosine,
    "tan": _tangent,
    "arctan": _increasing(np.arctan, odd=True),
    "arcsin": _increasing(np.arcsin, odd=True),
    "arccos": _arc_cosine,
    "sinh": _increasing(np.sinh, odd=True),
    "cosh": _hyperbolic_cosine,
    "tanh": _increasing(np.tanh, odd=True),
    "erf": _increasing(_special("erf"), odd=True),
    "Phi": _increasing(_special("ndtr")),
}
