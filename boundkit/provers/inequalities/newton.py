"""Newton's method towards low points of a slack, in floating point for many points. Nothing is decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from boundkit.ir.terms import Term
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.provers.inequalities import doubles

Array = Any

ROUNDS = 40
MOST_NAMES = 6
FIRST = 1e-3
"""The first share of the largest curvature that is added to all, so that steps lead downwards."""


def descended(
    slack: Term, columns: Sequence[str], names: Sequence[str], starts: Array, admits: Callable[[Array], Array]
) -> Array:
    """Points that steps in the names lead to, each lower than the one before and admitted; none for slacks
    without derivatives. The curvature is made positive, and larger after a failure (Levenberg, 1944)."""
    places = [columns.index(name) for name in names if name in slack.free]
    if not places or len(places) > MOST_NAMES or not len(starts):
        return starts[:0]
    try:
        gradient = [derivative(slack, columns[place]) for place in places]
        hessian = [
            derivative(own, columns[place]) for k, own in enumerate(gradient) for place in places[: k + 1]
        ]
    except (NotDifferentiable, RecursionError):
        return starts[:0]
    points = np.array(starts, dtype=float)
    count, width = len(points), len(places)
    added = np.full(count, FIRST)
    try:
        with np.errstate(all="ignore"):
            for _ in range(ROUNDS):
                table = {name: points[:, place] for place, name in enumerate(columns)}
                height, *rest = doubles.all_values([slack, *gradient, *hessian], table, count)
                slopes = np.stack(rest[:width], axis=1)
                curvature = np.empty((count, width, width))
                entries = iter(rest[width:])
                for k in range(width):
                    for i in range(k + 1):
                        curvature[:, k, i] = curvature[:, i, k] = next(entries)
                fine = np.isfinite(curvature).all(axis=(1, 2)) & np.isfinite(slopes).all(axis=1)
                values, vectors = np.linalg.eigh(np.where(fine[:, None, None], curvature, np.eye(width)))
                size = np.abs(values)
                size = size + added[:, None] * size.max(axis=1, keepdims=True) + 1e-300
                inside = np.einsum("kji,kj->ki", vectors, np.where(fine[:, None], slopes, 0.0))
                steps = -np.einsum("kij,kj->ki", vectors, inside / size)
                moved = points.copy()
                moved[:, places] += steps
                ahead = doubles.values(slack, {name: moved[:, k] for k, name in enumerate(columns)}, count)
                better = fine & (ahead < height) & admits(moved)
                points = np.where(better[:, None], moved, points)
                added = np.where(better, added / 8, np.minimum(added * 6, 1e6))
    except (doubles.Unknown, np.linalg.LinAlgError):
        return starts[:0]
    return points


__all__ = ["descended"]
