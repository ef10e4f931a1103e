"""Sample points of products of intervals, and what signs a term has there. Nothing here proves anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, product
from math import isfinite

from boundkit.ir.terms import Term
from boundkit.kernel import balls, intervals
from boundkit.kernel.cover import Box, Range, point
from boundkit.provers.clear_signs import clear_signs

SAMPLE_PRECISION = 160
COMMON_POINTS = (Fraction(0), Fraction(1), Fraction(1, 2), Fraction(-1))
ROOT_STEPS = 60
ROOT_DENOMINATORS = (1, 2, 6, 12, 60, 1000)
FAR = tuple(Fraction(2) ** k for k in range(-40, 41, 4))
"""Distances from the end of a range at which values are looked at, besides the usual ones."""
SECTIONS = 60
SECTION = Fraction(38197, 100000)
MOST_POINTS = 400


def sample(extent: Range) -> list[Fraction]:
    """Points of a range in increasing order, dense at finite ends and far out on rays."""
    if extent.is_point and extent.lower is not None:
        return [extent.lower]
    far = [Fraction(1, 2**k) for k in (12, 8, 5, 3, 2, 1)] + [Fraction(3, 4), Fraction(1)]
    far += [Fraction(k) for k in (Fraction(3, 2), 2, 3, 5, 8, 16, 40)]
    if extent.lower is not None and extent.upper is not None:
        width = extent.upper - extent.lower
        near = [Fraction(1, 2**k) for k in (20, 12, 8, 6, 5)] + [Fraction(k, 16) for k in range(1, 8)]
        inner = [*near, Fraction(1, 2), *(1 - step for step in reversed(near))]
        return [extent.lower + width * step for step in inner]
    if extent.lower is not None:
        return [extent.lower + step for step in far]
    if extent.upper is not None:
        return [extent.upper - step for step in reversed(far)]
    return [*(-step for step in reversed(far)), Fraction(0), *far]


def samples(box: Box) -> Iterator[dict[str, Fraction]]:
    """Points of the box: for one range its sample, for several ranges samples at unequal strides."""
    lists = {name: sample(extent) for name, extent in box.items()}
    wide = [name for name in lists if len(lists[name]) > 1]
    if len(wide) <= 1:
        for place in range(max(map(len, lists.values()), default=0)):
            yield {name: values[place % len(values)] for name, values in lists.items()}
        return
    strides = (1, 7, 11, 13, 17, 19, 23)
    for place in range(150):
        yield {
            name: values[(place * strides[k % 7] + place // len(values) * k) % len(values)]
            for k, (name, values) in enumerate(lists.items())
        }


def sign_at(term: Term, values: dict[str, Fraction]) -> int | None:
    """Certain sign of the term at a point: 1 or -1, 0 when it cannot be told from 0, None if undefined."""
    with balls.precisely(SAMPLE_PRECISION):
        box = {name: intervals.rational_ball(value) for name, value in values.items() if name in term.free}
    try:
        value = balls.enclose(term, box, SAMPLE_PRECISION)
    except (intervals.Undefined, intervals.Undecided):
        return None
    return 1 if value > 0 else -1 if value < 0 else 0


def signs(term: Term, box: Box) -> set[int | None]:
    """Signs seen at the sample points."""
    relevant = {name: extent for name, extent in box.items() if name in term.free}
    return set(signs_at(term, list(samples(relevant))))


def signs_at(term: Term, points: Sequence[dict[str, Fraction]]) -> Iterator[int | None]:
    """The signs as by `sign_at`, point by point."""
    for sign, values in zip(clear_signs(term, points), points, strict=True):
        yield sign or sign_at(term, values)


def sign_changes(term: Term, box: Box, name: str) -> list[Fraction]:
    """Where the sign changes between sample points: an exact zero with a small denominator, or two
    points around the zero."""
    values = {own: extent.lower for own, extent in box.items() if own != name and extent.lower is not None}
    cuts: list[Fraction] = []
    last: tuple[Fraction, int] | None = None
    for place in sample(box[name]):
        sign = sign_at(term, {**values, name: place})
        if sign == 0:
            cuts.append(place)
        if sign is None:
            continue
        if last is not None and sign * last[1] < 0:
            cuts.extend(_root(term, values, name, last[0], place, last[1]))
        last = (place, sign) if sign else None
    return cuts


def common_zeros(term: Term, box: Box, name: str) -> list[Fraction]:
    """A simple number for the name at which the term is 0 whatever the other names are, if one is seen."""
    for place in COMMON_POINTS:
        fixed = {**box, name: point(place)}
        if signs(term, fixed) <= {0}:
            return [place]
    return []


def _root(
    term: Term, values: dict[str, Fraction], name: str, low: Fraction, high: Fraction, sign: int
) -> list[Fraction]:
    start, stop = low, high
    for _ in range(ROOT_STEPS):
        middle = (low + high) / 2
        found = sign_at(term, {**values, name: middle})
        if found == 0 or found is None:
            break
        low, high = (middle, high) if found == sign else (low, middle)
    middle = (low + high) / 2
    for denominator in ROOT_DENOMINATORS:
        near = middle.limit_denominator(denominator)
        if start < near < stop and sign_at(term, {**values, name: near}) == 0:
            return [near]
    width = (stop - start) / 64
    around = [(middle - width).limit_denominator(10_000), (middle + width).limit_denominator(10_000)]
    return [cut for cut in around if start < cut < stop]


def defined(term: Term, box: Box) -> bool:
    """Whether interval arithmetic shows the term defined on the whole box."""
    with balls.precisely(SAMPLE_PRECISION):
        extents = {name: extent.interval() for name, extent in box.items()}
    try:
        balls.enclose_interval(term, extents, SAMPLE_PRECISION)
    except (intervals.Undefined, intervals.Undecided):
        return False
    return True


def largest(term: Term, box: Box) -> Fraction | None:
    """About the largest value seen of a term on the ranges of its names; None when it has none."""
    names = [name for name in box if name in term.free]
    lists = [_points(box[name]) for name in names]
    seen: list[tuple[Fraction, tuple[Fraction, ...]]] = []
    for values in islice(product(*lists), MOST_POINTS):
        value = value_at(term, dict(zip(names, values, strict=True)))
        if value is not None:
            seen.append((value, values))
    if not seen:
        return None
    value, at = max(seen)
    return max(value, _nearby(term, names[0], lists[0], at[0])) if len(names) == 1 else value


def _nearby(term: Term, name: str, points: list[Fraction], place: Fraction) -> Fraction:
    """About the largest value between the points next to one, by golden sections."""
    at = points.index(place)
    low, high = points[max(at - 1, 0)], points[min(at + 1, len(points) - 1)]
    best = value_at(term, {name: place}) or Fraction(0)
    for _ in range(SECTIONS):
        inner = [(low + (high - low) * share).limit_denominator(2**64) for share in (SECTION, 1 - SECTION)]
        first, second = (value_at(term, {name: point}) or Fraction(0) for point in inner)
        best = max(best, first, second)
        low, high = (low, inner[1]) if first >= second else (inner[0], high)
    return best


def _points(extent: Range) -> list[Fraction]:
    """Points of a range, its own ends among them, close to them and far out."""
    low, high = extent.lower, extent.upper
    found = set(sample(extent))
    if low is not None and high is not None:
        width = high - low
        found.update(low + width * step for step in FAR if step < 1)
        found.update(high - width * step for step in FAR if step < 1)
    elif low is not None:
        found.update(low + step for step in FAR)
    elif high is not None:
        found.update(high - step for step in FAR)
    for end, closed in ((low, extent.lower_closed), (high, extent.upper_closed)):
        if end is not None and closed:
            found.add(end)
    return sorted(found)


def value_at(term: Term, values: dict[str, Fraction]) -> Fraction | None:
    """The value of a term at a point, rounded to a double; None where it has none."""
    with balls.precisely(SAMPLE_PRECISION):
        box = {name: intervals.rational_ball(value) for name, value in values.items()}
    try:
        found = float(balls.enclose(term, box, SAMPLE_PRECISION).mid())
    except (intervals.Undefined, intervals.Undecided):
        return None
    return Fraction(found) if isfinite(found) else None
