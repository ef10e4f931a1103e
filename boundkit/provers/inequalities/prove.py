"""One problem through all that can be tried, cheap things first.

`check` is the other half: it asks the kernel alone about a certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter
from typing import Any

from boundkit.provers.inequalities import goal, oracle, proofs, refutation
from boundkit.provers.inequalities.answer import Answer
from boundkit.provers.inequalities.problem import Effort, Problem

DEFAULT = Effort()
EASY = 150
"""Attempts at proofs before the long search for a counterexample."""


def prove(problem: Problem, effort: Effort = DEFAULT) -> Answer:
    """What was found: a quick search for a counterexample, easy proofs, a long search, all proofs, the faces
    of the hypotheses, and the word of an oracle."""
    began = perf_counter()
    refuter = refutation.Refuter(problem, effort)
    begun: proofs.Searches = {}
    found: Answer | str | None = refuter.quick()
    if found is None and refuter.search.undefined is None:
        found = _proof(problem, min(EASY, effort.attempts), begun)
    if not isinstance(found, Answer):
        found = refuter.long() or found
    word = None
    if not isinstance(found, Answer) and refuter.search.undefined is None:
        thorough = effort.attempts > EASY
        found = _proof(problem, effort.attempts, begun) if thorough else found
        if not isinstance(found, Answer):
            found = refuter.last() or found
        # In the end, since nothing bounds well how long it takes.
        word = oracle.ask(problem) if thorough and not isinstance(found, Answer) else None
        if word is not None and word.point is not None:
            found = refuter.proposed(dict(word.point)) or found
    if not isinstance(found, Answer):
        found = _undecided(found or "", word is not None and word.holds)
    return replace(found, seconds=perf_counter() - began)


def _undecided(reason: str, believed: bool) -> Answer:
    if believed:
        said = f"{oracle.NAME} finds no counterexample, which no certificate shows; {reason}"
        return Answer("UNDECIDED", reason=said, oracle=oracle.NAME)
    return Answer("UNDECIDED", reason=f"no counterexample found; {reason}")


def _proof(problem: Problem, attempts: int, begun: proofs.Searches) -> Answer | str:
    """The answer by a proof, or why there is none."""
    found = proofs.find(problem, goal.Effort(attempts), begun)
    if isinstance(found, proofs.Open):
        return found.reason
    return Answer("PROVED", found.method, found.argument, certificate=found.certificate)


def check(problem: Problem, certificate: Mapping[str, Any]) -> bool:
    """Whether the kernel accepts the certificate: a proof, or the witness of a refutation."""
    if certificate.get("kind") == "witness":
        return refutation.replay(problem, certificate)
    return proofs.check(problem, certificate)
