"""Tables with mean zero, such as noise."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family
from boundkit.kernel.grids import total
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Tabulated


class CentredTable(Family):
    """A number for each outcome of a finite `law`: min(-low, high) times drawn shares in [0, 1] less their
    mean. There is none unless low <= 0 <= high."""

    draws: ClassVar[str] = "table"
    takes: ClassVar[tuple[str, ...]] = ("law", "low", "high")
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
        mean = total(arithmetic, parts)
        # the shares less their mean are between -mean and 1 - mean, so within (-1, 1)
        zero = arithmetic.rational(Fraction(0))
        reach = apply("min", (apply("neg", (low,)), high))
        entries = tuple(apply("*", (reach, apply("-", (share, mean)))) for share in shares)
        conditions = (arithmetic.compare("<=", low, zero), arithmetic.compare("<=", zero, high))
        return Drawn(Tabulated(arguments["shape"], entries), conditions=conditions)
