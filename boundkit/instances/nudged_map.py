"""Maps near another one, such as a learned one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family, direction, nonnegative, scaled


class NudgedMap(Family):
    """The map `of` plus a drawn vector of length at most `error`. There is none with error < 0."""

    draws: ClassVar[str] = "map"
    takes: ClassVar[tuple[str, ...]] = ("of", "error")
    needs: ClassVar[tuple[str, ...]] = ("of", "error")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, original, error = context.arithmetic, arguments["of"], arguments["error"]
        if not hasattr(original, "moved"):
            raise ValueError("`of` must be a map that is drawn from a family of maps")
        length = arithmetic.apply("*", (error, context.number("share", UNIT)))
        shift = scaled(arithmetic, length, direction(context, "shift", size[0]))
        value = original.moved(arithmetic, shift)
        return Drawn(value, conditions=nonnegative(arithmetic, error))
