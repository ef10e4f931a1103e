"""Confidence sequences for a mean of bounded numbers, by turning round the test of `betting`.

Waudby-Smith and Ramdas (2024), Theorem 3: the means that a wager of level alpha does not refute contain the
true one at all times at once, with probability at least 1 - alpha."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from boundkit.statistics.betting import capital

STEPS = 1024
"""Payoffs are kept as counts on this many steps, rounded down for the lower end and up for the upper one."""

_HALVINGS = 30


class ConfidenceSequence:
    """For the mean of numbers in [low, high], of which each is known to lie in a bracket [lo, hi].

    `interval()` may be asked for at any time, and as often as one likes: with probability at least
    1 - alpha all its answers contain the mean. A bracket with a NaN counts as [low, high], and as
    undecided."""

    def __init__(self, low: float, high: float, alpha: float) -> None:
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            raise ValueError(f"no bounded interval: [{low}, {high}]")
        if not 0 < alpha < 1:
            raise ValueError(f"a level is in (0, 1), and {alpha} is not")
        self.low, self.high, self.alpha = low, high, alpha
        self.count = 0
        self.undecided = 0
        self._down = np.zeros(STEPS + 1, np.int64)
        self._up = np.zeros(STEPS + 1, np.int64)

    def add(self, lower: Any, upper: Any) -> None:
        """Further brackets, as two arrays."""
        lo, hi = np.array(lower, np.float64), np.array(upper, np.float64)
        unknown = np.isnan(lo) | np.isnan(hi)
        lo[unknown], hi[unknown] = self.low, self.high
        self.count += len(lo)
        self.undecided += int(np.count_nonzero(unknown))
        width = self.high - self.low
        if width > 0:
            self._down += _counted(np.floor((np.maximum(lo, self.low) - self.low) / width * STEPS))
            self._up += _counted(np.floor((self.high - np.minimum(hi, self.high)) / width * STEPS))

    def interval(self) -> tuple[float, float]:
        """A lower and an upper end for the mean."""
        width = self.high - self.low
        if width == 0 or not self.count:
            return self.low, self.high
        threshold = math.log(2 / self.alpha)
        below, above = _refuted(self._down, threshold), _refuted(self._up, threshold)
        return self.low + width * below, self.high - width * above


def hoeffding_radius(low: Any, high: Any, count: int, alpha: float) -> Any:
    """r such that the mean of `count` independent numbers in [low, high] is within r of its expectation with
    probability at least 1 - alpha (Hoeffding 1963, Theorem 2), for a count that is fixed beforehand."""
    return (high - low) * math.sqrt(math.log(2 / alpha) / (2 * count))


def _counted(steps: Any) -> Any:
    return np.bincount(np.clip(steps, 0, STEPS).astype(np.int64), minlength=STEPS + 1)


def _refuted(counts: Any, threshold: float) -> float:
    """The largest mean, to within 2^-30, that the payoffs refute as an upper bound; 0 when none."""
    places = np.flatnonzero(counts)
    values, met = places / STEPS, counts[places]
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if capital(values, met, middle) >= threshold:
            low = middle
        else:
            high = middle
    return low
