"""A subgradient of a function at a point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family


class Subgradient(Family):
    """The function's own choice: the gradient where there is one, else that of the first active piece."""

    draws: ClassVar[str] = "any"
    takes: ClassVar[tuple[str, ...]] = ("function", "point")
    needs: ClassVar[tuple[str, ...]] = ("function", "point")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        return Drawn(arguments["function"].subgradient(context.arithmetic, arguments["point"]))
