"""The geometric mechanism, Laplace noise on a lattice (Ghosh, Roughgarden and Sundararajan 2012), cut off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, nonnegative, private_base, samples_of, tilted
from boundkit.kernel.values import Tabulated


class LaplaceLattice(Family):
    """Each h of 1..hypotheses with weight b^(-|h - 1 - k|), where k counts the members of the sample of one
    drawn kind, and b^2 <= exp(eps); (eps, 0)-private. There is none with eps < 0."""

    draws: ClassVar[str] = "algorithm"
    takes: ClassVar[tuple[str, ...]] = ("hypotheses", "eps")
    needs: ClassVar[tuple[str, ...]] = ("eps",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 2, "hypotheses": 3, "eps": 1},)

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        shape, count = arguments["shape"], arguments["hypotheses"]
        base = private_base(context, arguments["eps"], 2)
        kind = context.natural("kind", 0, max(shape, default=1) - 1)
        entries = [
            tilted(context.arithmetic, base, [abs(h - sample.count(kind)) for h in range(count)])
            for sample in samples_of(shape)
        ]
        return Drawn(
            Tabulated(shape, tuple(entries)), conditions=nonnegative(context.arithmetic, arguments["eps"])
        )
