"""Tables with a known mean, such as noise and densities."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family
from boundkit.kernel.grids import total
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Tabulated


class TableOfMean(Family):
    """A number for each outcome of a finite `law`: `mean`, 0 without it, plus the lesser of mean - low and
    high - mean times drawn shares in [0, 1] less their own mean. There is none unless
    low <= mean <= high."""

    draws: ClassVar[str] = "table"
    takes: ClassVar[tuple[str, ...]] = ("law", "low", "high", "mean")
    needs: ClassVar[tuple[str, ...]] = ("law", "low", "high")
    solves: ClassVar[bool] = True
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, law = context.arithmetic, arguments["law"]
        apply, low, high = arithmetic.apply, arguments["low"], arguments["high"]
        if not isinstance(law, FiniteLaw) or arguments["shape"] != (len(law.outcomes),):
            raise ValueError("`law` must be a law on all of a finite type, of which the table is")
        shares = [context.number(f"value[{k}]", UNIT) for k in range(1, len(law.outcomes) + 1)]
        parts = [apply("*", pair) for pair in zip(law.weights, shares, strict=True)]
        middle = total(arithmetic, parts)
        mean = arguments.get("mean", arithmetic.rational(Fraction(0)))
        # shares less their mean are between -1 and 1
        reach = apply("min", (apply("-", (mean, low)), apply("-", (high, mean))))
        steps = [apply("*", (reach, apply("-", (share, middle)))) for share in shares]
        entries = tuple(apply("+", (mean, step)) for step in steps)
        conditions = (arithmetic.compare("<=", low, mean), arithmetic.compare("<=", mean, high))
        return Drawn(Tabulated(arguments["shape"], entries), conditions=conditions)
