"""A settled problem as plain JSON: the problem itself, and the proof or the witness.

Nothing in it is believed: `recheck` asks the kernel. Whoever relies on it reads which problem it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boundkit.provers.inequalities.answer import Answer
from boundkit.provers.inequalities.problem import Problem, as_json, from_json
from boundkit.provers.inequalities.prove import check

SCHEMA = 1


def certificate_of(problem: Problem, answer: Answer) -> dict[str, Any] | None:
    """The certificate of an answer; None for one that settles nothing."""
    if answer.certificate is None:
        return None
    return {"schema": SCHEMA, "problem": as_json(problem), "proof": dict(answer.certificate)}


def recheck(data: object) -> tuple[Problem, str]:
    """The problem of a certificate, and what the kernel accepts of it: `PROVED`, `REFUTED`, or "".

    Raises ValueError for what is no certificate."""
    if not isinstance(data, Mapping) or set(data) != {"schema", "problem", "proof"}:
        raise ValueError("no certificate of an inequality")
    if data["schema"] != SCHEMA or not isinstance(data["proof"], Mapping):
        raise ValueError("no certificate of this schema")
    problem = from_json(data["problem"])
    if not check(problem, data["proof"]):
        return problem, ""
    return problem, "REFUTED" if data["proof"].get("kind") == "witness" else "PROVED"
