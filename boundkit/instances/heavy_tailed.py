"""Finite laws of small variance but for rare and large atoms."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Coordinate, Drawn, Family
from boundkit.kernel.laws import FiniteLaw

RARITY = Coordinate("log", Fraction(1, 10**6), Fraction(1, 2), (Fraction(1, 10**6), Fraction(1, 4)))


class HeavyTailed(Family):
    """0, and with probability p each of b and -b with b = p^(-k), for rare p and k in 0..3: the moments of
    order above 1/k grow without bound as p vanishes."""

    draws: ClassVar[str] = "law"
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1},)

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic = context.arithmetic
        zero, one = (arithmetic.rational(Fraction(value)) for value in (0, 1))
        p = context.number("p", RARITY)
        order = context.natural("order", 0, 3)
        large = one
        for _ in range(order):
            large = arithmetic.apply("/", (large, p))
        rest = arithmetic.apply("-", (one, arithmetic.apply("+", (p, p))))
        return Drawn(FiniteLaw((zero, large, arithmetic.apply("neg", (large,))), (rest, p, p)))
