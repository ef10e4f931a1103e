"""Randomised response (Warner 1965) of the first member of a sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, nonnegative, private_base, samples_of, tilted
from boundkit.kernel.values import Tabulated


class RandomisedResponse(Family):
    """The h of the same number as the first member (counted round) has b <= exp(eps) times the weight of each
    other one; (eps, 0)-private. There is none with eps < 0."""

    draws: ClassVar[str] = "algorithm"
    takes: ClassVar[tuple[str, ...]] = ("hypotheses", "eps")
    needs: ClassVar[tuple[str, ...]] = ("eps",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 2, "hypotheses": 2, "eps": 1},)

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        shape, count = arguments["shape"], arguments["hypotheses"]
        base = private_base(context, arguments["eps"], 1)
        entries = [
            tilted(
                context.arithmetic,
                base,
                [int(h != (sample[0] if sample else 0) % count) for h in range(count)],
            )
            for sample in samples_of(shape)
        ]
        return Drawn(
            Tabulated(shape, tuple(entries)), conditions=nonnegative(context.arithmetic, arguments["eps"])
        )
