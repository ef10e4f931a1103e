"""A few points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import REAL, Context, Drawn, Family, natural_range
from boundkit.kernel.values import column


class RandomCloud(Family):
    """Points of random coordinates; some may be equal."""

    draws: ClassVar[str] = "set"
    takes: ClassVar[tuple[str, ...]] = ("points",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1}, {"size": 2, "points": 3})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        count = context.natural("points", *natural_range(context, arguments, "points", (1, 4)))
        return Drawn(
            tuple(
                column([context.number(f"point[{k},{i}]", REAL) for i in range(1, size[0] + 1)])
                for k in range(1, count + 1)
            )
        )
