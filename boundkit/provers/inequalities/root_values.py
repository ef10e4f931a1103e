"""Positive terms v near square roots of rational functions, for the bounds sqrt(u) <= (u/v + v)/2 and
sqrt(u) >= 2*u*v/(u + v^2): quotients of linear forms that equal the roots where the goal is an equality, the
same for roots that a permutation of the variables turns into each other. Floating point proposes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations, product
from math import gcd, isqrt

import numpy as np
from flint import fmpq_mpoly

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Term, number
from boundkit.kernel.derivative import over, plus, times
from boundkit.kernel.rational_functions import RationalFunctions, atoms_of
from boundkit.kernel.steps import Range
from boundkit.provers.inequalities.goal import Goal
from boundkit.provers.inequalities.positivstellensatz import evaluated
from boundkit.provers.inequalities.sampling import points

MOST_NAMES = 4
SAMPLES = 300
SIMPLE = tuple(Fraction(own) for own in ("0", "1/3", "1/2", "1", "3/2", "2", "3", "4"))
FEW = tuple(Fraction(own) for own in ("0", "1/2", "1", "2", "4"))
MOST_WEIGHT = 3
MOST_GIVEN = 4
Grid = np.ndarray


def at_equality(goal: Goal, roots: Sequence[Apply]) -> Iterator[tuple[Term, ...]]:
    """Lists of values, one for each root, for which the bounds seem to suffice; the best first. Raises
    TooLarge."""
    names = [Name(name, REAL) for name in sorted(goal.slack.free)]
    if not 1 <= len(names) <= MOST_NAMES or any(goal.box[name.text].is_point for name in names):
        return
    search = _Search(goal, list(roots), names)
    yield from search.best()


@dataclass
class _Search:
    goal: Goal
    roots: list[Apply]
    names: list[Name]
    bases: list[tuple[fmpq_mpoly, fmpq_mpoly]] = field(init=False)
    slack: tuple[fmpq_mpoly, fmpq_mpoly] = field(init=False)
    constants: list[float] = field(init=False)

    def __post_init__(self) -> None:
        functions = RationalFunctions(list(self.names))
        self.bases = [functions.of(root.args[0]) for root in self.roots]
        others = atoms_of(self.goal.slack) - {*self.roots, *self.names}
        fixed = sorted((own for own in others if isinstance(own, Apply)), key=str)
        self.constants = [float(own.args[0].value) ** 0.5 for own in fixed]  # type: ignore[attr-defined]
        self.slack = RationalFunctions([*self.roots, *fixed, *self.names]).of(self.goal.slack)
        touching = self.simple()
        self.touching = touching[np.abs(self.value(touching, self.at(touching))) < 1e-9]
        self.grid = np.vstack([touching, self.spread()])

    def simple(self) -> Grid:
        """Simple points, open ends included, at which the facts hold."""
        values = SIMPLE if len(self.names) <= 3 else FEW
        lists = [[v for v in values if _reaches(self.goal.box[name.text], v)] for name in self.names]
        grid = np.array([[float(v) for v in point] for point in product(*lists)]).reshape(-1, len(self.names))
        return self.kept(grid)

    def spread(self) -> Grid:
        """Points all over the box at which the facts hold."""
        if any(fact.kind == "zero" for fact in self.goal.facts):
            seen = points(self.goal.box, self.goal.facts)
            rows = [[float(own[name.text]) for name in self.names] for own in seen]
            return np.array(rows).reshape(-1, len(self.names))
        source = np.random.RandomState(1)
        columns = []
        for name in self.names:
            extent = self.goal.box[name.text]
            low, high = extent.lower, extent.upper
            if low is not None and high is not None:
                columns.append(float(low) + float(high - low) * source.rand(SAMPLES))
            elif low is not None:
                columns.append(float(low) + np.exp(1.5 * source.randn(SAMPLES)))
            else:
                columns.append(2 * source.randn(SAMPLES))
        return self.kept(np.array(columns).T)

    def kept(self, grid: Grid) -> Grid:
        functions = RationalFunctions(list(self.names))
        fine = np.ones(len(grid), dtype=bool)
        for fact in self.goal.facts:
            if not atoms_of(fact.term) <= set(self.names):
                continue
            top, bottom = functions.of(fact.term)
            with np.errstate(all="ignore"):
                own = evaluated(top, grid) / evaluated(bottom, grid)
                fine &= np.abs(own) < 1e-12 if fact.kind == "zero" else own >= 0
        with np.errstate(all="ignore"):
            for top, bottom in self.bases:
                own = evaluated(top, grid) / evaluated(bottom, grid)
                fine &= np.isfinite(own) & (own >= 0)
            fine &= np.isfinite(self.value(grid, self.at(grid)))
        return grid[fine]

    def under(self, place: int, grid: Grid) -> np.ndarray:
        top, bottom = self.bases[place]
        with np.errstate(all="ignore"):
            return np.asarray(evaluated(top, grid) / evaluated(bottom, grid))

    def at(self, grid: Grid) -> list[np.ndarray]:
        with np.errstate(all="ignore"):
            return [np.sqrt(self.under(place, grid)) for place in range(len(self.roots))]

    def value(self, grid: Grid, roots: Sequence[np.ndarray]) -> np.ndarray:
        constants = [np.full(len(grid), own) for own in self.constants]
        whole = np.column_stack([*roots, *constants, grid])
        with np.errstate(all="ignore"):
            return np.asarray(evaluated(self.slack[0], whole) / evaluated(self.slack[1], whole))

    def best(self) -> Iterator[tuple[Term, ...]]:
        """The lists for which the slack stays above 0 at all points: those with the most room, and the
        simplest ones, in turn."""
        orbit = self.orbit()
        if orbit is None or not len(self.grid):
            return
        under = [self.under(place, self.grid) for place in range(len(self.roots))]
        exact = [np.sqrt(own) for own in under]
        plain = self.value(self.grid, exact)
        risen = []
        for place, own in enumerate(exact):
            moved = [*exact[:place], own * 1.0001 + 1e-9, *exact[place + 1 :]]
            with np.errstate(all="ignore"):
                gain = self.value(self.grid, moved) - plain
            risen.append(bool(np.sum(gain[np.isfinite(gain)]) > 0))
        found: list[tuple[bool, float, int, tuple[Term, ...]]] = []
        for above, below, scale in self.quotients():
            count = sum(above) + sum(below)
            values = []
            for order in orbit:
                moved_grid = self.grid[:, list(order)]
                with np.errstate(all="ignore"):
                    values.append(scale * _linear(above, moved_grid) / _linear(below, moved_grid))
            if not all(np.all(np.isfinite(own)) and np.all(own > 0) for own in values):
                continue
            for again in (False, True):
                used = [(u / v + v) / 2 for u, v in zip(under, values, strict=True)] if again else values
                bounds = [
                    2 * u * v / (u + v * v) if up else (u / v + v) / 2
                    for u, v, up in zip(under, used, risen, strict=True)
                ]
                slack = self.value(self.grid, bounds)
                size = 1e-9 * (1 + sum(np.abs(own) for own in exact))
                if np.all(slack >= -size) and not (self.goal.strict and np.max(slack) < 1e-7):
                    with np.errstate(all="ignore"):
                        room = float(np.mean(slack / np.maximum(plain, 1e-9) > 0.5))
                    terms = self.terms(above, below, scale, orbit, again)
                    found.append((again, -room, count, terms))
                    break
        roomy = sorted(found, key=lambda own: own[:3])
        simple = sorted(found, key=lambda own: (own[0], own[2]))
        both = [own[3] for pair in zip(roomy, simple, strict=True) for own in pair]
        yield from list(dict.fromkeys(both))[:MOST_GIVEN]

    def orbit(self) -> list[tuple[int, ...]] | None:
        """For each root an order of the variables that turns the first root into it, and keeps the slack."""
        size = len(self.names)
        probe = np.exp(np.random.RandomState(2).randn(7, size))
        exact = self.at(probe)
        plain = self.value(probe, exact)
        found: dict[int, tuple[int, ...]] = {}
        cyclic = [tuple((own + shift) % size for own in range(size)) for shift in range(size)]
        others = [own for own in permutations(range(size)) if own not in cyclic]
        for order in (*cyclic, *others):
            moved = probe[:, list(order)]
            with np.errstate(all="ignore"):
                if not np.allclose(self.value(moved, self.at(moved)), plain, rtol=1e-9, equal_nan=True):
                    continue
                first = np.sqrt(self.under(0, moved))
            for place, own in enumerate(exact):
                if place not in found and np.allclose(first, own, rtol=1e-9, equal_nan=True):
                    found[place] = order
        if len(found) < len(self.roots):
            return None
        return [found[place] for place in range(len(self.roots))]

    def quotients(self) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], float]]:
        """Linear forms above and below with whole coefficients, the last one a number, and a factor with
        which the quotient is the first root at the points of equality."""
        size = len(self.names)
        at = self.touching if len(self.touching) else np.ones((1, size))
        squared = self.under(0, at)
        used = np.isfinite(squared) & (squared > 0)
        if not used.any():
            return
        at, squared = at[used], squared[used]
        one = (0,) * size + (1,)
        free = not any(fact.kind == "zero" for fact in self.goal.facts)
        degree = self.degree()
        belows = [one]
        if not free or degree is None or degree == 0:
            belows += [(*own, 0) for own in product(range(2), repeat=size) if any(own)]
        last = (0,) if free and degree is not None else (0, 1, 2, 3)
        seen = set()
        for below in belows:
            if below == one and free and degree == 0:
                aboves: list[tuple[int, ...]] = [one]
            elif below == one:
                aboves = [(*own, k) for own in product(range(MOST_WEIGHT + 1), repeat=size) for k in last]
            else:
                aboves = [(*own, 0) for own in product(range(MOST_WEIGHT), repeat=size)]
            for above in aboves:
                if not any(above) or gcd(*above) != 1 or above == below != one:
                    continue
                with np.errstate(all="ignore"):
                    quotient = _linear(above, at) / _linear(below, at)
                    ratio = squared / quotient**2
                if not np.all(np.isfinite(ratio)) or np.ptp(ratio) > 1e-9 * np.max(ratio):
                    continue
                key = above, below
                if key not in seen:
                    seen.add(key)
                    yield above, below, float(np.sqrt(ratio[0]))

    def degree(self) -> Fraction | None:
        """That of the first root, if what is under it is homogeneous."""
        degrees = []
        for own in self.bases[0]:
            sums = {sum(map(int, monomial)) for monomial in own.monoms()}
            if len(sums) != 1:
                return None
            degrees.append(sums.pop())
        return Fraction(degrees[0] - degrees[1], 2)

    def terms(
        self,
        above: tuple[int, ...],
        below: tuple[int, ...],
        scale: float,
        orbit: Sequence[tuple[int, ...]],
        again: bool,
    ) -> tuple[Term, ...]:
        """The values; `again` for one more step of Newton's iteration."""
        square = Fraction(scale**2).limit_denominator(10000)
        found = []
        for order, root in zip(orbit, self.roots, strict=True):
            moved = [self.names[own] for own in order]
            value = times(_root(square), over(_written(above, moved), _written(below, moved)))
            if again:
                value = times(number(Fraction(1, 2)), plus(over(root.args[0], value), value))
            found.append(value)
        return tuple(found)


def _reaches(extent: Range, value: Fraction) -> bool:
    above = extent.lower is None or extent.lower <= value
    return above and (extent.upper is None or value <= extent.upper)


def _linear(weights: tuple[int, ...], grid: Grid) -> np.ndarray:
    return np.asarray(grid @ np.array(weights[:-1], dtype=float) + weights[-1])


def _written(weights: tuple[int, ...], names: Sequence[Name]) -> Term:
    parts: list[Term] = [times(number(w), name) for w, name in zip(weights[:-1], names, strict=True) if w]
    if weights[-1]:
        parts.append(number(weights[-1]))
    return plus(*parts)


def _root(square: Fraction) -> Term:
    """The root of a rational number, over a whole one where it is irrational."""
    whole = square.numerator * square.denominator
    factor = max(own for own in range(1, min(isqrt(whole), 1000) + 1) if whole % own**2 == 0)
    rest = whole // factor**2
    outer = number(Fraction(factor, square.denominator))
    return outer if rest == 1 else times(outer, Apply("sqrt", (number(rest),), REAL))
