"""Terms evaluated directly, one operation after another: exactly where that is possible, else in floats."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from boundkit.ir.sorts import NAT
from boundkit.ir.terms import Apply, Bind, Name, Number, Term

Value = Fraction | float
Point = Mapping[str, Value | Mapping[int, Value]]


class Undefined(Exception):
    """The term has no value at the point."""


def value(term: Term, point: Point) -> Value:
    """The value of a scalar term; raises `Undefined`."""
    if isinstance(term, Number):
        return term.value
    if isinstance(term, Name):
        found = point[term.text]
        assert not isinstance(found, Mapping)
        return found
    if isinstance(term, Bind):
        low, high = (value(end, point) for end in term.domain.args)  # type: ignore[attr-defined]
        assert term.head == "sum"
        places = range(int(low), int(high) + 1)
        return sum((value(term.body, {**point, term.variable.text: Fraction(k)}) for k in places), Fraction(0))
    assert isinstance(term, Apply)
    if term.head == "index":
        table = point[term.args[0].text]  # type: ignore[attr-defined]
        assert isinstance(table, Mapping)
        return table[int(value(term.args[1], point))]
    if term.head == "if":
        return value(term.args[1 if holds(term.args[0], point) else 2], point)
    args = [value(arg, point) for arg in term.args]
    try:
        return _operation(term, args)
    except (ZeroDivisionError, ValueError, OverflowError):
        raise Undefined from None


def _operation(term: Apply, args: list[Value]) -> Value:
    match term.head, args:
        case "+", _:
            return sum(args, Fraction(0))
        case "-", [left, right]:
            return left - right
        case "*", _:
            return math.prod(args, start=Fraction(1))
        case "/", [left, right]:
            return left / right
        case "neg", [own]:
            return -own
        case "abs", [own]:
            return abs(own)
        case "max", _:
            return max(args)
        case "min", _:
            return min(args)
        case "sqrt", [own]:
            return math.sqrt(own)
        case "exp", [own]:
            return math.exp(own)
        case "ln", [own]:
            return math.log(own)
        case "^", [base, exponent]:
            return _power(base, exponent, term.args[1].sort == NAT)
    raise AssertionError(term.head)


def _power(base: Value, exponent: Value, natural: bool) -> Value:
    if float(exponent).is_integer():
        if exponent == 0 and base == 0 and not natural:
            raise Undefined
        return base ** int(exponent)
    if base < 0 or (base == 0 and exponent < 0):
        raise Undefined
    return float(base) ** float(exponent)


def holds(formula: Term, point: Point) -> bool:
    """Whether a relation or conjunction holds."""
    assert isinstance(formula, Apply)
    if formula.head == "and":
        return all(holds(part, point) for part in formula.args)
    left, right = (value(arg, point) for arg in formula.args)
    return {"<=": left <= right, "<": left < right, "=": left == right, "!=": left != right}[formula.head]


def close(left: Value, right: Value) -> bool:
    """Whether two values are equal, up to rounding where floats were used."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right
    return math.isclose(left, right, rel_tol=1e-7, abs_tol=1e-7)
