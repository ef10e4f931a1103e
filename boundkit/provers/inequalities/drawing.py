"""Points at which a goal may fail: simple ones first, then pseudo-random ones on many scales.

The same problem gives the same points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Number, Term
from boundkit.kernel.cover import Range
from boundkit.kernel.derivative import minus, negative, over
from boundkit.provers.inequalities import doubles
from boundkit.provers.inequalities.points import cost
from boundkit.provers.inequalities.problem import Problem
from boundkit.provers.inequalities.solving import Branch, coefficients

Array = Any

LARGEST_GRID = 8000
_COMMON = """
0 1 -1 2 1/2 -2 -1/2 3 1/3 3/2 2/3 4 1/4 3/4 -3 -1/3 5 1/5 10 1/10 -3/2 -4 9/10 11/10 -10 -1/10 7 6 8 5/2 4/3
100 1/100 20 1/20 99/100 101/100 -100 -1/100 1000 1/1000 999/1000 1001/1000 1000000 1/1000000 -1000 -1/1000
-1000000 -1/1000000
"""
COMMON = tuple(map(Fraction, _COMMON.split()))
INTEGERS = tuple(
    map(Fraction, (0, 1, 2, 3, -1, 4, 5, -2, 6, 7, 8, 9, 10, -3, 12, 15, 20, 50, 100, 1000, 10**6))
)
_INNER = tuple(map(Fraction, ("1/2", "1/4", "3/4", "1/3", "2/3", "1/10", "9/10", "1/100", "99/100")))


class Sampler:
    """Points of one branch of a problem: values of its free variables, and in columns those of all."""

    def __init__(self, problem: Problem, branch: Branch, domain: Mapping[str, Range], seed: int) -> None:
        self.branch = branch
        self.names = [name.text for name in branch.free]
        self.integral = {name.text: name.sort != REAL for name in branch.free}
        # A name that is not the problem's is what a variable is the logarithm of.
        self.ranges = [domain.get(name, Range(Fraction(0), None, False)) for name in self.names]
        self.random = np.random.default_rng(seed)
        self.bounds = [self.bounds_of(problem.facts, place) for place in range(len(self.names))]

    def bounds_of(self, facts: Iterable[Term], place: int) -> list[tuple[int, Term]]:
        """Lower (1) and upper (-1) bounds of a variable by terms in the ones before it."""
        name, before = self.names[place], frozenset(self.names[:place])
        found: list[tuple[int, Term]] = []
        for fact in facts:
            if not isinstance(fact, Apply) or fact.head not in ("<=", "<") or name not in fact.free:
                continue
            if not (fact.free - {name}) or not fact.free - {name} <= before:
                continue
            line = coefficients(minus(fact.args[1], fact.args[0]), name)
            if line is not None and len(line) == 2 and isinstance(line[1], Number) and line[1].value:
                found.append((1 if line[1].value > 0 else -1, negative(over(line[0], line[1]))))
        return found

    def simple(self, place: int) -> list[Fraction]:
        """Simple numbers in the range of a variable, its ends first."""
        extent = self.ranges[place]
        low, high = extent.lower, extent.upper
        ends = [end for end in (low, high) if end is not None]
        steps = [Fraction(1, 10**k) for k in (1, 2, 3, 6)]
        inner: list[Fraction] = []
        if low is not None:
            inner += [
                low + step for step in (*steps, Fraction(1), Fraction(1, 2), Fraction(10), Fraction(100))
            ]
        if high is not None:
            inner += [
                high - step for step in (*steps, Fraction(1), Fraction(1, 2), Fraction(10), Fraction(100))
            ]
        if low is not None and high is not None:
            inner += [low + (high - low) * share for share in _INNER]
        integral = self.integral[self.names[place]]
        rest = sorted({*inner, *(INTEGERS if integral else COMMON)}, key=lambda own: (cost(own), own))
        chosen = dict.fromkeys([*ends, *rest])
        return [own for own in chosen if inside(extent, own) and (not integral or own.denominator == 1)]

    def grid(self) -> tuple[list[tuple[Fraction, ...]], Array]:
        """Tuples of simple values, and the same in floating point, one row a point."""
        lists = [self.simple(place) for place in range(len(self.names))]
        most = LARGEST_GRID if len(lists) > 1 else 200
        length = max([len(own) for own in lists], default=0)
        while length > 1 and _volume(lists, length) > most:
            length -= 1
        if _volume(lists, length) <= most:
            points = list(product(*(own[:length] for own in lists)))
        else:
            picks = [self.random.integers(0, min(len(own), 4), most) for own in lists]
            rows = dict.fromkeys(zip(*(pick.tolist() for pick in picks), strict=True))
            points = [tuple(lists[k][pick] for k, pick in enumerate(row)) for row in rows]
        table = [[as_double(value) for value in own] for own in points]
        return points, np.array(table, dtype=float).reshape(len(points), len(self.names))

    def lattice(self, most: int) -> Array:
        """Points of integers in the ranges, from the ends on or around 0, at most so many, one row each."""
        width = len(self.names)
        length = int(most ** (1 / width) + 1e-9)
        sides = []
        for extent in self.ranges:
            steps = np.arange(length, dtype=float)
            if extent.lower is not None:
                own = np.ceil(as_double(extent.lower)) + steps
            elif extent.upper is not None:
                own = np.floor(as_double(extent.upper)) - steps
            else:
                own = steps - length // 2
            sides.append(own)
        return np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1).reshape(-1, width)

    def draw(self, count: int, spread: float) -> Array:
        """Pseudo-random points, one row each: most of moderate size, others up to 10^spread and down to its
        reciprocal, near the ends, near 1, at simple values, and with variables that agree."""
        rows = np.zeros((count, len(self.names)))
        # The same kind for a whole row half of the time, so that several variables are extreme together.
        whole = self.random.random(count)
        common = self.random.random(count)
        for place in range(len(self.names)):
            own = np.where(whole < 0.5, common, self.random.random(count))
            rows[:, place] = self.column(place, rows, own, count, spread)
        return rows

    def column(self, place: int, rows: Array, kind: Array, count: int, spread: float) -> Array:
        random = self.random
        low, high = self.limits(place, rows, count)
        bounded = np.isfinite(low) & np.isfinite(high)
        with np.errstate(all="ignore"):
            width = np.where(bounded, high - low, 1.0)
            size = 10.0 ** np.where(
                kind < 0.6, random.uniform(-1.5, 1.5, count), random.uniform(-spread, spread, count)
            )
            side = np.where(random.random(count) < 0.5, -1.0, 1.0)
            inside = low + width * random.random(count)
            near = np.minimum(1.0, size / 30) * width
            at_end = np.where(side > 0, low + near, high - near)
            ray = np.where(
                np.isfinite(low), low + size, np.where(np.isfinite(high), high - size, side * size)
            )
            found = np.where(bounded, np.where(kind < 0.45, inside, at_end), ray)
            found = np.where((kind > 0.75) & (kind < 0.82), 1 + side * np.minimum(size, 1 / size), found)
            if place:
                other = rows[np.arange(count), random.integers(0, place, count)]
                tie = np.where(
                    random.random(count) < 0.5, other, other * (1 + side * np.minimum(size, 1 / size))
                )
                found = np.where((kind > 0.82) & (kind < 0.9), tie, found)
            simple = np.array([as_double(own) for own in self.simple(place)[:24]] or [0.0])
            found = np.where(kind > 0.95, simple[random.integers(0, len(simple), count)], found)
            if self.integral[self.names[place]]:
                found = np.round(found)
        return found

    def limits(self, place: int, rows: Array, count: int) -> tuple[Array, Array]:
        """The range of a variable where the ones before it are fixed."""
        extent = self.ranges[place]
        low = np.full(count, -np.inf if extent.lower is None else as_double(extent.lower))
        high = np.full(count, np.inf if extent.upper is None else as_double(extent.upper))
        columns = {name: rows[:, k] for k, name in enumerate(self.names[:place])}
        for side, term in self.bounds[place]:
            try:
                bound = doubles.values(term, columns, count)
            except doubles.Unknown:
                continue
            bound = np.where(np.isnan(bound), -side * np.inf, bound)
            low, high = (np.maximum(low, bound), high) if side > 0 else (low, np.minimum(high, bound))
        return low, high

    def inside(self, rows: Array) -> Array:
        """Of each row, whether its values belong to the ranges of their variables."""
        found = np.ones(len(rows), dtype=bool)
        for place, extent in enumerate(self.ranges):
            own = rows[:, place]
            if extent.lower is not None:
                low = as_double(extent.lower)
                found &= (own >= low) if extent.lower_closed else (own > low)
            if extent.upper is not None:
                high = as_double(extent.upper)
                found &= (own <= high) if extent.upper_closed else (own < high)
        return found

    def columns(self, rows: Array) -> dict[str, Array]:
        """The values of all variables at rows of values of the free ones. Raises `doubles.Unknown`."""
        found = {name: rows[:, place] for place, name in enumerate(self.names)}
        for name, term in self.branch.solved.items():
            found[name] = doubles.values(term, found, len(rows))
        return found


def as_double(value: Fraction) -> float:
    """The number in floating point, infinite where it is too large."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _volume(lists: list[list[Fraction]], length: int) -> int:
    total = 1
    for own in lists:
        total *= max(1, min(len(own), length))
    return total


def inside(extent: Range, value: Fraction) -> bool:
    """Whether a number belongs to a range."""
    low, high = extent.lower, extent.upper
    above = low is None or value > low or (value == low and extent.lower_closed)
    return above and (high is None or value < high or (value == high and extent.upper_closed))
