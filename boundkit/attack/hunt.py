"""The adversary: a search over the uniforms of one structure for the smallest relative gap of a check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from boundkit.attack.structures import Structure

POPULATION = 256
POLISHED = 200


@dataclass(frozen=True)
class Prey:
    """The best point of a hunt: its relative gap and its uniforms."""

    gap: float
    uniforms: Any


def hunt(structure: Structure, check: int, seed: int, generations: int) -> Prey | None:
    """Differential evolution, then Nelder-Mead from its best point, each with a fixed number of
    evaluations; None when no accepted point was met. Same seed, same result."""
    from scipy.optimize import Bounds, differential_evolution, minimize

    draws = structure.tape.draws
    if draws == 0 or check in structure.unsupported:
        return None
    key = structure.key(seed, "0" * 16)

    def gaps(points: Any) -> Any:
        """Relative gaps at columns of uniforms; 2 where a point is not accepted."""
        columns = np.ascontiguousarray(np.clip(points, 1e-9, 1 - 1e-9))
        tally = structure.run(key, 0, 1, given=columns, lanes=columns.shape[1])
        found = tally.worst[check]
        return np.where(np.isfinite(found), found, 2.0)

    def many(points: Any) -> Any:
        return gaps(points if points.ndim == 2 else points.reshape(-1, 1))

    def single(point: Any) -> float:
        return float(gaps(np.asarray(point).reshape(-1, 1))[0])

    start = np.random.default_rng([seed, structure.number, check]).random((max(POPULATION, 5), draws))
    evolved = differential_evolution(
        many,
        Bounds(np.zeros(draws), np.ones(draws)),
        init=start,
        maxiter=generations,
        polish=False,
        vectorized=True,
        updating="deferred",
        rng=np.random.default_rng([seed, structure.number, check, 1]),
        tol=0.0,
    )
    best, point = float(np.min(evolved.fun)), evolved.x
    if draws <= 40:
        polished = minimize(
            single, point, method="Nelder-Mead", options={"maxfev": POLISHED, "xatol": 0.0, "fatol": 0.0}
        )
        if polished.fun < best:
            best, point = float(polished.fun), polished.x
    if best >= 2.0:
        return None
    return Prey(best, np.clip(point, 1e-9, 1 - 1e-9))
