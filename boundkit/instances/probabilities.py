"""Sequences of probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Coordinate, Drawn, Family
from boundkit.kernel.grids import total
from boundkit.kernel.values import Listed

SHARE = Coordinate("log", Fraction(1, 1000), Fraction(1), (Fraction(1), Fraction(1, 2)))


class Probabilities(Family):
    """Numbers p[1], …, p[count] in proportion to drawn ones, with sum 1; 0 at all other places. They are
    positive, but for the last one in some structures. There is none for count < 1."""

    draws: ClassVar[str] = "sequence"
    takes: ClassVar[tuple[str, ...]] = ("count",)
    needs: ClassVar[tuple[str, ...]] = ("count",)
    integers: ClassVar[tuple[str, ...]] = ("count",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, (first, last) = context.arithmetic, arguments["places"]
        count, zero = arithmetic.integer(arguments["count"]), arithmetic.rational(Fraction(0))
        if count is None:
            raise ValueError("`count` must be a known integer")
        if count < 1:
            return Drawn(Listed(first, (zero,) * max(last - first + 1, 0)), conditions=(False,))
        drawn = [context.number(f"share[{k}]", SHARE) for k in range(1, count + 1)]
        if count > 1 and context.natural("last", 0, 1):
            drawn[-1] = zero
        whole = total(arithmetic, drawn)
        shares = {k: arithmetic.apply("/", (share, whole)) for k, share in enumerate(drawn, 1)}
        places = range(min(first, 1), max(last, count) + 1)
        return Drawn(Listed(places[0], tuple(shares.get(place, zero) for place in places)))
