"""One problem through all that can be tried, cheap things first.

`check` is the other half: it asks the kernel alone about a certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter
from typing import Any

from boundkit.provers.inequalities import goal, proofs, refutation
from boundkit.provers.inequalities.answer import Answer
from boundkit.provers.inequalities.problem import Effort, Problem

DEFAULT = Effort()


def prove(problem: Problem, effort: Effort = DEFAULT) -> Answer:
    """What was found: a quick search for a counterexample, then proofs, then a long search."""
    began = perf_counter()
    refuter = refutation.Refuter(problem, effort)
    answer = refuter.quick()
    reason = ""
    if answer is None and refuter.undefined is None:
        found = proofs.find(problem, goal.Effort(effort.attempts))
        if isinstance(found, proofs.Proved):
            answer = Answer("PROVED", found.method, found.argument, certificate=found.certificate)
        else:
            reason = found.reason
    answer = answer or refuter.long() or Answer("UNDECIDED", reason=f"no counterexample found; {reason}")
    return replace(answer, seconds=perf_counter() - began)


def check(problem: Problem, certificate: Mapping[str, Any]) -> bool:
    """Whether the kernel accepts the certificate: a proof, or the witness of a refutation."""
    if certificate.get("kind") == "witness":
        return refutation.replay(problem, certificate)
    return proofs.check(problem, certificate)
