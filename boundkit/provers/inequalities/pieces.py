"""Boxes of a subdivision, and what enclosures in doubles say of many of them at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.terms import Apply, Term, subterms
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.steps import Fact, Range, Step
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities import enclosing
from boundkit.provers.inequalities.goal import Goal

MARGIN = 1e-11
LARGEST_SLOPE = 1500
LARGEST_EXPANDED = 150

Array = Any


@dataclass
class Piece:
    """A box with the facts that the kernel still has there, by their numbers, and what became of it: a step,
    or a way to build one of the steps of its parts."""

    box: dict[str, Range]
    facts: tuple[int, ...]
    strict: bool
    depth: int
    gone: frozenset[str] = frozenset()
    step: Step | None = None
    parts: tuple[Piece, ...] = ()
    build: Callable[..., Step] | None = None

    def active(self) -> list[str]:
        return [name for name, extent in self.box.items() if not extent.is_point]


@dataclass
class Views:
    """What is known of the pieces of a batch."""

    natural: enclosing.Enclosures
    facts: list[enclosing.Enclosures]
    slopes: dict[str, enclosing.Enclosures]
    plain: dict[str, enclosing.Enclosures]
    least: Array
    plane: Array
    value: Array
    centre: Array
    lower: dict[str, Array]
    upper: dict[str, Array]


class Viewer:
    """The slack of a goal with its derivatives, for pieces of its box. Its methods raise Unknown."""

    def __init__(self, goal: Goal) -> None:
        self.slack, self.facts = goal.slack, goal.facts
        self.narrowed = _narrowed(goal.facts)
        self.slopes: dict[str, tuple[Term, Term]] = {}
        self.bends: list[list[Term]] | None = None
        names = {name for term in (goal.slack, *(f.term for f in goal.facts)) for name in term.free}
        self.names = sorted(names)
        for name in sorted(goal.slack.free):
            if goal.box[name].is_point:
                continue
            try:
                raw = derivative(goal.slack, name)
            except NotDifferentiable:
                self.slopes.clear()
                break
            if size_of(raw) > LARGEST_SLOPE:
                self.slopes.clear()
                break
            other = expanded(raw) if size_of(raw) < 150 else None
            self.slopes[name] = (raw, raw if other is None else other)

    def of(self, batch: list[Piece]) -> Views:
        with np.errstate(all="ignore"):
            return self._viewed(batch)

    def _viewed(self, batch: list[Piece]) -> Views:
        lower, upper, boxes, centres = {}, {}, {}, {}
        for name in self.names:
            extents = [own.box[name] for own in batch]
            low = np.array([-np.inf if own.lower is None else float(own.lower) for own in extents])
            high = np.array([np.inf if own.upper is None else float(own.upper) for own in extents])
            open_low = np.array([not own.lower_closed for own in extents])
            open_high = np.array([not own.upper_closed for own in extents])
            lower[name], upper[name] = low, high
            boxes[name] = enclosing.of(low, high, ((low == 0) & open_low) | ((high == 0) & open_high))
            middle = np.where(np.isinf(high), np.maximum(2 * low, 1.0), low / 2 + high / 2)
            middle = np.where(
                np.isinf(low), np.where(np.isinf(high), 0.5, np.minimum(2 * high, -1.0)), middle
            )
            centres[name] = enclosing.of(middle, middle)
        count = len(batch)
        evaluation = enclosing.Evaluation(boxes, self.narrowed)
        plain = enclosing.Evaluation(boxes)
        natural = _filled(evaluation.of(self.slack), count)
        facts = [_filled(plain.of(fact.term), count) for fact in self.facts]
        at_centre = enclosing.Evaluation(centres)
        centre = _filled(at_centre.of(self.slack), count)
        slopes, as_written = {}, {}
        least = centre.low
        for name, (raw, other) in self.slopes.items():
            found = as_written[name] = _filled(plain.of(raw), count)
            with np.errstate(all="ignore"):
                reach = (upper[name] - lower[name]) / 2
                size = np.maximum(np.abs(found.low), np.abs(found.high))
                least = least - np.where(reach == 0, 0.0, size * reach)
            if other is not raw:
                second = _filled(plain.of(other), count)
                low, high = np.fmax(found.low, second.low), np.fmin(found.high, second.high)
                found = enclosing.Enclosures(low, high, found.nonzero | second.nonzero)
            slopes[name] = found
        if not self.slopes:
            least = np.full(count, -np.inf)
        bent = self._planes(
            boxes, at_centre, (natural.low <= MARGIN) & (least <= MARGIN), lower, upper, centre.low
        )
        holds = np.ones(count, dtype=bool)
        for fact in self.facts:
            own = at_centre.of(fact.term)
            holds &= np.broadcast_to(own.low > 0, (count,)) & (fact.kind != "zero")
        middle = np.where(holds, centre.high, np.inf)
        return Views(natural, facts, slopes, as_written, least, bent, centre.low, middle, lower, upper)

    def _planes(
        self,
        boxes: dict[str, enclosing.Enclosures],
        at_centre: enclosing.Evaluation,
        wanted: Array,
        lower: dict[str, Array],
        upper: dict[str, Array],
        value: Array,
    ) -> Array:
        """Lower bounds by tangent planes at the centres where the slack is convex; else minus infinity."""
        found = np.full(len(wanted), -np.inf)
        names = list(self.slopes)
        wanted = wanted & np.all([np.isfinite(upper[name] - lower[name]) for name in names], axis=0)
        if not names or not wanted.any():
            return found
        if self.bends is None:
            self.bends = self._second(names)
        if not self.bends:
            return found
        part = {
            n: enclosing.of(own.low[wanted], own.high[wanted], own.nonzero[wanted])
            for n, own in boxes.items()
        }
        evaluation = enclosing.Evaluation(part)
        count = int(wanted.sum())
        rows = [[_filled(evaluation.of(entry), count) for entry in row] for row in self.bends]
        flat = [(upper[name] == lower[name])[wanted] for name in names]
        convex = enclosing.positive_definite(rows, flat)
        least = value[wanted]
        for name in names:
            slope = _filled(at_centre.of(self.slopes[name][0]), len(wanted)).low[wanted]
            reach = ((upper[name] - lower[name]) / 2)[wanted]
            least = least - np.where(reach == 0, 0.0, np.abs(slope) * reach)
        found[wanted] = np.where(convex & ~np.isnan(least), least, -np.inf)
        return found

    def _second(self, names: list[str]) -> list[list[Term]]:
        """The second derivatives, unless they are too large."""
        try:
            rows = [[derivative(self.slopes[one][0], other) for other in names] for one in names]
        except NotDifferentiable:
            return []
        return [] if any(size_of(entry) > LARGEST_SLOPE for row in rows for entry in row) else rows


def _narrowed(facts: tuple[Fact, ...]) -> dict[Term, str]:
    """Terms that facts say are >= 0, or > 0, or presuppose, being defined."""
    found: dict[Term, str] = {}
    for fact in facts:
        if fact.kind != "zero":
            found[fact.term] = fact.kind
        for part in subterms(fact.term):
            domain = SYMBOLS[part.head].domain if isinstance(part, Apply) and part.head in SYMBOLS else None
            if domain in ("positive", "nonnegative") and isinstance(part, Apply):
                found[part.args[0]] = domain
    return found


def _filled(found: enclosing.Enclosures, count: int) -> enclosing.Enclosures:
    shape = (count,)
    ends = (found.low, found.high, found.nonzero)
    return enclosing.Enclosures(*(np.broadcast_to(end, shape) for end in ends))


def built(root: Piece) -> Step:
    """The step of a piece all of whose parts are settled."""
    if root.step is not None:
        return root.step
    assert root.build is not None
    return root.build(*map(built, root.parts))


def width(extent: Range) -> float:
    if extent.lower is None or extent.upper is None:
        return np.inf
    return float(extent.upper - extent.lower)
