"""An affine function cut off below and above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import REAL, UNIT, Context, Drawn, Family, in_ball, nonnegative
from boundkit.kernel.forms import ClippedAffine as Form


class ClippedAffine(Family):
    """x -> min(max(<s, x> + b, low), high), with |s| <= lip when `lip` is given. There is none with
    low > high or a negative `lip`."""

    draws: ClassVar[str] = "function"
    takes: ClassVar[tuple[str, ...]] = ("low", "high", "lip")
    needs: ClassVar[tuple[str, ...]] = ("low", "high")
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {"bounded": ("low", "high"), "lipschitz": ("lip",)}
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"size": 1, "low": 0, "high": 1},
        {"size": 2, "low": -1, "high": 3, "lip": 2},
    )

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic = context.arithmetic
        low, high, lip = arguments["low"], arguments["high"], arguments.get("lip")
        properties: list[tuple[str, tuple[Any, ...]]] = [("bounded", (low, high))]
        conditions: tuple[Any, ...] = (arithmetic.compare("<=", low, high),)
        if lip is None:
            slope = tuple(context.number(f"slope[{place}]", REAL) for place in range(1, size[0] + 1))
        else:
            slope = in_ball(context, "slope", size[0], lip, UNIT).entries
            properties.append(("lipschitz", (lip,)))
            conditions += nonnegative(arithmetic, lip)
        form = Form(slope, context.number("offset", REAL), low, high)
        return Drawn(form, tuple(properties), conditions=conditions)
