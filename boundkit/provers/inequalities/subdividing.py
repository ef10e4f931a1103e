"""Branch and bound on boxes: a box is settled by an enclosure of the slack or of a fact that fails there, by
convexity around a point where the sides touch, or by the face that a monotone variable leads to; else it is
split. The search is in doubles for many boxes at once (natural and mean value forms: Moore 1966; monotonicity
test and smear rule: Kearfott 1996); the step that it proposes is the kernel's to check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor, isinf, log2
from typing import Any

import numpy as np

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.terms import ZERO, Apply, Number, Term, number, subterms
from boundkit.kernel.derivative import NotDifferentiable, derivative, negative
from boundkit.kernel.enclosures import facts_towards, require_defined, size_of
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.steps import (
    Convex,
    Enclosed,
    Evaluated,
    Excluded,
    Fact,
    Kept,
    Lowered,
    Monotone,
    Product,
    Range,
    Split,
    Step,
    point,
)
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities import enclosing
from boundkit.provers.inequalities.contacts import contacts
from boundkit.provers.inequalities.doubles import Unknown, values
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, accepted

MOST_VARIABLES = 8
BATCH = 512
FAR = Fraction(16)
DEEPEST = 60
SMALLEST = 2.0**-22
MARGIN = 1e-11
MOST_ORDERS = 3
NESTED = 150
MOST_NESTED = 600
LARGEST_SLOPE = 1500
SAMPLES = 24
CLOSE = 1e-9
HEADROOM = 0.75
LARGEST_NEAR = 2.0**-2

NOTHING = Product((ZERO,), (Enclosed(),))
"""For a slack that is 0 on a face."""

Array = Any
Touching = tuple[dict[str, Term], dict[str, float]]
Rest = Callable[[Goal], Step | None]


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
class _Views:
    """What is known of the pieces of a batch."""

    natural: enclosing.Enclosures
    facts: list[enclosing.Enclosures]
    slopes: dict[str, enclosing.Enclosures]
    least: Array
    plane: Array
    value: Array
    centre: Array
    lower: dict[str, Array]
    upper: dict[str, Array]


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
        self.narrowed = _narrowed(self.goal.facts)
        self.slopes: dict[str, tuple[Term, Term]] = {}
        self.bends: list[list[Term]] | None = None
        names = {name for term in (self.goal.slack, *(f.term for f in self.goal.facts)) for name in term.free}
        self.names = sorted(names)
        for name in sorted(self.goal.slack.free):
            if self.goal.box[name].is_point:
                continue
            try:
                raw = derivative(self.goal.slack, name)
            except NotDifferentiable:
                self.slopes.clear()
                break
            if size_of(raw) > LARGEST_SLOPE:
                self.slopes.clear()
                break
            other = expanded(raw) if size_of(raw) < 150 else None
            self.slopes[name] = (raw, raw if other is None else other)

    def run(self) -> Step | None:
        """A step for the goal, or None, with the reason."""
        box = {name: self.goal.box[name] for name in self.names}
        root = Piece(box, tuple(range(len(self.goal.facts))), self.goal.strict, 0)
        frontier = [root]
        self.count = 1
        try:
            while frontier:
                batch, frontier = frontier[:BATCH], frontier[BATCH:]
                self.last = batch
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
        return _built(root)

    def _settle(self, batch: list[Piece]) -> list[Piece]:
        """The pieces that are left of those of a batch."""
        views = self._views(batch)
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

    def _views(self, batch: list[Piece]) -> _Views:
        with np.errstate(all="ignore"):
            return self._viewed(batch)

    def _viewed(self, batch: list[Piece]) -> _Views:
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
        natural = _filled(evaluation.of(self.goal.slack), count)
        facts = [_filled(plain.of(fact.term), count) for fact in self.goal.facts]
        at_centre = enclosing.Evaluation(centres)
        centre = _filled(at_centre.of(self.goal.slack), count)
        slopes = {}
        least = centre.low
        for name, (raw, other) in self.slopes.items():
            found = _filled(plain.of(raw), count)
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
        for fact in self.goal.facts:
            own = at_centre.of(fact.term)
            holds &= np.broadcast_to(own.low > 0, (count,)) & (fact.kind != "zero")
        middle = np.where(holds, centre.high, np.inf)
        return _Views(natural, facts, slopes, least, bent, centre.low, middle, lower, upper)

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

    def _closed(self, own: Piece, views: _Views, place: int) -> bool:
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

    def _monotone(self, own: Piece, views: _Views, place: int) -> tuple[Piece, ...]:
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
        self, own: Piece, views: _Views, place: int, name: str, rising: bool, slope: Step
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

    def _touching(self, own: Piece, views: _Views, place: int) -> tuple[Piece, ...]:
        """A piece with a point at which the sides touch: convexity, or slopes of slopes; else it shrinks
        around the point."""
        for terms, at in self.touching:
            active = own.active()
            if not active or not all(_holds(own.box[name], value) for name, value in at.items()):
                continue
            if any(own.box[name].lower is None or own.box[name].upper is None for name in active):
                continue
            free = [name for name in active if name in self.goal.slack.free]
            step = Convex(tuple(terms[name] for name in sorted(free)))
            if self.slopes and self._accepted(own, step):
                own.step = step
                self.convex = True
                return ()
            widths = {name: _width(own.box[name]) / _scale(self.goal.box[name]) for name in free}
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
            return self._parted(own, name, _beside(own.box[name], at[name], terms[name]))
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
                if not _seems(wanted):
                    continue
                inner = Subdivision(
                    wanted, self.effort, NESTED, self.touching, self.order + 1, nested=self.nested
                )
                step = inner.run()
                self.nested[0] -= inner.count
                if step is None or not accepted(wanted, step):
                    continue
                views = self._views([own])
                face = self._face(own, views, 0, name, rising, step)
                if face:
                    self.monotone = True
                    return face
        return ()

    def _far(self, own: Piece, views: _Views, place: int) -> tuple[Piece, ...]:
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

    def _split(self, own: Piece, views: _Views, place: int) -> tuple[Piece, ...]:
        """Two halves, in the variable along which the slack and the open facts vary most."""
        active = own.active()
        if not active or own.depth > DEEPEST:
            return self._stuck()
        scores = dict.fromkeys(active, 0.0)
        spans: list[dict[str, float]] = []
        if self.slopes:
            spans.append({})
            for name in active:
                if name in self.slopes:
                    slope = views.slopes[name]
                    size = max(abs(slope.low[place]), abs(slope.high[place]))
                    spans[-1][name] = size * _width(own.box[name])
        if not spans or not all(np.isfinite(list(spans[0].values()))):
            free = [name for name in active if name in self.goal.slack.free]
            spans = [{name: _width(own.box[name]) / _scale(self.goal.box[name]) for name in free}]
        for number_ in own.facts:
            view = views.facts[number_]
            if view.low[place] >= 0 or self.goal.facts[number_].kind == "zero":
                continue
            free = [name for name in active if name in self.goal.facts[number_].term.free]
            spans.append({name: _width(own.box[name]) / _scale(self.goal.box[name]) for name in free})
        for span in spans:
            total = sum(span.values())
            for name, value in span.items():
                scores[name] += value / total if total else 0.0
        for name in active:
            scores[name] += 0.1 * _width(own.box[name]) / _scale(self.goal.box[name])
        name = max(active, key=lambda one: (scores[one], one))
        if _width(own.box[name]) < SMALLEST * _scale(self.goal.box[name]):
            return self._stuck()
        return self._parted(own, name, _middle(own.box[name]))

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


def settled(goal: Goal, effort: Effort, few: int, most: int, rest: Rest | None) -> Found | GivenUp:
    """A tree of boxes: a small one, else one that knows where the sides touch."""
    names = {name for term in (goal.slack, *(fact.term for fact in goal.facts)) for name in term.free}
    active = sorted(name for name in names if not goal.box[name].is_point)
    if not 1 <= len(active) <= MOST_VARIABLES or any(goal.box[name].integral for name in active):
        return GivenUp("")
    if (len(active) == 1 and not goal.facts) or any(_is_far(goal.box[name]) for name in active):
        return GivenUp("")
    if rest is None and any(isinf(_width(goal.box[name])) for name in active):
        return GivenUp("")
    search = Subdivision(goal, effort, few, rest=rest)
    step = search.run()
    if step is None and search.may_do_with_more:
        try:
            touching = contacts(goal)
        except Unknown:
            return GivenUp("")
        if touching is None:
            return GivenUp("")
        search = Subdivision(goal, effort, most, touching, rest=rest)
        step = search.run()
    if step is None:
        return GivenUp(search.reason)
    if not accepted(goal, step):
        return GivenUp("the kernel does not accept the tree of boxes")
    ways = ["enclosures", *(["slopes of one sign"] if search.monotone else [])]
    ways += ["convexity where the sides touch"] if search.convex else []
    return Found(step, (f"branch and bound on {search.count} boxes, by {', '.join(ways)}",))


def _is_far(extent: Range) -> bool:
    """Whether a range is what a subdivision left."""
    if extent.upper is None:
        return extent.lower is not None and extent.lower >= FAR
    return extent.lower is None and extent.upper <= -FAR


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


def _built(root: Piece) -> Step:
    """The step of a piece all of whose parts are settled."""
    if root.step is not None:
        return root.step
    assert root.build is not None
    return root.build(*map(_built, root.parts))


def _width(extent: Range) -> float:
    if extent.lower is None or extent.upper is None:
        return np.inf
    return float(extent.upper - extent.lower)


def _scale(extent: Range) -> float:
    width = _width(extent)
    return 2 * float(FAR) if isinf(width) else width or 1.0


def _middle(extent: Range) -> Fraction:
    """A number with few binary digits about the middle."""
    assert extent.lower is not None and extent.upper is not None
    middle, width = (extent.lower + extent.upper) / 2, extent.upper - extent.lower
    digits = 3 - floor(log2(float(width)))
    scale = Fraction(2) ** digits
    return Fraction(round(middle * scale)) / scale


def _holds(extent: Range, place: float) -> bool:
    low = -np.inf if extent.lower is None else float(extent.lower)
    high = np.inf if extent.upper is None else float(extent.upper)
    return low - CLOSE <= place <= high + CLOSE


def _beside(extent: Range, place: float, term: Term) -> Fraction:
    """Where a range is cut so that it shrinks around a place: from the side that reaches farther."""
    assert extent.lower is not None and extent.upper is not None
    low, high = float(extent.lower), float(extent.upper)
    below, above = place - low, high - place
    exactly = term.value if isinstance(term, Number) else None
    if min(below, above) > 0.1 * (high - low) and exactly is not None and high - low < LARGEST_NEAR:
        return exactly
    cut = low + below / 2 if below > above else high - above / 2
    scale = Fraction(2) ** (4 - floor(log2(high - low)))
    found = Fraction(round(Fraction(cut) * scale)) / scale
    return found if extent.lower < found < extent.upper else _middle(extent)


def _seems(goal: Goal) -> bool:
    """Whether the slack is not negative at some points of a bounded box."""
    random = np.random.default_rng(3)
    columns = {}
    for name in sorted(goal.slack.free):
        extent = goal.box[name]
        assert extent.lower is not None and extent.upper is not None
        share = random.random(SAMPLES)
        columns[name] = float(extent.lower) + (float(extent.upper) - float(extent.lower)) * share
    found = values(goal.slack, columns, SAMPLES)
    return bool((found >= -CLOSE * CLOSE).all())
