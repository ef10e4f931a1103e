"""What a query reads from keys and values by softmax attention."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import (
    POSITIVE,
    REAL,
    UNIT,
    Context,
    Drawn,
    Family,
    direction,
    natural_range,
    nonnegative,
    scaled,
)
from boundkit.kernel.networks import SoftmaxAttention as Form


class SoftmaxAttention(Family):
    """x -> the mean of values in [low, high] with the weights softmax(<k_j, x>), for keys of norm at most r.
    With `lip` the values span at most 2*lip/r, from `low` on. There is none with low > high or a negative
    `lip`."""

    draws: ClassVar[str] = "function"
    takes: ClassVar[tuple[str, ...]] = ("low", "high", "lip", "keys")
    needs: ClassVar[tuple[str, ...]] = ("lip",)
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {"lipschitz": ("lip",), "bounded": ("low", "high")}
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"size": 1, "lip": 1},
        {"size": 2, "low": -1, "high": 3, "lip": 2},
    )

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, lip = context.arithmetic, arguments["lip"]
        radius = context.number("radius", POSITIVE)
        count = context.natural("keys", *natural_range(context, arguments, "keys", (2, 4)))
        keys, shares = [], []
        for k in range(1, count + 1):
            length = arithmetic.apply("*", (radius, context.number(f"key[{k}].share", UNIT)))
            keys.append(scaled(arithmetic, length, direction(context, f"key[{k}]", size[0])))
            shares.append(context.number(f"value[{k}]", UNIT))
        bounded = "low" in arguments and "high" in arguments
        low = arguments["low"] if bounded else context.number("low", REAL)
        span = arithmetic.apply("/", (arithmetic.apply("*", (arithmetic.rational(Fraction(2)), lip)), radius))
        high = arithmetic.apply("+", (low, span))
        properties: list[tuple[str, tuple[Any, ...]]] = [("lipschitz", (lip,))]
        conditions = nonnegative(arithmetic, lip)
        if bounded:
            most = arguments["high"]
            high = arithmetic.apply("min", (high, most))
            properties.append(("bounded", (low, most)))
            conditions += (arithmetic.compare("<=", low, most),)
        form = Form(tuple(keys), tuple(shares), low, high)
        return Drawn(form, tuple(properties), conditions=conditions)
