"""Numbers log-uniform on an interval of positive ones, integers likewise."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Coordinate, Drawn, Family
from boundkit.kernel.values import Extent


class Loguniform(Family):
    """An interval or range with known rational ends; the ends are atoms."""

    draws: ClassVar[str] = "number"
    takes: ClassVar[tuple[str, ...]] = ("set",)
    needs: ClassVar[tuple[str, ...]] = ("set",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        extent = arguments["set"]
        if not isinstance(extent, Extent) or len(extent.parts) != 2 or None in extent.parts:
            raise ValueError("`loguniform` takes a range or a bounded interval")
        low, high = (known(end) for end in extent.parts)
        if not 0 < low <= high:
            raise ValueError("`loguniform` takes positive numbers")
        kind = "log_integer" if extent.kind == "range" else "log"
        return Drawn(context.number("value", Coordinate(kind, low, high, (low, high))))


def known(end: Any) -> Fraction:
    """A rational end; ValueError when it is none."""
    if isinstance(end, int | Fraction):
        return Fraction(end)
    if hasattr(end, "p"):
        return Fraction(int(end.p), int(end.q))
    raise ValueError("the ends must be known rationals")
