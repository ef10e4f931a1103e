"""Draws depend on key, stream, label and place alone, and are uniform."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from scipy import stats

from boundkit.statistics.streams import CELL, Stream

STREAM = Stream("digest", "A")


def test_a_cell_depends_on_its_place_alone() -> None:
    """However the places are cut into batches."""
    whole = STREAM.cells("x", 0, 1000).lo
    for first, count in ((0, 1), (3, 5), (4, 4), (7, 993), (250, 1)):
        assert np.array_equal(STREAM.cells("x", first, count).lo, whole[first : first + count])


def test_labels_and_streams_have_numbers_of_their_own() -> None:
    """No two of them share a cell among the first."""
    streams = [Stream(key, name).cells(label, 0, 256).lo for key in "dk" for name in "AB" for label in "xy"]
    assert len(np.unique(np.concatenate(streams))) == 8 * 256


def test_cells_are_uniform() -> None:
    """Kolmogorov and Smirnov; the stream is fixed, so this cannot fail by chance. Cells do not overlap."""
    found = STREAM.cells("x", 0, 100_000)
    assert stats.kstest(found.lo, "uniform").pvalue > 1e-3
    assert np.all(found.hi - found.lo == CELL)
    assert np.all((found.lo >= 0) & (found.hi <= 1))


def test_another_process_draws_the_same() -> None:
    """Whatever its hash seed."""
    program = (
        "from boundkit.statistics.streams import Stream\n"
        "print(Stream('digest', 'A').cells('x', 0, 4).lo.tolist())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("0", "1")
    }
    assert found == {str(STREAM.cells("x", 0, 4).lo.tolist())}
