"""Points of a ball around 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family, in_ball, nonnegative


class Ball(Family):
    """radius * r * u, with a direction u and r in [0, 1]; 0 and the boundary are atoms."""

    draws: ClassVar[str] = "vector"
    takes: ClassVar[tuple[str, ...]] = ("radius",)
    needs: ClassVar[tuple[str, ...]] = ("radius",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1, "radius": 1}, {"size": 3, "radius": 2})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        radius = arguments["radius"]
        point = in_ball(context, "point", size[0], radius, UNIT)
        return Drawn(point, conditions=nonnegative(context.arithmetic, radius))
