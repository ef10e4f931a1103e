"""One variable: chains of derivatives at the points where the sides touch, enclosures between them, and what
is far out as a goal of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from boundkit.ir.terms import ZERO, Apply, Name, Number, Term, relation, substitute
from boundkit.kernel import balls
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.derivative import derivative, negative
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.rational_functions import atoms_of
from boundkit.kernel.steps import Enclosed, Evaluated, Monotone, Product, Range, Split, Step
from boundkit.provers import taylor
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.samples import sample, sign_at

COST = 12
HIGHEST_ORDER = 8
MOST_HALVINGS = 8
LARGEST_SLOPE = 800
FAR = tuple(Fraction(k) for k in (2, 4, 8, 16, 40, 100))
CANDIDATES = tuple(map(Fraction, ("0", "1", "1/2", "-1", "2", "1/3", "2/3", "1/4", "3/4", "-1/2", "3", "-2")))


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Pieces of the range, each by its own argument."""
    active = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    if len(active) != 1 or len(goal.slack.free) != 1 or goal.box[active[0]].integral:
        return GivenUp("")
    pieces = _Pieces(goal, active[0], prove, effort)
    step = pieces.whole(goal.box[active[0]])
    if step is None:
        return GivenUp(pieces.reason)
    if not accepted(goal, step):
        return GivenUp("")
    return Found(step, tuple(dict.fromkeys(pieces.lines)))


@dataclass
class _Pieces:
    """The search on one goal."""

    goal: Goal
    name: str
    prove: Prove
    effort: Effort

    def __post_init__(self) -> None:
        self.lines: list[str] = []
        self.reason = ""
        self.slopes: list[Term] = [self.goal.slack]

    def whole(self, extent: Range) -> Step | None:
        """Cuts: the ends, where the sides touch, and where what is far out begins."""
        touching = self.touching(extent)
        far = self.far(extent, touching)
        cuts = sorted({cut for cut in (*touching, *far) if _inside(extent, cut)})
        return self.cut(extent, cuts, set(touching))

    def cut(self, extent: Range, cuts: list[Fraction], touching: set[Fraction]) -> Step | None:
        if not cuts:
            return self.piece(extent, touching)
        middle = cuts[len(cuts) // 2]
        below = replace(extent, upper=middle, upper_closed=True)
        above = replace(extent, lower=middle, lower_closed=True)
        low = self.cut(below, [c for c in cuts if c < middle], touching)
        if low is None:
            return None
        high = self.cut(above, [c for c in cuts if c > middle], touching)
        return None if high is None else Split(self.name, middle, low, high)

    def piece(self, extent: Range, touching: set[Fraction]) -> Step | None:
        """A range in which the sides touch at an end at most."""
        lower, upper = extent.lower, extent.upper
        if lower is None or upper is None:
            found = self.prove(replace(self.goal, box={**self.goal.box, self.name: extent}), self.effort)
            if found is None:
                self.reason = f"what is far out, {self.name} in {_shown(extent)}, stays open"
                return None
            self.lines.extend(found.argument)
            return found.step
        self.effort.spend(5)
        own = taylor.cover(self.goal.slack, self.goal.strict, self.name, extent)
        if own is not None:
            self.lines.append("by Taylor's theorem and interval arithmetic between the ends")
            return own
        if lower in touching and upper in touching:
            middle = (lower + upper) / 2
            return self.cut(extent, [middle], touching)
        if lower in touching:
            return self.near(extent, True)
        if upper in touching:
            return self.near(extent, False)
        return self.bisected(extent, 0)

    def near(self, extent: Range, at_lower: bool) -> Step | None:
        """A touching end: a chain of derivatives on a neighbourhood, and the rest by enclosures."""
        lower, upper = extent.lower, extent.upper
        assert lower is not None and upper is not None
        end = lower if at_lower else upper
        orders = self.orders(end, at_lower)
        share = Fraction(1)
        for _ in range(MOST_HALVINGS if orders else 0):
            reach = (upper - lower) * share
            close = replace(extent, upper=lower + reach, upper_closed=True)
            far = replace(extent, lower=lower + reach, lower_closed=True)
            if not at_lower:
                close = replace(extent, lower=upper - reach, lower_closed=True)
                far = replace(extent, upper=upper - reach, upper_closed=True)
            if share == 1:
                close = extent
            step = self.chain(close, at_lower, orders if share == 1 else orders[-1:])
            if step is not None:
                if share == 1:
                    return step
                rest = self.bisected(far, 0)
                if rest is None:
                    return None
                at = lower + reach if at_lower else upper - reach
                return Split(self.name, at, *((step, rest) if at_lower else (rest, step)))
            share /= 2
        self.reason = f"near {self.name} = {end} no derivative keeps its sign"
        return None

    def orders(self, end: Fraction, at_lower: bool) -> list[int]:
        """The orders of derivatives that may keep their sign next to an end at which the sides touch: up to
        the first that is not 0 there; none if its sign there is the wrong one."""
        for order in range(1, HIGHEST_ORDER + 1):
            slope = self.slope(order)
            if slope is None:
                return []
            at = self.value(slope, end)
            if at is None:
                return list(range(1, order + 1))
            if at:
                right = at > 0 if at_lower or order % 2 == 0 else at < 0
                return list(range(1, order + 1)) if right else []
        return []

    def chain(self, extent: Range, at_lower: bool, orders: list[int]) -> Step | None:
        """Monotone pieces by derivatives that vanish at the touching end, up to one of certain sign."""
        end = extent.lower if at_lower else extent.upper
        for order in orders:
            slope = self.slope(order)
            assert slope is not None
            sign = 1 if at_lower or order % 2 == 0 else -1
            wanted = slope if sign == 1 else negative(slope)
            box = {**self.goal.box, self.name: extent.interior}
            step = self.enclosed(wanted, False, box)
            if step is None and all(isinstance(atom, Name) for atom in atoms_of(wanted)):
                # Of a quotient of polynomials other methods know more.
                found = self.prove(Goal(wanted, False, box), self.effort)
                step = None if found is None else found.step
            if step is None:
                continue
            for below in range(order - 1, -1, -1):
                step = self.climb(below, step, at_lower, below == 0 and self.goal.strict)
            if not accepted(replace(self.goal, box={**self.goal.box, self.name: extent}), step):
                return None
            self.lines.append(
                f"derivative number {order} has one sign near {self.name} = {end}, where lower ones vanish"
                if order > 1
                else f"the gap of the sides is monotone near {self.name} = {end}"
            )
            return step
        return None

    def climb(self, order: int, above: Step, at_lower: bool, strict: bool) -> Step:
        """The step for derivative number `order`, signed as the chain wants it, from that of the next."""
        slope = self.slope(order)
        assert slope is not None
        sign = 1 if at_lower or order % 2 == 0 else -1
        wanted = slope if sign == 1 else negative(slope)
        direction = "increasing" if at_lower else "decreasing"
        raw = derivative(wanted, self.name)
        if not at_lower:
            raw = negative(raw)
        following = self.slope(order + 1)
        assert following is not None
        next_sign = 1 if at_lower or (order + 1) % 2 == 0 else -1
        next_wanted = following if next_sign == 1 else negative(following)
        inner = above if raw == next_wanted else Product((next_wanted,), (above,))
        return Monotone(self.name, direction, inner, Evaluated(), strict)

    def slope(self, order: int) -> Term | None:
        """The derivative of the slack, multiplied out; None if it grows too large."""
        while len(self.slopes) <= order:
            raw = derivative(self.slopes[-1], self.name)
            shorter = expanded(raw)
            own = raw if shorter is None or size_of(shorter) > size_of(raw) else shorter
            if size_of(own) > LARGEST_SLOPE:
                return None
            self.slopes.append(own)
        return self.slopes[order]

    def value(self, term: Term, at: Fraction | None) -> int | None:
        """The sign of a term at a point; 0 where it is exactly 0; None if it is not known."""
        if at is None:
            return None
        here = substitute(term, {self.name: Number(at)})
        try:
            if balls.decide(relation("=", ZERO, here), {}, 256) is True:
                return 0
        except (Undecided, Undefined):
            return None
        return sign_at(here, {})

    def enclosed(self, term: Term, strict: bool, box: dict[str, Range]) -> Step | None:
        """An enclosure of the term over the box, in one of its forms, on a few pieces of it."""
        own = Goal(term, strict, box)
        extent = box[self.name]
        for form in ("natural", "mean value"):
            if form == "mean value" and (extent.lower is None or extent.upper is None):
                continue
            self.effort.spend()
            if accepted(own, Enclosed(form=form)):
                return Enclosed(form=form)
        return None

    def bisected(self, extent: Range, depth: int) -> Step | None:
        """Enclosures of smaller and smaller pieces."""
        box = {**self.goal.box, self.name: extent}
        lower, upper = extent.lower, extent.upper
        if extent.is_point and lower is not None:
            return Evaluated() if accepted(replace(self.goal, box=box), Evaluated()) else None
        found = self.enclosed(self.goal.slack, self.goal.strict, box)
        if found is not None:
            if depth == 0:
                self.lines.append("interval arithmetic elsewhere")
            return found
        if lower is None or upper is None or depth > 2 * MOST_HALVINGS:
            return None
        middle = (lower + upper) / 2
        if self.value(self.goal.slack, middle) in (-1, 0):
            return None
        # An open end that is singular is approached geometrically.
        low = self.bisected(replace(extent, upper=middle, upper_closed=True), depth + 1)
        if low is None:
            self.reason = self.reason or f"enclosures do not settle {self.name} near {float(middle):.4g}"
            return None
        high = self.bisected(replace(extent, lower=middle, lower_closed=True), depth + 1)
        return None if high is None else Split(self.name, middle, low, high)

    def touching(self, extent: Range) -> list[Fraction]:
        """Rational points of the closed range at which the slack is 0."""
        found = []
        candidates = {*CANDIDATES, *(end for end in (extent.lower, extent.upper) if end is not None)}
        for number_ in _numbers(self.goal.slack):
            candidates |= {number_, -number_}
            if number_:
                candidates.add(1 / number_)
        candidates |= set(self.minima(extent))
        for candidate in sorted(candidates):
            near = _inside(extent, candidate) or candidate in (extent.lower, extent.upper)
            if near and self.value(self.goal.slack, candidate) == 0:
                found.append(candidate)
        return found

    def minima(self, extent: Range) -> list[Fraction]:
        """Simple rationals near the least values of the slack on a grid."""
        values = []
        for place in sample(extent):
            try:
                ball = balls.enclose(substitute(self.goal.slack, {self.name: Number(place)}), {}, 80)
            except (Undecided, Undefined):
                continue
            if ball.is_finite():
                values.append((float(ball.mid()), place))
        found = []
        for value, place in sorted(values)[:3]:
            del value
            found += [place.limit_denominator(own) for own in (1, 2, 3, 4, 6, 12)]
        return found

    def far(self, extent: Range, touching: list[Fraction]) -> list[Fraction]:
        """Where what is far out begins: beyond the touching points, if it is not there already."""
        found = []
        inner = [abs(place) for place in touching]
        least = max([Fraction(1), *inner])
        if extent.upper is None and (
            extent.lower is None or extent.lower < least or extent.lower in touching
        ):
            found.append(next(place for place in (*FAR, 2 * least) if place > least))
        if extent.lower is None and (
            extent.upper is None or extent.upper > -least or extent.upper in touching
        ):
            found.append(-next(place for place in (*FAR, 2 * least) if place > least))
        return found


def _inside(extent: Range, place: Fraction) -> bool:
    return (extent.lower is None or extent.lower < place) and (extent.upper is None or place < extent.upper)


def _shown(extent: Range) -> str:
    low = "-oo" if extent.lower is None else str(extent.lower)
    high = "oo" if extent.upper is None else str(extent.upper)
    return f"[{low}, {high}]"


def _numbers(term: Term) -> set[Fraction]:
    if isinstance(term, Number):
        return {term.value}
    if isinstance(term, Apply):
        return set().union(*map(_numbers, term.args)) if term.args else set()
    return set()
