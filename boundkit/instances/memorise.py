"""Algorithms that tell samples apart."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, samples_of
from boundkit.kernel.values import Tabulated


class Memorise(Family):
    """Samples with the same members have the same hypothesis; those of other members the next one, counted
    round. With enough hypotheses the sample can be read off, up to its order."""

    draws: ClassVar[str] = "algorithm"
    takes: ClassVar[tuple[str, ...]] = ("hypotheses",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 2, "hypotheses": 3},)

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        shape, count = arguments["shape"], arguments["hypotheses"]
        shift = context.natural("shift", 0, count - 1)
        known: dict[tuple[int, ...], int] = {}
        entries = []
        for sample in samples_of(shape):
            number = known.setdefault(tuple(sorted(set(sample))), len(known))
            entries.append(context.arithmetic.rational(Fraction((number + shift) % count + 1)))
        return Drawn(Tabulated(shape, tuple(entries)))
