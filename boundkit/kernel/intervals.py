"""Real intervals and the enclosure of every function symbol on them.

An interval stands for a set of real numbers; an end may be infinite, the values never are. Ends are exact
balls (radius 0), each computed with python-flint's ball arithmetic at the precision in force and rounded
outwards, so an enclosure is as trustworthy as Arb (Johansson 2017). Intervals with two ends are used
instead of balls because a ball around a wide box loses the sign of squares and cannot be a half line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import acb, arb, fmpq

PLUS_INFINITY = arb.pos_inf()
MINUS_INFINITY = arb.neg_inf()
LARGEST_STEPWISE_EXPONENT = 2**30
LARGEST_DERIVATIVE = 100
LARGEST_INTEGER = arb(2) ** 2**16


class Undefined(Exception):
    """Some operation is certainly outside its domain."""


class Undecided(Exception):
    """At this precision, or at any, definedness or a value could not be settled."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All real x with lower <= x <= upper, without the ends that are marked open.

    Made by `interval`, which keeps NaN out. An end that is not marked may still be out of reach."""

    lower: arb
    upper: arb
    lower_open: bool = False
    upper_open: bool = False

    @property
    def is_point(self) -> bool:
        """Whether it holds exactly one number."""
        return bool(self.lower == self.upper)

    @property
    def is_bounded(self) -> bool:
        """Whether both ends are finite."""
        return bool(self.lower.is_finite() and self.upper.is_finite())

    @property
    def is_positive(self) -> bool:
        """Whether all its numbers are > 0."""
        return bool(self.lower > 0) or (self.lower_open and bool(self.lower == 0))

    @property
    def is_negative(self) -> bool:
        """Whether all its numbers are < 0."""
        return bool(self.upper < 0) or (self.upper_open and bool(self.upper == 0))


def interval(lower: arb, upper: arb, lower_open: bool = False, upper_open: bool = False) -> Interval:
    """The interval from the lower end of one ball to the upper end of another.

    An end may be marked open when no number of the set is equal to the exact value in its ball.
    NaN and overflow become infinite ends. Raises Undecided when no real number is left."""
    low, high = lower.lower(), upper.upper()
    if low.is_nan():
        low = MINUS_INFINITY
    if high.is_nan():
        high = PLUS_INFINITY
    if not low <= high or low == PLUS_INFINITY or high == MINUS_INFINITY:
        raise Undecided("no real number between the ends")
    if low == high:
        return Interval(low, high)
    return Interval(low, high, lower_open, upper_open)


def from_rational(value: Fraction) -> Interval:
    """The tightest interval at this precision around a rational."""
    ball = rational_ball(value)
    return interval(ball, ball)


def rational_ball(value: Fraction) -> arb:
    """The tightest ball at this precision around a rational."""
    return arb(fmpq(value.numerator, value.denominator))


def from_ball(ball: arb) -> Interval:
    """The numbers of a ball. Raises Undecided on NaN."""
    if ball.is_nan():
        raise Undecided("not a number")
    return interval(ball, ball) if ball.is_finite() else EVERYTHING


def to_ball(value: Interval) -> arb:
    """A ball that contains the interval."""
    if value.is_point:
        return value.lower
    return value.lower.union(value.upper) if value.is_bounded else arb(0, PLUS_INFINITY)


def hull(first: Interval, second: Interval) -> Interval:
    """The least interval that contains both."""
    return Interval(
        _least(first.lower, second.lower),
        _greatest(first.upper, second.upper),
        _lower_open(first, second),
        _lower_open(_mirror(first), _mirror(second)),
    )


def common(first: Interval, second: Interval) -> Interval:
    """The numbers in both. Raises Undecided where there is none."""
    lower, upper = _greatest(first.lower, second.lower), _least(first.upper, second.upper)
    lower_open = any(own.lower_open for own in (first, second) if own.lower == lower)
    upper_open = any(own.upper_open for own in (first, second) if own.upper == upper)
    if lower == upper and (lower_open or upper_open):
        raise Undecided("no real number between the ends")
    return interval(lower, upper, lower_open, upper_open)


def integer_in(value: Interval) -> int | None:
    """The integer that the interval consists of, if it is one that is not too large to be written out."""
    if not (value.is_point and abs(value.lower) < LARGEST_INTEGER):
        return None
    found = value.lower.unique_fmpz()
    return None if found is None else int(found)


def without_integers(value: Interval) -> bool:
    """Whether the interval certainly holds no integer."""
    return bool(value.is_bounded and value.upper.floor() < value.lower)


EVERYTHING = Interval(MINUS_INFINITY, PLUS_INFINITY)
ZERO = Interval(arb(0), arb(0))
ONE = Interval(arb(1), arb(1))


def apply(head: str, arguments: Sequence[Interval], integral_exponent: bool = False) -> Interval:
    """An interval that contains head(x1, x2, ...) for all xi in the arguments.

    integral_exponent: the exponent of `^` is of sort Nat or Int, so that 0^0 = 1.
    Raises Undefined when every choice of arguments is outside the domain, Undecided when some choice may
    be, or when the head is not known."""
    if head == "^" and len(arguments) == 2:
        return _power(arguments[0], arguments[1], integral_exponent)
    if head in _FOLDED and (arguments or head in ("+", "*")):
        result = (ZERO if head == "+" else ONE) if not arguments else arguments[0]
        for argument in arguments[1:]:
            result = _FOLDED[head](result, argument)
        return result
    if head in _BINARY and len(arguments) == 2:
        return _BINARY[head](arguments[0], arguments[1])
    if head in _UNARY and len(arguments) == 1:
        return _UNARY[head](arguments[0])
    if head in ("min", "max"):
        raise Undefined(f"{head} of nothing")
    raise Undecided(f"no enclosure for {head} of {len(arguments)} arguments")


def _least(*ends: arb) -> arb:
    """The least of exact ends."""
    best = ends[0]
    for end in ends[1:]:
        if end < best:
            best = end
    return best


def _greatest(*ends: arb) -> arb:
    """The greatest of exact ends."""
    best = ends[0]
    for end in ends[1:]:
        if end > best:
            best = end
    return best


def _mirror(value: Interval) -> Interval:
    return Interval(-value.upper, -value.lower, value.upper_open, value.lower_open)


def _lower_open(first: Interval, second: Interval) -> bool:
    """Whether the lower end of the union is open."""
    if first.lower == second.lower:
        return first.lower_open and second.lower_open
    return first.lower_open if first.lower < second.lower else second.lower_open


def _add(left: Interval, right: Interval) -> Interval:
    return interval(
        left.lower + right.lower,
        left.upper + right.upper,
        left.lower_open or right.lower_open,
        left.upper_open or right.upper_open,
    )


def _negate(value: Interval) -> Interval:
    return interval(-value.upper, -value.lower, value.upper_open, value.lower_open)


def _subtract(left: Interval, right: Interval) -> Interval:
    return _add(left, _negate(right))


def _corner(left: arb, right: arb) -> arb:
    # An infinite end stands for arbitrarily large real factors, so its product with 0 is 0.
    return arb(0) if left == 0 or right == 0 else left * right


def _multiply(left: Interval, right: Interval) -> Interval:
    if left.lower >= 0 and right.lower >= 0:
        return interval(
            _corner(left.lower, right.lower),
            _corner(left.upper, right.upper),
            left.is_positive and right.is_positive and (left.lower_open or right.lower_open),
            bool(left.upper > 0 and right.upper > 0) and (left.upper_open or right.upper_open),
        )
    if (left.is_point and left.lower == 0) or (right.is_point and right.lower == 0):
        return ZERO
    if left.upper <= 0:
        return _negate(_multiply(_negate(left), right))
    if right.upper <= 0:
        return _negate(_multiply(left, _negate(right)))
    corners = [_corner(a, b) for a in (left.lower, left.upper) for b in (right.lower, right.upper)]
    low = _least(*(corner.lower() for corner in corners))
    return interval(low, _greatest(*(corner.upper() for corner in corners)))


def _reciprocal(value: Interval) -> Interval:
    if value.is_negative:
        return _negate(_reciprocal(_negate(value)))
    if not value.is_positive:
        if value.is_point:
            raise Undefined("division by zero")
        raise Undecided("a divisor that may be zero")
    bounded = value.upper.is_finite()
    return interval(
        1 / value.upper if bounded else arb(0),
        1 / value.lower if value.lower > 0 else PLUS_INFINITY,
        value.upper_open or not bounded,
        value.lower_open,
    )


def _divide(left: Interval, right: Interval) -> Interval:
    if right.is_negative:
        return _divide(_negate(left), _negate(right))
    whole = _multiply(left, _reciprocal(right))
    if not (right.lower > 0 and right.is_bounded):
        return whole
    # The same set with quotients rounded once, so that 3/3 is 1.
    low = left.lower / (right.upper if left.lower >= 0 else right.lower)
    high = left.upper / (right.lower if left.upper >= 0 else right.upper)
    return interval(low, high, whole.lower_open, whole.upper_open)


def _absolute(value: Interval) -> Interval:
    if value.lower >= 0:
        return value
    if value.upper <= 0:
        return _negate(value)
    below, above = (-value.lower).upper(), value.upper
    # The greatest absolute value is not met where the ends that have it are not.
    met = (below >= above and not value.lower_open) or (above >= below and not value.upper_open)
    return interval(arb(0), _greatest(below, above), False, not met)


def _minimum(left: Interval, right: Interval) -> Interval:
    if left.upper == right.upper:
        upper_open = left.upper_open or right.upper_open
    else:
        upper_open = left.upper_open if left.upper < right.upper else right.upper_open
    return Interval(
        _least(left.lower, right.lower),
        _least(left.upper, right.upper),
        _lower_open(left, right),
        upper_open,
    )


def _maximum(left: Interval, right: Interval) -> Interval:
    return _negate(_minimum(_negate(left), _negate(right)))


def _increasing(
    function: Callable[[arb], arb],
    infimum: arb = MINUS_INFINITY,
    supremum: arb = PLUS_INFINITY,
    strict: bool = True,
) -> Callable[[Interval], Interval]:
    """The enclosure of an increasing function from its values at the ends.

    infimum, supremum: its limits at the infinities (or bounds), nowhere attained if `strict`, which also
    says that it increases strictly, so that open ends stay open."""
    low, high = infimum.lower(), supremum.upper()

    def enclosure(value: Interval) -> Interval:
        lower = function(value.lower).lower() if value.lower.is_finite() else low
        upper = function(value.upper).upper() if value.upper.is_finite() else high
        # Overflow gives no information about an end; the limits always hold.
        clipped_below = not value.lower.is_finite() or lower.is_nan() or bool(lower <= low)
        clipped_above = not value.upper.is_finite() or upper.is_nan() or bool(upper >= high)
        return interval(
            low if clipped_below else lower,
            high if clipped_above else upper,
            strict and (clipped_below or value.lower_open),
            strict and (clipped_above or value.upper_open),
        )

    return enclosure


def _normal_distribution(value: arb) -> arb:
    # Through erfc, which keeps the relative accuracy of the lower tail.
    return (-value / arb(2).sqrt()).erfc() / 2


def _square_root(value: Interval) -> Interval:
    if value.upper < 0:
        raise Undefined("square root of a negative number")
    if value.lower < 0:
        raise Undecided("square root of what may be negative")
    return _increasing(arb.sqrt)(value)


def _logarithm(value: Interval) -> Interval:
    if value.upper <= 0:
        raise Undefined("logarithm of a number that is not positive")
    if not value.is_positive:
        raise Undecided("logarithm of what may not be positive")
    return _increasing(lambda end: end.log() if end > 0 else MINUS_INFINITY)(value)


def _binary_logarithm(value: Interval) -> Interval:
    return _divide(_logarithm(value), from_ball(arb.const_log2()))


def _x_logarithm(value: Interval) -> Interval:
    """x*ln(x), 0 at 0: decreasing up to 1/e, where it is -1/e, and increasing from there on."""
    if value.upper < 0:
        raise Undefined("xlnx of a negative number")
    if value.lower < 0:
        raise Undecided("xlnx of what may be negative")

    def at(end: arb) -> arb:
        if end == 0 or not end.is_finite():
            return end
        return end * end.log()

    ends = at(value.lower), at(value.upper)
    turning = arb(-1).exp()
    low = _least(ends[0].lower(), ends[1].lower())
    if not (value.upper < turning or value.lower > turning):
        low = _least(low, (-turning).lower())
    return interval(low, _greatest(ends[0].upper(), ends[1].upper()))


def _power(base: Interval, exponent: Interval, integral: bool) -> Interval:
    """x^y: for an integer y by repeated multiplication, where x^0 = 1 also at x = 0 if y is of an
    integer sort; otherwise exp(y*ln(x)), with 0^y = 0 for y > 0."""
    whole = integer_in(exponent)
    if whole is not None:
        if whole == 0 and not integral and base.lower <= 0 <= base.upper:
            raise (Undefined if base.is_point else Undecided)("0^0 with a real exponent")
        if abs(whole) <= LARGEST_STEPWISE_EXPONENT:
            return _integer_power(base, whole)
    if base.is_positive:
        return _exponential(_multiply(exponent, _logarithm(base)))
    if base.lower == 0:
        if base.upper == 0 and (exponent.upper < 0 or (exponent.upper == 0 and not integral)):
            raise Undefined("0 to a power that is not positive")
        if exponent.lower > 0:
            if base.upper == 0:
                return ZERO
            top = Interval(_least(base.upper, arb(1)), base.upper)
            return hull(ZERO, _exponential(_multiply(exponent, _logarithm(top))))
    if base.upper < 0 and without_integers(exponent):
        raise Undefined("a negative number to a power that is not an integer")
    raise Undecided("a power whose base may be negative or zero")


def _integer_power(base: Interval, exponent: int) -> Interval:
    if exponent == 0:
        return ONE
    if exponent < 0:
        return _reciprocal(_integer_power(base, -exponent))
    if exponent % 2 == 0:
        base = _absolute(base)
    return _increasing(lambda end: end**exponent)(base)


def _wave(function: Callable[[arb], arb], peak: Fraction) -> Callable[[Interval], Interval]:
    """Enclosure of sin or cos, which is 1 at `peak` times pi and full turns from there, and -1 half a turn
    later: the greatest value is at an end or where it is 1, the least at an end or where it is -1."""

    def enclosure(value: Interval) -> Interval:
        if not value.is_bounded:
            return Interval(arb(-1), arb(1))
        ends = hull(from_ball(function(value.lower)), from_ball(function(value.upper)))
        low = arb(-1) if _passes(value, peak + 1) else _greatest(ends.lower, arb(-1))
        high = arb(1) if _passes(value, peak) else _least(ends.upper, arb(1))
        return interval(low, high)

    return enclosure


def _passes(value: Interval, place: Fraction) -> bool:
    """Whether `place` times pi, or full turns from there, may lie in a bounded interval."""
    turn, start = 2 * arb.pi(), rational_ball(place) * arb.pi()
    first = ((value.lower - start) / turn).lower().ceil()
    last = ((value.upper - start) / turn).upper().floor()
    return not first > last


def _tangent(value: Interval) -> Interval:
    if not value.is_bounded or to_ball(value).cos().contains(0):
        raise Undecided("tangent where the cosine may be zero")
    return hull(from_ball(value.lower.tan()), from_ball(value.upper.tan()))


def _within_one(value: Interval) -> None:
    """Raises unless all the numbers lie in [-1, 1], where arcsin and arccos are defined."""
    if value.upper < -1 or value.lower > 1:
        raise Undefined("arcsin or arccos of a number beyond 1")
    if value.lower < -1 or value.upper > 1:
        raise Undecided("arcsin or arccos of what may be beyond 1")


def _arc_sine(value: Interval) -> Interval:
    _within_one(value)
    return _increasing(arb.asin)(value)


def _arc_cosine(value: Interval) -> Interval:
    _within_one(value)
    return interval(value.upper.acos(), value.lower.acos(), value.upper_open, value.lower_open)


def _lambert(value: Interval) -> Interval:
    """The principal branch of the inverse of w*exp(w), which increases from -1 at -1/e."""
    least = -arb(-1).exp()
    if value.upper < least:
        raise Undefined("LambertW of a number below -1/e")
    if not value.lower >= least:
        raise Undecided("LambertW of what may be below -1/e")
    return _increasing(arb.lambertw, arb(-1))(value)


def _lower_lambert(value: Interval) -> Interval:
    """The lower branch of the inverse of w*exp(w), which falls from -1 at -1/e to minus infinity at 0."""
    least = -arb(-1).exp()
    if value.upper < least or value.lower >= 0:
        raise Undefined("LambertWm1 of a number that is not in [-1/e, 0)")
    if not (value.lower >= least and (value.upper < 0 or (value.upper == 0 and value.upper_open))):
        raise Undecided("LambertWm1 of what may not be in [-1/e, 0)")
    found = _increasing(lambda end: -end.lambertw(-1), arb(1))(value)
    return interval(-found.upper, -found.lower, found.upper_open, found.lower_open)


def _hyperbolic_cosine(value: Interval) -> Interval:
    return _increasing(arb.cosh)(_absolute(value))


def _convex_gamma(function: Callable[[arb], arb], least: Fraction) -> Callable[[Interval], Interval]:
    """Enclosure of Gamma or lnGamma for positive arguments, where both are convex with the sign of the
    slope given by digamma; `least` is a lower bound of all values (DLMF 5.4.20: the minimum of Gamma
    is 0.885603...)."""

    def enclosure(value: Interval) -> Interval:
        if value.upper <= 0:
            raise Undefined("Gamma of a number that is not positive")
        if not value.is_positive:
            raise Undecided("Gamma of what may not be positive")
        from_zero = not value.lower > 0
        if value.upper.is_finite() and value.upper.digamma() <= 0:
            upper = PLUS_INFINITY if from_zero else from_ball(function(value.lower)).upper
            return interval(from_ball(function(value.upper)).lower, upper)
        if from_zero:
            return interval(from_rational(least).lower, PLUS_INFINITY)
        upper = PLUS_INFINITY
        at_lower = from_ball(function(value.lower))
        if value.upper.is_finite():
            upper = _greatest(at_lower.upper, from_ball(function(value.upper)).upper)
        if value.lower.digamma() >= 0:
            return interval(at_lower.lower, upper)
        return interval(from_rational(least).lower, upper)

    return enclosure


def _polygamma(order: Interval, value: Interval) -> Interval:
    """The derivative number order + 1 of lnGamma: (-1)^(order + 1) times it decreases from infinity to 0,
    for order 0 to minus infinity (DLMF 5.15)."""
    _natural(order)
    number = integer_in(order)
    if number is None or number > LARGEST_DERIVATIVE:
        raise Undecided("a derivative of Gamma of too high an order")
    if value.upper <= 0:
        raise Undefined("polygamma of a number that is not positive")
    if not value.is_positive:
        raise Undecided("polygamma of what may not be positive")

    def derivative(end: arb) -> arb:
        if not end > 0:
            return MINUS_INFINITY
        found = end.digamma() if not number else acb(end).polygamma(acb(number)).real
        return found if number % 2 == 0 else -found

    found = _increasing(derivative, supremum=arb(0) if number else PLUS_INFINITY)(value)
    return found if number % 2 == 0 else _negate(found)


def _natural(value: Interval) -> arb:
    whole = integer_in(value)
    if whole is not None and whole >= 0:
        return value.lower
    if value.upper < 0 or without_integers(value):
        raise Undefined("not a natural number")
    raise Undecided("not certainly one natural number")


def _factorial(value: Interval) -> Interval:
    return from_ball((_natural(value) + 1).gamma())


def _binomial(total: Interval, chosen: Interval) -> Interval:
    n, k = _natural(total), _natural(chosen)
    if k > n:
        return ZERO
    return from_ball((n + 1).gamma() / ((k + 1).gamma() * (n - k + 1).gamma()))


def _sign(value: Interval) -> Interval:
    low = arb(1) if value.is_positive else arb(0) if value.lower == 0 else arb(-1)
    high = arb(-1) if value.is_negative else arb(0) if value.upper == 0 else arb(1)
    return Interval(low, high)


_exponential = _increasing(arb.exp, arb(0), PLUS_INFINITY)

_FOLDED: dict[str, Callable[[Interval, Interval], Interval]] = {
    "+": _add,
    "*": _multiply,
    "min": _minimum,
    "max": _maximum,
}
_BINARY: dict[str, Callable[[Interval, Interval], Interval]] = {
    "-": _subtract,
    "/": _divide,
    "binomial": _binomial,
    "polygamma": _polygamma,
}
_UNARY: dict[str, Callable[[Interval], Interval]] = {
    "neg": _negate,
    "abs": _absolute,
    "floor": _increasing(arb.floor, strict=False),
    "ceil": _increasing(arb.ceil, strict=False),
    "sqrt": _square_root,
    "exp": _exponential,
    "ln": _logarithm,
    "log2": _binary_logarithm,
    "xlnx": _x_logarithm,
    "sin": _wave(arb.sin, Fraction(1, 2)),
    "cos": _wave(arb.cos, Fraction(0)),
    "tan": _tangent,
    "arctan": _increasing(arb.atan, -arb.pi() / 2, arb.pi() / 2),
    "arcsin": _arc_sine,
    "arccos": _arc_cosine,
    "sinh": _increasing(arb.sinh),
    "cosh": _hyperbolic_cosine,
    "tanh": _increasing(arb.tanh, arb(-1), arb(1)),
    "erf": _increasing(arb.erf, arb(-1), arb(1)),
    "Phi": _increasing(_normal_distribution, arb(0), arb(1)),
    "Gamma": _convex_gamma(arb.gamma, Fraction(8856, 10000)),
    "lnGamma": _convex_gamma(arb.lgamma, Fraction(-1215, 10000)),
    "LambertW": _lambert,
    "LambertWm1": _lower_lambert,
    "factorial": _factorial,
    "sign": _sign,
}
