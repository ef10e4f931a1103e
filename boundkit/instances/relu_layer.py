"""A layer of rectified linear units with weights on its outputs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import (
    CENTRED,
    REAL,
    Context,
    Drawn,
    Family,
    direction,
    natural_range,
    nonnegative,
)
from boundkit.kernel.networks import ReluLayer as Form


class ReluLayer(Family):
    """x -> the sum over k of c_k*max(<u_k, x> + b_k, 0) with directions u_k and |c_k| <= lip/units, of any
    sign; Lipschitz, and in general not convex. One unit of weight lip is an atom, at which the bound is
    attained. There is none with a negative `lip`."""

    draws: ClassVar[str] = "function"
    takes: ClassVar[tuple[str, ...]] = ("lip", "units")
    needs: ClassVar[tuple[str, ...]] = ("lip",)
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {"lipschitz": ("lip",)}
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1, "lip": 1}, {"size": 3, "lip": 2})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, lip = context.arithmetic, arguments["lip"]
        units = context.natural("units", *natural_range(context, arguments, "units", (1, 3)))
        each = arithmetic.apply("*", (arithmetic.rational(Fraction(1, units)), lip))
        slopes, offsets, weights = [], [], []
        for k in range(1, units + 1):
            slopes.append(direction(context, f"unit[{k}]", size[0]))
            offsets.append(context.number(f"offset[{k}]", REAL))
            weights.append(arithmetic.apply("*", (each, context.number(f"weight[{k}]", CENTRED))))
        form = Form(tuple(slopes), tuple(offsets), tuple(weights))
        return Drawn(form, (("lipschitz", (lip,)),), conditions=nonnegative(arithmetic, lip))
