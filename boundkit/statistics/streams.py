"""Uniform numbers that depend on a key, a stream, a label and a place, and on nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from boundkit.statistics.brackets import Bracket

CELL = 2.0**-53
_WORDS = 4
"""Words that one step of the counter gives."""


@dataclass(frozen=True)
class Stream:
    """Cells of [0, 1], independent and equally likely, from the counter-based generator Philox4x64 (Salmon
    et al., SC 2011). `key` is the digest of what is sampled, `name` the stream; each label has its own.

    A draw from [0, 1] is not rounded to a double: it is known to lie in the closed cell of width 2^-53 that
    was drawn, and what is derived from it is a bracket. So an event counts as true only where it is true on
    the whole cell, and no probability is off by rounding."""

    key: str
    name: str

    def cells(self, label: str, first: int, count: int) -> Bracket:
        """The cells at places first, ..., first + count - 1 of a label."""
        content = sha256(f"{self.key}|{self.name}|{label}".encode()).digest()
        words = np.random.Philox(key=int.from_bytes(content[:16], "little"), counter=first // _WORDS)
        skipped = first % _WORDS
        raw = words.random_raw(skipped + count)[skipped:] >> np.uint64(11)
        low = raw.astype(np.float64) * CELL
        return Bracket(low, low + CELL)


WHOLE = Bracket(np.float64(0.0), np.float64(1.0))
"""All of [0, 1]: what is derived from it is the range of what is derived from a draw."""
