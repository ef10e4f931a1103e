"""The maximum of a few affine functions with a chosen minimiser."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import (
    UNIT,
    Context,
    Coordinate,
    Drawn,
    Family,
    centre_of,
    direction,
    inner,
    natural_range,
    nonnegative,
    scaled,
)
from boundkit.kernel.forms import MaxAffine


class PlantedMaxAffine(Family):
    """x -> max over k of <s_k, x - argmin> - c_k with |s_k| <= lip; a non-negative combination of slopes
    with c_k = 0 is zero, so `argmin` minimises over the whole space. One piece is the constant 0.

    Reference: maxima of affine functions attain the lower bounds for subgradient methods
    (Nesterov, Introductory Lectures on Convex Optimization, 3.2.1)."""

    draws: ClassVar[str] = "function"
    takes: ClassVar[tuple[str, ...]] = ("argmin", "lip", "pieces")
    needs: ClassVar[tuple[str, ...]] = ("lip",)
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {"convex": (), "lipschitz": ("lip",)}
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"size": 1, "lip": 1},
        {"size": 2, "lip": 3},
        {"size": 3, "lip": Fraction(1, 2)},
    )

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic = context.arithmetic
        lip, centre = arguments["lip"], centre_of(context, size, arguments)
        low, high = natural_range(context, arguments, "pieces", (1, 4))
        pieces = context.natural("pieces", low, high)
        zero = arithmetic.rational(Fraction(0))
        if pieces == 1:
            slopes = [(zero,) * len(centre)]
        else:
            slopes = [self._slope(context, f"slope[{k}]", len(centre), lip) for k in range(1, pieces)]
            balance = context.number(
                "balance", Coordinate("linear", Fraction(0), Fraction(1), (Fraction(1),))
            )
            slopes.append(scaled(arithmetic, arithmetic.apply("neg", (balance,)), slopes[0]))
        last = len(slopes) - 1
        offsets = []
        for k, slope in enumerate(slopes):
            offset = arithmetic.apply("neg", (inner(arithmetic, slope, centre),))
            if 0 < k < last:
                share = context.number(f"depth[{k + 1}]", UNIT)
                offset = arithmetic.apply("-", (offset, arithmetic.apply("*", (lip, share))))
            offsets.append(offset)
        form = MaxAffine(tuple(slopes), tuple(offsets))
        return Drawn(
            form,
            (("convex", ()), ("lipschitz", (lip,))),
            arguments.get("argmin"),
            nonnegative(arithmetic, lip),
        )

    def _slope(self, context: Context, label: str, size: int, lip: Any) -> tuple[Any, ...]:
        share = context.number(
            f"{label}.share", Coordinate("linear", Fraction(0), Fraction(1), (Fraction(1),))
        )
        length = context.arithmetic.apply("*", (lip, share))
        return scaled(context.arithmetic, length, direction(context, label, size))
