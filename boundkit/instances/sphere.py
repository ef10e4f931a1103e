"""Points of a sphere around 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, direction, nonnegative, scaled
from boundkit.kernel.values import column


class Sphere(Family):
    """radius * u with a direction u."""

    draws: ClassVar[str] = "vector"
    takes: ClassVar[tuple[str, ...]] = ("radius",)
    needs: ClassVar[tuple[str, ...]] = ("radius",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1, "radius": 1}, {"size": 3, "radius": 2})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        unit = direction(context, "point", size[0])
        point = column(scaled(context.arithmetic, arguments["radius"], unit))
        return Drawn(point, conditions=nonnegative(context.arithmetic, arguments["radius"]))
