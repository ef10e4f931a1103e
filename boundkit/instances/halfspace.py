"""Functions with two values, one on each side of a hyperplane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import REAL, Context, Drawn, Family, direction, levels_of, one_of
from boundkit.kernel.networks import Halfspace as Form


class Halfspace(Family):
    """x -> one of the `levels` where <u, x> >= b for a direction u, and one of them elsewhere."""

    draws: ClassVar[str] = "function"
    takes: ClassVar[tuple[str, ...]] = ("levels",)
    needs: ClassVar[tuple[str, ...]] = ("levels",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1, "levels": (0, 1)},)

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        levels = levels_of(arguments)
        inside, outside = (one_of(context, side, levels) for side in ("inside", "outside"))
        slope = direction(context, "normal", size[0])
        return Drawn(Form(slope, context.number("offset", REAL), inside, outside))
