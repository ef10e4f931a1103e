"""Uniform laws on a few points, as a sample gives them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, natural_range, one_of, within
from boundkit.kernel.laws import FiniteLaw


class Empirical(Family):
    """Mass 1/m at each of m points, which may coincide: of a finite type, or numbers between `low` and
    `high`."""

    draws: ClassVar[str] = "law"
    takes: ClassVar[tuple[str, ...]] = ("points", "low", "high")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1}, {"size": 1, "points": 4})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        count = context.natural("points", *natural_range(context, arguments, "points", (1, 4)))
        share = context.arithmetic.rational(Fraction(1, count))
        if "elements" in arguments:
            parts = arguments["elements"].parts
            outcomes = tuple(one_of(context, f"point[{place}]", parts) for place in range(1, count + 1))
        else:
            outcomes = tuple(within(context, f"point[{place}]", arguments) for place in range(1, count + 1))
        return Drawn(FiniteLaw(outcomes, (share,) * count))
