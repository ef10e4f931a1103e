"""Values of terms at one instance, and what an arithmetic of numbers and truth values must offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any, Protocol

from boundkit.ir.terms import Term

Truth = Any
Value = Any


class Unsupported(Exception):
    """The term uses something that this evaluator does not know; the text names it."""


class TooLarge(Unsupported):
    """A sum over more outcomes than the limit."""


class Exhausted(Exception):
    """The budget of evaluations is spent."""


class Absent(Exception):
    """An index outside the range of a sequence, or an extremum over an empty set: undefined."""


class Arithmetic(Protocol):
    """Numbers and truth values. `apply` takes the heads of `ir.functions`; `integer` gives a number that is a
    known integer, else None; `choose` evaluates the branches that may matter; `every` and `some` are the
    connectives over lazily evaluated parts; `indicator` is 1 or 0. In an `exact` one truth values are True,
    False or None, numbers may be those of `kernel.extended`, and it has `outermost`, which is told the sides
    of a relation that is in no other and in no probability, and `leave_open`, that something is not said."""

    exact: bool

    def rational(self, value: Fraction) -> Any: ...

    def apply(self, head: str, args: Sequence[Any], /) -> Any: ...

    def integer(self, value: Any) -> int | None: ...

    def compare(self, head: str, left: Any, right: Any) -> Truth: ...

    def constant(self, truth: bool) -> Truth: ...

    def every(self, parts: Iterable[Callable[[], Truth]]) -> Truth: ...

    def some(self, parts: Iterable[Callable[[], Truth]]) -> Truth: ...

    def negation(self, truth: Truth) -> Truth: ...

    def one_sided(self, truth: Truth) -> Truth: ...

    def indicator(self, truth: Truth) -> Any: ...

    def choose(self, condition: Truth, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any: ...


@dataclass(frozen=True)
class Grid:
    """A matrix of `rows` by `columns`, entries row by row; a vector has one column."""

    rows: int
    columns: int
    entries: tuple[Any, ...]

    def row(self, place: int) -> tuple[Any, ...]:
        """Entries of row `place`, counted from 0."""
        return self.entries[place * self.columns : (place + 1) * self.columns]


def column(entries: Sequence[Any]) -> Grid:
    """A column vector."""
    return Grid(len(entries), 1, tuple(entries))


class Indexed(Protocol):
    """A sequence: `at(place)` raises Absent outside its range."""

    def at(self, place: int) -> Value: ...


class FunctionForm(Protocol):
    """A function of a real vector. `name` and `parameters` describe it exactly; forms that can also
    give a subgradient or a gradient have `subgradient`."""

    name: str

    def value(self, arithmetic: Arithmetic, point: Value) -> Any: ...

    def subgradient(self, arithmetic: Arithmetic, point: Value) -> Value: ...


@dataclass(frozen=True)
class Listed:
    """A finite list of values from place `first` on."""

    first: int
    items: tuple[Value, ...]

    def at(self, place: int) -> Value:
        if not self.first <= place < self.first + len(self.items):
            raise Absent(
                f"place {place} of a sequence given on {self.first}..{self.first + len(self.items) - 1}"
            )
        return self.items[place - self.first]


@dataclass
class Grown:
    """A sequence whose element at `place` is computed when first asked for, after the earlier ones."""

    first: int
    last: int | None
    make: Callable[[int], Value]
    known: dict[int, Value] = field(default_factory=dict)

    def at(self, place: int) -> Value:
        if place < self.first or (self.last is not None and place > self.last):
            raise Absent(f"place {place} of a sequence that starts at {self.first}")
        if place not in self.known:
            for earlier in range(self.first, place + 1):
                if earlier not in self.known:
                    self.known[earlier] = self.make(earlier)
        return self.known[place]


@dataclass(frozen=True)
class Extent:
    """A set at an instance. `kind` is a head of SET_HEADS, or `argmin` or `argmax`; `parts` are its
    evaluated arguments, None standing for an infinite end; `term` is what was written."""

    kind: str
    parts: tuple[Value, ...]
    term: Term


@dataclass(frozen=True)
class Pair:
    """A pair."""

    left: Value
    right: Value


@dataclass(frozen=True)
class Tabulated:
    """A function of elements of finite types, which are numbered from 1, and of tuples of them: entries in
    the order in which the last argument runs fastest; a tuple counts as so many arguments. Entries are
    numbers, elements of a finite type, laws, or vectors. The arguments at the places `naturals` (counted from
    0) are natural numbers: 0, 1, … up to the size less 1, which stands for all larger ones too."""

    shape: tuple[int, ...]
    entries: tuple[Any, ...]
    naturals: tuple[int, ...] = ()
    name = "table"

    def at(self, arithmetic: Arithmetic, arguments: Sequence[Value]) -> Any:
        """The entry; Absent outside the shape. Where an argument is no known integer, the entries are chosen
        among by comparing it with each element."""
        flat = list(_places(arguments))
        if len(flat) != len(self.shape):
            raise Unsupported(f"a table of {len(self.shape)} arguments with {len(flat)}")
        return self._entry(arithmetic, flat, 0)

    def _entry(self, arithmetic: Arithmetic, arguments: Sequence[Value], before: int) -> Any:
        place = len(self.shape) - len(arguments)
        if not arguments:
            return self.entries[before]
        size, argument = self.shape[place], arguments[0]
        first = 0 if place in self.naturals else 1
        index = arithmetic.integer(argument)
        if index is not None:
            if first == 0:
                index = min(index, size - 1) + 1
            if not 1 <= index <= size:
                raise Absent(f"element {index} of {size}")
            return self._entry(arithmetic, arguments[1:], before * size + index - 1)
        chosen = self._entry(arithmetic, arguments[1:], before * size + size - 1)
        for other in range(size - 1, 0, -1):
            equal = arithmetic.compare("=", argument, arithmetic.rational(Fraction(other - 1 + first)))
            entry = self._entry(arithmetic, arguments[1:], before * size + other - 1)
            chosen = arithmetic.choose(equal, partial(_same, entry), partial(_same, chosen))
        return chosen


def _same(value: Value) -> Value:
    return value


def _places(arguments: Iterable[Value]) -> Iterator[Value]:
    """The arguments of a table, with the entries of tuples, also of tuples of them, in their order."""
    for argument in arguments:
        if isinstance(argument, Listed):
            yield from _places(argument.items)
        elif isinstance(argument, Grid):
            raise Unsupported("a table of vectors")
        else:
            yield argument
