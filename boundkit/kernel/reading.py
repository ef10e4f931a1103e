"""Exact values from plain data, and whether they are of the sort that was declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from flint import fmpq

from boundkit.ir.sorts import (
    INT,
    NAT,
    REAL,
    Abstract,
    Distribution,
    Function,
    Matrix,
    Power,
    Product,
    SetOf,
    Sort,
)
from boundkit.ir.sorts import Sequence as SequenceSort
from boundkit.ir.terms import TRUE
from boundkit.ir.theorems import Declaration
from boundkit.kernel import forms, maps
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.candidates import Tilt
from boundkit.kernel.evaluation import Evaluator
from boundkit.kernel.families import Member
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Extent, Grid, Listed, Pair, Tabulated, Unsupported, Value, column

LARGEST_TYPE = 1000


def fits(judge: Evaluator, name: str, sort: Sort, value: Value) -> None:
    """Raises ValueError unless the value is one of the sort; sizes must already have values."""
    if sort in (NAT, INT, REAL):
        if not isinstance(value, fmpq):
            raise ValueError(f"`{name}` must be a number")
        if sort in (NAT, INT) and (value.q != 1 or (sort == NAT and value < 0)):
            raise ValueError(f"`{name}` must be a {sort}, and is {value}")
    elif isinstance(sort, Matrix):
        try:
            size = judge.size(sort, {})
        except (Unsupported, Undefined, Undecided) as error:
            raise ValueError(f"the size of `{name}`: {error}") from None
        if not isinstance(value, Grid) or (value.rows, value.columns) != size:
            raise ValueError(f"`{name}` must be {size[0]} by {size[1]}")
    elif isinstance(sort, SequenceSort):
        if not isinstance(value, Listed):
            raise ValueError(f"`{name}` must be a sequence")
        for item in value.items:
            fits(judge, name, sort.element, item)
    elif isinstance(sort, Power):
        if not isinstance(value, Listed) or value.first != 1:
            raise ValueError(f"`{name}` must be a tuple, with places from 1")
        if len(value.items) != judge.integer(sort.count, {}):
            raise ValueError(f"`{name}` must have {sort.count} places")
        for item in value.items:
            fits(judge, name, sort.element, item)
    elif isinstance(sort, SetOf):
        if not isinstance(value, Extent) or value.kind != "enumeration":
            raise ValueError(f"`{name}` must be a finite set")
        if not value.parts and (sort.finite or sort.element == Abstract(name)):
            raise ValueError(f"`{name}` must not be empty")
        if sort.element != Abstract(name):
            for part in value.parts:
                fits(judge, name, sort.element, part)
    elif isinstance(sort, Product):
        if not isinstance(value, Pair):
            raise ValueError(f"`{name}` must be a pair")
        fits(judge, name, sort.left, value.left)
        fits(judge, name, sort.right, value.right)
    elif isinstance(sort, Abstract):
        if not isinstance(value, fmpq) or value not in judge.names[sort.name].parts:
            raise ValueError(f"`{name}` must be an element of {sort.name}")
    elif isinstance(sort, Distribution):
        if not isinstance(value, FiniteLaw):
            raise ValueError(f"`{name}` must be a finite law")
        _is_probability(name, value)
        for outcome in value.outcomes:
            fits(judge, name, sort.element, outcome)
    elif isinstance(sort, Function) and isinstance(value, maps.Map):
        if len(sort.arguments) != 1 or not isinstance(sort.result, Matrix):
            raise ValueError(f"`{name}` must be a function of another sort")
        if judge.size(sort.result, {}) != (value.rows, 1):
            raise ValueError(f"the values of `{name}` must be {sort.result}")
    elif isinstance(sort, Function) and isinstance(value, Tabulated) and _is_timed(sort):
        if value.naturals != (0,) or value.shape != (len(value.entries),) or not value.entries:
            raise ValueError(f"`{name}` must be a table with a function for each natural number")
        for entry in value.entries:
            fits(judge, name, Function(sort.arguments[1:], sort.result), entry)
    elif isinstance(sort, Function) and isinstance(value, Tabulated):
        _fits_shape(judge, name, sort, value)
        for entry in value.entries:
            fits(judge, name, sort.result, entry)
    elif isinstance(sort, Function):
        if not isinstance(value, forms.Form | Member):
            raise ValueError(f"`{name}` must be a function")
        if len(sort.arguments) != 1 or sort.result != REAL:
            raise ValueError(f"no family gives functions of the sort of `{name}`")
        if isinstance(value, Member):
            _takes(judge, name, sort, value)
    else:
        raise ValueError(f"`{name}` is a {sort}, of which there are no exact values")


def _is_timed(sort: Function) -> bool:
    """Whether the values are functions of a vector, one for each natural number."""
    return len(sort.arguments) == 2 and sort.arguments[0] == NAT and isinstance(sort.arguments[1], Matrix)


def _takes(judge: Evaluator, name: str, sort: Function, value: Member) -> None:
    """Raises ValueError unless the member's argument is that of the sort."""
    own, wanted = value.family.sort, sort.arguments[0]
    if isinstance(own, Function) and len(own.arguments) == 1 and own.result == REAL:
        given = own.arguments[0]
        try:
            if given == wanted and not isinstance(given, Matrix):
                return
            if value.evaluator.size(given, {}) == judge.size(wanted, {}):
                return
        except (Unsupported, Undefined, Undecided) as error:
            raise ValueError(f"the argument of `{name}`: {error}") from None
    raise ValueError(f"`{name}` must be a function of another sort than `{value.name}` gives")


def _fits_shape(judge: Evaluator, name: str, sort: Function, table: Tabulated) -> None:
    """Raises ValueError unless a table has an entry for all arguments of the sort."""
    shape: list[int] = []
    naturals: list[int] = []
    for argument in sort.arguments:
        if argument == NAT:
            naturals.append(len(shape))
            shape += table.shape[len(shape) : len(shape) + 1] or [0]
        else:
            shape += counts_of(judge, argument)
    if table.naturals != tuple(naturals) or any(shape[place] < 1 for place in naturals):
        raise ValueError(f"`{name}` must be a table with naturals at {naturals}")
    if table.shape != tuple(shape) or len(table.entries) != prod(shape):
        raise ValueError(f"`{name}` must be a table of shape {tuple(shape)}")


def counts_of(judge: Evaluator, sort: Sort) -> tuple[int, ...]:
    """The number of elements of an abstract type; for tuples of them, as often as they have places.
    Raises ValueError for any other sort."""
    if isinstance(sort, Power):
        return counts_of(judge, sort.element) * max(judge.integer(sort.count, {}), 0)
    if not isinstance(sort, Abstract):
        raise ValueError(f"a table of arguments in {sort}")
    return (len(judge.names[sort.name].parts),)


def read_process(
    judge: Evaluator, data: Mapping[str, Any], declared: Mapping[str, Declaration]
) -> tuple[tuple[str, ...], FiniteLaw]:
    """The joint law of the draws that have none of their own; each has a value of its sort at every
    outcome."""
    if set(data) != {"names", "weights", "outcomes"} or len(data["weights"]) != len(data["outcomes"]):
        raise ValueError("a process has names, and as many weights as outcomes")
    names = tuple(data["names"])
    free = {name for name, one in declared.items() if one.kind == "draw" and one.law is None}
    if set(names) != free or len(names) != len(free):
        raise ValueError(f"a process draws {', '.join(sorted(free))}")
    law = FiniteLaw(
        tuple(tuple(map(read_value, outcome)) for outcome in data["outcomes"]),
        tuple(map(read_number, data["weights"])),
    )
    _is_probability(", ".join(names), law)
    for outcome in law.outcomes:
        for name, value in zip(names, outcome, strict=True):
            fits(judge, name, declared[name].name.sort, value)
    return names, law


def _is_probability(name: str, law: FiniteLaw) -> None:
    if not law.outcomes or any(weight < 0 for weight in law.weights) or sum(law.weights, fmpq(0)) != 1:
        raise ValueError(f"the weights of `{name}` must be >= 0 with sum 1")


def read_number(data: Any) -> Any:
    """A rational from an integer or a text such as "-3/4"; floats and anything else raise ValueError."""
    if isinstance(data, bool) or not isinstance(data, int | str):
        raise ValueError(f"{data!r} is no rational")
    value = Fraction(data)
    return fmpq(value.numerator, value.denominator)


def read_value(data: Any, member: Callable[[Mapping[str, Any]], Value] | None = None) -> Value:
    """An exact value from plain data; ValueError for data of no known shape. `member` reads the members of
    user-defined families."""
    if isinstance(data, int | str):
        return read_number(data)
    if isinstance(data, list):
        if data and isinstance(data[0], list):
            return _read_matrix(data)
        return column([read_number(item) for item in data])
    if isinstance(data, Mapping):
        if set(data) == {"matrix"}:
            return _read_matrix(data["matrix"])
        if set(data) == {"elements"}:
            count = int(data["elements"])
            if not 1 <= count <= LARGEST_TYPE:
                raise ValueError(f"a type of {count} elements")
            return Extent("enumeration", tuple(fmpq(k) for k in range(1, count + 1)), TRUE)
        if set(data) == {"weights", "outcomes"}:
            if len(data["weights"]) != len(data["outcomes"]):
                raise ValueError("as many weights as outcomes are needed")
            return FiniteLaw(
                tuple(map(read_value, data["outcomes"])), tuple(map(read_number, data["weights"]))
            )
        if {"shape", "entries"} <= set(data) <= {"shape", "entries", "naturals"}:
            shape, naturals = (tuple(map(int, data.get(key, ()))) for key in ("shape", "naturals"))
            return Tabulated(shape, tuple(map(read_value, data["entries"])), naturals)
        if set(data) == {"set"}:
            return Extent("enumeration", tuple(dict.fromkeys(map(read_value, data["set"]))), TRUE)
        if set(data) == {"pair"}:
            left, right = map(read_value, data["pair"])
            return Pair(left, right)
        if set(data) == {"tilt", "of", "rate"}:
            return Tilt(str(data["of"]), str(data["tilt"]), read_number(data["rate"]))
        if set(data) == {"first", "items"}:
            return Listed(int(data["first"]), tuple(read_value(item, member) for item in data["items"]))
        if set(data) == {"defined", "parameters"} and member is not None:
            return member(data)
        return forms.read_form(data, read_number)
    raise ValueError(f"{data!r} is no value")


def _read_matrix(rows: Sequence[Sequence[Any]]) -> Grid:
    if not rows or len({len(row) for row in rows}) != 1:
        raise ValueError("a matrix with rows of unequal lengths, or none")
    entries = tuple(read_number(item) for row in rows for item in row)
    return Grid(len(rows), len(rows[0]), entries)
