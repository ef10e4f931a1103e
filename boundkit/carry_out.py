"""Carries out a derivation under what is known in a theorem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from boundkit.clock import OutOfTime, ending
from boundkit.desk import Derived, Desk
from boundkit.desk.desk import resolved
from boundkit.discover import shelf
from boundkit.ir.terms import Term
from boundkit.ir.theorems import Derivation
from boundkit.kernel.ledger import Ledger


def carry_out(
    ledger: Ledger,
    derivation: Derivation,
    earlier: Mapping[str, Derived],
    stored: Any = None,
    search: bool = True,
    limit: float | None = None,
) -> Derived:
    """What becomes of a derivation under the ranges and hypotheses. `earlier` are those above it; `stored` is
    what an earlier run kept; without `search` only its proposal is tried, and only its proofs are put to the
    judge. Past `limit`, a value of `time.monotonic`, the answer is what was found until then."""
    commands = shelf("derivations")
    if derivation.command not in commands:
        return Derived(derivation.label, "unsupported", f"`{derivation.command}` is no command")
    results = _results(earlier)
    expected = None if derivation.expected is None else resolved(derivation.expected, results)
    inner = replace(derivation, subject=resolved(derivation.subject, results), expected=expected)
    desk = Desk(ledger, stored, search)
    desk.notebook.label = derivation.label
    try:
        with ending(limit):
            answer: Derived = commands[derivation.command].carry_out(desk, inner)
    except OutOfTime:
        return desk.notebook.unfinished(derivation.label)
    return answer


def _results(earlier: Mapping[str, Derived]) -> dict[tuple[str, str], Term]:
    return {(label, head): term for label, one in earlier.items() for head, term in one.results.items()}
