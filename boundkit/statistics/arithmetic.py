"""The arithmetic of `kernel.evaluation` on samples: a number is an exact rational, the same for every sample,
or a bracket; a truth value is True, False, or a `Decided`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb, fmpq
from scipy import special

from boundkit.kernel.balls import Undecided, apply_head, precisely
from boundkit.kernel.values import Grid, Truth, Unsupported, Value
from boundkit.kernel.witness import rational_value
from boundkit.statistics import brackets as b
from boundkit.statistics.brackets import Bracket

Number = Any
"""An fmpq or a Bracket."""

LARGEST_POWER = 64
_LOOSE = 2.0**-44

_INCREASING: dict[str, tuple[Callable[[Any], Any], float, float]] = {
    "exp": (np.exp, b.NEAR, b.LEAST),
    "arctan": (np.arctan, b.NEAR, b.LEAST),
    "sinh": (np.sinh, _LOOSE, b.LEAST),
    "tanh": (np.tanh, _LOOSE, b.LEAST),
    "erf": (special.erf, _LOOSE, b.LEAST),
    "Phi": (special.ndtr, _LOOSE, b.LEAST),
    "floor": (np.floor, 0.0, 0.0),
    "ceil": (np.ceil, 0.0, 0.0),
    "sign": (np.sign, 0.0, 0.0),
}
_RANGES = {"exp": (0.0, math.inf), "tanh": (-1.0, 1.0), "erf": (-1.0, 1.0), "Phi": (0.0, 1.0)}


@dataclass(frozen=True, eq=False)
class Decided:
    """A truth value for each sample: where it is certainly true, and where certainly false. Where it is
    neither, it is not known or not defined."""

    yes: Any
    no: Any


@lru_cache(maxsize=4096)
def _ends(top: int, bottom: int) -> tuple[float, float]:
    exact = Fraction(top, bottom)
    try:
        near = float(exact)
    except OverflowError:
        return (b.LARGEST, math.inf) if exact > 0 else (-math.inf, -b.LARGEST)
    seen = Fraction(near)
    if seen == exact:
        return near, near
    return (near, math.nextafter(near, math.inf)) if seen < exact else (math.nextafter(near, -math.inf), near)


def as_bracket(number: Number) -> Bracket:
    """A number as a bracket."""
    if isinstance(number, Bracket):
        return number
    lo, hi = _ends(int(number.p), int(number.q))
    return Bracket(np.float64(lo), np.float64(hi))


def from_ball(ball: arb) -> Bracket:
    """A ball as a bracket."""
    lower, upper = float(ball.lower()), float(ball.upper())
    return b.bracket(
        np.float64(math.nextafter(lower, -math.inf)), np.float64(math.nextafter(upper, math.inf))
    )


def decided(truth: Truth) -> Decided:
    """A truth value as arrays."""
    return truth if isinstance(truth, Decided) else Decided(np.bool_(truth), np.bool_(not truth))


class Samples:
    """Numbers and truth values. Raises Undefined where a constant is undefined, Unsupported for a function
    that is not known on samples."""

    exact = False

    def rational(self, value: Fraction) -> Number:
        return fmpq(value.numerator, value.denominator)

    def integer(self, value: Any) -> int | None:
        return int(value.p) if isinstance(value, fmpq) and value.q == 1 else None

    def constant(self, truth: bool) -> Truth:
        return truth

    def apply(self, head: str, args: Sequence[Number]) -> Number:
        if all(isinstance(arg, fmpq) for arg in args):
            exact = rational_value(head, args, True)
            if exact is not None:
                return exact
            try:
                with precisely(64):
                    return from_ball(apply_head(head, [arb(arg) for arg in args]))
            except Undecided as error:
                raise Unsupported(f"`{head}` at {', '.join(map(str, args))}: {error}") from None
        if head in ("+", "*", "min", "max"):
            total = args[0]
            for arg in args[1:]:
                total = self._two(head, total, arg)
            return total
        if len(args) == 2:
            return self._two(head, args[0], args[1])
        if len(args) == 1:
            return self._one(head, as_bracket(args[0]))
        raise Unsupported(f"`{head}` of {len(args)} arguments on samples")

    def _two(self, head: str, left: Number, right: Number) -> Number:
        if isinstance(left, fmpq) and isinstance(right, fmpq):
            return self.apply(head, (left, right))
        x, y = as_bracket(left), as_bracket(right)
        match head:
            case "+":
                return b.add(x, y)
            case "-":
                return b.add(x, b.negative(y))
            case "*":
                return b.multiply(x, y)
            case "/":
                return b.divide(x, y)
            case "min" | "max":
                return b.extremum(head, x, y)
            case "^":
                return self._power(left, right)
        raise Unsupported(f"`{head}` on samples")

    def _power(self, base: Number, exponent: Number) -> Number:
        if isinstance(exponent, fmpq) and abs(exponent.p) <= LARGEST_POWER:
            if exponent.q == 1:
                return b.power(as_bracket(base), int(exponent.p))
            if exponent.q == 2:
                return self.apply("sqrt", (self._power(base, fmpq(exponent.p)),))
        return self.apply("exp", (self.apply("*", (exponent, self.apply("ln", (base,)))),))

    def _one(self, head: str, x: Bracket) -> Bracket:
        match head:
            case "neg":
                return b.negative(x)
            case "abs":
                return b.absolute(x)
            case "sqrt":
                inside = Bracket(np.where(x.hi < 0, np.nan, np.maximum(x.lo, 0.0)), x.hi)
                return b.clipped(b.increasing(np.sqrt, inside), 0.0, math.inf)
            case "ln" | "log2":
                inside = Bracket(np.where(x.hi <= 0, np.nan, np.maximum(x.lo, 0.0)), np.maximum(x.hi, 0.0))
                return b.increasing(np.log if head == "ln" else np.log2, inside, least=2.0**-52)
            case "sin" | "cos":
                return b.wave(np.sin if head == "sin" else np.cos, x)
            case "cosh":
                size = b.absolute(x)
                return b.clipped(b.increasing(np.cosh, size, _LOOSE), 1.0, math.inf)
            case _ if head in _INCREASING:
                found = b.increasing(_INCREASING[head][0], x, *_INCREASING[head][1:])
                return b.clipped(found, *_RANGES[head]) if head in _RANGES else found
        raise Unsupported(f"`{head}` on samples")

    def compare(self, head: str, left: Number, right: Number) -> Truth:
        if isinstance(left, fmpq) and isinstance(right, fmpq):
            return {"<=": left <= right, "<": left < right, "=": left == right, "!=": left != right}[head]
        x, y = as_bracket(left), as_bracket(right)
        match head:
            case "<=":
                return Decided(x.hi <= y.lo, x.lo > y.hi)
            case "<":
                return Decided(x.hi < y.lo, x.lo >= y.hi)
            case "=" | "!=":
                equal = (x.lo == x.hi) & (y.lo == y.hi) & (x.lo == y.lo)
                apart = (x.hi < y.lo) | (y.hi < x.lo)
                return Decided(equal, apart) if head == "=" else Decided(apart, equal)
        raise Unsupported(f"`{head}` on samples")

    def every(self, parts: Iterable[Callable[[], Truth]]) -> Truth:
        total: Truth = True
        for part in parts:
            truth = part()
            if truth is False:
                return False
            if truth is not True:
                total = truth if total is True else Decided(total.yes & truth.yes, total.no | truth.no)
        return total

    def some(self, parts: Iterable[Callable[[], Truth]]) -> Truth:
        total: Truth = False
        for part in parts:
            truth = part()
            if truth is True:
                return True
            if truth is not False:
                total = truth if total is False else Decided(total.yes | truth.yes, total.no & truth.no)
        return total

    def negation(self, truth: Truth) -> Truth:
        return not truth if isinstance(truth, bool) else Decided(truth.no, truth.yes)

    def one_sided(self, truth: Truth) -> Truth:
        if truth is True:
            return Decided(np.bool_(False), np.bool_(False))
        return truth if truth is False else Decided(truth.yes & False, truth.no)

    def leave_open(self) -> None:
        """Nothing is kept of it."""

    def outermost(self, head: str, left: Value, right: Value) -> None:
        """Nothing is kept of it."""

    def indicator(self, truth: Truth) -> Number:
        if isinstance(truth, bool):
            return fmpq(int(truth))
        return Bracket(np.where(truth.yes, 1.0, 0.0), np.where(truth.no, 0.0, 1.0))

    def choose(self, condition: Truth, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        if isinstance(condition, bool):
            return then() if condition else otherwise()
        return self._selected(condition, then(), otherwise())

    def _selected(self, condition: Decided, then: Value, otherwise: Value) -> Value:
        if isinstance(then, Grid) and isinstance(otherwise, Grid):
            pairs = zip(then.entries, otherwise.entries, strict=True)
            return Grid(then.rows, then.columns, tuple(self._selected(condition, *pair) for pair in pairs))
        if not isinstance(then, fmpq | Bracket) or not isinstance(otherwise, fmpq | Bracket):
            raise Unsupported("a choice between values that are no numbers, on samples")
        x, y = as_bracket(then), as_bracket(otherwise)
        either = b.hull(x, y)
        return Bracket(
            np.where(condition.yes, x.lo, np.where(condition.no, y.lo, either.lo)),
            np.where(condition.yes, x.hi, np.where(condition.no, y.hi, either.hi)),
        )


def is_number(value: Value) -> bool:
    """Whether a value is a number of this arithmetic."""
    return isinstance(value, fmpq | Bracket)


__all__ = [
    "Decided",
    "Number",
    "Samples",
    "as_bracket",
    "decided",
    "from_ball",
    "is_number",
]
