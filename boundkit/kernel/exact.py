"""The exact arithmetic of a witness: rationals as long as that can be, then balls."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from flint import arb, fmpq, fmpz

from boundkit.kernel import extended
from boundkit.kernel.balls import Undecided, Undefined, apply_head
from boundkit.kernel.values import Exhausted, Truth

LARGEST_POWER = 4096
LARGEST_BITS = 1 << 16


class Exact:
    """Rationals, and balls where no rational will do. Truth is True, False, or None when not certain;
    `imprecise` tells whether a ball was too wide to decide, `left_open` whether a number that is known only
    between ends was."""

    exact = True

    def __init__(self) -> None:
        self.imprecise = False
        self.left_open = False
        self.margin = math.inf
        self.rounded = False
        self.failed: tuple[str, Any, Any] | None = None

    def rational(self, value: Fraction) -> Any:
        return fmpq(value.numerator, value.denominator)

    def integer(self, value: Any) -> int | None:
        return int(value.p) if isinstance(value, fmpq) and value.q == 1 else None

    def constant(self, truth: bool) -> Truth:
        return truth

    def apply(self, head: str, args: Sequence[Any], integral_exponent: bool = False) -> Any:
        if all(isinstance(arg, fmpq) for arg in args):
            found = rational_value(head, args, integral_exponent)
            if found is not None:
                return found
        self.rounded = True
        try:
            if any(extended.is_extended(arg) for arg in args):
                return extended.apply(head, args, integral_exponent)
            balls = [arb(arg) if isinstance(arg, fmpq) else arg for arg in args]
            return apply_head(head, balls, integral_exponent)
        except Undecided:
            self.imprecise = True
            raise

    def compare(self, head: str, left: Any, right: Any) -> Truth:
        truth = self._compare(head, left, right)
        if truth is False:
            self.failed = (head, left, right)
        return truth

    def _compare(self, head: str, left: Any, right: Any) -> Truth:
        if isinstance(left, fmpq) and isinstance(right, fmpq):
            exact = {"<=": left <= right, "<": left < right, "=": left == right, "!=": left != right}
            return bool(exact[head])
        if extended.is_extended(left) or extended.is_extended(right):
            truth = extended.compare(head, left, right)
            self.left_open = self.left_open or truth is None
            return truth
        a, b = arb(left), arb(right)
        match head:
            case "<=" if a <= b:
                return True
            case "<=" if a > b:
                return False
            case "<" if a < b:
                return True
            case "<" if a >= b:
                return False
            case "=" | "!=" if a < b or a > b:
                return head == "!="
        self.imprecise = True
        return None

    def every(self, parts: Iterable[Callable[[], Truth]]) -> Truth:
        answer: Truth = True
        for part in parts:
            truth = part()
            if truth is False:
                return False
            answer = answer if truth else None
        return answer

    def some(self, parts: Iterable[Callable[[], Truth]]) -> Truth:
        answer: Truth = False
        for part in parts:
            truth = part()
            if truth is True:
                return True
            answer = answer if truth is False else None
        return answer

    def negation(self, truth: Truth) -> Truth:
        return None if truth is None else not truth

    def one_sided(self, truth: Truth) -> Truth:
        return False if truth is False else None

    def leave_open(self) -> None:
        """Something is known only between ends, or up to a constant."""
        self.left_open = True

    def outermost(self, head: str, left: Any, right: Any) -> None:
        """Keeps the least relative gap of the inequalities, roughly: it guides a search and decides
        nothing."""
        if head not in ("<=", "<"):
            return
        if not all(isinstance(side, fmpq | arb | extended.Between) for side in (left, right)):
            return
        a, b = extended.roughly(left, False), extended.roughly(right, True)
        if math.isfinite(a) and math.isfinite(b) and a != 0.0 != b:
            self.margin = min(self.margin, (b - a) / (abs(a) + abs(b)))

    def indicator(self, truth: Truth) -> Any:
        if truth is None:
            return extended.between(fmpq(0), fmpq(1))
        return fmpq(int(truth))

    def choose(self, condition: Truth, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        if condition is None:
            raise Undecided("the condition of a choice")
        return then() if condition else otherwise()


def rational_value(head: str, args: Sequence[Any], integral_exponent: bool = False) -> Any:
    """head at rationals when the value is rational and found without rounding, else None.
    Raises Undefined outside the domain."""
    match head:
        case "+":
            total = fmpq(0)
            for arg in args:
                total = total + arg
            return total
        case "*":
            product = fmpq(1)
            for arg in args:
                product = product * arg
            return product
        case "-":
            return args[0] - args[1]
        case "neg":
            return -args[0]
        case "/":
            if args[1] == 0:
                raise Undefined(f"division of {args[0]} by zero")
            return args[0] / args[1]
        case "^":
            return _rational_power(args[0], args[1], integral_exponent)
        case "abs":
            return args[0] if args[0] >= 0 else -args[0]
        case "min":
            return min(args)
        case "max":
            return max(args)
        case "floor":
            return fmpq(args[0].floor())
        case "ceil":
            return fmpq(args[0].ceil())
        case "sign":
            return fmpq(int(args[0] > 0) - int(args[0] < 0))
        case "sqrt":
            if args[0] < 0:
                raise Undefined(f"the square root of {args[0]}")
            top, bottom = fmpz(args[0].p).isqrt(), fmpz(args[0].q).isqrt()
            return fmpq(top, bottom) if top * top == args[0].p and bottom * bottom == args[0].q else None
        case "exp" if args[0] == 0:
            return fmpq(1)
        case "ln" | "log2" if args[0] <= 0:
            raise Undefined(f"the logarithm of {args[0]}")
        case "ln" | "log2" if args[0] == 1:
            return fmpq(0)
        case "xlnx" if args[0] in (0, 1):
            return fmpq(0)
    return None


def _rational_power(base: Any, exponent: Any, integral: bool) -> Any:
    if exponent.q != 1:
        return (
            rational_value("sqrt", (_small_power(base, int(exponent.p)),))
            if exponent.q == 2 and base >= 0
            else None
        )
    if base == 0 and (exponent < 0 or (exponent == 0 and not integral)):
        raise Undefined(f"0^{exponent}")
    return _small_power(base, int(exponent.p))


def _small_power(base: Any, exponent: int) -> Any:
    bits = max(int(base.p).bit_length(), int(base.q).bit_length())
    if abs(exponent) > LARGEST_POWER or bits * abs(exponent) > LARGEST_BITS:
        raise Exhausted(f"the power {exponent} of a number of {bits} bits")
    if base == 0 and exponent < 0:
        raise Undefined(f"0^{exponent}")
    return base**exponent
