"""Loops of retraining on generated data (Bertrand et al. 2024)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product as tuples
from typing import Any, ClassVar

from boundkit.instances import CENTRED, Context, Coordinate, Drawn, Family, direction, nonnegative, scaled
from boundkit.kernel.grids import entrywise
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Listed, column

MOST_RUNS = 64
NEARLY_ONE = 1 - Fraction(1, 2**20)
NEARLY_ALL = Coordinate("linear", Fraction(0), NEARLY_ONE, (Fraction(0), Fraction(1, 2), NEARLY_ONE))
"""So little below 1 that sums and products are not pushed above the bounds by rounding."""


class RetrainingLoop(Family):
    """The law of the parameters theta[0], theta[1], … of a loop: each is the image of the one before under
    the `map`, retraining on infinitely many samples, plus an error of finite samples and optimisation. The
    error has length at most `error`, but for an event of probability at most `chance`, independent in each
    round, where it is much larger. There is none with a negative `error` or with `chance` outside [0, 1]."""

    draws: ClassVar[str] = "process"
    takes: ClassVar[tuple[str, ...]] = ("map", "error", "chance")
    needs: ClassVar[tuple[str, ...]] = ("map", "error", "chance")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, (first, last) = context.arithmetic, arguments["places"]
        retrain, error, chance = (arguments[key] for key in ("map", "error", "chance"))
        rounds = max(last - first, 0)
        if 2**rounds > MOST_RUNS:
            raise ValueError(f"a loop of {rounds} rounds")
        one = arithmetic.rational(Fraction(1))
        rare = context.settled(arithmetic.apply("*", (chance, context.number("failure", NEARLY_ALL))))
        start = column([context.number(f"start[{k}]", CENTRED) for k in range(1, size[0] + 1)])
        errors = []
        for t in range(1, rounds + 1):
            unit = direction(context, f"error[{t}]", size[0])
            length = arithmetic.apply("*", (error, context.number(f"error[{t}].share", NEARLY_ALL)))
            far = arithmetic.apply(
                "+", (one, arithmetic.apply("*", (arithmetic.rational(Fraction(10)), error)))
            )
            errors.append([column(scaled(arithmetic, part, unit)) for part in (length, far)])
        outcomes, weights = [], []
        for failed in tuples((0, 1), repeat=rounds):
            run, weight = [start], one
            for moves, fails in zip(errors, failed, strict=True):
                image = retrain.value(arithmetic, run[-1])
                run.append(context.settled(entrywise(arithmetic, "+", [image, moves[fails]])))
                factor = rare if fails else arithmetic.apply("-", (one, rare))
                weight = arithmetic.apply("*", (weight, factor))
            outcomes.append((Listed(first, tuple(run)),))
            weights.append(weight)
        conditions = (*nonnegative(arithmetic, error, chance), arithmetic.compare("<=", chance, one))
        return Drawn(FiniteLaw(tuple(outcomes), tuple(weights)), conditions=conditions)
