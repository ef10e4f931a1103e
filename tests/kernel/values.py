"""Terms evaluated directly, one operation after another: exactly where that is possible, else in floats."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from boundkit.ir.sorts import NAT, Matrix
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
        return sum(
            (value(term.body, {**point, term.variable.text: Fraction(k)}) for k in places), Fraction(0)
        )
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


Rows = tuple[tuple[Fraction, ...], ...]
"""A matrix, row by row."""


def matrix(term: Term, point: Mapping[str, object]) -> Rows:
    """The value of a matrix; matrices and sequences of matrices stand in the point under their names."""
    if isinstance(term, Name):
        return point[term.text]  # type: ignore[return-value]
    if isinstance(term, Bind):
        assert term.head == "sum"
        low, high = (number_of(end, point) for end in term.domain.args)  # type: ignore[attr-defined]
        parts = [
            matrix(term.body, {**point, term.variable.text: Fraction(k)})
            for k in range(int(low), int(high) + 1)
        ]
        return entrywise(lambda *own: sum(own, Fraction(0)), zeros(term, point), *parts)
    assert isinstance(term, Apply)
    args = term.args
    match term.head:
        case "index" if isinstance(args[0].sort, Matrix):
            return tuple((own,) for own in _row(args[0], args[1], point))
        case "index":
            return point[args[0].text][int(number_of(args[1], point))]  # type: ignore[index,attr-defined]
        case "basis":
            size, place = (int(number_of(arg, point)) for arg in args)
            return tuple((Fraction(i == place),) for i in range(1, size + 1))
        case "zero":
            return zeros(term, point)
        case "identity":
            size = len(zeros(term, point))
            return tuple(tuple(Fraction(i == j) for j in range(size)) for i in range(size))
        case "transpose":
            return tuple(zip(*matrix(args[0], point), strict=True))
        case "neg":
            return entrywise(lambda own: -own, matrix(args[0], point))
        case "+":
            return entrywise(lambda *own: sum(own, Fraction(0)), *(matrix(arg, point) for arg in args))
        case "-":
            return entrywise(lambda one, other: one - other, matrix(args[0], point), matrix(args[1], point))
        case "/":
            scale = number_of(args[1], point)
            if not scale:
                raise Undefined
            return entrywise(lambda own: own / scale, matrix(args[0], point))
        case "*":
            return _matrix_product(args, point)
        case "blocks":
            columns = int(args[1].value)  # type: ignore[attr-defined]
            cells = [matrix(arg, point) for arg in args[2:]]
            lines = [cells[k : k + columns] for k in range(0, len(cells), columns)]
            return tuple(sum(rows, ()) for line in lines for rows in zip(*line, strict=True))
    raise AssertionError(term.head)


def _row(own: Term, place: Term, point: Mapping[str, object]) -> tuple[Fraction, ...]:
    """A row of a matrix; raises `Undefined` outside it."""
    rows, number = matrix(own, point), number_of(place, point)
    if not 1 <= number <= len(rows):
        raise Undefined
    return rows[int(number) - 1]


def _matrix_product(args: tuple[Term, ...], point: Mapping[str, object]) -> Rows:
    scale, found = Fraction(1), None
    for arg in args:
        if not isinstance(arg.sort, Matrix):
            scale *= number_of(arg, point)
            continue
        own = matrix(arg, point)
        found = own if found is None else product(found, own)
    assert found is not None
    return entrywise(lambda own: scale * own, found)


def product(left: Rows, right: Rows) -> Rows:
    """The matrix product."""
    columns = tuple(zip(*right, strict=True))
    return tuple(
        tuple(sum((p * q for p, q in zip(row, column, strict=True)), Fraction(0)) for column in columns)
        for row in left
    )


def zeros(term: Term, point: Mapping[str, object]) -> Rows:
    """Zeros of the size of a term."""
    assert isinstance(term.sort, Matrix)
    rows, columns = (int(number_of(size, point)) for size in (term.sort.rows, term.sort.columns))
    return ((Fraction(0),) * columns,) * rows


def entrywise(change: Callable[..., Fraction], *parts: Rows) -> Rows:
    """An operation on the entries."""
    return tuple(tuple(change(*own) for own in zip(*rows, strict=True)) for rows in zip(*parts, strict=True))


def number_of(term: Term, point: Mapping[str, object]) -> Fraction:
    """The value of a scalar term that speaks of matrices, exactly; raises `Undefined`."""
    if isinstance(term, Number):
        return term.value
    if isinstance(term, Name):
        return point[term.text]  # type: ignore[return-value]
    if isinstance(term, Bind):
        low, high = (number_of(end, point) for end in term.domain.args)  # type: ignore[attr-defined]
        places = range(int(low), int(high) + 1)
        return sum(
            (number_of(term.body, {**point, term.variable.text: Fraction(k)}) for k in places), Fraction(0)
        )
    assert isinstance(term, Apply)
    if term.head == "inner":
        left, right = (matrix(arg, point) for arg in term.args)
        return sum(
            (p * q for r, c in zip(left, right, strict=True) for p, q in zip(r, c, strict=True)), Fraction(0)
        )
    if term.head == "entry":
        return matrix(term.args[0], point)[0][0]
    if term.head == "index":
        return _row(term.args[0], term.args[1], point)[0]
    args = [number_of(arg, point) for arg in term.args]
    try:
        found = _operation(term, list(args))
    except ZeroDivisionError:
        raise Undefined from None
    assert isinstance(found, Fraction | int)
    return Fraction(found)
