"""Laws on two numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family, two_atoms, within


class TwoPoint(Family):
    """Two atoms between `low` and `high` (anywhere where these are not given), of weights 1 - p and p."""

    draws: ClassVar[str] = "law"
    takes: ClassVar[tuple[str, ...]] = ("low", "high")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1}, {"size": 1, "low": -1, "high": 2})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        first, second = (within(context, f"atom[{place}]", arguments) for place in (1, 2))
        return two_atoms(context.arithmetic, first, second, context.number("p", UNIT))
