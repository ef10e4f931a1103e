"""What a run may be asked for, and how it tells that it is alive. Plain data: importing it costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

SEED = 0
SAMPLES = 100_000
CLASSES = {"IEEEtran": 252.0, "acmart": 241.0, "jmlr": 392.0, "llncs": 347.0, "article": 345.0}
"""Document classes that an export can be compiled with, and the width of their columns in points, as if their
text were set at ten points."""


@dataclass(frozen=True)
class Options:
    """How to check.

    seed: selects the random instances; the same seed gives the same report, times aside.
    samples: instances that a test of one theorem draws from each model, at least 1.
    time_limit: seconds for the whole run, positive, or None for no limit.
    only: `THEOREM` or `THEOREM.LABEL`, the only part that is judged; "" for everything.
    jobs: theorems that are checked side by side, at least 1; no result depends on it.
    format: the export that prints the report.
    afresh: whether what was found earlier is left alone: proofs of inequalities, and what was said of files
        that have not changed.
    looseness: whether it is also measured how loose the proofs are.

    ValueError when a number is outside its range.
    """

    seed: int = SEED
    samples: int = SAMPLES
    time_limit: float | None = None
    only: str = ""
    jobs: int = 1
    format: str = "text"
    afresh: bool = False
    looseness: bool = False

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError(f"seed must not be negative: {self.seed}")
        if self.samples < 1:
            raise ValueError(f"samples must be at least 1: {self.samples}")
        if self.time_limit is not None and not self.time_limit > 0:
            raise ValueError(f"time_limit must be positive: {self.time_limit}")
        if self.jobs < 1:
            raise ValueError(f"jobs must be at least 1: {self.jobs}")


class Progress(Protocol):
    """Told what is being done; must return at once."""

    def __call__(self, done: int, total: int, doing: str) -> None:
        """`done` of `total` theorems are finished, and `doing` names the one in work."""


def silent(done: int, total: int, doing: str) -> None:
    """The progress that tells nobody."""
