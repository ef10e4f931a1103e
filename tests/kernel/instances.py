"""A theorem from text, and the value of a term at an instance by the exact evaluator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.kernel.balls import precisely
from boundkit.kernel.witness import Exact, Finding, _judge, check_witness
from boundkit.source import Source
from boundkit.syntax.parse import parse


def theorem_of(text: str) -> Theorem:
    """The last theorem of a text without errors."""
    source = Source("t.thm", text)
    entries, wrong = elaborate(parse(source)[0], source)
    assert not [one for one in wrong if one.severity == "error"], wrong
    return [entry for entry in entries if isinstance(entry, Theorem)][-1]


def value(lets: str, term: str, **values: Any) -> Any:
    """The value of a real term under declarations, at the precision of 128 bits."""
    theorem = theorem_of(f"theorem t {lets} claim c: {term} <= 1 end")
    with precisely(128):
        judge = _judge(theorem, {"values": values}, Exact(), 200_000, {})
        formula = theorem.statement["c"].formula
        return judge.value(formula.args[0], {})  # type: ignore[attr-defined]


def checked(text: str, instance: Mapping[str, Any]) -> Finding:
    """The finding for the last claim of `theorem t {text} end`."""
    theorem = theorem_of(f"theorem t {text} end")
    return check_witness(theorem, theorem.statements[-1].label, instance)


def law(*weights: Any, outcomes: Any = None) -> dict[str, Any]:
    """A finite law on 1, 2, …, or on given outcomes."""
    listed = list(range(1, len(weights) + 1)) if outcomes is None else list(outcomes)
    return {"weights": list(map(str, weights)), "outcomes": listed}
