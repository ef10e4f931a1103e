"""Gram matrices: the linear equations for target = sum of factor * (sum of squares) + sum of equation *
multiplier, solved in floating point by a semidefinite programme, then rounded and put back on the equations
by exact linear algebra; an exact LDL^T factorisation decides (Peyrl and Parrilo, 2008)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpq, fmpq_mat, fmpq_mpoly
from scipy import linalg, sparse

from boundkit.provers.inequalities import semidefinite

MOST_EQUATIONS = 1200
LARGEST_COEFFICIENT = 10**40


@dataclass(frozen=True)
class Block:
    """What stands before a sum of squares, and the polynomials that are combined in the squares."""

    factor: fmpq_mpoly
    basis: tuple[fmpq_mpoly, ...]


@dataclass(frozen=True)
class Free:
    """An equation, and the monomials of its multiplier."""

    polynomial: fmpq_mpoly
    basis: tuple[fmpq_mpoly, ...]


@dataclass(frozen=True)
class Squares:
    """Per block the squares with their positive weights; per equation its multiplier."""

    squares: tuple[tuple[tuple[fmpq, fmpq_mpoly], ...], ...]
    multipliers: tuple[fmpq_mpoly, ...]


def as_float(value: fmpq) -> float:
    return int(value.p) / int(value.q)


def _complement(columns: np.ndarray) -> np.ndarray:
    """An orthonormal basis of what is orthogonal to the columns."""
    basis, upper, _ = linalg.qr(columns, pivoting=True)
    diagonal = np.abs(np.diag(upper))
    return np.asarray(basis[:, int(np.sum(diagonal > 1e-9 * diagonal[0])) :])


def _sparse(entries: Sequence[tuple[int, int, float]], rows: int, columns: int) -> sparse.csr_matrix:
    values = np.array([value for _, _, value in entries], dtype=np.float64)
    places = [row for row, _, _ in entries], [column for _, column, _ in entries]
    return sparse.csr_matrix((values, places), shape=(rows, columns))


@dataclass(frozen=True)
class Solution:
    grams: list[np.ndarray]
    multipliers: list[np.ndarray]
    margin: float


class System:
    """The linear equations between the entries of the Gram matrices: one for each monomial."""

    def __init__(self, target: fmpq_mpoly, blocks: Sequence[Block], free: Sequence[Free]) -> None:
        self.target, self.blocks, self.free = target, blocks, free
        self.columns: list[dict[tuple[int, ...], fmpq]] = []
        self.places: list[tuple[int, int, int]] = []
        for number, block in enumerate(blocks):
            for j, right in enumerate(block.basis):
                lifted = block.factor * right
                for i in range(j + 1):
                    own = lifted * block.basis[i]
                    self.columns.append((own if i == j else 2 * own).to_dict())
                    self.places.append((number, i, j))
        self.entries = len(self.columns)
        for equation in free:
            for own in equation.basis:
                self.columns.append((equation.polynomial * own).to_dict())
        monomials = set(target.to_dict())
        for column in self.columns:
            monomials.update(column)
        self.rows = {monomial: place for place, monomial in enumerate(sorted(monomials))}
        self.right = target.to_dict()
        self.by_row: list[dict[int, fmpq]] = [{} for _ in self.rows]
        for place, column in enumerate(self.columns):
            for monomial, value in column.items():
                self.by_row[self.rows[monomial]][place] = value

    def solve(self) -> Solution | None:
        """Gram matrices with the least eigenvalue as large as it gets, but no larger than 1."""
        if len(self.rows) > MOST_EQUATIONS or not self.columns:
            return None
        if any(not self.by_row[self.rows[monomial]] for monomial in self.right):
            return None
        rows = self.independent()
        scale = max(abs(float(value.p) / float(value.q)) for value in self.right.values()) or 1.0
        norms = np.array(
            [max(np.sqrt(sum(as_float(v) ** 2 for v in self.by_row[row].values())), 1e-9) for row in rows]
        )
        place_of = {row: place for place, row in enumerate(rows)}
        sizes = [len(block.basis) for block in self.blocks]
        data: list[list[tuple[int, int, float]]] = [[] for _ in sizes]
        identity = np.zeros(len(rows))
        for column, (number, i, j) in zip(self.columns, self.places, strict=False):
            for monomial, value in column.items():
                row = place_of.get(self.rows[monomial])
                if row is None:
                    continue
                own = as_float(value) / norms[row]
                if i == j:
                    data[number].append((i * sizes[number] + i, row, own))
                    identity[row] += own
                else:
                    data[number].append((i * sizes[number] + j, row, own / 2))
                    data[number].append((j * sizes[number] + i, row, own / 2))
        # The Gram matrices are X + t with t = 1 - s, and s is least.
        operators = [
            _sparse(entries, size * size, len(rows)) for entries, size in zip(data, sizes, strict=True)
        ]
        operators.append(_sparse([(0, row, -own) for row, own in enumerate(identity)], 1, len(rows)))
        free = np.zeros((len(rows), len(self.columns) - self.entries))
        for place, column in enumerate(self.columns[self.entries :]):
            for monomial, value in column.items():
                row = place_of.get(self.rows[monomial])
                if row is not None:
                    free[row, place] = as_float(value) / norms[row]
        right = np.zeros(len(rows))
        for monomial, value in self.right.items():
            row = place_of.get(self.rows[monomial])
            if row is not None:
                right[row] = as_float(value) / scale / norms[row]
        right -= identity
        # The multipliers are eliminated: equations that hold up to their span.
        kept = _complement(free) if free.shape[1] else None
        used = operators if kept is None else [own @ kept for own in operators]
        found = semidefinite.solve(
            semidefinite.Programme((*sizes, 1), tuple(used), right if kept is None else kept.T @ right)
        )
        if found is None:
            return None
        for operator, own in zip(operators, found.blocks, strict=True):
            if len(own):
                right -= operator.T @ own.ravel()
        unknown = np.linalg.lstsq(free, right, rcond=None)[0] if free.shape[1] else np.zeros(0)
        margin = 1.0 - float(found.blocks[-1][0, 0])
        if found.error > 1e-5:
            return None
        grams = [
            scale * (own + margin * np.eye(size)) for own, size in zip(found.blocks[:-1], sizes, strict=True)
        ]
        if self.residual(grams, unknown * scale) > 1e-4 * scale:
            return None
        multipliers = []
        place = 0
        for equation in self.free:
            multipliers.append(unknown[place : place + len(equation.basis)] * scale)
            place += len(equation.basis)
        return Solution(grams, multipliers, margin)

    def residual(self, grams: Sequence[np.ndarray], free: np.ndarray) -> float:
        """How far the equations, dependent ones included, are from being satisfied."""
        values = [float(grams[number][i, j]) for number, i, j in self.places] + [float(own) for own in free]
        left = np.zeros(len(self.rows))
        for row, own in enumerate(self.by_row):
            left[row] = sum(as_float(value) * values[place] for place, value in own.items())
        for monomial, value in self.right.items():
            left[self.rows[monomial]] -= as_float(value)
        return float(np.abs(left).max())

    def independent(self) -> list[int]:
        """Equations of which the others are combinations, as far as floating point tells."""
        dense = np.zeros((len(self.by_row), len(self.columns)))
        for i, own in enumerate(self.by_row):
            for j, value in own.items():
                dense[i, j] = as_float(value)
            norm = np.linalg.norm(dense[i])
            if norm:
                dense[i] /= norm
        gram = dense @ dense.T
        _, upper, order = linalg.qr(gram, pivoting=True)
        diagonal = np.abs(np.diag(upper))
        rank = int(np.sum(diagonal > 1e-9 * max(float(diagonal[0]), 1e-300)))
        return sorted(int(i) for i in order[:rank])

    def exact(self, solution: Solution) -> Squares | None:
        """The solution rounded to rationals, moved onto the equations, if it stays positive."""
        flat = [float(solution.grams[number][i, j]) for number, i, j in self.places]
        flat += [float(value) for part in solution.multipliers for value in part]
        projection = _Projection(self)
        least = min((abs(solution.margin), 1.0))
        first = 0 if least > 1e-2 else 4
        for bits in (first, first + 4, 12, 20, 32, 44):
            rounded = [fmpq(round(value * 2**bits), 2**bits) for value in flat]
            if max((abs(value) for value in flat), default=0.0) > LARGEST_COEFFICIENT:
                return None
            corrected = projection.apply(rounded)
            if corrected is None:
                return None
            found = self.factored(corrected)
            if found is not None:
                return found
        return None

    def factored(self, values: Sequence[fmpq]) -> Squares | None:
        """LDL^T of every Gram matrix; None if one is not positive semidefinite."""
        grams: list[list[list[fmpq]]] = [
            [[fmpq(0)] * len(block.basis) for _ in block.basis] for block in self.blocks
        ]
        for place, (number, i, j) in enumerate(self.places):
            grams[number][i][j] = grams[number][j][i] = values[place]
        if not all(map(_seems_semidefinite, grams)):
            return None
        squares: list[tuple[tuple[fmpq, fmpq_mpoly], ...]] = []
        for block, gram in zip(self.blocks, grams, strict=True):
            found = _ldl(gram)
            if found is None:
                return None
            own = []
            for weight, row in found:
                combined = 0 * self.target
                for value, polynomial in zip(row, block.basis, strict=True):
                    if value != 0:
                        combined += value * polynomial
                own.append((weight, combined))
            squares.append(tuple(own))
        multipliers = []
        place = self.entries
        for equation in self.free:
            combined = 0 * self.target
            for polynomial in equation.basis:
                combined += values[place] * polynomial
                place += 1
            multipliers.append(combined)
        return Squares(tuple(squares), tuple(multipliers))


class _Projection:
    """Exact corrections that put values onto the equations of a system."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.by_row = system.by_row
        self.right = [fmpq(0)] * len(system.rows)
        for monomial, value in system.right.items():
            self.right[system.rows[monomial]] = value
        # Where each unknown stands in one equation, the equations are corrected one by one.
        self.separate = all(len(column) <= 1 for column in system.columns)
        self.chosen: tuple[list[int], list[int], fmpq_mat] | None = None

    def apply(self, values: Sequence[fmpq]) -> list[fmpq] | None:
        """The values, corrected; None if the equations contradict each other."""
        corrected = list(values)
        residuals = []
        for own, wanted in zip(self.by_row, self.right, strict=True):
            total = wanted
            for place, value in own.items():
                total -= value * corrected[place]
            residuals.append(total)
        if not any(residual != 0 for residual in residuals):
            return corrected
        if self.separate:
            for own, residual in zip(self.by_row, residuals, strict=True):
                if residual != 0:
                    norm = sum((value * value for value in own.values()), fmpq(0))
                    if norm == 0:
                        return None
                    for place, value in own.items():
                        corrected[place] += residual * value / norm
            return corrected
        return self.solved(corrected, residuals)

    def solved(self, values: list[fmpq], residuals: list[fmpq]) -> list[fmpq] | None:
        if self.chosen is None:
            rows, columns = self.pivots()
            square = fmpq_mat([[self.by_row[i].get(j, fmpq(0)) for j in columns] for i in rows])
            self.chosen = rows, columns, square
        rows, columns, square = self.chosen
        right = fmpq_mat([[residuals[i]] for i in rows])
        try:
            change = square.solve(right)
        except ZeroDivisionError:
            return None
        for place, column in enumerate(columns):
            values[column] += change[place, 0]
        for own, wanted in zip(self.by_row, self.right, strict=True):
            total = wanted
            for place, value in own.items():
                total -= value * values[place]
            if total != 0:
                return None
        return values

    def pivots(self) -> tuple[list[int], list[int]]:
        """Independent equations, and unknowns that solve them well: by QR with pivoting, twice."""
        dense = np.zeros((len(self.by_row), len(self.system.columns)))
        for i, own in enumerate(self.by_row):
            for j, value in own.items():
                dense[i, j] = float(value.p) / float(value.q)
        _, upper, order = linalg.qr(dense.T, mode="economic", pivoting=True)
        diagonal = np.abs(np.diag(upper))
        rank = int(np.sum(diagonal > 1e-9 * max(float(diagonal[0]), 1e-300)))
        rows = sorted(int(i) for i in order[:rank])
        _, _, order = linalg.qr(dense[rows], mode="economic", pivoting=True)
        return rows, sorted(int(j) for j in order[:rank])


def _seems_semidefinite(matrix: list[list[fmpq]]) -> bool:
    """Whether floating point leaves it possible that the matrix is positive semidefinite."""
    if not matrix:
        return True
    dense = np.array([[as_float(value) for value in row] for row in matrix])
    size = float(np.abs(dense).max())
    return not np.isfinite(size) or bool(np.linalg.eigvalsh(dense)[0] > -1e-9 * size)


def _ldl(matrix: list[list[fmpq]]) -> list[tuple[fmpq, list[fmpq]]] | None:
    """Positive weights d and rows l with matrix = sum of d * l l^T; None if it is not semidefinite."""
    rest = [list(row) for row in matrix]
    size = len(rest)
    found: list[tuple[fmpq, list[fmpq]]] = []
    zero = fmpq(0)
    for k in range(size):
        pivot = rest[k][k]
        if pivot < 0 or (pivot == 0 and any(rest[k][j] != 0 for j in range(k + 1, size))):
            return None
        if pivot == 0:
            continue
        row = [zero] * k + [rest[k][j] / pivot for j in range(k, size)]
        for i in range(k + 1, size):
            own = rest[i][k]
            if own != 0:
                for j in range(i, size):
                    rest[i][j] -= own * row[j]
                    rest[j][i] = rest[i][j]
        found.append((pivot, row))
    return found
