"""The exponential mechanism (McSherry and Talwar 2007) with a rational base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, nonnegative, private_base, samples_of, tilted
from boundkit.kernel.values import Tabulated


class ExponentialMechanism(Family):
    """Each h with weight b^(-k), where k counts the members z of the sample with c(h, z) = 1 for a drawn
    table c of zeros and ones, and b^2 <= exp(eps): changing one member changes k by at most 1, so the kernel
    is (eps, 0)-private. There is none with eps < 0."""

    draws: ClassVar[str] = "algorithm"
    takes: ClassVar[tuple[str, ...]] = ("hypotheses", "eps")
    needs: ClassVar[tuple[str, ...]] = ("eps",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 2, "hypotheses": 3, "eps": 1},)

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        shape, count = arguments["shape"], arguments["hypotheses"]
        base = private_base(context, arguments["eps"], 2)
        kinds = max(shape, default=1)
        bad = [
            [context.natural(f"bad[{h},{z}]", 0, 1) for z in range(1, kinds + 1)] for h in range(1, count + 1)
        ]
        entries = [
            tilted(context.arithmetic, base, [sum(row[z] for z in sample) for row in bad])
            for sample in samples_of(shape)
        ]
        return Drawn(
            Tabulated(shape, tuple(entries)), conditions=nonnegative(context.arithmetic, arguments["eps"])
        )
