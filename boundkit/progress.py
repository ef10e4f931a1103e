"""What a terminal shows while work goes on: nothing for the first second, then one line that vanishes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer

from boundkit.options import Progress, silent

PATIENCE = 1.0
"""Seconds without a word."""


@contextmanager
def shown() -> Iterator[Progress]:
    """A progress line on standard error while the block runs, or silence where that is no terminal."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield silent
        return
    line = _Line()
    try:
        yield line.report
    finally:
        line.close()


class _Line:
    """The line: the latest report, drawn by rich once the patience is over."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._latest = (0, 0, "")
        self._draw: Progress | None = None
        self._erase: Callable[[], None] | None = None
        self._closed = False
        self._timer = Timer(PATIENCE, self._open)
        self._timer.daemon = True
        self._timer.start()

    def report(self, done: int, total: int, doing: str) -> None:
        """Remember, and draw if the line is open."""
        with self._lock:
            self._latest = (done, total, doing)
            if self._draw:
                self._draw(done, total, doing)

    def _open(self) -> None:
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        bar = Bar(
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=Console(stderr=True),
            transient=True,
        )
        with self._lock:
            if self._closed:
                return
            task = bar.add_task("", total=None)

            def draw(done: int, total: int, doing: str) -> None:
                bar.update(task, completed=done, total=total or None, description=escape(doing))

            bar.start()
            draw(*self._latest)
            self._draw, self._erase = draw, bar.stop

    def close(self) -> None:
        """Erase the line."""
        self._timer.cancel()
        with self._lock:
            self._closed = True
            self._draw = None
            if self._erase:
                self._erase()
