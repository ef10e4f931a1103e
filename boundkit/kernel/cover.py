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
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, number, relation
from boundkit.kernel import balls, quotients
from boundkit.kernel.derivative import NotDifferentiable, minus, negative, plus, power, times
from boundkit.kernel.descents import Descents
from boundkit.kernel.enclosures import (
    LARGEST_TERM,
    check_names,
    check_precision,
    check_range,
    check_term,
    enclosure,
    inside,
    require_defined,
    size_of,
)
from boundkit.kernel.integers import Integers
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.places import MOST_WORK, Place
from boundkit.kernel.rewritings import Rewritings
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
    Expanded,
    Fact,
    Falling,
    Fixed,
    Generalised,
    Identity,
    Induction,
    Instance,
    Interpolated,
    Kept,
    Known,
    Lambert,
    Lattice,
    Lemma,
    Lowered,
    Means,
    Monotone,
    Narrowed,
    Periodic,
    Powered,
    Product,
    Range,
    Recurrence,
    Rejected,
    Residues,
    Rewritten,
    Rooted,
    Rounded,
    Scaled,
    Split,
    Step,
    Stirling,
    Sum,
    Telescoped,
    Valley,
    Vanishes,
    Whole,
    from_json,
    point,
    to_json,
)

IDENTITY_WORK = 20_000
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
        place = Place(dict(domain), tuple(facts))
        _Check().goal(slack, proposition.head == "<", place, certificate, 0)
    except (Undefined, Undecided, NotDifferentiable, quotients.TooLarge) as failure:
        raise Rejected(str(failure)) from None
    except RecursionError:
        raise Rejected("too deep") from None


@dataclass
class _Check(Descents, Rewritings, Integers):
    """One check of a certificate."""

    def goal(self, slack: Term, strict: bool, place: Place, step: Step, depth: int) -> None:
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
                kept = Place(place.box, tuple(place.fact(number_) for number_ in numbers))
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
            case Falling():
                self.falling(slack, strict, place, step, depth)
            case Telescoped():
                self.telescoped(slack, strict, place, step, depth)
            case Convex(bottom, limit):
                self.convex(slack, strict, place, bottom, limit)
            case Expanded():
                self.expanded(slack, strict, place, step)
            case Scaled():
                self.scaled(slack, strict, place, step, depth)
            case Changed():
                self.changed(slack, strict, place, step, depth)
            case Fixed(rest):
                self.fixed(slack, strict, place, rest, depth)
            case Periodic():
                self.periodic(slack, strict, place, step, depth)
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
                self.stirling(slack, strict, place, step, depth)
            case Recurrence():
                self.recurrence(slack, strict, place, step, depth)
            case Lambert():
                self.lambert(slack, strict, place, step, depth)
            case Induction():
                self.induction(slack, strict, place, step, depth)
            case Lattice():
                self.lattice(slack, strict, place, step, depth)
            case Residues():
                self.residues(slack, strict, place, step, depth)
            case Whole():
                self.whole(slack, strict, place, step, depth)
            case Rooted():
                self.rooted(slack, strict, place, step, depth)
            case Cancelled():
                self.cancelled(slack, strict, place, step, depth)
            case Powered():
                self.powered(slack, strict, place, step, depth)
            case _:
                raise Rejected("not a step")

    def enclosed(self, slack: Term, strict: bool, place: Place, precision: int, form: str) -> None:
        check_precision(precision)
        if form == "natural":
            found = enclosure(slack, place.box, place.facts, precision)
        elif form == "mean value":
            found = self.mean_value(slack, place.box, precision)
        elif form == "tangent plane":
            found = self.tangent_plane(slack, place.box, precision)
        else:
            raise Rejected("no such form of enclosure")
        if not (found.is_positive if strict else found.lower >= 0):
            raise Rejected("the enclosure reaches below 0")

    def evaluated(self, slack: Term, strict: bool, place: Place, limit: int) -> None:
        check_precision(limit)
        values = {}
        for name in slack.free:
            extent = place.box[name]
            if extent.lower is None or not extent.is_point:
                raise Rejected(f"{name} is not fixed")
            values[name] = extent.lower
        if balls.decide(relation("<" if strict else "<=", ZERO, slack), values, limit) is not True:
            raise Rejected("not decided at the point")

    def known(self, slack: Term, strict: bool, place: Place, step: Known) -> None:
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

    def excluded(self, place: Place, number_: int, sign: int, proof: Step, depth: int) -> None:
        fact = place.fact(number_)
        if fact.kind == "zero":
            if sign not in (1, -1):
                raise Rejected("no sign")
            self.goal(fact.term if sign == 1 else negative(fact.term), True, place, proof, depth)
        else:
            self.goal(negative(fact.term), fact.kind == "nonnegative", place, proof, depth)

    def split(self, slack: Term, strict: bool, place: Place, step: Split, depth: int) -> None:
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

    def sum(self, slack: Term, strict: bool, place: Place, step: Sum, depth: int) -> None:
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
        place: Place,
        factors: tuple[Term, ...],
        steps: tuple[Step, ...],
        depth: int,
    ) -> None:
        self.parts(factors, steps, place)
        require_defined(slack, place.box, place.facts)
        self.same(slack, Apply("*", factors, REAL), place.box, "the product of the factors is not the slack")
        for factor, step in zip(factors, steps, strict=True):
            self.goal(factor, strict, place, step, depth)

    def means(self, slack: Term, strict: bool, place: Place, step: Means, depth: int) -> None:
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
