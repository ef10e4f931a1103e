"""Points at which hypotheses hold that few points satisfy, by the method of Gauss and Newton in floating
point for many points at once. Nothing is decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = Any

ROUNDS = 30
STEP = 1e-7
BEYOND = 1.3
"""How far a step goes, in units of one to the boundary: a bit inside."""
LARGEST = 1e9


def restored(starts: Array, gaps: Callable[[Array], Sequence[tuple[bool, Array]]]) -> Array:
    """Points near the starts, one row each, at which the gaps are >= 0, or 0 for equations, or nearly so.

    gaps: of each hypothesis whether it is an equation, and how much its right side is above its left."""
    points = np.array(starts, dtype=float)
    count, width = points.shape
    with np.errstate(all="ignore"):
        for _ in range(ROUNDS):
            here = gaps(points)
            if not here:
                return points
            slopes = np.empty((count, len(here), width))
            size = STEP * np.maximum(np.abs(points), 1e-3)
            for axis in range(width):
                moved = points.copy()
                moved[:, axis] += size[:, axis]
                for row, ((_, ahead), (_, own)) in enumerate(zip(gaps(moved), here, strict=True)):
                    slopes[:, row, axis] = (ahead - own) / size[:, axis]
            wanted = np.empty((count, len(here)))
            for row, (equation, own) in enumerate(here):
                wanted[:, row] = -own if equation else np.where(own < 0, -BEYOND * own, 0.0)
                slopes[:, row] = np.where((wanted[:, row] == 0)[:, None], 0.0, slopes[:, row])
            fine = np.isfinite(slopes).all(axis=(1, 2)) & np.isfinite(wanted).all(axis=1)
            fine &= (np.abs(slopes).max(axis=(1, 2)) < 1e100) & (wanted != 0).any(axis=1)
            if not fine.any():
                return points
            try:
                inverse = np.linalg.pinv(slopes[fine], rcond=1e-10)
            except np.linalg.LinAlgError:
                return points
            steps = (inverse @ wanted[fine][:, :, None])[:, :, 0]
            points[fine] = np.clip(points[fine] + steps, -LARGEST, LARGEST)
    return points
