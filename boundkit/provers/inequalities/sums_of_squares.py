"""Exact sums of squares of polynomials.

Where all Gram matrices are singular, as for a target that vanishes somewhere, their common kernel is found
first, from zeros and from a numerical solution, and the bases of the squares are restricted to its complement
(Monniaux and Corbineau, 2011)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat, fmpq_mpoly

from boundkit.provers.inequalities.gram import Block, Free, Squares, System

MOST_ROUNDS = 5
MOST_SOLVED = 12
THRESHOLDS = (None, 1e-5, 1e-4, 1e-3, 1e-6)
MOST_WORK = 400_000
"""Equations times unknowns of the programmes that are solved, before the last one."""
LARGEST_BLOCK = 70
MOST_UNKNOWNS = 6000
STRICTLY_INSIDE = 1e-7
CLEARLY_INSIDE = 1e-3
INFEASIBLE = -1e-5


def decompose(
    target: fmpq_mpoly,
    blocks: Sequence[Block],
    free: Sequence[Free] = (),
    zeros: Sequence[Sequence[fmpq]] = (),
) -> Squares | None:
    """The target as a sum of this kind, exactly, or None.

    zeros: points at which the target is 0 and all factors are at least 0."""
    first = [_reduced(block, _at_zeros(block, zeros)) for block in blocks]
    return _Descent(target, free).search(first, 0)


@dataclass
class _Descent:
    """Smaller and smaller bases, and what to try next where a kernel was guessed wrongly."""

    target: fmpq_mpoly
    free: Sequence[Free]
    solved: int = 0
    work: int = 0

    def search(self, blocks: list[Block], depth: int) -> Squares | None:
        """A sum of squares over these bases, or over smaller ones."""
        if depth > MOST_ROUNDS or self.solved >= MOST_SOLVED or self.work > MOST_WORK or not _fits(blocks):
            return None
        self.solved += 1
        system = System(self.target, blocks, self.free)
        self.work += len(system.rows) * len(system.columns)
        solution = system.solve()
        if solution is None or solution.margin < INFEASIBLE:
            return None
        if solution.margin > STRICTLY_INSIDE:
            found = system.exact(solution)
            if found is not None or solution.margin > CLEARLY_INSIDE:
                return found
        seen: list[list[int]] = [[len(block.basis) for block in blocks]]
        for threshold in THRESHOLDS:
            smaller = [
                _reduced(block, _kernel(gram, threshold))
                for block, gram in zip(blocks, solution.grams, strict=True)
            ]
            sizes = [len(block.basis) for block in smaller]
            if sizes in seen:
                continue
            seen.append(sizes)
            found = self.search(smaller, depth + 1)
            if found is not None:
                return found
        return system.exact(solution) if len(seen) == 1 else None


def _fits(blocks: Sequence[Block]) -> bool:
    sizes = [len(block.basis) for block in blocks]
    return max(sizes, default=0) <= LARGEST_BLOCK and sum(n * (n + 1) // 2 for n in sizes) <= MOST_UNKNOWNS


def _at_zeros(block: Block, zeros: Sequence[Sequence[fmpq]]) -> list[list[fmpq]]:
    """Vectors in the kernel of every Gram matrix: the basis at zeros of the target."""
    return [[own(*zero) for own in block.basis] for zero in zeros if block.factor(*zero) > 0]


def _reduced(block: Block, kernel: Sequence[Sequence[fmpq]]) -> Block:
    """The block with a basis of what is orthogonal to the vectors."""
    rows = [list(row) for row in kernel if any(row)]
    if not rows or not block.basis:
        return block
    echelon, rank = fmpq_mat(rows).rref()
    size = len(block.basis)
    pivots = [next(j for j in range(size) if echelon[i, j] != 0) for i in range(rank)]
    basis = []
    for place in range(size):
        if place in pivots:
            continue
        # Orthogonal to the echelon rows: 1 at a place without pivot, minus the entries there at the pivots.
        own = block.basis[place]
        for i, pivot in enumerate(pivots):
            if echelon[i, place] != 0:
                own = own - echelon[i, place] * block.basis[pivot]
        basis.append(own)
    return Block(block.factor, tuple(basis))


def _kernel(gram: np.ndarray, threshold: float | None) -> list[list[fmpq]]:
    """Rational vectors that span what seems to be the kernel of a numerical Gram matrix: the eigenvectors
    below the threshold, or below the widest gap between eigenvalues of which the lower one is small."""
    size = len(gram)
    if size == 0:
        return []
    values, vectors = np.linalg.eigh(gram)
    scaled = np.maximum(values, 1e-14)
    cut, widest = 0, 2.0
    if values[-1] < 1e-6:
        cut = size
    elif threshold is not None:
        cut = int(np.sum(values < threshold))
    else:
        for place in range(1, size):
            gap = float(np.log(scaled[place] / scaled[place - 1]))
            if gap > widest and scaled[place - 1] < 1e-4 * max(1.0, 10 * float(values[-1])):
                widest, cut = gap, place
    return _echelon(vectors[:, :cut].T.copy())


def _echelon(rows: np.ndarray) -> list[list[fmpq]]:
    """The reduced echelon form with entries rounded to simple rationals, from the largest pivots."""
    count = len(rows)
    used: list[int] = []
    for place in range(count):
        candidates = np.abs(rows[place:])
        candidates[:, used] = 0
        spot = np.unravel_index(int(np.argmax(candidates)), candidates.shape)
        row, column = place + int(spot[0]), int(spot[1])
        if abs(rows[row, column]) < 1e-6:
            break
        rows[[place, row]] = rows[[row, place]]
        rows[place] /= rows[place, column]
        for other in range(count):
            if other != place:
                rows[other] -= rows[other, column] * rows[place]
        used.append(column)
    found = []
    for own in rows:
        simple = [_simple(float(value)) for value in own]
        if any(value is None for value in simple):
            continue
        found.append([value for value in simple if value is not None])
    return found


def _simple(value: float) -> fmpq | None:
    for limit, tolerance in ((1, 2e-3), (2, 2e-3), (12, 5e-4), (60, 5e-5), (1000, 1e-6)):
        near = Fraction(value).limit_denominator(limit)
        if abs(float(near) - value) < tolerance * max(1.0, abs(value)):
            return fmpq(near.numerator, near.denominator)
    return None
