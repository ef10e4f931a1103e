"""Stochastic gradient descent (Robbins and Monro 1951) on a finite sum."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product as tuples
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family, direction, natural_range, nonnegative
from boundkit.kernel.grids import entrywise, norm, product
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Grid, Listed, column

MOST_RUNS = 64


class Sgd(Family):
    """The law of the gradients v[1], v[2], … of a run w[t+1] = w[t] - rate*v[t] from w[1] = 0: at each step
    one of `examples` examples is drawn, each as likely, and v[t] is a subgradient of the function at w[t]
    plus the deviation of that example from the mean. The deviations of a step add up to 0. With a `bound`
    they are at most what it leaves beyond the length of the subgradient, so that ||v[t]|| <= bound wherever
    the subgradients have this length."""

    draws: ClassVar[str] = "process"
    takes: ClassVar[tuple[str, ...]] = ("function", "rate", "bound", "examples")
    needs: ClassVar[tuple[str, ...]] = ("function", "rate")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, (first, last) = context.arithmetic, arguments["places"]
        if not hasattr(arguments["function"], "subgradient"):
            raise ValueError("`function` must be a function of a vector that has subgradients")
        count = context.natural("examples", *natural_range(context, arguments, "examples", (2, 2)))
        steps = max(last, 0)
        if count**steps > MOST_RUNS:
            raise ValueError(f"{count}^{steps} runs")
        moves = [_deviations(context, f"step[{t}]", size[0], count) for t in range(1, steps + 1)]
        zero = column((arithmetic.rational(Fraction(0)),) * size[0])
        outcomes = []
        for chosen in tuples(range(count), repeat=steps):
            point, gradients = zero, []
            for move, example in zip(moves, chosen, strict=True):
                found = self._gradient(context, point, move[example], arguments)
                gradients.append(found)
                moved = product(arithmetic, arguments["rate"], found)
                point = entrywise(arithmetic, "-", [point, moved])
            before = (zero,) * (1 - first)
            outcomes.append((Listed(min(first, 1), (*before, *gradients)),))
        weight = arithmetic.rational(Fraction(1, len(outcomes)))
        conditions = nonnegative(arithmetic, arguments["bound"]) if "bound" in arguments else ()
        return Drawn(FiniteLaw(tuple(outcomes), (weight,) * len(outcomes)), conditions=conditions)

    def _gradient(self, context: Context, point: Grid, deviation: Grid, arguments: Mapping[str, Any]) -> Grid:
        """The gradient of one example at a point."""
        arithmetic = context.arithmetic
        slope = context.settled(arguments["function"].subgradient(arithmetic, point))
        if "bound" in arguments:
            room = arithmetic.apply("-", (arguments["bound"], norm(arithmetic, "norm", slope)))
            room = context.settled(arithmetic.apply("max", (room, arithmetic.rational(Fraction(0)))))
            deviation = product(arithmetic, room, deviation)
        return entrywise(arithmetic, "+", [slope, deviation])


def _deviations(context: Context, label: str, dimension: int, count: int) -> list[Grid]:
    """Vectors of length at most 1 with sum 0: opposite pairs along one direction, and 0 for an odd one."""
    arithmetic = context.arithmetic
    share = context.number(f"{label}.share", UNIT)
    unit = [arithmetic.apply("*", (share, entry)) for entry in direction(context, label, dimension)]
    found = []
    for example in range(count - count % 2):
        sign = arithmetic.rational(Fraction(-1 if example % 2 else 1))
        found.append(column([arithmetic.apply("*", (sign, entry)) for entry in unit]))
    return found + [column((arithmetic.rational(Fraction(0)),) * dimension)] * (count % 2)
