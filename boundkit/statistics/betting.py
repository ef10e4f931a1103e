"""A test of an upper bound on a mean, valid at every stopping time.

Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting" (JRSS B 2024), Sec. 4;
Ville (1939): a nonnegative supermartingale that starts at 1 reaches 1/alpha with probability <= alpha."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

SHARES = np.array([1.0, 15 / 16, 7 / 8, 3 / 4, *(2.0**-k for k in range(1, 25))])
"""Shares of the capital that are put on "the mean is larger", from all of it to 2^-24."""

_SMALLEST_MEAN = 1e-300


class Wager:
    """The log capital of bets against `E[Y] <= mean`, for payoffs Y in [0, 1].

    The bet is a mixture, uniform over SHARES and fixed beforehand: a share c of the capital turns y into
    1 - c + c*y/mean, whose mean is at most 1 for *every* law on [0, 1] with mean at most `mean`, also when
    that only holds given the past. So the capital, a product averaged over c, is a nonnegative
    supermartingale under every such law. A mean of 0 is refuted by any positive payoff, one of at least 1 by
    nothing, a negative one at once.

    A payoff that is NaN or infinite counts as 0, which can only lower the capital, and as `undecided`."""

    def __init__(self, mean: float) -> None:
        if math.isnan(mean):
            raise ValueError("the mean under test is NaN")
        self.mean = mean
        self.count = 0
        self.undecided = 0
        self.largest = math.inf if mean < 0 else 0.0
        self._logs = np.zeros(len(SHARES))
        self._log = self.largest

    @property
    def log_capital(self) -> float:
        """The logarithm of the e-value now."""
        return self._log

    def add(self, payoffs: Any) -> Any:
        """The log capital after each payoff. ValueError for a finite payoff outside [0, 1]."""
        y = np.array(payoffs, np.float64)
        finite = np.isfinite(y)
        y[~finite] = 0.0
        if np.any((y < 0) | (y > 1)):
            raise ValueError("a payoff outside [0, 1]")
        self.count += len(y)
        self.undecided += int(len(y) - np.count_nonzero(finite))
        path = self._path(y)
        if len(path):
            self._log = float(path[-1])
            self.largest = max(self.largest, float(np.max(path)))
        return path

    def _path(self, y: Any) -> Any:
        if self.mean < 0 or self.mean >= 1:
            return np.full(len(y), self._log)
        if self.mean == 0:
            lost = np.logical_or.accumulate(y > 0)
            return np.where(lost | (self._log == math.inf), math.inf, 0.0)
        scaled = y / max(self.mean, _SMALLEST_MEAN)
        steps = _steps(scaled)
        logs = np.cumsum(np.concatenate((self._logs[:, None], steps), axis=1), axis=1)[:, 1:]
        if logs.shape[1]:
            self._logs = logs[:, -1].copy()
        return averaged(logs)


def averaged(logs: Any) -> Any:
    """The logarithm of the average over the first axis, from logarithms; of capitals it is again one."""
    top = np.max(logs, axis=0)
    base = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return base + np.log(np.sum(np.exp(logs - base), axis=0) / len(logs))


def capital(values: Any, counts: Any, mean: float) -> float:
    """The log capital after `counts[k]` payoffs `values[k]` in [0, 1]; it falls as the mean grows."""
    if mean < 0 or (mean == 0 and bool(np.any(values[counts > 0] > 0))):
        return math.inf
    if mean == 0 or mean >= 1:
        return 0.0
    scaled = values / max(mean, _SMALLEST_MEAN)
    with np.errstate(invalid="ignore"):
        logs = np.where(counts > 0, counts * _steps(scaled), 0.0).sum(axis=1)
    return float(averaged(logs))


def _steps(scaled: Any) -> Any:
    """ln(1 - c + c*s) for each share c and scaled payoff s; computed once for payoffs of two values."""
    if len(scaled):
        ends = np.array([np.min(scaled), np.max(scaled)])
        upper = scaled == ends[1]
        if len(scaled) > 2 and np.all(upper | (scaled == ends[0])):
            return _steps(ends)[:, upper.astype(np.intp)]
    with np.errstate(divide="ignore"):
        return np.log((1 - SHARES)[:, None] + SHARES[:, None] * scaled)


class Truncated:
    """Bets against `E[X] <= bound` for X >= 0 of which no upper bound is known: the average of wagers on
    min(X, K)/K over some K, since E[min(X, K)] <= E[X] <= bound. It can refute and never confirms."""

    def __init__(self, bound: float, excess: float = 0.0) -> None:
        scale = bound if bound > 0 else 1.0
        self.limits: Sequence[float] = [scale * 4.0**k for k in range(1, 7)]
        self.wagers = [Wager(bound / limit + excess) for limit in self.limits]

    @property
    def undecided(self) -> int:
        """Values that were NaN."""
        return self.wagers[0].undecided

    def add(self, values: Any) -> Any:
        """The log capital after each value, of which +infinity counts as large."""
        pairs = zip(self.wagers, self.limits, strict=True)
        return averaged(np.array([wager.add(np.minimum(values, limit) / limit) for wager, limit in pairs]))
