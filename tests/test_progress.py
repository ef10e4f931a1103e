"""What a terminal shows while work goes on."""

from __future__ import annotations

import io
import sys
import time

import pytest

from boundkit import progress
from boundkit.options import silent


class Terminal(io.StringIO):
    """A text stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error as a terminal, from within the test, since pytest sets its own before each."""
    stream = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def test_a_short_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the patience there is no word."""
    terminal = on_a_terminal(monkeypatch)
    with progress.shown() as report:
        assert report is not silent
        report(1, 3, "markov")
    assert terminal.getvalue() == ""


def test_a_long_run_names_what_is_in_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it was reported before the line opened; brackets in names are no markup."""
    terminal = on_a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    with progress.shown() as report:
        report(1, 3, "markov[1]")
        deadline = time.monotonic() + 10
        while "markov[1]" not in terminal.getvalue() and time.monotonic() < deadline:
            time.sleep(0.02)
    assert "1/3" in terminal.getvalue()
    assert "markov[1]" in terminal.getvalue()


def test_without_a_terminal_there_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on a terminal that cannot erase."""
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress.shown() as report:
        assert report is silent
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "dumb")
    with progress.shown() as report:
        assert report is silent
