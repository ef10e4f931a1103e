"""Huber's function of the distance to a point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import POSITIVE, Context, Drawn, Family, centre_of, nonnegative
from boundkit.kernel.forms import Huber as Form


class Huber(Family):
    """lip * h(||x - argmin||), h quadratic up to a width and linear beyond. With `smooth` alone or with
    both, the width is at least lip/smooth. There is none with a negative `lip` or `smooth`."""

    draws: ClassVar[str] = "function"
    takes: ClassVar[tuple[str, ...]] = ("argmin", "lip", "smooth")
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "convex": (),
        "lipschitz": ("lip",),
        "smooth": ("smooth",),
    }
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"size": 1, "lip": 1},
        {"size": 2, "lip": 2, "smooth": 1},
        {"size": 2, "smooth": 3},
    )

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic = context.arithmetic
        width = context.number("width", POSITIVE)
        lip, smooth = arguments.get("lip"), arguments.get("smooth")
        scale = lip
        properties: list[tuple[str, tuple[Any, ...]]] = [("convex", ())]
        if smooth is not None:
            most = arithmetic.apply("*", (smooth, width))
            if lip is None:
                scale = most
            else:
                scale = arithmetic.apply("min", (lip, most))
            properties.append(("smooth", (smooth,)))
        if scale is None:
            scale = context.number("scale", POSITIVE)
        if lip is not None:
            properties.append(("lipschitz", (lip,)))
        form = Form(scale, width, centre_of(context, size, arguments))
        given = (bound for bound in (lip, smooth) if bound is not None)
        conditions = nonnegative(arithmetic, *given)
        return Drawn(form, tuple(properties), arguments.get("argmin"), conditions)
