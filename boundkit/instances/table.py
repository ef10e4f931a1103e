"""Real functions of elements of finite types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family


class Table(Family):
    """Every value drawn from the range that the theorem gives the function; `count` and `range` are read as
    remarks, since the sizes come from the types."""

    draws: ClassVar[str] = "table"
    takes: ClassVar[tuple[str, ...]] = ("count", "range")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        raise ValueError("a table is drawn for a function of abstract types only")
