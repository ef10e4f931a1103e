"""SHELF: one family of instances a file: what it draws, what it guarantees, and its simplest member.

A module of this folder defines exactly one subclass of `Family`, named as the file
(`planted_max_affine.py`, `PlantedMaxAffine`). A family writes its draw once, over any arithmetic: on a tape
a coordinate is a random row, in the exact re-check it is a rational. What a family guarantees must
hold for all rational coordinates, without rounding: use rational maps (`direction`), never a square root."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import import_module
from itertools import product
from pkgutil import iter_modules
from typing import Any, ClassVar, Protocol

from boundkit.kernel.grids import total
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Arithmetic, Extent, Grid, column


@dataclass(frozen=True)
class Coordinate:
    """The law of one number. kind: `linear` (uniform on [low, high]), `log` (log-uniform, low > 0),
    `signed` (random sign times log-uniform), `integer` and `log_integer` (rounded down, both ends
    possible). With probability `share` one of the atoms is taken instead, each as likely."""

    kind: str
    low: Fraction
    high: Fraction
    atoms: tuple[Fraction, ...] = ()
    share: Fraction = Fraction(1, 4)

    def admits(self, value: Fraction) -> bool:
        """Whether the value is one that this law can give, up to rounding."""
        if value in self.atoms or (self.share == 1 and self.atoms):
            return value in self.atoms
        if self.kind in ("integer", "log_integer") and value.denominator != 1:
            return False
        return self.low <= (abs(value) if self.kind == "signed" else value) <= self.high


UNIT = Coordinate("linear", Fraction(0), Fraction(1), (Fraction(0), Fraction(1, 2), Fraction(1)))
CENTRED = Coordinate("linear", Fraction(-1), Fraction(1), (Fraction(0), Fraction(-1), Fraction(1)))
SIGN = Coordinate("linear", Fraction(-1), Fraction(1), (Fraction(1), Fraction(-1)), Fraction(1))
POSITIVE = Coordinate("log", Fraction(1, 1000), Fraction(1000), (Fraction(1),))
REAL = Coordinate("signed", Fraction(1, 1000), Fraction(1000), (Fraction(0), Fraction(1), Fraction(-1)))


class Context(Protocol):
    """Where a family draws: labels name the draws, and are the same in every arithmetic."""

    @property
    def arithmetic(self) -> Any: ...

    def number(self, label: str, law: Coordinate) -> Any:
        """A number with the law; the same label gives the same number."""
        ...

    def natural(self, label: str, low: int, high: int, law: str = "uniform") -> int:
        """An integer of the structure, which all lanes of a tape share."""
        ...

    def settled(self, value: Any) -> Any:
        """The value that is taken for a drawn one: on lanes itself, exactly a rational near it."""
        ...


@dataclass(frozen=True)
class Drawn:
    """What a family drew: a value, the properties it has (name, parameters), and its minimiser when it
    was planted. conditions: truth values that must all be true for the value to be a member; where one is
    not, the arguments contradict each other and there is no such member."""

    value: Any
    properties: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    minimiser: Any = None
    conditions: tuple[Any, ...] = ()


class Family(ABC):
    """One family.

    draws: `function` of a real vector, `vector`, `matrix`, `number`, or `any` value; `law`, which may be told
    the `elements` of a finite type, or the ends `low` and `high` of its outcomes; `algorithm`, a table that
    is told its `shape` and the number of `hypotheses`; `table`, one of numbers, told its `shape` and the ends
    `low` and `high` of its entries; `map`, a function from vectors to vectors, which is a form of
    `kernel.maps`; `process`, the joint law of a sequence, which is told its `places`; `sequence`, a listed
    one of numbers, told its `places`; `set`, a tuple of vectors. takes: parameter names in order; those in
    `needs` are required.
    integers: parameters that must be known integers, so that all instances of a structure share them.
    ensures: for functions, each property with the parameters that bound it. solves: whether members are what
    equations about them ask for. examples: parameter values (as rationals, with `size` for the dimension) for
    the conformance suite."""

    draws: ClassVar[str]
    takes: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[tuple[str, ...]] = ()
    integers: ClassVar[tuple[str, ...]] = ()
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    solves: ClassVar[bool] = False
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1}, {"size": 2})

    @abstractmethod
    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        """One member; `size` is that of the value, or of the argument of a function."""

    @property
    def name(self) -> str:
        """The name under which a model draws from it."""
        return type(self).__module__.rpartition(".")[2]


@cache
def shelf() -> Mapping[str, Family]:
    """All families by name, found by folder."""
    found = {}
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        contents = vars(import_module(f"{__name__}.{module.name}")).values()
        for entry in contents:
            if (
                isinstance(entry, type)
                and issubclass(entry, Family)
                and entry.__module__.endswith(module.name)
            ):
                found[module.name] = entry()
    return found


def direction(context: Context, label: str, size: int) -> tuple[Any, ...]:
    """A unit vector with rational coordinates when the draws are rational: the stereographic image of a
    point of the cube [-1, 1]^(size-1), with a random sign; all the axes are atoms.

    The law is not uniform on the sphere."""
    arithmetic = context.arithmetic
    sign = context.number(f"{label}.sign", SIGN)
    if size == 1:
        return (sign,)
    flat = [context.number(f"{label}.flat[{place}]", CENTRED) for place in range(1, size)]
    square = inner(arithmetic, flat, flat)
    one, two = arithmetic.rational(Fraction(1)), arithmetic.rational(Fraction(2))
    total = arithmetic.apply("+", (one, square))
    signed = arithmetic.apply("/", (sign, total))
    doubled = arithmetic.apply("*", (two, signed))
    entries = [arithmetic.apply("*", (doubled, part)) for part in flat]
    entries.append(arithmetic.apply("*", (signed, arithmetic.apply("-", (one, square)))))
    return tuple(entries)


def scaled(arithmetic: Arithmetic, factor: Any, vector: Sequence[Any]) -> tuple[Any, ...]:
    """factor * vector."""
    return tuple(arithmetic.apply("*", (factor, entry)) for entry in vector)


def inner(arithmetic: Arithmetic, left: Sequence[Any], right: Sequence[Any]) -> Any:
    """The inner product of vectors with at least one coordinate."""
    products = [arithmetic.apply("*", pair) for pair in zip(left, right, strict=True)]
    return products[0] if len(products) == 1 else arithmetic.apply("+", products)


def in_ball(context: Context, label: str, size: int, radius: Any, law: Coordinate = UNIT) -> Grid:
    """radius * r * u with a direction u and r drawn from `law` in [0, 1]."""
    arithmetic = context.arithmetic
    share = context.number(f"{label}.share", law)
    length = arithmetic.apply("*", (radius, share))
    return column(scaled(arithmetic, length, direction(context, label, size)))


def nonnegative(arithmetic: Arithmetic, *values: Any) -> tuple[Any, ...]:
    """The conditions that values are >= 0."""
    zero = arithmetic.rational(Fraction(0))
    return tuple(arithmetic.compare("<=", zero, value) for value in values)


def centre_of(context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> tuple[Any, ...]:
    """The coordinates of the argument `argmin`, or a drawn centre."""
    planted = arguments.get("argmin")
    if planted is None:
        return tuple(context.number(f"centre[{place}]", REAL) for place in range(1, size[0] + 1))
    return planted.entries if isinstance(planted, Grid) else (planted,)


def within(context: Context, label: str, arguments: Mapping[str, Any]) -> Any:
    """A number between the arguments `low` and `high`; any number where one of them is missing."""
    if "low" not in arguments or "high" not in arguments:
        return context.number(label, REAL)
    apply, (low, high) = context.arithmetic.apply, (arguments["low"], arguments["high"])
    return apply("+", (low, apply("*", (apply("-", (high, low)), context.number(label, UNIT)))))


def one_of(context: Context, label: str, elements: Sequence[Any]) -> Any:
    """An element of a finite type."""
    return elements[context.natural(label, 0, len(elements) - 1)]


def levels_of(arguments: Mapping[str, Any]) -> tuple[Any, ...]:
    """The numbers of the argument `levels`, a finite set that is not empty."""
    levels = arguments["levels"]
    found = levels.parts if isinstance(levels, Extent) and levels.kind == "enumeration" else levels
    if not isinstance(found, tuple) or not found:
        raise ValueError("`levels` must be a finite set of numbers")
    return found


def two_atoms(arithmetic: Arithmetic, first: Any, second: Any, share: Any) -> Drawn:
    """The law of `second` with probability `share`, else `first`; there is none unless 0 <= share <= 1."""
    one = arithmetic.rational(Fraction(1))
    law = FiniteLaw((first, second), (arithmetic.apply("-", (one, share)), share))
    return Drawn(law, conditions=(*nonnegative(arithmetic, share), arithmetic.compare("<=", share, one)))


def samples_of(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All samples of a table's shape, members counted from 0, in the order of its entries."""
    return product(*map(range, shape))


def private_base(context: Context, eps: Any, times: int) -> Any:
    """A number b >= 1, a little below exp(eps/times) so that b^times <= exp(eps) also when it is replaced by
    a rational near it."""
    arithmetic = context.arithmetic
    part = arithmetic.apply("*", (arithmetic.rational(Fraction(1, times)), eps))
    one, less = arithmetic.rational(Fraction(1)), arithmetic.rational(1 - Fraction(1, 2**40))
    found = context.settled(arithmetic.apply("*", (less, arithmetic.apply("exp", (part,)))))
    return arithmetic.apply("max", (found, one))


def tilted(arithmetic: Arithmetic, base: Any, exponents: Sequence[int]) -> FiniteLaw:
    """The law on 1, 2, … with weights in proportion to base^(-exponent), for integers >= 0."""
    shares = []
    for exponent in exponents:
        share = arithmetic.rational(Fraction(1))
        for _ in range(exponent):
            share = arithmetic.apply("/", (share, base))
        shares.append(share)
    whole = shares[0] if len(shares) == 1 else arithmetic.apply("+", shares)
    outcomes = tuple(arithmetic.rational(Fraction(k + 1)) for k in range(len(shares)))
    return FiniteLaw(outcomes, tuple(arithmetic.apply("/", (share, whole)) for share in shares))


def eliminated(arithmetic: Any, rows: list[list[Any]]) -> tuple[list[list[Any]], tuple[Any, ...]]:
    """The solutions of systems with one square matrix, a row for each unknown, and that the pivots are not
    0; zeros where one is. Each row is that of the matrix and its right sides; the rows are overwritten."""
    count, zero = len(rows), arithmetic.rational(Fraction(0))
    conditions = []
    for place in range(count):
        pivot = rows[place][place]
        conditions.append(arithmetic.compare("!=", zero, pivot))
        if conditions[-1] is False:
            return [[zero] * (len(row) - count) for row in rows], (False,)
        for other in range(count):
            if other == place:
                continue
            factor = arithmetic.apply("/", (rows[other][place], pivot))
            for k in range(place, len(rows[place])):
                moved = arithmetic.apply("*", (factor, rows[place][k]))
                rows[other][k] = arithmetic.apply("-", (rows[other][k], moved))
    solved = [
        [arithmetic.apply("/", (entry, row[place])) for entry in row[count:]]
        for place, row in enumerate(rows)
    ]
    return solved, tuple(conditions)


def mean_product(
    arithmetic: Arithmetic, weights: Sequence[Any], left: Sequence[Grid], right: Sequence[Grid]
) -> Grid:
    """The mean of a*b^T over pairs of vectors with these weights."""
    entries = [
        total(
            arithmetic,
            [
                arithmetic.apply("*", (weight, arithmetic.apply("*", (a.entries[i], b.entries[j]))))
                for weight, a, b in zip(weights, left, right, strict=True)
            ],
        )
        for i in range(left[0].rows)
        for j in range(right[0].rows)
    ]
    return Grid(left[0].rows, right[0].rows, tuple(entries))


def natural_range(
    context: Context, arguments: Mapping[str, Any], name: str, default: tuple[int, int]
) -> tuple[int, int]:
    """The ends of an argument that is a range or one known integer; ValueError for anything else."""
    given = arguments.get(name)
    if given is None:
        return default
    if isinstance(given, Extent) and given.kind == "range":
        first, last = given.parts
    else:
        first = last = None if isinstance(given, Extent) else context.arithmetic.integer(given)
    if first is None:
        raise ValueError(f"`{name}` must be a range or a known integer")
    if not 1 <= first <= last:
        raise ValueError(f"`{name}` must be a non-empty range of integers >= 1")
    return first, last
