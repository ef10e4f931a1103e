"""Laws on an arithmetic progression."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import POSITIVE, REAL, Context, Drawn, Family, natural_range
from boundkit.instances.dirichlet import weights
from boundkit.kernel.laws import FiniteLaw


class Lattice1d(Family):
    """Random weights on start, start + step, …; from `low` to `high` where these are given."""

    draws: ClassVar[str] = "law"
    takes: ClassVar[tuple[str, ...]] = ("points", "low", "high")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"size": 1},
        {"size": 1, "points": 4, "low": 0, "high": 1},
    )

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        apply = context.arithmetic.apply
        count = context.natural("points", *natural_range(context, arguments, "points", (2, 4)))
        if "low" in arguments and "high" in arguments:
            start = arguments["low"]
            parts = context.arithmetic.rational(Fraction(1, max(count - 1, 1)))
            step = apply("*", (parts, apply("-", (arguments["high"], start))))
        else:
            start, step = context.number("start", REAL), context.number("step", POSITIVE)
        outcomes = [start]
        for _ in range(1, count):
            outcomes.append(apply("+", (outcomes[-1], step)))
        return Drawn(FiniteLaw(tuple(outcomes), weights(context, count)))
