"""The value of an expression at a point, in rationals or balls, and whether a relation holds there.

Expressions are in SymPy's spelling and are read with `ast`. Rational operations stay rational; the rest is
ball arithmetic (Arb) at a precision that is raised until the relation is decided, so an answer is a proof."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from flint import arb, ctx, fmpq, fmpz

Number: TypeAlias = fmpq | arb
Point: TypeAlias = Mapping[str, Number]
Compiled: TypeAlias = Callable[[Point], Number]
Side: TypeAlias = tuple[str, Compiled, Compiled]

PRECISIONS = (128, 512, 2048, 8192)
"""Bits at which a relation is tried, in this order."""

MOST_POWER = 4096
"""Rational powers are exact up to this exponent."""


class UndefinedError(ValueError):
    """The expression has no real value at the point."""


def ball(number: Number) -> arb:
    """The number as a ball."""
    return number if isinstance(number, arb) else arb(number)


def _root(number: fmpz, degree: int) -> fmpz | None:
    root = number.root(degree)
    return root if root**degree == number else None


def power(base: Number, exponent: Number) -> Number:
    """`base**exponent` in the reals; 0**0 is 1, and a negative base wants an integer exponent."""
    if isinstance(exponent, fmpq) and exponent.q == 1:
        if isinstance(base, fmpq):
            if base == 0 and exponent < 0:
                raise UndefinedError("a power of zero")
            if abs(exponent) <= MOST_POWER:
                return base ** int(exponent.p)
        return ball(base) ** fmpz(exponent.p)
    if isinstance(base, fmpq):
        if base < 0:
            raise UndefinedError("a root of a negative number")
        if base == 0:
            if ball(exponent) > 0:
                return fmpq(0)
            raise UndefinedError("a power of zero")
        if base == 1:
            return base
        if isinstance(exponent, fmpq) and exponent.q <= 12 and abs(exponent.p) <= 64:
            degree = int(exponent.q)
            top, bottom = _root(base.p, degree), _root(base.q, degree)
            if top is not None and bottom is not None:
                return fmpq(top, bottom) ** int(exponent.p)
    if isinstance(exponent, fmpq) and exponent == fmpq(1, 2):
        return ball(base).sqrt()
    return ball(base) ** ball(exponent)


def _quotient(top: Number, bottom: Number) -> Number:
    if isinstance(bottom, fmpq) and bottom == 0:
        raise UndefinedError("a quotient by zero")
    return top / bottom


def _whole(number: Number, up: bool) -> Number:
    if isinstance(number, fmpq):
        return fmpq(number.ceil() if up else number.floor())
    return number.ceil() if up else number.floor()


def _factorial(number: Number) -> Number:
    if isinstance(number, fmpq) and number.q == 1 and 0 <= number <= 5000:
        return fmpq(fmpz.fac_ui(number.p))
    return (ball(number) + 1).gamma()


def _binomial(top: Number, bottom: Number) -> Number:
    if isinstance(top, fmpq) and isinstance(bottom, fmpq) and top.q == bottom.q == 1:
        n, k = int(top.p), int(bottom.p)
        if n >= 0 and (k < 0 or k > n):
            return fmpq(0)
        if 0 <= k <= n <= 100_000:
            return fmpq(fmpz.bin_uiui(n, k))
    upper, lower = ball(top), ball(bottom)
    return ((upper + 1).lgamma() - (lower + 1).lgamma() - (upper - lower + 1).lgamma()).exp()


def _known(at: int, value: int, method: str) -> Callable[[Number], Number]:
    """A function that is rational at one place, and a ball elsewhere."""

    def call(number: Number) -> Number:
        if isinstance(number, fmpq) and number == at:
            return fmpq(value)
        return getattr(ball(number), method)()  # type: ignore[no-any-return]

    return call


FUNCTIONS: Mapping[str, Callable[..., Number]] = {
    "exp": _known(0, 1, "exp"),
    "log": _known(1, 0, "log"),
    "sqrt": lambda x: power(x, fmpq(1, 2)),
    "Abs": abs,
    "sin": _known(0, 0, "sin"),
    "cos": _known(0, 1, "cos"),
    "tan": _known(0, 0, "tan"),
    "asin": _known(0, 0, "asin"),
    "acos": _known(1, 0, "acos"),
    "atan": _known(0, 0, "atan"),
    "sinh": _known(0, 0, "sinh"),
    "cosh": _known(0, 1, "cosh"),
    "tanh": _known(0, 0, "tanh"),
    "erf": _known(0, 0, "erf"),
    "gamma": _known(1, 1, "gamma"),
    "loggamma": _known(1, 0, "lgamma"),
    "LambertW": _known(0, 0, "lambertw"),
    "floor": lambda x: _whole(x, False),
    "ceiling": lambda x: _whole(x, True),
    "factorial": _factorial,
    "binomial": _binomial,
}
"""What may be called with the values of its arguments."""

RELATIONS = {ast.GtE: ">=", ast.Gt: ">", ast.LtE: "<=", ast.Lt: "<"}


def _extreme(numbers: Sequence[Number], largest: bool) -> Number:
    if all(isinstance(number, fmpq) for number in numbers):
        return max(numbers) if largest else min(numbers)
    found = ball(numbers[0])
    for number in numbers[1:]:
        found = found.max(ball(number)) if largest else found.min(ball(number))
    return found


def compile_expression(node: ast.expr) -> Compiled:
    """A function from a point to the value there. Raises ValueError for what is not in the language."""
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            rational = fmpq(number)
            return lambda point: rational
        case ast.Name(id="pi"):
            return lambda point: arb.pi()
        case ast.Name(id="E"):
            return lambda point: arb(1).exp()
        case ast.Name(id=name):
            return lambda point: point[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = compile_expression(operand)
            return lambda point: -inner(point)
        case ast.BinOp(left=left, op=op, right=right):
            first, second = compile_expression(left), compile_expression(right)
            match op:
                case ast.Add():
                    return lambda point: first(point) + second(point)
                case ast.Sub():
                    return lambda point: first(point) - second(point)
                case ast.Mult():
                    return lambda point: first(point) * second(point)
                case ast.Div():
                    return lambda point: _quotient(first(point), second(point))
                case ast.Pow():
                    if isinstance(left, ast.Name) and left.id == "E":
                        return lambda point: ball(second(point)).exp()
                    return lambda point: power(first(point), second(point))
        case ast.Call(func=ast.Name(id="Min" | "Max" as name), args=arguments, keywords=[]):
            parts = [compile_expression(argument) for argument in arguments]
            return lambda point: _extreme([part(point) for part in parts], name == "Max")
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            function, parts = FUNCTIONS[name], [compile_expression(argument) for argument in arguments]
            if len(parts) == 1:
                (only,) = parts
                return lambda point: function(only(point))
            return lambda point: function(*[part(point) for part in parts])
    raise ValueError(f"not an expression: {ast.unparse(node)}")


def compile_relation(text: str) -> Side:
    """The relation and its two sides. Raises ValueError for what is not one relation."""
    node = ast.parse(text, mode="eval").body
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in RELATIONS:
            return RELATIONS[type(op)], compile_expression(left), compile_expression(right)
        case ast.Call(func=ast.Name(id="Eq" | "Ne" as name), args=[left, right], keywords=[]):
            return ("==" if name == "Eq" else "!="), compile_expression(left), compile_expression(right)
    raise ValueError(f"not a relation: {text}")


def decide(relation: str, difference: Number) -> bool | None:
    """Whether `left relation right` holds, by left - right; None where the ball does not say."""
    if isinstance(difference, arb) and not difference.is_finite():
        return None
    positive, negative = difference > 0, difference < 0
    zero = difference == 0 if isinstance(difference, fmpq) else difference.is_zero()
    signs = {">=": (positive or zero or difference >= 0, negative), ">": (positive, difference <= 0)}
    signs |= {"<=": (negative or zero or difference <= 0, positive), "<": (negative, difference >= 0)}
    signs |= {"==": (zero, positive or negative), "!=": (positive or negative, zero)}
    yes, no = signs[relation]
    return True if yes else False if no else None


def holds(side: Side, point: Point, precisions: Iterable[int] = PRECISIONS) -> bool | None:
    """Whether the relation holds at the point; None if no precision decides it.

    Raises UndefinedError where a side has no value."""
    relation, left, right = side
    for bits in precisions:
        with ctx.workprec(bits):
            answer = decide(relation, left(point) - right(point))
        if answer is not None:
            return answer
    return None
