"""Affine maps of a vector space, such as retraining on infinitely many samples near its fixed point."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import CENTRED, Context, Drawn, Family, direction, nonnegative
from boundkit.kernel.maps import AffineMap as Form
from boundkit.kernel.values import Grid


class AffineMap(Family):
    """x -> image + s*H*(x - fixed) with a reflection H and a number s with |s| <= lip; the image of `fixed`
    is `fixed` itself where that is given, else both are drawn. There is none with lip < 0."""

    draws: ClassVar[str] = "map"
    takes: ClassVar[tuple[str, ...]] = ("lip", "fixed")
    needs: ClassVar[tuple[str, ...]] = ("lip",)
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {"lipschitz": ("lip",)}
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1, "lip": 2}, {"size": 3, "lip": 1})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, count = context.arithmetic, size[0]
        zero, one, two = (arithmetic.rational(Fraction(k)) for k in range(3))
        scale = arithmetic.apply("*", (arguments["lip"], context.number("share", CENTRED)))
        unit = direction(context, "mirror", count)
        rows = []
        for i in range(count):
            row = []
            for j in range(count):
                twice = arithmetic.apply("*", (two, arithmetic.apply("*", (unit[i], unit[j]))))
                entry = arithmetic.apply("-", (one if i == j else zero, twice))
                row.append(arithmetic.apply("*", (scale, entry)))
            rows.append(tuple(row))
        if "fixed" in arguments:
            fixed = arguments["fixed"]
            centre = image = fixed.entries if isinstance(fixed, Grid) else (fixed,)
        else:
            centre, image = (
                tuple(context.number(f"{label}[{k}]", CENTRED) for k in range(1, count + 1))
                for label in ("centre", "image")
            )
        form = Form(tuple(rows), centre, image)
        conditions = nonnegative(arithmetic, arguments["lip"])
        return Drawn(form, (("lipschitz", (arguments["lip"],)),), conditions=conditions)
