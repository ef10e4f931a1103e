"""Numbers that are known only between ends, and the infinite ones, in the exact arithmetic.

A `Between` says that a number, which may be infinite, lies between two ends: a supremum of which only some
values were found, a probability of an event that is not decided at some outcomes, a covering number
between a packing and a cover. What follows from it follows for every number between its ends, so it may
refute a statement on one side and can never make a statement true on the other (language 4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from boundkit.kernel import intervals
from boundkit.kernel.intervals import Interval, Undefined
from boundkit.kernel.values import Truth, Unsupported


@dataclass(frozen=True)
class Infinite:
    """Plus or minus infinity, as a value that is certain."""

    sign: int

    def __str__(self) -> str:
        return "inf" if self.sign > 0 else "-inf"


@dataclass(frozen=True)
class Between:
    """A number of an interval; unless it is `finite`, an infinite end may be the number itself."""

    interval: Interval
    finite: bool = False

    def __str__(self) -> str:
        ends = (str(end.str(8, radius=False)) for end in (self.interval.lower, self.interval.upper))
        return f"[{', '.join(ends)}]"


INFINITY = Infinite(1)


def at_least(value: Any) -> Between:
    """Some number, perhaps infinite, that is no less than the value."""
    lower = value.interval.lower if isinstance(value, Between) else _ball(value)
    return Between(intervals.interval(lower, intervals.PLUS_INFINITY))


def at_most(value: Any) -> Between:
    """Some number, perhaps infinite, that is no more than the value."""
    upper = value.interval.upper if isinstance(value, Between) else _ball(value)
    return Between(intervals.interval(intervals.MINUS_INFINITY, upper))


def between(lower: Any, upper: Any) -> Any:
    """Some number from lower to upper; the number itself when they are equal."""
    if isinstance(lower, fmpq) and isinstance(upper, fmpq) and lower == upper:
        return lower
    return Between(intervals.interval(_ball(lower), _ball(upper)), True)


def any_of(interval: Interval) -> Between:
    """Any real number of the interval."""
    return Between(interval, True)


def is_extended(value: Any) -> bool:
    """Whether the value is one of this module."""
    return isinstance(value, Between | Infinite)


def apply(head: str, args: Sequence[Any], integral_exponent: bool = False) -> Any:
    """head at numbers of which some are of this module.

    Raises Undefined for inf - inf, 0*inf and inf/inf, Unsupported where a number between ends may be infinite
    and the head would need a limit, and what `intervals.apply` raises."""
    if any(isinstance(arg, Infinite) for arg in args):
        return _infinite(head, args)
    sets = [arg.interval if isinstance(arg, Between) else intervals.from_ball(_ball(arg)) for arg in args]
    infinite = [
        place
        for place, (arg, part) in enumerate(zip(args, sets, strict=True))
        if isinstance(arg, Between) and not arg.finite and not part.is_bounded
    ]
    if infinite and not _harmless(head, sets, infinite):
        raise Unsupported(f"`{head}` of a number that may be infinite")
    return Between(intervals.apply(head, sets, integral_exponent), not infinite)


def compare(head: str, left: Any, right: Any) -> Truth:
    """Truth of a relation at all numbers between the ends; None when it differs, or is not certain."""
    if isinstance(left, Infinite) or isinstance(right, Infinite):
        return _compare_infinite(head, left, right)
    a, b = (
        side.interval if isinstance(side, Between) else intervals.from_ball(_ball(side))
        for side in (left, right)
    )
    surely_less, surely_more = bool(a.upper < b.lower), bool(a.lower > b.upper)
    match head:
        case "<=":
            return True if bool(a.upper <= b.lower) else False if surely_more else None
        case "<":
            return True if surely_less else False if bool(a.lower >= b.upper) else None
    if surely_less or surely_more:
        return head == "!="
    return None


def roughly(value: Any, above: bool) -> float:
    """A double near a number; near the upper or the lower end of one that lies between two."""
    if isinstance(value, Between):
        return float((value.interval.upper if above else value.interval.lower).mid())
    return float(_ball(value).mid())


def _ball(value: Any) -> arb:
    return arb(value) if isinstance(value, fmpq) else value


def _is_finite(value: Between) -> bool:
    return value.finite or value.interval.is_bounded


def _harmless(head: str, sets: Sequence[Interval], unbounded: Sequence[int]) -> bool:
    """Whether the interval of the head still holds the value when one of these arguments is infinite."""
    if head in ("+", "max", "min", "exp", "sqrt", "ln", "log2", "abs", "neg"):
        signs = {bool(sets[place].upper.is_finite()) for place in unbounded}
        return head != "+" or len(signs) == 1
    if head == "-":
        return len(unbounded) == 1
    if head == "*":
        return all(part.is_positive for place, part in enumerate(sets) if place not in unbounded)
    if head == "/":
        return unbounded == [0] and sets[1].is_positive
    if head == "^":
        return unbounded == [0] and bool(sets[0].lower >= 0) and sets[1].is_positive
    return False


def _infinite(head: str, args: Sequence[Any]) -> Any:
    signs = {arg.sign for arg in args if isinstance(arg, Infinite)}
    others = [arg for arg in args if not isinstance(arg, Infinite)]
    if any(isinstance(arg, Between) and not _is_finite(arg) for arg in others):
        raise Unsupported(f"`{head}` of infinity and a number that may be infinite")
    first = args[0].sign if isinstance(args[0], Infinite) else 0
    match head:
        case "+":
            if len(signs) == 2:
                raise Undefined("inf - inf")
            return Infinite(signs.pop())
        case "neg":
            return Infinite(-first)
        case "-":
            second = args[1].sign if isinstance(args[1], Infinite) else 0
            if first == second:
                raise Undefined("inf - inf")
            return Infinite(first or -second)
        case "*":
            sign = 1
            for arg in args:
                sign *= arg.sign if isinstance(arg, Infinite) else _sign(arg, "0*inf")
            return Infinite(sign)
        case "/":
            if not first:
                return fmpq(0)
            if not others:
                raise Undefined("inf/inf")
            return Infinite(first * _sign(others[0], "inf/0"))
        case "abs":
            return INFINITY
        case "sqrt" | "ln" | "log2" if first > 0:
            return INFINITY
        case "sqrt" | "ln" | "log2":
            raise Undefined(f"`{head}` of -inf")
        case "exp":
            return INFINITY if first > 0 else fmpq(0)
        case "max" | "min":
            top = 1 if head == "max" else -1
            if top in signs:
                return Infinite(top)
            if not others:
                return Infinite(-top)
            if len(others) == 1:
                return others[0]
            raise Unsupported(f"`{head}` of infinity and several numbers")
        case "^" if first > 0 and len(others) == 1 and _sign(others[0], "inf^0") > 0:
            return INFINITY
    raise Unsupported(f"`{head}` of an infinite number")


def _sign(value: Any, undefined: str) -> int:
    """1 or -1 of a number that is certainly not zero; Undefined for zero."""
    if isinstance(value, Between):
        if value.interval.is_positive:
            return 1
        if value.interval.is_negative:
            return -1
    elif value > 0:
        return 1
    elif value < 0:
        return -1
    elif value == 0:
        raise Undefined(undefined)
    raise Unsupported("the sign of a number that is not known, times infinity")


def _compare_infinite(head: str, left: Any, right: Any) -> Truth:
    a, b = (side.sign if isinstance(side, Infinite) else 0 for side in (left, right))
    for side in (left, right):
        if isinstance(side, Between) and not _is_finite(side):
            return None
    match head:
        case "<=":
            return a <= b
        case "<":
            return a < b
        case "=":
            return a == b
    return a != b
