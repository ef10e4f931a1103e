"""Cover certificates: `left <= right` or `left < right` for all points of a product of intervals.

The slack right - left is shown to be defined and >= 0 (> 0) by a tree of steps, each of which reduces the
goal to simpler ones. A step is a frozen record below; its docstring says what it reduces to and why that
suffices. The continuity that several steps use: a term that `derivative` differentiates in v is, for fixed
values of the other names, continuous in v on every interval on which it is defined, ends included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.json import Malformed, decode, encode
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Bind, Name, Number, Term, relation, substitute
from boundkit.kernel import balls, intervals, quotients
from boundkit.kernel.derivative import NotDifferentiable, derivative, negative, times
from boundkit.kernel.intervals import Interval, Undecided, Undefined

MOST_NODES = 50_000
DEEPEST = 150
LARGEST_TERM = 30_000
MOST_WORK = 10_000_000
IDENTITY_WORK = 20_000
LARGEST_PRECISION = 4096
DEFINEDNESS_PRECISION = 64


class Rejected(Exception):
    """The certificate does not show the relation; the text says where it fails."""


@dataclass(frozen=True)
class Range:
    """The real numbers between two rational ends; None is an end at infinity."""

    lower: Fraction | None
    upper: Fraction | None
    lower_closed: bool = True
    upper_closed: bool = True

    @property
    def is_point(self) -> bool:
        """Whether it is one number."""
        return self.lower is not None and self.lower == self.upper

    @property
    def closed(self) -> Range:
        """The range with its finite ends."""
        return replace(self, lower_closed=True, upper_closed=True)

    @property
    def interior(self) -> Range:
        """The range without its ends."""
        return replace(self, lower_closed=False, upper_closed=False)

    def interval(self) -> Interval:
        """The range as an interval at the precision in force."""
        low = intervals.MINUS_INFINITY if self.lower is None else intervals.rational_ball(self.lower)
        high = intervals.PLUS_INFINITY if self.upper is None else intervals.rational_ball(self.upper)
        return intervals.interval(low, high, not self.lower_closed, not self.upper_closed)


def point(value: Fraction) -> Range:
    """The range of one number."""
    return Range(value, value)


Box = Mapping[str, Range]


@dataclass(frozen=True)
class Step:
    """Base of the steps."""


@dataclass(frozen=True)
class Enclosed(Step):
    """The slack is enclosed over the whole box.

    form: `natural`, by interval arithmetic on the term; `mean value`, over bounded ranges, by the slack at
    the centre and the partial derivatives over the box (Moore, 1966)."""

    precision: int = 64
    form: str = "natural"


@dataclass(frozen=True)
class Evaluated(Step):
    """The box is one point, where the relation is decided exactly or with at most `limit` bits."""

    limit: int = 1024


@dataclass(frozen=True)
class Split(Step):
    """The goal where the variable is at most, and where it is at least, a point inside its range."""

    variable: str
    point: Fraction
    low: Step
    high: Step


@dataclass(frozen=True)
class Monotone(Step):
    """The slack is least at one end of the variable's range.

    slope: that the slope is >= 0 (for `increasing`; <= 0 for `decreasing`) inside the range.
    face: the goal at the lower (upper) end, which is finite; the slack must be defined there even if the
    range is open. strict: the slope is shown to be > 0, so that with an open end `<=` at the face suffices
    for a strict goal. By the mean value theorem."""

    variable: str
    direction: str
    slope: Step
    face: Step
    strict: bool = False


@dataclass(frozen=True)
class Valley(Step):
    """The slack is least where the variable equals `bottom`, a term in the other variables with values in
    the variable's range.

    slope: that (variable - bottom) * (slope of the slack) >= 0 on the box. face: the goal with `bottom`
    for the variable. By the mean value theorem on either side."""

    variable: str
    bottom: Term
    slope: Step
    face: Step


@dataclass(frozen=True)
class Product(Step):
    """The slack is a product of factors, each >= 0 (> 0 for a strict goal) by its own step.

    The product equals the slack wherever all is defined, by `quotients.same`; the slack itself must be
    defined on the box. One factor rewrites the slack."""

    factors: tuple[Term, ...]
    steps: tuple[Step, ...]


STEPS: dict[str, type[Step]] = {
    step.__name__: step for step in (Enclosed, Evaluated, Split, Monotone, Valley, Product)
}


def check_cover(proposition: Term, domain: Box, certificate: Step) -> None:
    """Accepts by returning: then for all values of the domain's names in their ranges both sides of the
    relation (`<=` or `<`) are defined and it holds. Otherwise raises Rejected, and nothing else.

    Work is bounded: at most MOST_NODES steps nested at most DEEPEST deep, on terms of at most
    LARGEST_TERM nodes (MOST_WORK in all), with at most LARGEST_PRECISION bits."""
    if (
        not isinstance(proposition, Apply)
        or proposition.head not in ("<=", "<")
        or len(proposition.args) != 2
    ):
        raise Rejected("not an inequality")
    for name, extent in domain.items():
        _check_range(name, extent)
    left, right = proposition.args
    # Written without simplification, so that the slack is defined exactly where both sides are.
    slack = right if left == ZERO else Apply("-", (right, left), REAL)
    try:
        _check_names(proposition, domain)
        _Check().goal(slack, proposition.head == "<", dict(domain), certificate, 0)
    except (Undefined, Undecided, NotDifferentiable, quotients.TooLarge) as failure:
        raise Rejected(str(failure)) from None
    except RecursionError:
        raise Rejected("too deep") from None


@dataclass
class _Check:
    """One check, with its count of steps and of the nodes of their terms."""

    nodes: int = 0
    work: int = 0

    def goal(self, slack: Term, strict: bool, box: dict[str, Range], step: Step, depth: int) -> None:
        """Raises unless the step shows that the slack is defined and >= 0 (> 0 if strict) on the box."""
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > DEEPEST:
            raise Rejected("too many steps")
        size = _size(slack)
        self.work += size + (IDENTITY_WORK if isinstance(step, Product) else 0)
        if size > LARGEST_TERM or self.work > MOST_WORK:
            raise Rejected("the terms are too large")
        depth += 1
        match step:
            case Enclosed(precision, form):
                self.enclosed(slack, strict, box, precision, form)
            case Evaluated(limit):
                self.evaluated(slack, strict, box, limit)
            case Split(variable, place, low, high):
                extent = self.extent(box, variable)
                if not isinstance(place, Fraction) or not _inside(extent, place):
                    raise Rejected("the point of a split is not inside the range")
                below = replace(extent, upper=place, upper_closed=True)
                above = replace(extent, lower=place, lower_closed=True)
                self.goal(slack, strict, {**box, variable: below}, low, depth)
                self.goal(slack, strict, {**box, variable: above}, high, depth)
            case Monotone():
                self.monotone(slack, strict, box, step, depth)
            case Valley():
                self.valley(slack, strict, box, step, depth)
            case Product(factors, steps):
                self.product(slack, strict, box, factors, steps, depth)
            case _:
                raise Rejected("not a step")

    def extent(self, box: Box, variable: str) -> Range:
        """The range of a variable that the certificate names."""
        if not isinstance(variable, str) or variable not in box or box[variable].is_point:
            raise Rejected("not a variable with a range")
        return box[variable]

    def enclosed(self, slack: Term, strict: bool, box: Box, precision: int, form: str) -> None:
        _check_precision(precision)
        found = _enclosure(slack, box, precision)
        if form == "mean value":
            found = self.mean_value(slack, box, precision)
        elif form != "natural":
            raise Rejected("no such form of enclosure")
        if not (found.is_positive if strict else found.lower >= 0):
            raise Rejected("the enclosure reaches below 0")

    def mean_value(self, slack: Term, box: Box, precision: int) -> Interval:
        centre: dict[str, Range] = {}
        offsets: list[tuple[str, Fraction]] = []
        for name, extent in box.items():
            if extent.lower is None or extent.upper is None:
                raise Rejected("the mean value form needs bounded ranges")
            centre[name] = point((extent.lower + extent.upper) / 2)
            if not extent.is_point:
                offsets.append((name, (extent.upper - extent.lower) / 2))
        found = _enclosure(slack, centre, precision)
        for name, radius in offsets:
            gradient = _enclosure(derivative(slack, name), box, precision)
            with balls.precisely(precision):
                step = Range(-radius, radius).interval()
                found = intervals.apply("+", (found, intervals.apply("*", (gradient, step))))
        return found

    def evaluated(self, slack: Term, strict: bool, box: Box, limit: int) -> None:
        _check_precision(limit)
        values = {}
        for name in slack.free:
            extent = box[name]
            if extent.lower is None or not extent.is_point:
                raise Rejected(f"{name} is not fixed")
            values[name] = extent.lower
        if balls.decide(relation("<" if strict else "<=", ZERO, slack), values, limit) is not True:
            raise Rejected("not decided at the point")

    def monotone(self, slack: Term, strict: bool, box: dict[str, Range], step: Monotone, depth: int) -> None:
        extent = self.extent(box, step.variable)
        rising = step.direction == "increasing"
        if not rising and step.direction != "decreasing":
            raise Rejected("neither increasing nor decreasing")
        end = extent.lower if rising else extent.upper
        attained = extent.lower_closed if rising else extent.upper_closed
        if end is None:
            raise Rejected("the end is infinite")
        reached = replace(extent, lower_closed=True) if rising else replace(extent, upper_closed=True)
        _enclosure(slack, {**box, step.variable: reached}, DEFINEDNESS_PRECISION)
        slope = derivative(slack, step.variable)
        by_slope = strict and step.strict is True and not attained
        inside = {**box, step.variable: extent.interior}
        self.goal(slope if rising else negative(slope), by_slope, inside, step.slope, depth)
        self.goal(slack, strict and not by_slope, {**box, step.variable: point(end)}, step.face, depth)

    def valley(self, slack: Term, strict: bool, box: dict[str, Range], step: Valley, depth: int) -> None:
        extent = self.extent(box, step.variable)
        others = {name: own for name, own in box.items() if name != step.variable}
        _check_term(step.bottom, others)
        bottom = _enclosure(step.bottom, others, DEFINEDNESS_PRECISION)
        if not _contains(extent, bottom):
            raise Rejected("the bottom may leave the range")
        _enclosure(slack, box, DEFINEDNESS_PRECISION)
        gap = Apply("-", (Name(step.variable, REAL), step.bottom), REAL)
        self.goal(times(gap, derivative(slack, step.variable)), False, box, step.slope, depth)
        if _size(slack) * (1 + _size(step.bottom)) > LARGEST_TERM**2:
            raise Rejected("a term is too large")
        self.goal(substitute(slack, {step.variable: step.bottom}), strict, others, step.face, depth)

    def product(
        self,
        slack: Term,
        strict: bool,
        box: dict[str, Range],
        factors: tuple[Term, ...],
        steps: tuple[Step, ...],
        depth: int,
    ) -> None:
        if not isinstance(factors, tuple) or not isinstance(steps, tuple) or len(factors) != len(steps):
            raise Rejected("not as many factors as steps")
        for factor in factors:
            _check_term(factor, box)
        _enclosure(slack, box, DEFINEDNESS_PRECISION)
        fixed: dict[str, Term] = {
            name: Number(extent.lower)
            for name, extent in box.items()
            if extent.is_point and extent.lower is not None
        }
        whole = Apply("*", factors, REAL)
        if not quotients.same(substitute(slack, fixed), substitute(whole, fixed)):
            raise Rejected("the product of the factors is not the slack")
        for factor, step in zip(factors, steps, strict=True):
            self.goal(factor, strict, box, step, depth)


def _enclosure(term: Term, box: Box, precision: int) -> Interval:
    """An enclosure over the box; that it exists shows the term defined there."""
    with balls.precisely(precision):
        extents = {name: extent.interval() for name, extent in box.items()}
    return balls.enclose_interval(term, extents, precision)


def _inside(extent: Range, place: Fraction) -> bool:
    return (extent.lower is None or extent.lower < place) and (extent.upper is None or place < extent.upper)


def _contains(extent: Range, values: Interval) -> bool:
    """Whether all the values are certainly in the range."""
    with balls.precisely(DEFINEDNESS_PRECISION):
        above = extent.lower is None
        if extent.lower is not None:
            gap = intervals.apply("-", (values, point(extent.lower).interval()))
            above = gap.is_positive or (extent.lower_closed and bool(gap.lower >= 0))
        below = extent.upper is None
        if extent.upper is not None:
            gap = intervals.apply("-", (point(extent.upper).interval(), values))
            below = gap.is_positive or (extent.upper_closed and bool(gap.lower >= 0))
        return above and below


def _check_precision(precision: object) -> None:
    if type(precision) is not int or not 2 <= precision <= LARGEST_PRECISION:
        raise Rejected("no such precision")


def _check_range(name: object, extent: object) -> None:
    if not isinstance(name, str) or not isinstance(extent, Range):
        raise Rejected("the domain is not one of names and ranges")
    ends = (extent.lower, extent.upper)
    if not all(end is None or type(end) is Fraction for end in ends):
        raise Rejected("an end of a range is not rational")
    if extent.lower is not None and extent.upper is not None:
        closed = extent.lower_closed and extent.upper_closed
        if extent.lower > extent.upper or (extent.lower == extent.upper and not closed):
            raise Rejected("an empty range")


def _check_names(term: Term, box: Box, bound: frozenset[str] = frozenset()) -> None:
    """Free names are real variables of the box; raises Rejected."""
    stack: list[tuple[Term, frozenset[str]]] = [(term, bound)]
    while stack:
        part, inner = stack.pop()
        if isinstance(part, Name) and part.text not in inner:
            if part.text not in box:
                raise Rejected(f"no range for {part.text}")
            if part.sort != REAL:
                raise Rejected(f"{part.text} is not of sort Real")
        elif isinstance(part, Apply):
            stack.extend((arg, inner) for arg in part.args)
        elif isinstance(part, Bind):
            stack.append((part.domain, inner))
            stack.append((part.body, inner | {part.variable.text}))


def _check_term(term: object, box: Box) -> None:
    """A term of a certificate: built of numbers, real variables of the box and known symbols."""
    if not isinstance(term, Term):
        raise Rejected("not a term")
    stack: list[Term] = [term]
    count = 0
    while stack:
        part = stack.pop()
        count += 1
        if count > LARGEST_TERM:
            raise Rejected("a term is too large")
        if isinstance(part, Apply):
            symbol = SYMBOLS.get(part.head)
            if symbol is None or symbol.arity not in (None, len(part.args)) or part.sort != REAL:
                raise Rejected(f"no symbol {part.head!r} of this kind")
            stack.extend(part.args)
        elif not isinstance(part, Name | Number):
            raise Rejected("not a scalar term without binders")
    _check_names(term, box)


def _size(term: Term) -> int:
    """Nodes of the term written out, found without writing it out."""
    known: dict[int, int] = {}

    def size(part: Term) -> int:
        if id(part) not in known:
            inner: tuple[Term, ...] = ()
            if isinstance(part, Apply):
                inner = part.args
            elif isinstance(part, Bind):
                inner = (part.domain, part.body)
            known[id(part)] = 1 + sum(map(size, inner))
        return known[id(part)]

    return size(term)


def to_json(step: Step) -> dict[str, Any]:
    """The certificate as plain JSON."""
    return {"step": type(step).__name__} | {own.name: _plain(getattr(step, own.name)) for own in fields(step)}


def _plain(value: object) -> Any:
    if isinstance(value, Step):
        return to_json(value)
    if isinstance(value, Term):
        return encode(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Fraction) else value


def from_json(data: object) -> Step:
    """The certificate that `to_json` wrote. Raises Rejected; what the fields mean is checked later."""
    try:
        return _read(data, [0], 0)
    except (Malformed, ValueError, ZeroDivisionError, RecursionError) as failure:
        raise Rejected(f"malformed certificate: {failure}") from None


def _read(data: object, count: list[int], depth: int) -> Step:
    count[0] += 1
    if count[0] > MOST_NODES or depth > DEEPEST + 1:
        raise Rejected("too many steps")
    kind = STEPS.get(str(data.get("step"))) if isinstance(data, dict) else None
    if not isinstance(data, dict) or kind is None:
        raise Rejected("not a step")
    if set(data) != {"step", *(own.name for own in fields(kind))}:
        raise Rejected(f"fields of {kind.__name__}")
    read: dict[str, Any] = {}
    for own in fields(kind):
        value = data[own.name]
        if own.type == "Step":
            read[own.name] = _read(value, count, depth + 1)
        elif own.type == "Term":
            read[own.name] = decode(value)
        elif own.type in ("tuple[Term, ...]", "tuple[Step, ...]"):
            if not isinstance(value, list):
                raise Rejected("not a list")
            parts = [decode(part) if "Term" in own.type else _read(part, count, depth + 1) for part in value]
            read[own.name] = tuple(parts)
        elif own.type == "Fraction":
            # Digits alone: `Fraction` also reads exponents, which could be astronomic.
            if not isinstance(value, str) or len(value) > 4000 or not set(value) <= set("-/0123456789"):
                raise Rejected("not a rational")
            read[own.name] = Fraction(value)
        elif type(value).__name__ == own.type:
            read[own.name] = value
        else:
            raise Rejected(f"{own.name} of {kind.__name__}")
    return kind(**read)
