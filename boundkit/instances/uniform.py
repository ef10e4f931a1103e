"""Numbers uniform on an interval, integers uniform on a range."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Coordinate, Drawn, Family
from boundkit.kernel.values import Extent


class Uniform(Family):
    """An interval: uniform, with the ends and the middle as atoms. A range: a uniform integer, a different
    one in each lane."""

    draws: ClassVar[str] = "number"
    takes: ClassVar[tuple[str, ...]] = ("set",)
    needs: ClassVar[tuple[str, ...]] = ("set",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        extent = arguments["set"]
        if not isinstance(extent, Extent) or len(extent.parts) != 2 or None in extent.parts:
            raise ValueError("`uniform` takes a range or a bounded interval")
        low, high = extent.parts
        if extent.kind == "range":
            if high < low:
                raise ValueError("`uniform` takes a non-empty range")
            ends = (Fraction(low), Fraction(high))
            return Drawn(context.number("integer", Coordinate("integer", *ends, ends)))
        apply = context.arithmetic.apply
        share = context.number("share", UNIT)
        value = apply("+", (low, apply("*", (apply("-", (high, low)), share))))
        return Drawn(value, conditions=(context.arithmetic.compare("<=", low, high),))
