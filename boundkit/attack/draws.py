"""Where families draw: on the lanes of a tape, or exactly from given coordinates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

from flint import arb

from boundkit.attack import machine as m
from boundkit.attack.lanes import Lanes
from boundkit.attack.tape import Builder, Node, TapeTooLong
from boundkit.instances import Context, Coordinate
from boundkit.kernel.exact import Exact
from boundkit.kernel.values import Grid, Unsupported

FINEST = 10**15
"""The largest denominator of a rational that stands for a number that is not rational."""


@dataclass
class Sizes:
    """The integers of a structure. Those not chosen yet are the smallest plus `extra` (by label, "" for all
    others), or random when there is a `source`. Sizes that are at least as large as some `barred` ones
    raise TapeTooLong."""

    extra: Mapping[str, int] = field(default_factory=dict)
    source: Random | None = None
    chosen: dict[str, int] = field(default_factory=dict)
    least: dict[str, int] = field(default_factory=dict)
    barred: Sequence[Mapping[str, int]] = ()

    @property
    def barred_now(self) -> bool:
        """Whether the sizes chosen so far are at least as large as some barred ones."""
        chosen = self.chosen
        return any(all(chosen.get(name, -1) >= size for name, size in b.items()) for b in self.barred)

    def natural(self, label: str, low: int, high: int, law: str) -> int:
        """The integer with this label, from low..high by the law `uniform` or `loguniform`."""
        if high < low:
            raise Unsupported(f"`{label}` in the empty range {low}..{high}")
        self.least[label] = low
        if label not in self.chosen:
            if self.source is None:
                value = low + self.extra.get(label, self.extra.get("", 0))
            elif law == "uniform":
                value = self.source.randint(low, high)
            else:
                start = math.log(max(low, 1))
                top = math.log(high + 1) - start
                value = (
                    int(math.exp(start + top * self.source.random())) if self.source.random() < 0.9 else low
                )
                value = max(value, low)
            self.chosen[label] = min(value, high)
            if self.barred_now:
                raise TapeTooLong("sizes at least as large as ones that were too large")
        return self.chosen[label]


class Sampling:
    """Draws on a tape; remembers each coordinate's law and row by label."""

    def __init__(self, arithmetic: Lanes, sizes: Sizes) -> None:
        self.arithmetic = arithmetic
        self.sizes = sizes
        self.coordinates: dict[str, tuple[Coordinate, Node]] = {}

    def natural(self, label: str, low: int, high: int, law: str = "uniform") -> int:
        return self.sizes.natural(label, low, high, law)

    def number(self, label: str, law: Coordinate) -> Any:
        if label not in self.coordinates:
            builder = self.arithmetic.builder
            node = builder.mark_exact(_from_uniform(builder, builder.draw(), law))
            self.coordinates[label] = (law, node)
        return self.coordinates[label][1]

    def settled(self, value: Any) -> Any:
        return value


class Given:
    """Takes every coordinate and size from what is given, exactly. A value that is not rational, such as
    one drawn below ln(q), is replaced by a rational of denominator at most `denominator`, the nearest or,
    `inward`, one no larger in size; `replaced` says whether any was, `mended` how many terms were evaluated
    to move values onto hypotheses."""

    def __init__(
        self,
        arithmetic: Exact,
        sizes: Mapping[str, int],
        coordinates: Mapping[str, Fraction],
        denominator: int = FINEST,
        inward: bool = False,
    ) -> None:
        self.arithmetic = arithmetic
        self.sizes = sizes
        self.coordinates = coordinates
        self.denominator = denominator
        self.inward = inward
        self.replaced = False
        self.mended = 0

    def natural(self, label: str, low: int, high: int, law: str = "uniform") -> int:
        return min(max(self.sizes[label], low), high)

    def number(self, label: str, law: Coordinate) -> Any:
        return self.arithmetic.rational(self.coordinates[label])

    def settled(self, value: Any) -> Any:
        if isinstance(value, Grid):
            return Grid(value.rows, value.columns, tuple(map(self.settled, value.entries)))
        if not isinstance(value, arb) or not value.is_finite():
            return value
        self.replaced = True
        middle = value.mid().fmpq()
        exact = Fraction(int(middle.p), int(middle.q))
        size = abs(exact)
        near = size.limit_denominator(self.denominator)
        if self.inward and near >= size:
            near = Fraction(math.ceil(size * self.denominator) - 1, self.denominator)
        return self.arithmetic.rational(near if exact > 0 else -near)


@dataclass
class Prefixed:
    """A context whose labels start with a name."""

    context: Context
    prefix: str

    @property
    def arithmetic(self) -> Any:
        return self.context.arithmetic

    def natural(self, label: str, low: int, high: int, law: str = "uniform") -> int:
        return self.context.natural(f"{self.prefix}.{label}", low, high, law)

    def number(self, label: str, law: Coordinate) -> Any:
        return self.context.number(f"{self.prefix}.{label}", law)

    def settled(self, value: Any) -> Any:
        return self.context.settled(value)


def describe(law: Coordinate, low: Any, width: Any) -> str:
    """A law in words for the printed model."""
    ends = f"{float(law.low):g}..{float(law.high):g}"
    text = {"linear": "uniform", "log": "loguniform", "signed": "signed loguniform"}.get(law.kind, law.kind)
    atoms = f" with atoms {', '.join(f'{float(atom):g}' for atom in law.atoms)}" if law.atoms else ""
    shifted = " between its bounds" if width is not None else ""
    return f"{text}({ends}){atoms}{shifted}"


def _from_uniform(builder: Builder, u: Node, law: Coordinate) -> Node:
    """The row of values with the law, from a row of uniforms."""
    share = float(law.share) if law.atoms else 0.0
    count = len(law.atoms)
    emit = builder.emit
    if share < 1.0:
        v = u
        if share > 0.0:
            v = emit(m.ADDC, emit(m.MULC, u, constant=1 / (1 - share)), constant=-share / (1 - share))
        value = _spread(builder, v, law)
    else:
        value = builder.constant(float(law.atoms[-1]))
        count -= 1
    for place in range(count - 1, -1, -1):
        edge = builder.constant(share * (place + 1) / len(law.atoms))
        atom = builder.constant(float(law.atoms[place]))
        value = emit(m.SELECT, atom, value, emit(m.LT, u, edge))
    return value


def _spread(builder: Builder, v: Node, law: Coordinate) -> Node:
    emit = builder.emit
    low, high = float(law.low), float(law.high)
    if law.kind in ("linear", "integer"):
        width = high - low + (1.0 if law.kind == "integer" else 0.0)
        value = emit(m.ADDC, emit(m.MULC, v, constant=width), constant=low)
    else:
        top = high + 1.0 if law.kind == "log_integer" else high
        signed = law.kind == "signed"
        w = emit(m.ADDC, emit(m.MULC, v, constant=2.0), constant=-1.0) if signed else v
        part = emit(m.ABS, w) if signed else w
        exponent = emit(m.ADDC, emit(m.MULC, part, constant=math.log(top / low)), constant=math.log(low))
        value = emit(m.EXP, exponent)
        if signed:
            value = emit(m.SELECT, emit(m.NEG, value), value, emit(m.LT, w, builder.constant(0.0)))
    if law.kind in ("integer", "log_integer"):
        value = emit(m.MIN, emit(m.FLOOR, value), builder.constant(high))
    return value
