"""Transition kernels with a given stationary law."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family
from boundkit.kernel.grids import total
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Tabulated


class ReversibleKernel(Family):
    """K(x, y) = s(x, y)*P(y) for x != y, with s(x, y) = s(y, x) in [0, 1], and the rest of the mass at x. So
    P(x)*K(x, y) = P(y)*K(y, x), and the law `stationary`, P, is that of the next state too (detailed balance;
    Levin, Peres and Wilmer 2009, section 1.6). With all s = 0 the chain stays where it is, with all s = 1 its
    states are independent."""

    draws: ClassVar[str] = "algorithm"
    takes: ClassVar[tuple[str, ...]] = ("stationary",)
    needs: ClassVar[tuple[str, ...]] = ("stationary",)
    solves: ClassVar[bool] = True
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, shape, law = context.arithmetic, arguments["shape"], arguments["stationary"]
        if not isinstance(law, FiniteLaw) or shape != (arguments["hypotheses"],):
            raise ValueError(
                "`stationary` must be a law on the states, and the kernel one from states to states"
            )
        states = tuple(arithmetic.rational(Fraction(k)) for k in range(1, shape[0] + 1))
        pairs = list(zip(law.outcomes, law.weights, strict=True))
        masses = [
            total(arithmetic, (weight for outcome, weight in pairs if outcome == state)) for state in states
        ]
        rows = []
        for x in range(len(states)):
            row = []
            for y in range(len(states)):
                share = context.number(f"share[{min(x, y) + 1},{max(x, y) + 1}]", UNIT) if x != y else None
                zero = arithmetic.rational(Fraction(0))
                row.append(zero if share is None else arithmetic.apply("*", (share, masses[y])))
            away = total(arithmetic, row)
            row[x] = arithmetic.apply("-", (arithmetic.rational(Fraction(1)), away))
            rows.append(FiniteLaw(states, tuple(row)))
        return Drawn(Tabulated(shape, tuple(rows)))
