"""The steps of cover certificates: plain data, written as JSON, each with one check in `kernel.cover`.

A goal is a slack that is >= 0 (> 0 if strict) at every point of a box at which the facts of the goal hold. A
step reduces a goal to simpler ones, named by its fields of type Step; its docstring says to which, and why
that suffices. Unless it says otherwise, these have the box and the facts of the goal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from boundkit.ir.json import Malformed, decode, encode
from boundkit.ir.terms import Term
from boundkit.kernel import intervals
from boundkit.kernel.intervals import Interval

MOST_NODES = 50_000
DEEPEST = 150


class Rejected(Exception):
    """The certificate does not show the relation; the text says where it fails."""


@dataclass(frozen=True)
class Range:
    """The real numbers between two rational ends; None is an end at infinity. Of an `integral` one, the
    integers alone, and its ends are integers in it."""

    lower: Fraction | None
    upper: Fraction | None
    lower_closed: bool = True
    upper_closed: bool = True
    integral: bool = False

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
        """All real numbers strictly between the ends."""
        return Range(self.lower, self.upper, False, False)

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
class Fact:
    """What is known of a term where the goal is to be shown; `kind` is `nonnegative`, `positive` or
    `zero`. The term is defined there."""

    term: Term
    kind: str


@dataclass(frozen=True)
class Step:
    """Base of the steps."""


@dataclass(frozen=True)
class Enclosed(Step):
    """The slack is enclosed over the whole box.

    form: `natural`, by interval arithmetic on the term, in which what the facts say of subterms is used;
    `mean value`, over bounded ranges, by the slack at the centre and the partial derivatives over the box
    (Moore, 1966); `tangent plane`, over bounded ranges, by the slack and its partial derivatives at the
    centre, where the slack is convex as for Convex."""

    precision: int = 64
    form: str = "natural"


@dataclass(frozen=True)
class Evaluated(Step):
    """The names of the slack are fixed, and it is decided exactly or with at most `limit` bits."""

    limit: int = 1024


@dataclass(frozen=True)
class Known(Step):
    """The slack is the term of the fact number `fact`, or a product of it: of one that is zero and any
    defined term, else of a positive number."""

    fact: int
    multiplier: Term


@dataclass(frozen=True)
class Excluded(Step):
    """The fact number `fact` fails on the box, so that there is nothing to show: minus its term is
    positive (not negative, if the fact is strict); for one that is zero, `sign` (1 or -1) times it is
    positive."""

    fact: int
    sign: int
    proof: Step


@dataclass(frozen=True)
class Split(Step):
    """The goal where the variable is at most, and where it is at least, a point inside its range. At an end
    that belongs to the range, the goal at this end, and at all others; of an integral range, below and
    from the next integer on."""

    variable: str
    point: Fraction
    low: Step
    high: Step


@dataclass(frozen=True)
class Cases(Step):
    """The goal where the term, which is defined, is >= 0, and where it is < 0; as one more fact, of `term`
    or of `-term`."""

    term: Term
    above: Step
    below: Step


@dataclass(frozen=True)
class Lemma(Step):
    """First that the term is >= 0 (> 0 if strict), which is one more fact of the rest."""

    term: Term
    strict: bool
    proof: Step
    rest: Step


@dataclass(frozen=True)
class Equation(Step):
    """First that the term is >= 0 by `above` and minus it by `below`; that it is zero is one more fact of the
    rest."""

    term: Term
    above: Step
    below: Step
    rest: Step


@dataclass(frozen=True)
class Kept(Step):
    """The goal with only the facts of these numbers, in this order."""

    facts: tuple[int, ...]
    rest: Step


@dataclass(frozen=True)
class Identity(Step):
    """The goal with one more fact, that the term, which is defined, is zero, by `quotients.same`."""

    term: Term
    rest: Step


@dataclass(frozen=True)
class Rewritten(Step):
    """The goal with the term `new` for every occurrence of `old`, in the slack and in the facts. Both are
    defined, and old - new is the term of the fact number `fact`, which is zero, or minus it, by
    `quotients.same`. Where `old` is a variable, that `new` keeps to the ends of its range is added to the
    facts."""

    fact: int
    old: Term
    new: Term
    rest: Step


@dataclass(frozen=True)
class Sum(Step):
    """The slack is the sum of the parts, by `quotients.same`, each of which is >= 0 by its own step; of a
    strict goal, the part number `positive` is shown to be > 0."""

    parts: tuple[Term, ...]
    steps: tuple[Step, ...]
    positive: int = 0


@dataclass(frozen=True)
class Product(Step):
    """The slack is a product of factors, each >= 0 (> 0 for a strict goal) by its own step.

    The product equals the slack wherever all is defined, by `quotients.same`; the slack itself must be
    defined. One factor rewrites the slack."""

    factors: tuple[Term, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Means(Step):
    """The slack is `sum of weights[i]*parts[i] - product`, the weights positive with sum 1, the parts >= 0
    by their steps, and product^N = prod parts[i]^(N*weights[i]) for the common denominator N.

    By the inequality of the weighted arithmetic and geometric means. Not for strict goals."""

    weights: tuple[Fraction, ...]
    parts: tuple[Term, ...]
    product: Term
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Monotone(Step):
    """The slack is least at one end of the variable's range.

    slope: that the slope is >= 0 (for `increasing`; <= 0 for `decreasing`) inside the range.
    face: the goal at the lower (upper) end, which is finite; the slack must be defined there even if the
    range is open. strict: the slope is shown to be > 0, so that with an open end `<=` at the face suffices
    for a strict goal. By the mean value theorem. Facts that speak of the variable are dropped."""

    variable: str
    direction: str
    slope: Step
    face: Step
    strict: bool = False


@dataclass(frozen=True)
class Lowered(Step):
    """The slack is least where the variable equals `bottom`, a term in the other variables with values in
    the closure of the variable's range, which is on one side of the variable.

    reach: that `variable - bottom` (for `increasing`; `bottom - variable` for `decreasing`) is >= 0.
    slope: that the slope is >= 0 (<= 0) in the range, with what `reach` shows as the first fact, and after it
    those facts that hold all the way to bottom (`enclosures.facts_towards`). face: the goal with `bottom` for
    the variable, in the slack and in these facts. By the mean value theorem between bottom and the
    variable."""

    variable: str
    direction: str
    bottom: Term
    reach: Step
    slope: Step
    face: Step


@dataclass(frozen=True)
class Valley(Step):
    """The slack is least where the variable equals `bottom`, a term in the other variables with values in
    the variable's range.

    slope: that (variable - bottom) * (slope of the slack) >= 0. face: the goal with `bottom` for the
    variable. By the mean value theorem on either side. Facts that speak of the variable are dropped."""

    variable: str
    bottom: Term
    slope: Step
    face: Step


@dataclass(frozen=True)
class Vanishes(Step):
    """The slack decreases as the variable, whose range has no upper end, grows, and its limit inferior is
    not negative.

    slope: that the slope is <= 0 (< 0 for a strict goal) inside the range. tail: that slack +
    coefficient/variable^exponent >= 0 for the variable from `start` on, a positive number in its range; the
    coefficient is a term in the other variables, the exponent positive. So the slack is at least its limit
    inferior, and more if it decreases strictly. Facts that speak of the variable are dropped."""

    variable: str
    start: Fraction
    coefficient: Term
    exponent: Fraction
    slope: Step
    tail: Step


@dataclass(frozen=True)
class Falling(Step):
    """The slack decreases as the variable, whose range has no upper end, grows, to a limit that is not
    negative.

    slope: that the slope is <= 0 (< 0 for a strict goal) inside the range. Of a slack in one name the limit
    is not negative by the rules of `kernel.limits`, or by `kernel.growth`; else end: that the limit, found by
    `kernel.growth`, is >= 0 for the other variables, if there is one. Facts that speak of the variable are
    dropped."""

    variable: str
    slope: Step
    end: Step = Enclosed()


@dataclass(frozen=True)
class Telescoped(Step):
    """The slack, for a variable whose range has no upper end, is at least its value for the variable greater
    by `period`, a positive number, and so at least its limit as the variable grows by such steps.

    fall: that slack less its value there is >= 0 (> 0 for a strict goal). end: that the limit, found by
    `kernel.growth`, is >= 0 for the other variables, if there is one. Facts that speak of the variable are
    dropped."""

    variable: str
    period: Fraction
    fall: Step
    end: Step


@dataclass(frozen=True)
class Convex(Step):
    """The slack is convex on the box and least at `bottom`, constants in the closed ranges, by variable in
    alphabetical order, of the names of the slack that are not fixed.

    The Hessian is positive definite by interval arithmetic on the box (non-negative for one variable). At
    `bottom` the partial derivatives are decided: 0, or >= 0 at the lower end of the range, or <= 0 at the
    upper end; and so is the goal. The facts are not used."""

    bottom: tuple[Term, ...]
    limit: int = 1024


@dataclass(frozen=True)
class Expanded(Step):
    """The slack, in the variable x alone, by a Taylor model in t > 0 (`kernel.taylor`) with `length` + 1
    coefficients of x: the slack is t^order times a polynomial with a remainder that is positive.

    x = at + t^power, or at - t^power: `at` is the end from which the range, which is bounded, goes up or
    down; or x goes to infinity, or minus infinity, beyond `at`, and the power is negative. For the power 1,
    `at` may be any point of the range, and t of either sign. The facts are not used. Of a strict goal, `at`
    is an open end unless the slack is positive there."""

    variable: str
    at: Fraction
    order: int
    length: int
    power: int = 1
    precision: int = 96


@dataclass(frozen=True)
class Scaled(Step):
    """The goal with 1 for the variable, whose range is all positive numbers.

    With weights w, that of the variable being 1, slack(s^w x) = s^k slack(x) for all s > 0, by
    `quotients.same`, and every range with a weight other than 0 is that of the positive, or the
    non-negative, or all real numbers. So do the terms of the facts number `kept`, which are defined on the
    whole box, with `degrees`; the others are dropped. By s = 1/variable."""

    variable: str
    weights: tuple[tuple[str, Fraction], ...]
    degree: Fraction
    kept: tuple[int, ...]
    degrees: tuple[Fraction, ...]
    rest: Step


@dataclass(frozen=True)
class Changed(Step):
    """The goal with `value`, a term in a new name and the other variables, for the variable.

    inverse: a term in the old variables with value(inverse) = variable, by `quotients.same`, defined and in
    the range `extent` of the new name by `lower` and `upper` (that inverse minus the lower end, the upper end
    minus inverse are >= 0, or > 0 where the end is not in the range; Enclosed() where there is no end).
    rest: the goal in the new name; that `value` keeps to the ends of the old range is added to its facts."""

    variable: str
    value: Term
    name: str
    extent: Range
    inverse: Term
    lower: Step
    upper: Step
    rest: Step


@dataclass(frozen=True)
class Periodic(Step):
    """The goal with the range from -turns*22/7 to turns*22/7 for the variable, whose range is all real
    numbers.

    The slack does not change when the variable moves by 2*pi*turns, by `periods.is_periodic`. Facts that do
    are dropped."""

    variable: str
    turns: int
    rest: Step


@dataclass(frozen=True)
class Fixed(Step):
    """The goal with its value for every name whose range is one point, in the slack and in the facts; but not
    for one that is 0 and an exponent, since u^0 is 1 where u^v with v = 0 may be undefined."""

    rest: Step


@dataclass(frozen=True)
class Narrowed(Step):
    """The goal with the range `extent` for a variable, which lies in it by `lower` and `upper`, as for
    Changed."""

    variable: str
    extent: Range
    lower: Step
    upper: Step
    rest: Step


@dataclass(frozen=True)
class Generalised(Step):
    """The goal with a new name for every occurrence of a term, in the slack and in the facts.

    The term is defined, and in the range `extent` of the new name by `lower` and `upper`, as for Changed."""

    term: Term
    name: str
    extent: Range
    lower: Step
    upper: Step
    rest: Step


@dataclass(frozen=True)
class Instance(Step):
    """A lemma in one new name, used at a value.

    proof: that `term` is >= 0 (> 0 if strict) for the name in the range `extent`, without facts. The value is
    defined and in the range by `lower` and `upper`, as for Changed. rest: the goal, with the term at the
    value as one more fact."""

    name: str
    extent: Range
    term: Term
    strict: bool
    value: Term
    proof: Step
    lower: Step
    upper: Step
    rest: Step


@dataclass(frozen=True)
class Chosen(Step):
    """The goal with `member` for a term abs(u), max(u, ...), min(u, ...) in the slack and the facts.

    member is u or -u (for abs), or an argument. steps: that member is >= 0; or, for each argument in order,
    that member minus it (it minus member, for min) is >= 0."""

    term: Term
    member: Term
    steps: tuple[Step, ...]
    rest: Step


@dataclass(frozen=True)
class Rounded(Step):
    """The goal with a new integral name k for a term floor(u) or ceil(u) in the slack and the facts, and
    two more facts, that u - k >= 0 and k + 1 - u > 0 (k - u >= 0 and u + 1 - k > 0)."""

    term: Term
    name: str
    rest: Step


@dataclass(frozen=True)
class Interpolated(Step):
    """The goal with exp(lnGamma(u + 1)) for a term factorial(u), with exp(lnGamma(n + 1) - lnGamma(k + 1) -
    lnGamma(n - k + 1)) for a term binomial(n, k), in the slack and the facts.

    The arguments are polynomials with integer coefficients in names of integral ranges. steps: that u is
    >= 0; that k, and n - k, are."""

    term: Term
    steps: tuple[Step, ...]
    rest: Step


@dataclass(frozen=True)
class Stirling(Step):
    """The goal with one more fact, a bound of lnGamma(value) by Stirling's series, where the value is > 0.
    proof: that the value, or value + shift for a negative shift, is.

    With w = value + shift, that lnGamma(value) + ln(value) + ... + ln(w - 1) (- ln(value - 1) - ... - ln(w)
    for a negative shift) - ((w - 1/2)*ln(w) - w +
    ln(2*pi)/2 + the terms up to number `order` of the series) is positive for an even order, and negative
    for an odd one, as the next term is (DLMF 5.11(ii), with the recurrence of Gamma). The derivative number
    `derivative` of this gap has the sign of the gap times (-1)^derivative, since the gap between lnGamma and
    its bound is completely monotone (Alzer, 1997, theorem 8); it is the fact."""

    value: Term
    shift: int
    order: int
    proof: Step
    rest: Step
    derivative: int = 0


@dataclass(frozen=True)
class Induction(Step):
    """The goal for an integral variable, whose range has a lower end, one value after the other.

    bases: the goal at as many of the first values. rest: the goal at the value that comes this number after
    the variable, with the goal at the variable, and at each value between, as one more fact. Facts that speak
    of the variable are dropped in all of these."""

    variable: str
    bases: tuple[Step, ...]
    rest: Step


@dataclass(frozen=True)
class Lattice(Step):
    """The goal for two integral variables whose ranges have lower ends and no upper ones, by induction on
    their sum.

    bases: the goal with the first variable at its lower end, and with the second at its own. rest: the goal
    with both variables greater by 1, with the goals for the first one greater by 1, for the second, and for
    neither as three more facts. Facts that speak of either variable are dropped in all of these."""

    variables: tuple[str, ...]
    bases: tuple[Step, ...]
    rest: Step


@dataclass(frozen=True)
class Residues(Step):
    """The goal for an integral variable by its remainder by the number of steps: step number r shows it with
    count*name + r for the variable, where the new integral name has the range that this gives it. There is a
    number with each remainder in the range of the variable."""

    variable: str
    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Whole(Step):
    """The slack is a polynomial with integer coefficients in names of integral ranges, so that it is >= 0 if
    it is > -1, as `rest` shows. Not for strict goals."""

    rest: Step


@dataclass(frozen=True)
class Recurrence(Step):
    """The goal with one more fact, that lnGamma(value + shift) - (lnGamma(value) + ln(value) + ... +
    ln(value + shift - 1)), or its derivative of this number in the value, is zero. proof: that the value is
    > 0."""

    value: Term
    shift: int
    proof: Step
    rest: Step
    derivative: int = 0


@dataclass(frozen=True)
class Lambert(Step):
    """The goal with one more fact, that w*exp(w) - value is zero, for w = LambertW(value), or, if `branch` is
    -1, LambertWm1(value), where this is defined."""

    value: Term
    rest: Step
    branch: int = 0


@dataclass(frozen=True)
class Rooted(Step):
    """The goal with root^(degree*r) for a term u^r, or sqrt(u), in the slack and the facts, where u =
    root^degree, by `quotients.same`, both are defined, and root is >= 0 (> 0 unless degree*r is positive)."""

    term: Term
    root: Term
    degree: int
    proof: Step
    rest: Step


@dataclass(frozen=True)
class Powered(Step):
    """The goal with exp(v*ln(u)) for a term u^v in the slack and the facts, u being positive."""

    term: Term
    proof: Step
    rest: Step


@dataclass(frozen=True)
class Cancelled(Step):
    """The goal with u^c for a term exp(c*ln(u)), or u for exp(ln(u)), which is defined, in the slack and the
    facts; c is a number."""

    term: Term
    rest: Step


STEPS: dict[str, type[Step]] = {
    step.__name__: step
    for step in (
        Enclosed,
        Evaluated,
        Known,
        Excluded,
        Split,
        Cases,
        Lemma,
        Equation,
        Kept,
        Identity,
        Rewritten,
        Sum,
        Product,
        Means,
        Monotone,
        Lowered,
        Valley,
        Vanishes,
        Falling,
        Telescoped,
        Convex,
        Expanded,
        Scaled,
        Changed,
        Periodic,
        Fixed,
        Narrowed,
        Generalised,
        Instance,
        Chosen,
        Rounded,
        Interpolated,
        Stirling,
        Recurrence,
        Lambert,
        Induction,
        Lattice,
        Residues,
        Whole,
        Rooted,
        Powered,
        Cancelled,
    )
}


def to_json(step: Step) -> dict[str, Any]:
    """The certificate as plain JSON."""
    return {"step": type(step).__name__} | {own.name: _plain(getattr(step, own.name)) for own in fields(step)}


def _plain(value: object) -> Any:
    if isinstance(value, Step):
        return to_json(value)
    if isinstance(value, Term):
        return encode(value)
    if isinstance(value, Range):
        ends = [None if end is None else str(end) for end in (value.lower, value.upper)]
        return [*ends, value.lower_closed, value.upper_closed, value.integral]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Fraction) else value


def from_json(data: object) -> Step:
    """The certificate that `to_json` wrote. Raises Rejected; what the fields mean is checked later."""
    try:
        return _Reader().step(data, 0)
    except (Malformed, ValueError, ZeroDivisionError, RecursionError) as failure:
        raise Rejected(f"malformed certificate: {failure}") from None


class _Reader:
    """One certificate, with its count of steps."""

    def __init__(self) -> None:
        self.count = 0

    def step(self, data: object, depth: int) -> Step:
        self.count += 1
        if self.count > MOST_NODES or depth > DEEPEST + 1:
            raise Rejected("too many steps")
        kind = STEPS.get(str(data.get("step"))) if isinstance(data, dict) else None
        if not isinstance(data, dict) or kind is None:
            raise Rejected("not a step")
        if set(data) != {"step", *(own.name for own in fields(kind))}:
            raise Rejected(f"fields of {kind.__name__}")
        return kind(**{own.name: self.field(data[own.name], str(own.type), depth) for own in fields(kind)})

    def field(self, value: object, kind: str, depth: int) -> object:
        if kind.startswith("tuple["):
            if not isinstance(value, list):
                raise Rejected("not a list")
            inner = kind.removeprefix("tuple[").removesuffix("]").removesuffix(", ...")
            if inner.startswith("tuple["):
                return tuple(self.pair(part) for part in value)
            return tuple(self.field(part, inner, depth) for part in value)
        if kind == "Step":
            return self.step(value, depth + 1)
        if kind == "Term":
            return decode(value)
        if kind == "Fraction":
            return _rational(value)
        if kind == "Range":
            return _range(value)
        if type(value).__name__ == kind:
            return value
        raise Rejected(f"not a {kind}")

    def pair(self, value: object) -> tuple[str, Fraction]:
        if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], str):
            raise Rejected("not a name and a number")
        return value[0], _rational(value[1])


def _rational(value: object) -> Fraction:
    # Digits alone: `Fraction` also reads exponents, which could be astronomic.
    if not isinstance(value, str) or len(value) > 4000 or not set(value) <= set("-/0123456789"):
        raise Rejected("not a rational")
    return Fraction(value)


def _range(value: object) -> Range:
    if not isinstance(value, list) or len(value) != 5 or not all(type(flag) is bool for flag in value[2:]):
        raise Rejected("not a range")
    lower, upper = (None if end is None else _rational(end) for end in value[:2])
    return Range(lower, upper, *value[2:])
