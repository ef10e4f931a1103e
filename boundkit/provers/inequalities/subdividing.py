"""Branch and bound on boxes: a box is settled by an enclosure of the slack or of a fact that fails there, by
convexity around a point where the sides touch, or by the face that a monotone variable leads to; else it is
split. The search is in doubles for many boxes at once (natural and mean value forms: Moore 1966; monotonicity
test and smear rule: Kearfott 1996); the step that it proposes is the kernel's to check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from boundkit.ir.terms import ZERO, Term, number
from boundkit.kernel.derivative import negative
from boundkit.kernel.enclosures import facts_towards, require_defined
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.steps import (
    Convex,
    Enclosed,
    Evaluated,
    Excluded,
    Kept,
    Lowered,
    Monotone,
    Product,
    Split,
    Step,
    point,
)
from boundkit.provers.inequalities.contacts import seems
from boundkit.provers.inequalities.cuts import (
    CLOSE,
    FAR,
    LARGEST_NEAR,
    beside,
    direction,
    holds,
    middle,
    scale,
)
from boundkit.provers.inequalities.doubles import Unknown
from boundkit.provers.inequalities.goal import Effort, Goal, accepted
from boundkit.provers.inequalities.pieces import MARGIN, Piece, Viewer, Views, built, width

BATCH = 512
DEEPEST = 60
SMALLEST = 2.0**-22
MOST_ORDERS = 3
NESTED = 150
MOST_NESTED = 600

NOTHING = Product((ZERO,), (Enclosed(),))
"""For a slack that is 0 on a face."""

Array = Any
Touching = tuple[dict[str, Term], dict[str, float]]
Rest = Callable[[Goal], Step | None]


@dataclass
class Subdivision:
    """The search for one goal. `most` bounds the pieces; `touching` are points at which the slack is 0;
    `order` is how often the slack was differentiated already; `rest` settles boxes that are far out."""

    goal: Goal
    effort: Effort
    most: int
    touching: list[Touching] = field(default_factory=list)
    order: int = 0
    rest: Rest | None = None
    nested: list[int] = field(default_factory=lambda: [MOST_NESTED])

    def __post_init__(self) -> None:
        self.count = 0
        self.reason = ""
        self.may_do_with_more = False
        self.monotone = False
        self.convex = False
        self.views = Viewer(self.goal)
        self.slopes = self.views.slopes
        self.names = self.views.names

    def run(self) -> Step | None:
        """A step for the goal, or None, with the reason."""
        box = {name: self.goal.box[name] for name in self.names}
        root = Piece(box, tuple(range(len(self.goal.facts))), self.goal.strict, 0)
        frontier = [root]
        self.count = 1
        try:
            while frontier:
                batch, frontier = frontier[:BATCH], frontier[BATCH:]
                self.effort.spend(1 + len(batch) // 64)
                for own in self._settle(batch):
                    frontier.append(own)
                    self.count += 1
                if self.reason:
                    return None
                if self.count > self.most:
                    self.reason = "too many boxes"
                    self.may_do_with_more = True
                    return None
        except Unknown:
            self.reason = "a function without enclosures"
            return None
        return built(root)

    def _settle(self, batch: list[Piece]) -> list[Piece]:
        """The pieces that are left of those of a batch."""
        views = self.views.of(batch)
        left: list[Piece] = []
        for place, own in enumerate(batch):
            if self._closed(own, views, place):
                continue
            for way in (self._monotone, self._touching, self._far, self._split):
                parts = () if self.reason else way(own, views, place)
                if parts or own.step is not None:
                    break
            if self.reason:
                return []
            left.extend(parts)
        return left

    def _closed(self, own: Piece, views: Views, place: int) -> bool:
        """Whether one enclosure settles the piece."""
        active = own.active()
        low, high = views.natural.low[place], views.natural.high[place]
        margin = MARGIN * (1 + min(abs(low), 1e6))
        if low > margin and (len(own.facts) == len(self.goal.facts) or self._accepted(own, Enclosed())):
            own.step = Enclosed()
            return True
        if low >= -margin and self._accepted(own, Enclosed()):
            own.step = Enclosed()
            return True
        if not self.goal.slack.free.intersection(active) and self._accepted(own, Evaluated()):
            own.step = Evaluated()
            return True
        fixed = any(own.box[name].is_point for name in self.goal.slack.free)
        if fixed and not own.strict and abs(views.value[place]) < MARGIN and self._accepted(own, NOTHING):
            own.step = NOTHING
            return True
        for number_, fact in enumerate(own.facts):
            view, kind = views.facts[fact], self.goal.facts[fact].kind
            for sign, gap in ((1, -view.high[place]), (-1, view.low[place])):
                if sign == -1 and kind != "zero":
                    continue
                if gap < (-MARGIN if kind == "positive" else 0.0) or np.isnan(gap):
                    continue
                step = Excluded(number_, -sign if kind == "zero" else 1, Kept((), Enclosed()))
                if gap > MARGIN * (1 + abs(gap)) or self._accepted(own, step):
                    own.step = step
                    return True
        if views.least[place] > MARGIN * (1 + min(abs(low), abs(high), 1e6)):
            own.step = Enclosed(form="mean value")
            return True
        if views.plane[place] > MARGIN * (1 + min(abs(low), 1e6)):
            own.step = Enclosed(form="tangent plane")
            return True
        if views.centre[place] < -CLOSE:
            self.reason = "the slack is negative at a point"
        return False

    def _accepted(self, own: Piece, step: Step) -> bool:
        self.effort.spend()
        return accepted(self._goal(own), step)

    def _goal(self, own: Piece) -> Goal:
        """The piece as a goal of its own; what left it is fixed there."""
        facts = tuple(self.goal.facts[number_] for number_ in own.facts)
        return Goal(self.goal.slack, own.strict, {**self.goal.box, **own.box}, facts)

    def _monotone(self, own: Piece, views: Views, place: int) -> tuple[Piece, ...]:
        """The face of a piece at which the slack is least, if one slope has one sign there."""
        for name, (raw, other) in self.slopes.items():
            extent = own.box[name]
            if extent.is_point or extent.integral or name in own.gone:
                continue
            low, high = views.slopes[name].low[place], views.slopes[name].high[place]
            for rising, gap in ((True, low), (False, -high)):
                if (extent.lower if rising else extent.upper) is None or not gap >= -MARGIN:
                    continue
                inner = self._slope_goal(own, name, rising)
                seen = views.plain[name]
                step: Step | None = Enclosed()
                if not (seen.low[place] if rising else -seen.high[place]) > MARGIN:
                    step = self._shown(inner, other if other is not raw else None, rising)
                if step is None:
                    continue
                face = self._face(own, views, place, name, rising, step)
                if face:
                    self.monotone = True
                    return face
        return ()

    def _slope_goal(self, own: Piece, name: str, rising: bool) -> Goal:
        raw = self.slopes[name][0]
        wanted = raw if rising else negative(raw)
        box = {**self.goal.box, **own.box, name: own.box[name].interior}
        return Goal(wanted, False, box)

    def _shown(self, wanted: Goal, other: Term | None, rising: bool) -> Step | None:
        """Why a slope has its sign: an enclosure of it as it stands, or multiplied out."""
        self.effort.spend()
        if accepted(wanted, Enclosed()):
            return Enclosed()
        if other is not None:
            step = Product((other if rising else negative(other),), (Enclosed(),))
            if accepted(wanted, step):
                return step
        return None

    def _face(
        self, own: Piece, views: Views, place: int, name: str, rising: bool, slope: Step
    ) -> tuple[Piece, ...]:
        """The face at the end of the range, as the piece's only part."""
        extent = own.box[name]
        end = extent.lower if rising else extent.upper
        assert end is not None
        attained = extent.lower_closed if rising else extent.upper_closed
        reached = replace(extent, lower_closed=True) if rising else replace(extent, upper_closed=True)
        box = {**own.box, name: point(end)}
        direction = "increasing" if rising else "decreasing"
        spoken = [number_ for number_ in own.facts if name in self.goal.facts[number_].term.free]
        uncertain = [number_ for number_ in spoken if not views.facts[number_].low[place] >= 0]
        if not attained:
            facts = tuple(f for n, f in enumerate(self.goal.facts) if n in own.facts and n not in spoken)
            try:
                require_defined(self.goal.slack, {**self.goal.box, **own.box, name: reached}, facts)
            except (Undecided, Undefined):
                return ()
        if not uncertain:
            kept = tuple(number_ for number_ in own.facts if number_ not in spoken)
            part = Piece(box, kept, own.strict, own.depth + 1, own.gone)
            own.parts = (part,)
            own.build = lambda face: Monotone(name, direction, slope, face)
            return own.parts
        if not all(self._reaches(own, number_, name, rising) for number_ in uncertain):
            return ()
        kept = tuple(n for n in own.facts if n not in spoken or self._reaches(own, n, name, rising))
        part = Piece(box, kept, own.strict, own.depth + 1, own.gone | {name})
        own.parts = (part,)
        own.build = lambda face: Lowered(name, direction, number(end), Enclosed(), slope, face)
        return own.parts

    def _reaches(self, own: Piece, fact: int, name: str, down: bool) -> bool:
        """Whether a fact that holds for a value of the variable holds for all on the way to its end."""
        box = {**self.goal.box, **own.box}
        return bool(facts_towards((self.goal.facts[fact],), name, down, box))

    def _touching(self, own: Piece, views: Views, place: int) -> tuple[Piece, ...]:
        """A piece with a point at which the sides touch: convexity, or slopes of slopes; else it shrinks
        around the point."""
        for terms, at in self.touching:
            active = own.active()
            if not active or not all(holds(own.box[name], value) for name, value in at.items()):
                continue
            if any(own.box[name].lower is None or own.box[name].upper is None for name in active):
                continue
            free = [name for name in active if name in self.goal.slack.free]
            step = Convex(tuple(terms[name] for name in sorted(free)))
            if self.slopes and self._accepted(own, step):
                own.step = step
                self.convex = True
                return ()
            widths = {name: width(own.box[name]) / scale(self.goal.box[name]) for name in free}
            if not widths:
                continue
            if max(widths.values()) <= LARGEST_NEAR:
                found = self._by_slopes(own, at, free)
                if found:
                    return found
            name = max(free, key=lambda one: (widths[one], one))
            if widths[name] < SMALLEST:
                self.reason = "boxes around a point where the sides touch stay open"
                return ()
            return self._parted(own, name, beside(own.box[name], at[name], terms[name]))
        return ()

    def _by_slopes(self, own: Piece, place: dict[str, float], free: list[str]) -> tuple[Piece, ...]:
        """The face of a piece in a variable whose slope has one sign, which is a goal of the same kind."""
        if self.order >= MOST_ORDERS or self.nested[0] <= 0:
            return ()
        for name in free:
            if name not in self.slopes or name in own.gone:
                continue
            extent = own.box[name]
            for rising, end in ((True, extent.lower), (False, extent.upper)):
                if end is None or abs(float(end) - place[name]) > CLOSE:
                    continue
                wanted = self._slope_goal(own, name, rising)
                if not seems(wanted):
                    continue
                inner = Subdivision(
                    wanted, self.effort, NESTED, self.touching, self.order + 1, nested=self.nested
                )
                step = inner.run()
                self.nested[0] -= inner.count
                if step is None or not accepted(wanted, step):
                    continue
                views = self.views.of([own])
                face = self._face(own, views, 0, name, rising, step)
                if face:
                    self.monotone = True
                    return face
        return ()

    def _far(self, own: Piece, views: Views, place: int) -> tuple[Piece, ...]:
        """Splits of what is not bounded; what is far out is the rest's."""
        for name in own.active():
            extent = own.box[name]
            if extent.lower is not None and extent.upper is not None:
                continue
            if extent.lower is None and (extent.upper is None or extent.upper > -FAR):
                return self._parted(own, name, -FAR)
            if extent.upper is None and (extent.lower is None or extent.lower < FAR):
                return self._parted(own, name, FAR)
            if not own.gone and self.rest is not None:
                own.step = self.rest(self._goal(own))
            if own.step is None:
                self.reason = f"what is far out in {name} stays open"
            return ()
        return ()

    def _split(self, own: Piece, views: Views, place: int) -> tuple[Piece, ...]:
        """Two halves, in the variable along which the slack and the open facts vary most."""
        if not own.active() or own.depth > DEEPEST:
            return self._stuck()
        name = direction(own, views, place, self.goal)
        if width(own.box[name]) < SMALLEST * scale(self.goal.box[name]):
            return self._stuck()
        return self._parted(own, name, middle(own.box[name]))

    def _stuck(self) -> tuple[Piece, ...]:
        self.reason = "a box stays open"
        self.may_do_with_more = True
        return ()

    def _parted(self, own: Piece, name: str, at: Fraction) -> tuple[Piece, ...]:
        extent = own.box[name]
        below = replace(extent, upper=at, upper_closed=True)
        above = replace(extent, lower=at, lower_closed=True)
        own.parts = tuple(
            Piece({**own.box, name: half}, own.facts, own.strict, own.depth + 1, own.gone)
            for half in (below, above)
        )
        own.build = lambda low, high: Split(name, at, low, high)
        return own.parts
