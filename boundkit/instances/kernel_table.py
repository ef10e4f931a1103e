"""Algorithms and kernels without structure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family, samples_of
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Tabulated


class KernelTable(Family):
    """For each sample a law on 1..hypotheses, by breaking a stick: any kernel can be drawn."""

    draws: ClassVar[str] = "algorithm"
    takes: ClassVar[tuple[str, ...]] = ("hypotheses",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 2, "hypotheses": 3},)

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, count = context.arithmetic, arguments["hypotheses"]
        outcomes = tuple(arithmetic.rational(Fraction(k)) for k in range(1, count + 1))
        entries = []
        for place, _ in enumerate(samples_of(arguments["shape"]), 1):
            rest, shares = arithmetic.rational(Fraction(1)), []
            for k in range(1, count):
                share = arithmetic.apply("*", (rest, context.number(f"share[{place},{k}]", UNIT)))
                shares.append(share)
                rest = arithmetic.apply("-", (rest, share))
            entries.append(FiniteLaw(outcomes, (*shares, rest)))
        return Drawn(Tabulated(arguments["shape"], tuple(entries)))
