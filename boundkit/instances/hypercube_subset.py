"""Corners of the cube."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import SIGN, Context, Drawn, Family, natural_range
from boundkit.kernel.values import column


class HypercubeSubset(Family):
    """Corners of [-1, 1]^m, at distances of 2 and more, of which some may be equal."""

    draws: ClassVar[str] = "set"
    takes: ClassVar[tuple[str, ...]] = ("points",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1}, {"size": 3, "points": 4})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        count = context.natural("points", *natural_range(context, arguments, "points", (1, 4)))
        places = range(1, size[0] + 1)
        return Drawn(
            tuple(column([context.number(f"corner[{k},{i}]", SIGN) for i in places]) for k in range(count))
        )
