"""Small dense semidefinite programmes in floating point, by a primal-dual path-following method with
predictor and corrector (Helmberg, Rendl, Vanderbei and Wolkowicz, 1996; Kojima, Shindoh and Hara, 1997).

General solvers of conic programmes take long for the many small dense blocks of sums of squares, whose number
of equations is small: here one iteration solves one dense system of that size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

Matrix = NDArray[np.float64]
Operator = sparse.csr_matrix | Matrix
MOST_ITERATIONS = 60
TOLERANCE = 1e-9
HOPELESS = 1.0 + 1e-4
"""A lower bound of the optimum from which on nobody asks for it."""


@dataclass(frozen=True)
class Programme:
    """Minimise the last block, of size 1, over positive semidefinite X with
    sum of operators[b]^T vec(X[b]) = right.

    sizes: of the blocks. operators: for each block a matrix with a row for each entry of the block and a
    column for each equation; the equations are independent."""

    sizes: tuple[int, ...]
    operators: tuple[Operator, ...]
    right: Matrix


@dataclass(frozen=True)
class Optimum:
    """The blocks; error: how far the equations are from being satisfied."""

    blocks: list[Matrix]
    error: float


def solve(programme: Programme) -> Optimum | None:
    """A solution near the optimum, in the middle of the optimal ones, or one that is certainly below 1, and
    nearly optimal; None if the iteration breaks down at once, or the optimum is above 1."""
    sizes, right = programme.sizes, programme.right
    total = sum(sizes)
    scale = max(1.0, float(np.abs(right).max(initial=0.0)))
    x = [10.0 * scale * np.eye(n) for n in sizes]
    z = [10.0 * np.eye(n) for n in sizes]
    dual = np.zeros(len(right))
    cost = [np.zeros((n, n)) for n in sizes]
    cost[-1][0, 0] = 1.0
    best: Optimum | None = None
    least, worse = np.inf, 0
    for _ in range(MOST_ITERATIONS):
        primal = right - _applied(programme, x)
        slack = [c - own - _adjoint(op, dual, n) for c, own, op, n in _zipped(programme, cost, z)]
        gap = sum(float(np.sum(a * b)) for a, b in zip(x, z, strict=True)) / total
        error = float(np.abs(primal).max(initial=0.0)) / scale
        outside = max([float(np.abs(own).max(initial=0.0)) for own in slack])
        quality = max(gap, error, outside)
        if best is None or quality < least:
            least, worse = quality, 0
            best = Optimum([own.copy() for own in x], error)
        else:
            worse += 1
        decided = total * gap < 0.05 * (1.0 - float(x[-1][0, 0])) and max(error, outside) < 1e-9
        # A feasible point of the dual programme is a lower bound of the optimum.
        hopeless = outside < 1e-9 and float(right @ dual) > HOPELESS
        if hopeless:
            return None
        if decided or least < TOLERANCE or worse > 2:
            break
        try:
            inverse: list[Matrix] = [np.asarray(np.linalg.inv(own), dtype=np.float64) for own in z]
        except np.linalg.LinAlgError:
            break
        system = _Schur(programme, x, inverse)
        if not system.fine:
            break
        predicted = _direction(programme, system, x, z, inverse, primal, slack, 0.0, None)
        if predicted is None:
            break
        steps = _lengths(x, z, predicted)
        after = sum(
            float(np.sum((a + steps[0] * da) * (b + steps[1] * db)))
            for a, da, b, db in zip(x, predicted[0], z, predicted[2], strict=True)
        )
        centre = min(1.0, max(1e-4, (after / (total * gap)) ** 2)) * gap
        chosen = _direction(programme, system, x, z, inverse, primal, slack, centre, predicted)
        if chosen is None:
            break
        steps = _lengths(x, z, chosen)
        if max(steps) < 1e-6:
            break
        x = [_symmetric(own + steps[0] * change) for own, change in zip(x, chosen[0], strict=True)]
        dual = dual + steps[1] * chosen[1]
        z = [_symmetric(own + steps[1] * change) for own, change in zip(z, chosen[2], strict=True)]
        if not all(np.all(np.isfinite(own)) for own in (*x, *z)):
            break
    return best


Direction = tuple[list[Matrix], Matrix, list[Matrix]]


class _Schur:
    """The equations for the dual unknowns of one iteration, factored."""

    def __init__(self, programme: Programme, x: Sequence[Matrix], inverse: Sequence[Matrix]) -> None:
        count = len(programme.right)
        matrix = np.zeros((count, count))
        for operator, own, other in zip(programme.operators, x, inverse, strict=True):
            if len(own):
                matrix += operator.T @ (operator.T @ np.kron(own, other)).T
        matrix = _symmetric(matrix)
        matrix[np.diag_indices(count)] += 1e-13 * max(float(np.trace(matrix)) / max(count, 1), 1e-12)
        try:
            self.factor = linalg.cho_factor(matrix, check_finite=False)
            self.fine = True
        except (np.linalg.LinAlgError, ValueError):
            self.fine = False

    def solve(self, right: Matrix) -> Matrix:
        """The dual unknowns for a right side."""
        return np.asarray(linalg.cho_solve(self.factor, right, check_finite=False))


def _direction(
    programme: Programme,
    system: _Schur,
    x: Sequence[Matrix],
    z: Sequence[Matrix],
    inverse: Sequence[Matrix],
    primal: Matrix,
    slack: Sequence[Matrix],
    centre: float,
    predicted: Direction | None,
) -> Direction | None:
    """The change of X, of the dual unknowns and of Z."""
    targets = []
    for place, (own, other, rest) in enumerate(zip(x, inverse, slack, strict=True)):
        target = centre * other - own - own @ rest @ other
        if predicted is not None:
            target = target - predicted[0][place] @ predicted[2][place] @ other
        targets.append(target)
    right = primal - _applied(programme, [_symmetric(own) for own in targets])
    dual = system.solve(right)
    if not np.all(np.isfinite(dual)):
        return None
    moved_z, moved_x = [], []
    for target, own, other, rest, operator, n in zip(
        targets, x, inverse, slack, programme.operators, programme.sizes, strict=True
    ):
        back = _adjoint(operator, dual, n)
        moved_z.append(rest - back)
        moved_x.append(_symmetric(target + own @ back @ other))
    return moved_x, dual, moved_z


def _lengths(x: Sequence[Matrix], z: Sequence[Matrix], direction: Direction) -> tuple[float, float]:
    return _length(x, direction[0]), _length(z, direction[2])


def _length(blocks: Sequence[Matrix], changes: Sequence[Matrix]) -> float:
    """How far one may go, nearly to the boundary, and no further than 1."""
    longest = 1.0
    for own, change in zip(blocks, changes, strict=True):
        if not len(own):
            continue
        try:
            root = np.linalg.cholesky(own)
            inner = linalg.solve_triangular(root, change, lower=True, check_finite=False)
            inner = linalg.solve_triangular(root, inner.T, lower=True, check_finite=False)
            least = float(np.linalg.eigvalsh(_symmetric(inner))[0])
        except (np.linalg.LinAlgError, ValueError):
            return 0.0
        if least < 0:
            longest = min(longest, -0.95 / least)
    return longest


def _applied(programme: Programme, blocks: Sequence[Matrix]) -> Matrix:
    total = np.zeros(len(programme.right))
    for operator, own in zip(programme.operators, blocks, strict=True):
        if len(own):
            total += operator.T @ own.ravel()
    return total


def _adjoint(operator: Operator, dual: Matrix, size: int) -> Matrix:
    return np.asarray(operator @ dual).reshape(size, size)


def _zipped(programme: Programme, cost: Sequence[Matrix], z: Sequence[Matrix]):  # type: ignore[no-untyped-def]
    return zip(cost, z, programme.operators, programme.sizes, strict=True)


def _symmetric(matrix: Matrix) -> Matrix:
    return (matrix + matrix.T) / 2
