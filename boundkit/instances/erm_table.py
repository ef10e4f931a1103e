"""Empirical risk minimisation."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, samples_of
from boundkit.kernel.grids import total
from boundkit.kernel.values import Tabulated


class ErmTable(Family):
    """The first hypothesis of least mean loss on the sample, for a table `loss` of hypotheses and
    examples."""

    draws: ClassVar[str] = "algorithm"
    takes: ClassVar[tuple[str, ...]] = ("loss", "hypotheses")
    needs: ClassVar[tuple[str, ...]] = ("loss",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, shape, loss = context.arithmetic, arguments["shape"], arguments["loss"]
        if not isinstance(loss, Tabulated) or len(loss.shape) != 2:
            raise ValueError("`loss` must be a table of hypotheses and examples")
        count, kinds = loss.shape
        entries = []
        for sample in samples_of(shape):
            sums = [total(arithmetic, (loss.entries[h * kinds + z] for z in sample)) for h in range(count)]
            best, chosen = sums[0], arithmetic.rational(Fraction(1))
            for place in range(1, count):
                less = arithmetic.compare("<", sums[place], best)
                pair = sums[place], arithmetic.rational(Fraction(place + 1))
                best, chosen = (
                    arithmetic.choose(less, lambda new=new: new, lambda old=old: old)
                    for new, old in zip(pair, (best, chosen), strict=True)
                )
            entries.append(chosen)
        return Drawn(Tabulated(shape, tuple(entries)))
