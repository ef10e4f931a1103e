"""Checks of the steps by signs of derivatives: where a slack is least."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Name, Number, Term, number, relation, substitute
from boundkit.kernel import balls, growth, intervals, limits, series, taylor
from boundkit.kernel.derivative import derivative, minus, negative, over, plus, power, times
from boundkit.kernel.enclosures import (
    check_precision,
    check_term,
    contains,
    enclosure,
    facts_towards,
    inside,
    positive_definite,
    require_defined,
    size_of,
)
from boundkit.kernel.intervals import Interval, Undecided
from boundkit.kernel.places import MOST_WORK, Goals, Place, fixed_values
from boundkit.kernel.steps import (
    Box,
    Expanded,
    Fact,
    Falling,
    Lowered,
    Monotone,
    Range,
    Rejected,
    Step,
    Telescoped,
    Valley,
    Vanishes,
    point,
)

MOST_BITS = 512
"""Precision of Taylor models."""


class Descents(Goals):
    """Adds the steps from Monotone to Expanded, and the forms with derivatives."""

    def mean_value(self, slack: Term, box: Box, precision: int) -> Interval:
        enclosure(slack, box, (), precision)
        centre: dict[str, Range] = {}
        offsets: list[tuple[str, Fraction]] = []
        for name, extent in box.items():
            if name not in slack.free:
                continue
            if extent.lower is None or extent.upper is None:
                raise Rejected("the mean value form needs bounded ranges")
            centre[name] = point((extent.lower + extent.upper) / 2)
            if not extent.is_point:
                offsets.append((name, (extent.upper - extent.lower) / 2))
        found = enclosure(slack, centre, (), precision)
        for name, radius in offsets:
            gradient = enclosure(self.slope(slack, name), box, (), precision)
            with balls.precisely(precision):
                step = Range(-radius, radius).interval()
                found = intervals.apply("+", (found, intervals.apply("*", (gradient, step))))
        return found

    def tangent_plane(self, slack: Term, box: Box, precision: int) -> Interval:
        own = {name: replace(box[name].closed, integral=False) for name in sorted(slack.free)}
        active = [name for name, extent in own.items() if not extent.is_point]
        slopes = self.convex_slopes(slack, own, active)
        centre = dict(own)
        for name in active:
            lower, upper = own[name].lower, own[name].upper
            if lower is None or upper is None:
                raise Rejected("the tangent plane needs bounded ranges")
            centre[name] = point((lower + upper) / 2)
        found = enclosure(slack, centre, (), precision)
        for name, slope in zip(active, slopes, strict=True):
            gradient = enclosure(slope, centre, (), precision)
            with balls.precisely(precision):
                away = intervals.apply("-", (own[name].interval(), centre[name].interval()))
                found = intervals.apply("+", (found, intervals.apply("*", (gradient, away))))
        return found

    def convex_slopes(self, slack: Term, box: Box, active: list[str]) -> list[Term]:
        """The partial derivatives of the slack, which is defined and convex on the closed box: the Hessian is
        positive definite by interval arithmetic (not negative for one variable)."""
        require_defined(slack, box)
        slopes = [self.slope(slack, name) for name in active]
        for slope in slopes:
            require_defined(slope, box)
        hessian = [[enclosure(self.slope(slope, name), box, (), 128) for name in active] for slope in slopes]
        with balls.precisely(128):
            if not positive_definite(hessian):
                raise Rejected("not shown to be convex")
        return slopes

    def monotone(self, slack: Term, strict: bool, place: Place, step: Monotone, depth: int) -> None:
        extent = replace(place.extent(step.variable), integral=False)
        rising = _rising(step.direction)
        end = extent.lower if rising else extent.upper
        attained = extent.lower_closed if rising else extent.upper_closed
        if end is None:
            raise Rejected("the end is infinite")
        kept = place.without(step.variable)
        reached = replace(extent, lower_closed=True) if rising else replace(extent, upper_closed=True)
        require_defined(slack, kept.with_range(step.variable, reached).box, kept.facts)
        slope = derivative(slack, step.variable)
        by_slope = strict and step.strict is True and not attained
        inner = kept.with_range(step.variable, extent.interior)
        self.goal(slope if rising else negative(slope), by_slope, inner, step.slope, depth)
        at_end = kept.with_range(step.variable, point(end))
        self.goal(slack, strict and not by_slope, at_end, step.face, depth)

    def lowered(self, slack: Term, strict: bool, place: Place, step: Lowered, depth: int) -> None:
        extent = replace(place.extent(step.variable), integral=False)
        rising = _rising(step.direction)
        kept = Place(place.box, facts_towards(place.facts, step.variable, rising, place.box))
        others = {name: own for name, own in kept.box.items() if name != step.variable}
        check_term(step.bottom, others)
        free = place.without(step.variable).facts
        reached = extent
        if not contains(extent, enclosure(step.bottom, others, free, 64)):
            # The bottom is on one side of the variable, so that the end on the other side is not met.
            reached = replace(extent, lower_closed=True) if rising else replace(extent, upper_closed=True)
            self.bottom(step.bottom, extent.closed, others, free)
        variable = Name(step.variable, REAL)
        gap = minus(variable, step.bottom) if rising else minus(step.bottom, variable)
        self.goal(gap, False, place, step.reach, depth)
        within = Place(kept.box, (Fact(gap, "nonnegative"), *kept.facts))
        require_defined(slack, within.with_range(step.variable, reached).box, within.facts)
        slope = derivative(slack, step.variable)
        inner = within.with_range(step.variable, extent.interior)
        self.goal(slope if rising else negative(slope), False, inner, step.slope, depth)
        at_bottom = self.at(slack, step.variable, step.bottom)
        face = kept.substituted(step.variable, step.bottom, others)
        self.goal(at_bottom, strict, face, step.face, depth)

    def valley(self, slack: Term, strict: bool, place: Place, step: Valley, depth: int) -> None:
        extent = replace(place.extent(step.variable), integral=False)
        kept = place.without(step.variable).with_range(step.variable, extent)
        others = {name: own for name, own in kept.box.items() if name != step.variable}
        self.bottom(step.bottom, extent, others, kept.facts)
        require_defined(slack, kept.box, kept.facts)
        gap = Apply("-", (Name(step.variable, REAL), step.bottom), REAL)
        self.goal(times(gap, derivative(slack, step.variable)), False, kept, step.slope, depth)
        at_bottom = self.at(slack, step.variable, step.bottom)
        self.goal(at_bottom, strict, Place(others, kept.facts), step.face, depth)

    def bottom(self, bottom: Term, extent: Range, others: Box, facts: tuple[Fact, ...]) -> None:
        """A term in the other variables with values in the range."""
        check_term(bottom, others)
        if not contains(extent, enclosure(bottom, others, facts, 64)):
            raise Rejected("the bottom may leave the range")

    def vanishes(self, slack: Term, strict: bool, place: Place, step: Vanishes, depth: int) -> None:
        extent = replace(place.extent(step.variable), integral=False)
        kept = place.without(step.variable).with_range(step.variable, extent)
        if extent.upper is not None:
            raise Rejected("the range has an upper end")
        start, exponent = step.start, step.exponent
        if not isinstance(start, Fraction) or start <= 0 or not inside(extent, start):
            raise Rejected("the start is no positive number inside the range")
        if not isinstance(exponent, Fraction) or exponent <= 0:
            raise Rejected("the exponent is not positive")
        check_term(step.coefficient, {name: own for name, own in kept.box.items() if name != step.variable})
        require_defined(slack, kept.box, kept.facts)
        slope = negative(derivative(slack, step.variable))
        self.goal(slope, strict, kept.with_range(step.variable, extent.interior), step.slope, depth)
        rest = over(step.coefficient, power(Name(step.variable, REAL), number(exponent)))
        tail = kept.with_range(step.variable, Range(start, None))
        self.goal(plus(slack, rest), False, tail, step.tail, depth)

    def falling(self, slack: Term, strict: bool, place: Place, step: Falling, depth: int) -> None:
        variable = step.variable
        extent = replace(place.extent(variable), integral=False)
        if extent.upper is not None or variable not in slack.free:
            raise Rejected("the range has an upper end, or the slack does not depend on the variable")
        kept = place.without(variable).with_range(variable, extent)
        require_defined(slack, kept.box, kept.facts)
        falls = negative(derivative(slack, variable))
        self.goal(falls, strict, kept.with_range(variable, extent.interior), step.slope, depth)
        if slack.free != {variable}:
            self.end(slack, variable, kept, step.end, depth)
        elif not limit_is_not_negative(slack, variable):
            raise Rejected("the limit may be negative")

    def end(self, slack: Term, variable: str, place: Place, step: Step, depth: int) -> None:
        """The limit of the slack, if there is one, is >= 0."""
        end = growth.limit(slack, variable)
        if end is not None:
            others = {name: own for name, own in place.box.items() if name != variable}
            self.goal(end, False, Place(others, place.facts), step, depth)

    def telescoped(self, slack: Term, strict: bool, place: Place, step: Telescoped, depth: int) -> None:
        variable, period = step.variable, step.period
        extent = place.extent(variable)
        if extent.upper is not None or not isinstance(period, Fraction) or period <= 0:
            raise Rejected("the range has an upper end, or the period is no positive number")
        if extent.integral and period.denominator != 1:
            raise Rejected("the period is no integer")
        kept = place.without(variable)
        require_defined(slack, kept.box, kept.facts)
        later = self.at(slack, variable, plus(Name(variable, REAL), number(period)))
        self.goal(minus(slack, later), strict, kept, step.fall, depth)
        self.end(slack, variable, kept, step.end, depth)

    def convex(self, slack: Term, strict: bool, place: Place, bottom: tuple[Term, ...], limit: int) -> None:
        check_precision(limit)
        box = {name: place.box[name].closed for name in sorted(slack.free)}
        box = {name: replace(extent, integral=False) for name, extent in box.items()}
        active = [name for name, extent in box.items() if not extent.is_point]
        if not active or not isinstance(bottom, tuple) or len(bottom) != len(active):
            raise Rejected("not one value for each variable")
        slopes = self.convex_slopes(slack, box, active)
        values = fixed_values(box)
        for name, value in zip(active, bottom, strict=True):
            check_term(value, {})
            values[name] = value
        for name, slope in zip(active, slopes, strict=True):
            extent, value = box[name], values[name]
            ends = [relation("<=", number(extent.lower), value)] if extent.lower is not None else []
            ends += [relation("<=", value, number(extent.upper))] if extent.upper is not None else []
            sides: tuple[Term, Term] = (ZERO, substitute(slope, values))
            head = "="
            if extent.lower is not None and value == Number(extent.lower):
                head = "<="
            elif extent.upper is not None and value == Number(extent.upper):
                head, sides = "<=", sides[::-1]
            for wanted in (*ends, relation(head, *sides)):
                if balls.decide(wanted, {}, limit) is not True:
                    raise Rejected("not shown to be the bottom")
        least = relation("<" if strict else "<=", ZERO, substitute(slack, values))
        if balls.decide(least, {}, limit) is not True:
            raise Rejected("not decided at the bottom")

    def expanded(self, slack: Term, strict: bool, place: Place, step: Expanded) -> None:
        check_precision(step.precision)
        extent = replace(place.extent(step.variable), integral=False)
        low, high, at = extent.lower, extent.upper, step.at
        numbers = (step.order, step.length, step.power)
        if slack.free != {step.variable} or not isinstance(at, Fraction):
            raise Rejected("not one name")
        if any(type(own) is not int for own in numbers) or step.precision > MOST_BITS:
            raise Rejected("no such model")
        if not abs(step.order) <= series.LONGEST or not 1 <= step.length <= series.LONGEST:
            raise Rejected("no such coefficients")
        self.work += step.length**2 * size_of(slack)
        if self.work > MOST_WORK:
            raise Rejected("the terms are too large")
        down = low is None or (low != at and at == high)
        attained = step.power > 0 and not (
            (at == low and not extent.lower_closed) or (at == high and not extent.upper_closed)
        )
        chart = series.Chart(step.variable, at, step.power, -1 if down else 1)
        with balls.precisely(step.precision):
            taylor.require_nonnegative(slack, chart, (low, high), attained, step.order, step.length, strict)


def limit_is_not_negative(slack: Term, variable: str) -> bool:
    """Whether the limit of a term in one name, which is defined for all its large values, is >= 0: by the
    calculus of limits, or by expansions. Raises Undecided, Undefined, and TooLarge."""
    try:
        with balls.precisely(128):
            found = limits.limit(slack, variable)
        return found == limits.UP or (isinstance(found, Interval) and bool(found.lower >= 0))
    except Undecided:
        end = growth.limit(slack, variable)
        return end is None or balls.decide(relation("<=", ZERO, end), {}, 256) is True


def _rising(direction: object) -> bool:
    if direction not in ("increasing", "decreasing"):
        raise Rejected("neither increasing nor decreasing")
    return direction == "increasing"
