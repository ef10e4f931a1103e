"""Interval arithmetic on arrays of doubles: each number lies in [lo, hi], place by place.

Sums, products and quotients are rounded outwards, and not at all where they are exact, so that integers
stay integers; the other functions are widened by more than they err. NaN in both ends stands for undefined.
Moore, Kearfott and Cloud, "Introduction to Interval Analysis" (SIAM 2009)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

LARGEST = np.finfo(np.float64).max
_SPLIT = 134217729.0
NEAR = 2.0**-50
LEAST = 5e-324


@dataclass(frozen=True, eq=False)
class Bracket:
    """Arrays of lower and upper ends, of one shape or such that NumPy broadcasts them."""

    lo: Any
    hi: Any

    @property
    def varies(self) -> bool:
        """Whether it is one number for each sample."""
        return bool(np.ndim(self.lo) or np.ndim(self.hi))


def bracket(lo: Any, hi: Any) -> Bracket:
    """The bracket with these ends; an end that overflowed is drawn back, NaN is spread to both."""
    lo, hi = np.minimum(lo, LARGEST), np.maximum(hi, -LARGEST)
    undefined = np.isnan(lo) | np.isnan(hi)
    if np.any(undefined):
        lo, hi = np.where(undefined, np.nan, lo), np.where(undefined, np.nan, hi)
    return Bracket(lo, hi)


def widened(lo: Any, hi: Any, share: float = NEAR, least: float = LEAST) -> Bracket:
    """The ends moved out by a share of their size."""
    with_infinity = np.where(np.isinf(lo), lo, lo - (np.abs(lo) * share + least))
    return bracket(with_infinity, np.where(np.isinf(hi), hi, hi + (np.abs(hi) * share + least)))


def down(values: Any) -> Any:
    """The next doubles below."""
    return np.nextafter(values, -np.inf)


def up(values: Any) -> Any:
    """The next doubles above."""
    return np.nextafter(values, np.inf)


def add(a: Bracket, b: Bracket) -> Bracket:
    """a + b, ends rounded outwards only where the sum is not exact (Knuth's two-sum)."""
    lo, error_lo = _sum(a.lo, b.lo)
    hi, error_hi = _sum(a.hi, b.hi)
    return bracket(np.where(error_lo < 0, down(lo), lo), np.where(error_hi > 0, up(hi), hi))


def negative(a: Bracket) -> Bracket:
    """-a."""
    return Bracket(-a.hi, -a.lo)


def multiply(a: Bracket, b: Bracket) -> Bracket:
    """a * b; the square when both are one and the same."""
    if a is b:
        return power(a, 2)
    products = [_product(x, y) for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
    lo, hi = products[0]
    for low, high in products[1:]:
        lo, hi = np.minimum(lo, low), np.maximum(hi, high)
    return _where_defined(bracket(lo, hi), a, b)


def divide(a: Bracket, b: Bracket) -> Bracket:
    """a / b; undefined where b is 0, the whole line where b is on both sides of 0."""
    zero = (b.lo == 0) & (b.hi == 0)
    parts = [_quotient(x, y) for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
    lo, hi = parts[0]
    for low, high in parts[1:]:
        lo, hi = np.minimum(lo, low), np.maximum(hi, high)
    # an end of b that is 0 stands for its limit
    from_above, from_below = (b.lo == 0) & (b.hi > 0), (b.hi == 0) & (b.lo < 0)
    touching = from_above | from_below
    if np.any(touching):
        far = np.where(from_above, b.hi, b.lo)
        ends = [_quotient(x, far) for x in (a.lo, a.hi)]
        least = np.minimum(ends[0][0], ends[1][0])
        most = np.maximum(ends[0][1], ends[1][1])
        sign_lo, sign_hi = np.where(from_above, a.lo, -a.hi), np.where(from_above, a.hi, -a.lo)
        lo = np.where(touching, np.where(sign_lo < 0, -np.inf, np.minimum(least, np.inf)), lo)
        hi = np.where(touching, np.where(sign_hi > 0, np.inf, most), hi)
    across = (b.lo < 0) & (b.hi > 0)
    lo, hi = np.where(across, -np.inf, lo), np.where(across, np.inf, hi)
    found = _where_defined(bracket(lo, hi), a, b)
    return (
        Bracket(np.where(zero, np.nan, found.lo), np.where(zero, np.nan, found.hi)) if np.any(zero) else found
    )


def power(a: Bracket, exponent: int) -> Bracket:
    """a^exponent for an integer exponent; 0^0 = 1."""
    if exponent < 0:
        return divide(Bracket(np.float64(1.0), np.float64(1.0)), power(a, -exponent))
    if exponent == 0:
        return bracket(np.where(np.isnan(a.lo), np.nan, 1.0), np.where(np.isnan(a.hi), np.nan, 1.0))
    base = absolute(a) if exponent % 2 == 0 else a
    lo, hi = base.lo, base.hi
    for _ in range(exponent - 1):
        lo, hi = _product(lo, base.lo)[0], _product(hi, base.hi)[1]
    if exponent % 2:  # the ends keep their signs, and the sizes were rounded towards the wrong side below 0
        below, above = a.lo < 0, a.hi < 0
        size_lo, size_hi = np.abs(a.lo), np.abs(a.hi)
        most, least = size_lo, size_hi
        for _ in range(exponent - 1):
            most, least = _product(most, size_lo)[1], _product(least, size_hi)[0]
        lo, hi = np.where(below, -most, lo), np.where(above, -least, hi)
    return bracket(lo, hi)


def absolute(a: Bracket) -> Bracket:
    """|a|."""
    across = (a.lo <= 0) & (a.hi >= 0)
    least = np.where(across, 0.0, np.minimum(np.abs(a.lo), np.abs(a.hi)))
    return bracket(least, np.maximum(np.abs(a.lo), np.abs(a.hi)))


def increasing(
    function: Callable[[Any], Any], a: Bracket, share: float = NEAR, least: float = LEAST
) -> Bracket:
    """The image under an increasing function whose computed values err by less than `share` of their size
    and `least`."""
    return widened(function(a.lo), function(a.hi), share, least)


def clipped(a: Bracket, lower: float, upper: float) -> Bracket:
    """The same number, which is known to be in [lower, upper]."""
    return Bracket(np.clip(a.lo, lower, upper), np.clip(a.hi, lower, upper))


def wave(function: Callable[[Any], Any], a: Bracket) -> Bracket:
    """The image under sin or cos, which move by no more than their argument."""
    bounded = np.isfinite(a.lo) & np.isfinite(a.hi)
    lo, hi = np.where(bounded, a.lo, 0.0), np.where(bounded, a.hi, 0.0)
    middle = lo + (hi - lo) / 2
    radius = (hi - lo) / 2 + np.abs(middle) * 2.0**-51 + 2.0**-50
    value = function(middle)
    found = clipped(Bracket(value - radius, value + radius), -1.0, 1.0)
    known = Bracket(np.where(bounded, found.lo, -1.0), np.where(bounded, found.hi, 1.0))
    return _where_defined(known, a, a)


def extremum(head: str, a: Bracket, b: Bracket) -> Bracket:
    """min(a, b) or max(a, b)."""
    choose = np.minimum if head == "min" else np.maximum
    return bracket(choose(a.lo, b.lo), choose(a.hi, b.hi))


def hull(a: Bracket, b: Bracket) -> Bracket:
    """The smallest bracket around both."""
    return bracket(np.minimum(a.lo, b.lo), np.maximum(a.hi, b.hi))


def _where_defined(found: Bracket, a: Bracket, b: Bracket) -> Bracket:
    """`found`, undefined where a part is."""
    undefined = np.isnan(a.lo) | np.isnan(b.lo)
    if not np.any(undefined):
        return found
    return Bracket(np.where(undefined, np.nan, found.lo), np.where(undefined, np.nan, found.hi))


def _sum(x: Any, y: Any) -> tuple[Any, Any]:
    total = x + y
    part = total - x
    return total, (x - (total - part)) + (y - part)


def _product(x: Any, y: Any) -> tuple[Any, Any]:
    """Bounds of x*y, equal where it is exact (Dekker's product); 0 times an infinite end is 0. A product of
    numbers of one sign stays on its side of 0."""
    found = x * y
    zero = (x == 0) | (y == 0)
    found = np.where(zero, 0.0, found)
    error = _product_error(x, y, found)
    exact = zero | ((error == 0) & (np.abs(found) > 1e-280)) | np.isinf(found)
    low, high = np.where(exact, found, down(found)), np.where(exact, found, up(found))
    same = (x > 0) == (y > 0)
    return np.where(same, np.maximum(low, 0.0), low), np.where(same, high, np.minimum(high, 0.0))


def _product_error(x: Any, y: Any, found: Any) -> Any:
    a, b = _SPLIT * x, _SPLIT * y
    x_high, y_high = a - (a - x), b - (b - y)
    x_low, y_low = x - x_high, y - y_high
    return ((x_high * y_high - found) + x_high * y_low + x_low * y_high) + x_low * y_low


def _quotient(x: Any, y: Any) -> tuple[Any, Any]:
    """Bounds of x/y for y != 0, equal where it is exact."""
    found = x / y
    both = np.isinf(x) & np.isinf(y)
    found = np.where(np.isnan(found), 0.0, found)
    product = found * y
    exact = (product == x) & (_product_error(found, y, product) == 0) & (np.abs(product) > 1e-280)
    exact |= (x == 0) & (y != 0)
    low = np.where(exact | np.isinf(found), found, down(found))
    high = np.where(exact | np.isinf(found), found, up(found))
    far = np.where(np.sign(x) * np.sign(y) > 0, np.inf, -np.inf)
    return np.where(both, np.minimum(0.0, far), low), np.where(both, np.maximum(0.0, far), high)
