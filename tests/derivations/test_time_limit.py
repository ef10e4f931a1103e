"""A derivation stops when its time is over or its user says so, and leaves what it has found."""

from __future__ import annotations

import time

import pytest

import boundkit
from boundkit.cli import INTERRUPTED, main
from boundkit.errors import Exit

HARD = "minimise lam*r/(1 - lam/2) + (K + ln(1/delta))/(n*lam*(1 - lam/2)) over lam"
LET = ["lam, r, K, n : Real > 0", "delta : Prob"]


def test_past_the_time_limit_the_answer_is_what_was_found_until_then() -> None:
    derive = boundkit.derive  # imports what it needs
    began = time.monotonic()
    derived = derive(HARD, ["lam < 2"], LET, time_limit=2)
    assert time.monotonic() - began < 2.5
    assert derived.limited
    assert derived.status in ("conjecture", "open")
    assert "the time limit was reached" in " ".join((derived.message, *derived.notes))


def test_a_time_limit_that_is_not_positive_is_refused() -> None:
    with pytest.raises(ValueError, match="time_limit must be positive: 0"):
        boundkit.derive("weaken x into x", time_limit=0)


def test_the_exit_status_tells_that_the_time_limit_was_reached(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", HARD, "--time-limit", "0.001", "--let", LET[0], "--let", LET[1]]) == Exit.LIMIT
    assert "the time limit was reached before a result was found" in capsys.readouterr().out.replace(
        "\n", " "
    )


def test_a_derivation_within_its_time_limit_is_complete() -> None:
    derived = boundkit.derive("minimise x^2 + 1 over x", let=["x : Real"], time_limit=60)
    assert (derived.status, derived.limited) == ("proved", False)


def test_an_interruption_is_told_in_one_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("boundkit.deriving.carried_out", interrupted)
    assert main(["derive", "weaken x into x", "--let", "x : Real"]) == INTERRUPTED
    assert capsys.readouterr().err.split() == ["interrupted"]
