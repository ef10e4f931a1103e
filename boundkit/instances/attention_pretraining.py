"""Pretraining of linear attention on least squares (Zhang, Frei and Bartlett 2024)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family, eliminated, mean_product, natural_range
from boundkit.kernel.grids import entrywise, product, total
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Arithmetic, Grid, Tabulated


class AttentionPretraining(Family):
    """The matrix G of a linear attention layer that answers <G*u(z), x> to the query x, where u(z), from the
    table `inputs`, sums up a prompt z: the minimiser of the mean of ||G*u(z) - b(z)||^2 over z from `law`,
    for the table b of the `targets`. It solves the normal equations E[(G*u - b)*u^T] = 0; there is none where
    E[u*u^T] has no inverse.

    With `steps` it is what so many steps of gradient descent, each of length `share`/E[||u||^2] with a drawn
    share in [0, 1], reach from 0. The gradient is E[(G*u - b)*u^T], so no such step overshoots."""

    draws: ClassVar[str] = "matrix"
    takes: ClassVar[tuple[str, ...]] = ("inputs", "targets", "law", "steps")
    needs: ClassVar[tuple[str, ...]] = ("inputs", "targets", "law")
    solves: ClassVar[bool] = True
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, law = context.arithmetic, arguments["law"]
        inputs, targets = (_vectors(arithmetic, arguments[key], law) for key in ("inputs", "targets"))
        if any(one.rows != size[1] for one in inputs) or any(one.rows != size[0] for one in targets):
            raise ValueError("`inputs` and `targets` must be vectors that the matrix takes and gives")
        moment = mean_product(arithmetic, law.weights, inputs, inputs)
        target = mean_product(arithmetic, law.weights, targets, inputs)
        if "steps" not in arguments:
            solution, conditions = _divided(arithmetic, target, moment)
            return Drawn(solution, conditions=conditions)
        steps = context.natural("steps", *natural_range(context, arguments, "steps", (1, 3)))
        zero = arithmetic.rational(Fraction(0))
        size_of = total(arithmetic, [moment.entries[k * (moment.rows + 1)] for k in range(moment.rows)])
        rate = arithmetic.apply("/", (context.number("share", UNIT), size_of))
        value = Grid(*size, (zero,) * (size[0] * size[1]))
        for _ in range(steps):
            gradient = entrywise(arithmetic, "-", [product(arithmetic, value, moment), target])
            value = entrywise(arithmetic, "-", [value, product(arithmetic, rate, gradient)])
        return Drawn(value, conditions=(arithmetic.compare("<", zero, size_of),))


def _vectors(arithmetic: Arithmetic, table: Any, law: Any) -> list[Grid]:
    """The vectors of a table at the outcomes of a law."""
    if not isinstance(law, FiniteLaw) or not isinstance(table, Tabulated) or len(table.shape) != 1:
        raise ValueError("`inputs` and `targets` must be tables of the outcomes of `law`")
    found = [table.at(arithmetic, (outcome,)) for outcome in law.outcomes]
    return [vector if isinstance(vector, Grid) else Grid(1, 1, (vector,)) for vector in found]


def _divided(arithmetic: Arithmetic, target: Grid, moment: Grid) -> tuple[Grid, tuple[Any, ...]]:
    """G with G*moment = target for a positive semidefinite moment, and that this has an inverse."""
    rows = [[*moment.row(k), *target.entries[k :: target.columns]] for k in range(moment.rows)]
    found, conditions = eliminated(arithmetic, rows)
    entries = [line[i] for i in range(target.rows) for line in found]
    return Grid(target.rows, moment.rows, tuple(entries)), conditions
