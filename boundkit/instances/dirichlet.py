"""Finite laws with random weights."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family, natural_range
from boundkit.kernel.laws import FiniteLaw


class Dirichlet(Family):
    """Weights of a law on `atoms` elements, by breaking a stick; point masses and equal halves are atoms."""

    draws: ClassVar[str] = "law"
    takes: ClassVar[tuple[str, ...]] = ("atoms",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1}, {"size": 1, "atoms": 4})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        count = context.natural("atoms", *natural_range(context, arguments, "atoms", (2, 3)))
        outcomes = tuple(context.arithmetic.rational(Fraction(k)) for k in range(1, count + 1))
        return Drawn(FiniteLaw(outcomes, weights(context, count)))


def weights(context: Context, count: int) -> tuple[Any, ...]:
    """`count` numbers >= 0 with sum 1."""
    arithmetic = context.arithmetic
    rest, found = arithmetic.rational(Fraction(1)), []
    for place in range(1, count):
        share = arithmetic.apply("*", (rest, context.number(f"share[{place}]", UNIT)))
        found.append(share)
        rest = arithmetic.apply("-", (rest, share))
    return (*found, rest)
