"""Two points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import POSITIVE, Context, Drawn, Family, direction, scaled
from boundkit.kernel.values import column


class PointPair(Family):
    """c*u and -c*u, for a direction u and a scale c > 0."""

    draws: ClassVar[str] = "set"
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1}, {"size": 3})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic = context.arithmetic
        one = scaled(arithmetic, context.number("scale", POSITIVE), direction(context, "axis", size[0]))
        return Drawn((column(one), column([arithmetic.apply("neg", (entry,)) for entry in one])))
