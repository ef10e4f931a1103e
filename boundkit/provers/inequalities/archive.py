"""What was once proved or refuted, kept by content and asked of the kernel again each time.

An entry is found by the problem and by the text of the kernel, so that nothing outlives a change of what is
believed; and it is never believed, so that whoever changes it can only make it useless."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from boundkit import ir, kernel
from boundkit.errors import BoundkitError
from boundkit.provers.inequalities.answer import Answer, from_json
from boundkit.provers.inequalities.problem import Effort, Problem
from boundkit.provers.inequalities.prove import DEFAULT, check, prove
from boundkit.store import cache_folder, write_atomically

LARGEST = 1_000_000
"""Characters of an entry that is kept."""


def prove_once(problem: Problem, effort: Effort = DEFAULT) -> Answer:
    """The answer that is kept, if the kernel still accepts it; else that of `prove`, which is then kept."""
    began = perf_counter()
    found = recall(problem)
    if found is None:
        found = prove(problem, effort)
        keep(problem, found)
    return replace(found, seconds=perf_counter() - began)


def recall(problem: Problem) -> Answer | None:
    """The proof or refutation that is kept of a problem, accepted by the kernel anew; None without one."""
    try:
        text = _place(problem).read_text(encoding="utf-8")
        data: Any = json.loads(text) if len(text) <= LARGEST else None
        answer = from_json(data) if isinstance(data, dict) else None
    except (OSError, ValueError, RecursionError):
        return None
    if answer is None or answer.certificate is None:
        return None
    proof = answer.certificate.get("kind") != "witness"
    if answer.verdict != ("PROVED" if proof else "REFUTED") or not check(problem, answer.certificate):
        return None
    return answer


def keep(problem: Problem, answer: Answer) -> None:
    """Keeps a proof or a refutation; a folder that cannot be written changes nothing."""
    if answer.verdict not in ("PROVED", "REFUTED") or answer.certificate is None:
        return
    text = json.dumps(answer.as_json(""), sort_keys=True)
    if len(text) > LARGEST:
        return
    place = _place(problem)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, text)
    except (OSError, BoundkitError):
        return


def _place(problem: Problem) -> Path:
    key = sha256(f"{problem.key}:{_kernel()}".encode()).hexdigest()
    return cache_folder() / "inequalities" / key[:2] / f"{key}.json"


@cache
def _kernel() -> str:
    """A digest of the program text that decides."""
    total = sha256()
    for package in (ir, kernel):
        for folder in package.__path__:
            for file in sorted(Path(folder).glob("*.py")):
                total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()
