"""A limit of time on a piece of work, kept even within a long computation."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OutOfTime(BaseException):
    """The time of a piece of work is over. Not an Exception, which a search might take for its failure."""


@contextmanager
def ending(limit: float | None) -> Iterator[None]:
    """Raises OutOfTime in what it encloses once `limit`, a value of `time.monotonic`, is past; None is none.

    ValueError outside of the main thread, which alone can be interrupted."""
    if limit is None:
        yield
        return
    if threading.current_thread() is not threading.main_thread():
        raise ValueError("a limit of time can be kept in the main thread alone")
    left = limit - time.monotonic()
    if left <= 0:
        raise OutOfTime
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, left)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(number: int, frame: FrameType | None) -> None:
    raise OutOfTime
