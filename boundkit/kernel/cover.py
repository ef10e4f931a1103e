"""Cover certificates: `left <= right` or `left < right` for all points of a box at which facts hold.

The slack right - left is shown to be defined and >= 0 (> 0) by a tree of steps (`kernel.steps`), each of
which reduces the goal to simpler ones. The continuity that several steps use: a term that `derivative`
differentiates in v is, for fixed values of the other names, continuous in v on every interval on which it is
defined, ends included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor, lcm

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, fresh_name, number, relation, substitute
from boundkit.kernel import balls, interpolation, intervals, limits, quotients
from boundkit.kernel.derivative import (
    NotDifferentiable,
    derivative,
    minus,
    negative,
    over,
    plus,
    power,
    times,
)
from boundkit.kernel.enclosures import (
    LARGEST_TERM,
    check_names,
    check_new,
    check_precision,
    check_range,
    check_term,
    contains,
    enclosure,
    facts_towards,
    inside,
    positive_definite,
    replaced,
    require_defined,
    size_of,
)
from boundkit.kernel.intervals import Interval, Undecided, Undefined
from boundkit.kernel.steps import (
    DEEPEST,
    MOST_NODES,
    Box,
    Cancelled,
    Cases,
    Changed,
    Chosen,
    Convex,
    Enclosed,
    Equation,
    Evaluated,
    Excluded,
    Fact,
    Falling,
    Fixed,
    Generalised,
    Identity,
    Instance,
    Interpolated,
    Kept,
    Known,
    Lemma,
    Lowered,
    Means,
    Monotone,
    Narrowed,
    Powered,
    Product,
    Range,
    Rejected,
    Rewritten,
    Rooted,
    Rounded,
    Scaled,
    Split,
    Step,
    Stirling,
    Sum,
    Valley,
    Vanishes,
    from_json,
    point,
    to_json,
)

MOST_WORK = 10_000_000
IDENTITY_WORK = 20_000
MOST_FACTS = 200
MOST_KNOWN = 100_000

__all__ = [
    "Box",
    "Enclosed",
    "Evaluated",
    "Fact",
    "Monotone",
    "Product",
    "Range",
    "Rejected",
    "Split",
    "Step",
    "Valley",
    "check_cover",
    "from_json",
    "point",
    "to_json",
]


def check_cover(proposition: Term, domain: Box, certificate: Step, facts: Sequence[Fact] = ()) -> None:
    """Accepts by returning: then for all values of the domain's names in their ranges at which the facts
    hold, both sides of the relation (`<=` or `<`) are defined and it holds. Otherwise raises Rejected, and
    nothing else.

    Work is bounded: at most MOST_NODES steps nested at most DEEPEST deep, on terms of at most
    LARGEST_TERM nodes (MOST_WORK in all), with a bounded precision."""
    if (
        not isinstance(proposition, Apply)
        or proposition.head not in ("<=", "<")
        or len(proposition.args) != 2
    ):
        raise Rejected("not an inequality")
    for name, extent in domain.items():
        check_range(name, extent)
    left, right = proposition.args
    # Written without simplification, so that the slack is defined exactly where both sides are.
    slack = right if left == ZERO else Apply("-", (right, left), REAL)
    try:
        for term in (proposition, *(fact.term for fact in facts)):
            check_names(term, domain)
        place = _Place(dict(domain), tuple(facts))
        _Check().goal(slack, proposition.head == "<", place, certificate, 0)
    except (Undefined, Undecided, NotDifferentiable, quotients.TooLarge) as failure:
        raise Rejected(str(failure)) from None
    except RecursionError:
        raise Rejected("too deep") from None


@dataclass(frozen=True)
class _Place:
    """Where a goal is to be shown."""

    box: dict[str, Range]
    facts: tuple[Fact, ...]

    def with_range(self, name: str, extent: Range) -> _Place:
        return _Place({**self.box, name: extent}, self.facts)

    def with_fact(self, term: Term, kind: str) -> _Place:
        if len(self.facts) >= MOST_FACTS:
            raise Rejected("too many facts")
        return _Place(self.box, (*self.facts, Fact(term, kind)))

    def without(self, name: str) -> _Place:
        """Without the facts that speak of a name."""
        return _Place(self.box, tuple(fact for fact in self.facts if name not in fact.term.free))

    def substituted(self, name: str, value: Term, box: dict[str, Range]) -> _Place:
        facts = tuple(Fact(substitute(fact.term, {name: value}), fact.kind) for fact in self.facts)
        return _Place(box, facts)

    def rewritten(self, old: Term, new: Term) -> tuple[Fact, ...]:
        return tuple(Fact(replaced(fact.term, old, new), fact.kind) for fact in self.facts)

    def within(self, term: Term, extent: Range) -> _Place:
        """With the facts that a term keeps to the ends of a range."""
        place = self
        if extent.lower is not None:
            kind = "nonnegative" if extent.lower_closed else "positive"
            place = place.with_fact(minus(term, number(extent.lower)), kind)
        if extent.upper is not None:
            kind = "nonnegative" if extent.upper_closed else "positive"
            place = place.with_fact(minus(number(extent.upper), term), kind)
        return place

    def extent(self, variable: object) -> Range:
        """The range of a variable that the certificate names."""
        if not isinstance(variable, str) or variable not in self.box or self.box[variable].is_point:
            raise Rejected("not a variable with a range")
        return self.box[variable]

    def fact(self, number: object) -> Fact:
        if type(number) is not int or not 0 <= number < len(self.facts):
            raise Rejected("no such fact")
        return self.facts[number]

    def terms(self, slack: Term) -> list[Term]:
        return [slack, *(fact.term for fact in self.facts)]


@dataclass
class _Check:
    """One check, with its count of steps and of the nodes of their terms."""

    nodes: int = 0
    work: int = 0

    def goal(self, slack: Term, strict: bool, place: _Place, step: Step, depth: int) -> None:
        """Raises unless the step shows that the slack is defined and >= 0 (> 0 if strict) at the place."""
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > DEEPEST:
            raise Rejected("too many steps")
        size = size_of(slack)
        known = sum(fact.term.size for fact in place.facts)
        self.work += size + known
        if isinstance(step, Product | Sum | Means | Known | Scaled | Changed | Identity | Rewritten | Rooted):
            self.work += IDENTITY_WORK
        if size > LARGEST_TERM or known > MOST_KNOWN or self.work > MOST_WORK:
            raise Rejected("the terms are too large")
        depth += 1
        match step:
            case Enclosed(precision, form):
                self.enclosed(slack, strict, place, precision, form)
            case Evaluated(limit):
                self.evaluated(slack, strict, place, limit)
            case Known():
                self.known(slack, strict, place, step)
            case Excluded(number_, sign, proof):
                self.excluded(place, number_, sign, proof, depth)
            case Split():
                self.split(slack, strict, place, step, depth)
            case Cases(term, above, below):
                check_term(term, place.box)
                require_defined(term, place.box, place.facts)
                self.goal(slack, strict, place.with_fact(term, "nonnegative"), above, depth)
                self.goal(slack, strict, place.with_fact(negative(term), "positive"), below, depth)
            case Lemma(term, is_strict, proof, rest):
                check_term(term, place.box)
                self.goal(term, is_strict is True, place, proof, depth)
                kind = "positive" if is_strict is True else "nonnegative"
                self.goal(slack, strict, place.with_fact(term, kind), rest, depth)
            case Equation(term, above, below, rest):
                check_term(term, place.box)
                self.goal(term, False, place, above, depth)
                self.goal(negative(term), False, place, below, depth)
                self.goal(slack, strict, place.with_fact(term, "zero"), rest, depth)
            case Kept(numbers, rest):
                kept = _Place(place.box, tuple(place.fact(number_) for number_ in numbers))
                self.goal(slack, strict, kept, rest, depth)
            case Identity(term, rest):
                check_term(term, place.box)
                require_defined(term, place.box, place.facts)
                self.same(term, ZERO, place.box)
                self.goal(slack, strict, place.with_fact(term, "zero"), rest, depth)
            case Rewritten():
                self.rewritten(slack, strict, place, step, depth)
            case Sum():
                self.sum(slack, strict, place, step, depth)
            case Product(factors, steps):
                self.product(slack, strict, place, factors, steps, depth)
            case Means():
                self.means(slack, strict, place, step, depth)
            case Monotone():
                self.monotone(slack, strict, place, step, depth)
            case Lowered():
                self.lowered(slack, strict, place, step, depth)
            case Valley():
                self.valley(slack, strict, place, step, depth)
            case Vanishes():
                self.vanishes(slack, strict, place, step, depth)
            case Falling(variable, slope):
                self.falling(slack, strict, place, variable, slope, depth)
            case Convex(bottom, limit):
                self.convex(slack, strict, place, bottom, limit)
            case Scaled():
                self.scaled(slack, strict, place, step, depth)
            case Changed():
                self.changed(slack, strict, place, step, depth)
            case Fixed(rest):
                self.fixed(slack, strict, place, rest, depth)
            case Narrowed(variable, extent, lower, upper, rest):
                place.extent(variable)
                check_range(variable, extent)
                self.member(Name(variable, REAL), extent, place, lower, upper, depth)
                self.goal(slack, strict, place.with_range(variable, extent), rest, depth)
            case Generalised():
                self.generalised(slack, strict, place, step, depth)
            case Instance():
                self.instance(slack, strict, place, step, depth)
            case Chosen():
                self.chosen(slack, strict, place, step, depth)
            case Rounded():
                self.rounded(slack, strict, place, step, depth)
            case Interpolated():
                self.interpolated(slack, strict, place, step, depth)
            case Stirling():
                check_term(step.value, place.box)
                found = interpolation.stirling(step.value, step.shift, step.order)
                least = plus(step.value, number(min(step.shift, 0)))
                self.goal(least, True, place, step.proof, depth)
                self.goal(slack, strict, place.with_fact(found, "positive"), step.rest, depth)
            case Rooted():
                self.rooted(slack, strict, place, step, depth)
            case Cancelled(term, rest):
                check_term(term, place.box)
                require_defined(term, place.box, place.facts)
                new = _cancelled(term)
                left = _Place(place.box, place.rewritten(term, new))
                self.goal(replaced(slack, term, new), strict, left, rest, depth)
            case Powered():
                self.powered(slack, strict, place, step, depth)
            case _:
                raise Rejected("not a step")

    def enclosed(self, slack: Term, strict: bool, place: _Place, precision: int, form: str) -> None:
        check_precision(precision)
        if form == "natural":
            found = enclosure(slack, place.box, place.facts, precision)
        elif form == "mean value":
            found = self.mean_value(slack, place.box, precision)
        else:
            raise Rejected("no such form of enclosure")
        if not (found.is_positive if strict else found.lower >= 0):
            raise Rejected("the enclosure reaches below 0")

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
            gradient = enclosure(derivative(slack, name), box, (), precision)
            with balls.precisely(precision):
                step = Range(-radius, radius).interval()
                found = intervals.apply("+", (found, intervals.apply("*", (gradient, step))))
        return found

    def evaluated(self, slack: Term, strict: bool, place: _Place, limit: int) -> None:
        check_precision(limit)
        values = {}
        for name in slack.free:
            extent = place.box[name]
            if extent.lower is None or not extent.is_point:
                raise Rejected(f"{name} is not fixed")
            values[name] = extent.lower
        if balls.decide(relation("<" if strict else "<=", ZERO, slack), values, limit) is not True:
            raise Rejected("not decided at the point")

    def known(self, slack: Term, strict: bool, place: _Place, step: Known) -> None:
        fact = place.fact(step.fact)
        check_term(step.multiplier, place.box)
        if fact.kind == "zero":
            if strict:
                raise Rejected("what is zero is not positive")
            require_defined(step.multiplier, place.box, place.facts)
        elif not isinstance(step.multiplier, Number) or step.multiplier.value <= 0:
            raise Rejected("the multiplier is no positive number")
        elif strict and fact.kind != "positive":
            raise Rejected("the fact is not strict")
        if step.multiplier == ONE and slack == fact.term:
            return
        require_defined(slack, place.box, place.facts)
        self.same(slack, times(step.multiplier, fact.term), place.box)

    def excluded(self, place: _Place, number_: int, sign: int, proof: Step, depth: int) -> None:
        fact = place.fact(number_)
        if fact.kind == "zero":
            if sign not in (1, -1):
                raise Rejected("no sign")
            self.goal(fact.term if sign == 1 else negative(fact.term), True, place, proof, depth)
        else:
            self.goal(negative(fact.term), fact.kind == "nonnegative", place, proof, depth)

    def split(self, slack: Term, strict: bool, place: _Place, step: Split, depth: int) -> None:
        extent, at = place.extent(step.variable), step.point
        if not isinstance(at, Fraction):
            raise Rejected("the point of a split is no number")
        if inside(extent, at):
            below = replace(extent, upper=at, upper_closed=True)
            above = replace(extent, lower=at, lower_closed=True)
            if extent.integral:
                below = replace(below, upper=Fraction(floor(at)))
                above = replace(above, lower=Fraction(floor(at) + 1))
        elif at == extent.lower and extent.lower_closed and not extent.integral:
            below, above = point(at), replace(extent, lower_closed=False)
        elif at == extent.upper and extent.upper_closed and not extent.integral:
            below, above = replace(extent, upper_closed=False), point(at)
        else:
            raise Rejected("the point of a split is not inside the range")
        self.goal(slack, strict, place.with_range(step.variable, below), step.low, depth)
        self.goal(slack, strict, place.with_range(step.variable, above), step.high, depth)

    def rewritten(self, slack: Term, strict: bool, place: _Place, step: Rewritten, depth: int) -> None:
        fact = place.fact(step.fact)
        for term in (step.old, step.new):
            check_term(term, place.box)
            require_defined(term, place.box, place.facts)
        if fact.kind != "zero":
            raise Rejected("the fact is no equation")
        gap = minus(step.old, step.new)
        try:
            self.same(gap, fact.term, place.box)
        except Rejected:
            self.same(gap, negative(fact.term), place.box)
        rest = _Place(place.box, place.rewritten(step.old, step.new))
        if isinstance(step.old, Name):
            rest = rest.within(step.new, place.box[step.old.text])
        self.goal(replaced(slack, step.old, step.new), strict, rest, step.rest, depth)

    def sum(self, slack: Term, strict: bool, place: _Place, step: Sum, depth: int) -> None:
        self.parts(step.parts, step.steps, place)
        require_defined(slack, place.box, place.facts)
        self.same(slack, plus(*step.parts), place.box)
        if strict and not (type(step.positive) is int and 0 <= step.positive < len(step.parts)):
            raise Rejected("no part is positive")
        for number_, (part, own) in enumerate(zip(step.parts, step.steps, strict=True)):
            self.goal(part, strict and number_ == step.positive, place, own, depth)

    def product(
        self,
        slack: Term,
        strict: bool,
        place: _Place,
        factors: tuple[Term, ...],
        steps: tuple[Step, ...],
        depth: int,
    ) -> None:
        self.parts(factors, steps, place)
        require_defined(slack, place.box, place.facts)
        self.same(slack, Apply("*", factors, REAL), place.box, "the product of the factors is not the slack")
        for factor, step in zip(factors, steps, strict=True):
            self.goal(factor, strict, place, step, depth)

    def means(self, slack: Term, strict: bool, place: _Place, step: Means, depth: int) -> None:
        if strict:
            raise Rejected("the means may be equal")
        self.parts(step.parts, step.steps, place)
        weights = step.weights
        if len(weights) != len(step.parts) or not all(type(own) is Fraction and own > 0 for own in weights):
            raise Rejected("the weights are not positive, one for each part")
        if sum(weights) != 1:
            raise Rejected("the weights do not add up to 1")
        check_term(step.product, place.box)
        for term in (slack, step.product):
            require_defined(term, place.box, place.facts)
        mean = plus(*(times(number(own), part) for own, part in zip(weights, step.parts, strict=True)))
        self.same(slack, minus(mean, step.product), place.box)
        common = lcm(*(own.denominator for own in weights))
        powers = (power(part, number(own * common)) for own, part in zip(weights, step.parts, strict=True))
        self.same(power(step.product, number(common)), times(*powers), place.box)
        for part, own in zip(step.parts, step.steps, strict=True):
            self.goal(part, False, place, own, depth)

    def parts(self, parts: object, steps: object, place: _Place) -> None:
        """As many terms as steps, and terms that a certificate may name."""
        if not isinstance(parts, tuple) or not isinstance(steps, tuple) or len(parts) != len(steps):
            raise Rejected("not as many parts as steps")
        for part in parts:
            check_term(part, place.box)

    def same(self, left: Term, right: Term, box: Box, reason: str = "the terms may differ") -> None:
        """The terms are equal where both are defined."""
        if size_of(left) + size_of(right) > 10 * LARGEST_TERM:
            raise Rejected("a term is too large")
        fixed = _fixed(box)
        if not quotients.same(substitute(left, fixed), substitute(right, fixed)):
            raise Rejected(reason)

    def monotone(self, slack: Term, strict: bool, place: _Place, step: Monotone, depth: int) -> None:
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

    def lowered(self, slack: Term, strict: bool, place: _Place, step: Lowered, depth: int) -> None:
        extent = replace(place.extent(step.variable), integral=False)
        rising = _rising(step.direction)
        kept = _Place(place.box, facts_towards(place.facts, step.variable, rising, place.box))
        others = {name: own for name, own in kept.box.items() if name != step.variable}
        check_term(step.bottom, others)
        free = place.without(step.variable).facts
        inner_bottom = contains(extent, enclosure(step.bottom, others, free, 64))
        reached = extent if inner_bottom else extent.closed
        self.bottom(step.bottom, reached, others, free)
        variable = Name(step.variable, REAL)
        gap = minus(variable, step.bottom) if rising else minus(step.bottom, variable)
        self.goal(gap, False, place, step.reach, depth)
        within = _Place(kept.box, (Fact(gap, "nonnegative"), *kept.facts))
        require_defined(slack, within.with_range(step.variable, reached).box, within.facts)
        slope = derivative(slack, step.variable)
        inner = within.with_range(step.variable, extent.interior)
        self.goal(slope if rising else negative(slope), False, inner, step.slope, depth)
        at_bottom = self.at(slack, step.variable, step.bottom)
        face = kept.substituted(step.variable, step.bottom, others)
        self.goal(at_bottom, strict, face, step.face, depth)

    def valley(self, slack: Term, strict: bool, place: _Place, step: Valley, depth: int) -> None:
        extent = replace(place.extent(step.variable), integral=False)
        kept = place.without(step.variable).with_range(step.variable, extent)
        others = {name: own for name, own in kept.box.items() if name != step.variable}
        self.bottom(step.bottom, extent, others, kept.facts)
        require_defined(slack, kept.box, kept.facts)
        gap = Apply("-", (Name(step.variable, REAL), step.bottom), REAL)
        self.goal(times(gap, derivative(slack, step.variable)), False, kept, step.slope, depth)
        at_bottom = self.at(slack, step.variable, step.bottom)
        self.goal(at_bottom, strict, _Place(others, kept.facts), step.face, depth)

    def bottom(self, bottom: Term, extent: Range, others: Box, facts: tuple[Fact, ...]) -> None:
        """A term in the other variables with values in the range."""
        check_term(bottom, others)
        if not contains(extent, enclosure(bottom, others, facts, 64)):
            raise Rejected("the bottom may leave the range")

    def at(self, slack: Term, name: str, value: Term) -> Term:
        """The slack with a value for a name."""
        if size_of(slack) * (1 + size_of(value)) > LARGEST_TERM**2:
            raise Rejected("a term is too large")
        return substitute(slack, {name: value})

    def vanishes(self, slack: Term, strict: bool, place: _Place, step: Vanishes, depth: int) -> None:
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

    def falling(
        self, slack: Term, strict: bool, place: _Place, variable: str, slope: Step, depth: int
    ) -> None:
        extent = replace(place.extent(variable), integral=False)
        if slack.free != {variable} or extent.upper is not None:
            raise Rejected("not one name, or its range has an upper end")
        alone = _Place({variable: extent}, ())
        require_defined(slack, alone.box)
        falls = negative(derivative(slack, variable))
        self.goal(falls, strict, alone.with_range(variable, extent.interior), slope, depth)
        with balls.precisely(128):
            found = limits.limit(slack, variable)
            if found != limits.UP and not (isinstance(found, Interval) and found.lower >= 0):
                raise Rejected("the limit may be negative")

    def convex(self, slack: Term, strict: bool, place: _Place, bottom: tuple[Term, ...], limit: int) -> None:
        check_precision(limit)
        box = {name: place.box[name].closed for name in sorted(slack.free)}
        box = {name: replace(extent, integral=False) for name, extent in box.items()}
        active = [name for name, extent in box.items() if not extent.is_point]
        if not active or not isinstance(bottom, tuple) or len(bottom) != len(active):
            raise Rejected("not one value for each variable")
        require_defined(slack, box)
        slopes = [self.slope(slack, name) for name in active]
        for slope in slopes:
            require_defined(slope, box)
        hessian = [[enclosure(self.slope(slope, name), box, (), 128) for name in active] for slope in slopes]
        with balls.precisely(128):
            if not positive_definite(hessian):
                raise Rejected("not shown to be convex")
        values = _fixed(box)
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

    def slope(self, term: Term, name: str) -> Term:
        """The derivative, as part of the work."""
        found = derivative(term, name)
        self.work += size_of(found)
        if self.work > MOST_WORK:
            raise Rejected("the terms are too large")
        return found

    def scaled(self, slack: Term, strict: bool, place: _Place, step: Scaled, depth: int) -> None:
        weights = dict(step.weights)
        extent = place.extent(step.variable)
        if weights.get(step.variable) != 1 or extent.lower != 0 or extent.lower_closed:
            raise Rejected("the variable is not scaled, or not all positive numbers")
        for name, weight in weights.items():
            own = place.box.get(name)
            cone = own is not None and own.upper is None and own.lower in (None, 0) and not own.integral
            if type(weight) is not Fraction or not cone:
                raise Rejected(f"{name} cannot be scaled")
        # A positive number for certain.
        scale = Apply("exp", (Name(fresh_name("scale", set(place.box)), REAL),), REAL)
        moved: dict[str, Term] = {
            name: times(power(scale, number(weight)), Name(name, REAL)) for name, weight in weights.items()
        }
        require_defined(slack, place.box, place.facts)
        facts = tuple(place.fact(number_) for number_ in step.kept)
        for fact in facts:
            require_defined(fact.term, place.box)
        degrees = (step.degree, *step.degrees)
        if len(degrees) != len(facts) + 1 or not all(isinstance(degree, Fraction) for degree in degrees):
            raise Rejected("not one degree for each fact")
        for term, degree in zip((slack, *(fact.term for fact in facts)), degrees, strict=True):
            self.same(substitute(term, moved), times(power(scale, number(degree)), term), place.box)
        box = {**place.box, step.variable: point(Fraction(1))}
        self.goal(slack, strict, _Place(box, facts), step.rest, depth)

    def changed(self, slack: Term, strict: bool, place: _Place, step: Changed, depth: int) -> None:
        extent = place.extent(step.variable)
        check_new(step.name, place.terms(slack), place.box)
        check_range(step.name, step.extent)
        box = {name: own for name, own in place.box.items() if name != step.variable}
        box[step.name] = step.extent
        check_term(step.value, box)
        check_term(step.inverse, place.box)
        if step.value.sort != REAL:
            raise Rejected("a value of another sort than Real")
        require_defined(step.value, box)
        old = Name(step.variable, REAL)
        self.same(substitute(step.value, {step.name: step.inverse}), old, place.box)
        self.member(step.inverse, step.extent, place, step.lower, step.upper, depth)
        moved = place.substituted(step.variable, step.value, box)
        rest = moved.within(step.value, extent)
        self.goal(self.at(slack, step.variable, step.value), strict, rest, step.rest, depth)

    def fixed(self, slack: Term, strict: bool, place: _Place, rest: Step, depth: int) -> None:
        for text, value in _fixed(place.box).items():
            name = Name(text, REAL)
            slack = replaced(slack, name, value)
            place = _Place(place.box, place.rewritten(name, value))
        # A name stays that is an exponent and 0.
        left = frozenset().union(*(term.free for term in place.terms(slack)))
        box = {name: own for name, own in place.box.items() if not own.is_point or name in left}
        self.goal(slack, strict, _Place(box, place.facts), rest, depth)

    def member(self, value: Term, extent: Range, place: _Place, lower: Step, upper: Step, depth: int) -> None:
        """The value is defined, and in a range of real numbers."""
        if extent.integral:
            raise Rejected("no integer for certain")
        require_defined(value, place.box, place.facts)
        if extent.lower is not None:
            self.goal(minus(value, number(extent.lower)), not extent.lower_closed, place, lower, depth)
        if extent.upper is not None:
            self.goal(minus(number(extent.upper), value), not extent.upper_closed, place, upper, depth)

    def generalised(self, slack: Term, strict: bool, place: _Place, step: Generalised, depth: int) -> None:
        check_new(step.name, place.terms(slack), place.box)
        check_range(step.name, step.extent)
        check_term(step.term, place.box)
        self.member(step.term, step.extent, place, step.lower, step.upper, depth)
        name = Name(step.name, REAL)
        box = {**place.box, step.name: step.extent}
        rest = _Place(box, place.rewritten(step.term, name))
        self.goal(replaced(slack, step.term, name), strict, rest, step.rest, depth)

    def instance(self, slack: Term, strict: bool, place: _Place, step: Instance, depth: int) -> None:
        check_new(step.name, place.terms(slack), place.box)
        check_range(step.name, step.extent)
        own = {step.name: step.extent}
        check_term(step.term, own)
        check_term(step.value, place.box)
        self.goal(step.term, step.strict is True, _Place(own, ()), step.proof, depth)
        self.member(step.value, step.extent, place, step.lower, step.upper, depth)
        found = self.at(step.term, step.name, step.value)
        kind = "positive" if step.strict is True else "nonnegative"
        self.goal(slack, strict, place.with_fact(found, kind), step.rest, depth)

    def chosen(self, slack: Term, strict: bool, place: _Place, step: Chosen, depth: int) -> None:
        check_term(step.term, place.box)
        term, member = step.term, step.member
        if not isinstance(term, Apply) or term.head not in ("abs", "max", "min"):
            raise Rejected("no choice")
        if term.head == "abs":
            if member not in (term.args[0], negative(term.args[0])):
                raise Rejected("not a member of the choice")
            if member == ZERO:
                require_defined(term, place.box, place.facts)  # A product with 0 is written 0.
            wanted = [member]
        elif member not in term.args:
            raise Rejected("not a member of the choice")
        else:
            sign = 1 if term.head == "max" else -1
            wanted = [times(number(sign), Apply("-", (member, other), REAL)) for other in term.args]
        if len(wanted) != len(step.steps):
            raise Rejected("not as many parts as steps")
        for gap, own in zip(wanted, step.steps, strict=True):
            self.goal(gap, False, place, own, depth)
        rest = _Place(place.box, place.rewritten(term, member))
        self.goal(replaced(slack, term, member), strict, rest, step.rest, depth)

    def rounded(self, slack: Term, strict: bool, place: _Place, step: Rounded, depth: int) -> None:
        check_new(step.name, place.terms(slack), place.box)
        check_term(step.term, place.box)
        if not isinstance(step.term, Apply) or step.term.head not in ("floor", "ceil"):
            raise Rejected("nothing is rounded")
        require_defined(step.term, place.box, place.facts)
        name, (inner,) = Name(step.name, REAL), step.term.args
        gap = minus(inner, name) if step.term.head == "floor" else minus(name, inner)
        box = {**place.box, step.name: Range(None, None, integral=True)}
        own = (Fact(gap, "nonnegative"), Fact(minus(ONE, gap), "positive"))
        rest = _Place(box, (*place.rewritten(step.term, name), *own))
        self.goal(replaced(slack, step.term, name), strict, rest, step.rest, depth)

    def interpolated(self, slack: Term, strict: bool, place: _Place, step: Interpolated, depth: int) -> None:
        check_term(step.term, place.box)
        integral = {name for name, extent in place.box.items() if extent.integral}
        wanted, new = interpolation.interpolated(step.term, integral)
        if not isinstance(step.steps, tuple) or len(step.steps) != len(wanted):
            raise Rejected("not as many parts as steps")
        for gap, own in zip(wanted, step.steps, strict=True):
            self.goal(gap, False, place, own, depth)
        rest = _Place(place.box, place.rewritten(step.term, new))
        self.goal(replaced(slack, step.term, new), strict, rest, step.rest, depth)

    def rooted(self, slack: Term, strict: bool, place: _Place, step: Rooted, depth: int) -> None:
        for term in (step.term, step.root):
            check_term(term, place.box)
            require_defined(term, place.box, place.facts)
        term = step.term
        if isinstance(term, Apply) and term.head == "sqrt":
            exponent = Fraction(1, 2)
        elif isinstance(term, Apply) and term.head == "^" and isinstance(term.args[1], Number):
            exponent = term.args[1].value
        else:
            raise Rejected("no power with a rational exponent")
        if not 1 <= step.degree <= 40:
            raise Rejected("the degree of a root is a small positive integer")
        self.same(power(step.root, number(step.degree)), term.args[0], place.box)
        total = step.degree * exponent
        self.goal(step.root, total <= 0, place, step.proof, depth)
        new = power(step.root, number(total))
        rest = _Place(place.box, place.rewritten(term, new))
        self.goal(replaced(slack, term, new), strict, rest, step.rest, depth)

    def powered(self, slack: Term, strict: bool, place: _Place, step: Powered, depth: int) -> None:
        check_term(step.term, place.box)
        if not isinstance(step.term, Apply) or step.term.head != "^":
            raise Rejected("no power")
        base, exponent = step.term.args
        self.goal(base, True, place, step.proof, depth)
        new = Apply("exp", (Apply("*", (exponent, Apply("ln", (base,), REAL)), REAL),), REAL)
        rest = _Place(place.box, place.rewritten(step.term, new))
        self.goal(replaced(slack, step.term, new), strict, rest, step.rest, depth)


def _fixed(box: Box) -> dict[str, Term]:
    """The values of the names whose ranges are points."""
    ends = ((name, extent.lower) for name, extent in box.items() if extent.is_point)
    return {name: Number(end) for name, end in ends if end is not None}


def _cancelled(term: Term) -> Term:
    """u^c for exp(c*ln(u)), u for exp(ln(u))."""
    inner = term.args[0] if isinstance(term, Apply) and term.head == "exp" else None
    exponent: Term = ONE
    if isinstance(inner, Apply) and inner.head == "*" and len(inner.args) == 2:
        exponent, inner = inner.args
    if not isinstance(exponent, Number) or not isinstance(inner, Apply) or inner.head != "ln":
        raise Rejected("no exponential of a logarithm")
    return power(inner.args[0], exponent)


def _rising(direction: object) -> bool:
    if direction not in ("increasing", "decreasing"):
        raise Rejected("neither increasing nor decreasing")
    return direction == "increasing"
