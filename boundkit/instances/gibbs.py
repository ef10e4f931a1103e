"""Laws that are tilts of another one."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family
from boundkit.kernel.grids import total
from boundkit.kernel.laws import FiniteLaw


class Gibbs(Family):
    """Weights in proportion to those of the prior times 2^k, with an integer k in 0..3 for each outcome.
    Drawn for a variable that a statement binds, it proposes the tilts of the prior by `direction`, which are
    made where the draws have values."""

    draws: ClassVar[str] = "law"
    takes: ClassVar[tuple[str, ...]] = ("prior", "direction")
    needs: ClassVar[tuple[str, ...]] = ("prior",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, prior = context.arithmetic, arguments["prior"]
        if not isinstance(prior, FiniteLaw):
            raise ValueError("the prior must be a finite law")
        shares = []
        for place, weight in enumerate(prior.weights):
            factor = arithmetic.rational(Fraction(2 ** context.natural(f"tilt[{place + 1}]", 0, 3)))
            shares.append(arithmetic.apply("*", (factor, weight)))
        whole = total(arithmetic, shares)
        return Drawn(FiniteLaw(prior.outcomes, tuple(arithmetic.apply("/", (s, whole)) for s in shares)))
