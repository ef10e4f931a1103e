"""Fair signs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import POSITIVE, Context, Drawn, Family
from boundkit.kernel.laws import FiniteLaw


class Rademacher(Family):
    """c and -c with probability 1/2 each, for a scale c > 0; c = 1 is an atom."""

    draws: ClassVar[str] = "law"
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1},)

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        scale, half = context.number("scale", POSITIVE), context.arithmetic.rational(Fraction(1, 2))
        return Drawn(FiniteLaw((scale, context.arithmetic.apply("neg", (scale,))), (half, half)))
