"""A tent: Lipschitz and bounded, not convex."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import POSITIVE, Context, Drawn, Family, centre_of, nonnegative
from boundkit.kernel.forms import Tent


class Tent1d(Family):
    """x -> lip * width * max(0, 1 - ||x - centre||/width)."""

    draws: ClassVar[str] = "function"
    takes: ClassVar[tuple[str, ...]] = ("lip",)
    needs: ClassVar[tuple[str, ...]] = ("lip",)
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {"lipschitz": ("lip",)}
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1, "lip": 1}, {"size": 2, "lip": 2})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        width = context.number("width", POSITIVE)
        lip = arguments["lip"]
        height = context.arithmetic.apply("*", (lip, width))
        form = Tent(height, width, centre_of(context, size, {}))
        return Drawn(form, (("lipschitz", (lip,)),), conditions=nonnegative(context.arithmetic, lip))
