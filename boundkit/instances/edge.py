"""Points of an interval or a ball with much weight on the boundary, the middle and the degenerate ones."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Coordinate, Drawn, Family, in_ball, nonnegative
from boundkit.kernel.values import Extent


class Edge(Family):
    """A ball: 0 and the boundary with probability 1/4 each, else inside. An interval: each end and the
    middle with probability 1/6, else inside."""

    draws: ClassVar[str] = "any"
    takes: ClassVar[tuple[str, ...]] = ("set",)
    needs: ClassVar[tuple[str, ...]] = ("set",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        extent = arguments["set"]
        half = Fraction(1, 2)
        if isinstance(extent, Extent) and extent.kind == "ball":
            law = Coordinate("linear", Fraction(0), Fraction(1), (Fraction(0), Fraction(1)), half)
            radius = extent.parts[1]
            point = in_ball(context, "point", size[0], radius, law)
            return Drawn(point, conditions=nonnegative(context.arithmetic, radius))
        if isinstance(extent, Extent) and len(extent.parts) == 2 and None not in extent.parts:
            law = Coordinate("linear", Fraction(0), Fraction(1), (Fraction(0), half, Fraction(1)), half)
            if extent.kind == "range":
                raise ValueError("`edge` takes a ball or a bounded interval")
            ordered = context.arithmetic.compare("<=", *extent.parts)
            return Drawn(between(context, "share", *extent.parts, law), conditions=(ordered,))
        raise ValueError("`edge` takes a ball or a bounded interval")


def between(context: Context, label: str, low: Any, high: Any, law: Coordinate) -> Any:
    """low + (high - low)*r with r drawn from a law on [0, 1]."""
    apply = context.arithmetic.apply
    return apply("+", (low, apply("*", (apply("-", (high, low)), context.number(label, law)))))
