"""A multiple of the distance to a point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family, centre_of, nonnegative
from boundkit.kernel.forms import Distance


class NormBallDistance(Family):
    """x -> lip * r * ||x - argmin|| with r in [0, 1]."""

    draws: ClassVar[str] = "function"
    takes: ClassVar[tuple[str, ...]] = ("argmin", "lip")
    needs: ClassVar[tuple[str, ...]] = ("lip",)
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {"convex": (), "lipschitz": ("lip",)}
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1, "lip": 1}, {"size": 3, "lip": 2})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        lip = arguments["lip"]
        scale = context.arithmetic.apply("*", (lip, context.number("share", UNIT)))
        form = Distance(scale, centre_of(context, size, arguments))
        return Drawn(
            form,
            (("convex", ()), ("lipschitz", (lip,))),
            arguments.get("argmin"),
            nonnegative(context.arithmetic, lip),
        )
