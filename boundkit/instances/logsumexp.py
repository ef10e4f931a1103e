"""The logarithm of a sum of exponentials of affine functions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import CENTRED, UNIT, Context, Drawn, Family, in_ball, natural_range, nonnegative
from boundkit.kernel.forms import LogSumExp


class Logsumexp(Family):
    """x -> ln(sum over k of exp(<s_k, x> + c_k)), |s_k| <= lip, so it is convex and Lipschitz(lip); values
    are transcendental, so equalities are never decided exactly."""

    draws: ClassVar[str] = "function"
    takes: ClassVar[tuple[str, ...]] = ("lip", "pieces")
    needs: ClassVar[tuple[str, ...]] = ("lip",)
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {"convex": (), "lipschitz": ("lip",)}
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"size": 1, "lip": 1},
        {"size": 2, "lip": Fraction(1, 3)},
    )

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        lip = arguments["lip"]
        low, high = natural_range(context, arguments, "pieces", (1, 3))
        pieces = context.natural("pieces", low, high)
        slopes = [in_ball(context, f"slope[{k}]", size[0], lip, UNIT).entries for k in range(1, pieces + 1)]
        offsets = [context.number(f"offset[{k}]", CENTRED) for k in range(1, pieces + 1)]
        return Drawn(
            LogSumExp(tuple(slopes), tuple(offsets)),
            (("convex", ()), ("lipschitz", (lip,))),
            conditions=nonnegative(context.arithmetic, lip),
        )
