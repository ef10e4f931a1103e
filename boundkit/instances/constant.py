"""Constant functions with one of a few values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, levels_of, one_of
from boundkit.kernel.forms import ClippedAffine


class Constant(Family):
    """x -> one of the `levels`: on a connected space the only continuous functions with finitely many
    values."""

    draws: ClassVar[str] = "function"
    takes: ClassVar[tuple[str, ...]] = ("levels",)
    needs: ClassVar[tuple[str, ...]] = ("levels",)
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {"lipschitz": ()}
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 2, "levels": (0, 1)},)

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        level = one_of(context, "level", levels_of(arguments))
        zero = context.arithmetic.rational(Fraction(0))
        return Drawn(ClippedAffine((zero,) * size[0], zero, level, level), (("lipschitz", (zero,)),))
