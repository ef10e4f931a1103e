"""Error probabilities: how one is split over many statements, and what no failure in N trials says."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Context

ALPHA = 1e-6
"""The error probability of all that is said of one theorem."""


def level(alpha: float, place: int) -> float:
    """alpha * 6/(pi^2 j^2), the share of statement j = 1, 2, ...; all shares together make alpha."""
    if place < 1:
        raise ValueError(f"statements are counted from 1, not from {place}")
    return alpha * 6 / (math.pi**2 * place**2)


class Shares:
    """Hands out the shares of a level, one after the other."""

    def __init__(self, alpha: float) -> None:
        self.alpha = alpha
        self.given = 0

    def next(self) -> float:
        """The next share; all that are ever given make at most alpha."""
        self.given += 1
        return level(self.alpha, self.given)


def zero_failure_bound(trials: int, alpha: float = ALPHA) -> float:
    """1 - alpha^(1/N): when N independent trials, N fixed beforehand, show no failure, then with confidence
    1 - alpha the probability of one is at most this, since (1 - u)^N <= alpha for every larger u."""
    if trials < 1:
        raise ValueError("no trial says nothing")
    return -math.expm1(math.log(alpha) / trials)


def zero_failure_text(trials: int, what: str, alpha: float = ALPHA) -> str:
    """The fixed wording of a count without failure."""
    return (
        f"no failure in N = {trials} draws; with confidence 1-{shown(alpha)} {what} has probability "
        f"<= {shown(zero_failure_bound(trials, alpha))}"
    )


def shown(value: float) -> str:
    """Two significant digits, not below the value."""
    if value <= 0 or not math.isfinite(value):
        return f"{value:g}"
    rounded = Context(prec=2, rounding=ROUND_CEILING).create_decimal(repr(value))
    return f"{float(rounded):.2g}".replace("e-0", "e-")
