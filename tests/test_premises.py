"""Every premise that a proof lists is needed: without any one of them its step is not proved."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from boundkit import resources
from boundkit.discover import shelf
from boundkit.ir.theorems import Reason, Theorem
from boundkit.library import Library
from boundkit.plan import attempt, obligations
from boundkit.proofs import Proved, in_order, prove_theorem

FILES = {
    "gd_convex_lipschitz": "optimization",
    "hoeffding_lemma_scalar": "probability",
    "linear_attention_is_gd": "in_context",
    "hallucination_inevitable": "in_context",
}


@cache
def library() -> Library:
    """The theorems that are shipped, proved when a rule asks for one."""
    return Library(resources.library(), lambda theorem, laws, path: prove_theorem(theorem, laws, {}))


@cache
def read(name: str) -> Theorem:
    """A theorem of the library."""
    path = resources.library() / FILES[name] / f"{name}.thm"
    return next(t for t in library().theorems_of(path) if t.name == name)


@cache
def proved(name: str) -> tuple[Theorem, Proved]:
    """A theorem of the library with its proofs."""
    return read(name), prove_theorem(read(name), library(), {})


def listed() -> list[tuple[str, str, int, str]]:
    """Theorem, statement, place of the link and premise for every premise listed."""
    found = []
    for name in FILES:
        theorem = read(name)
        for statement in in_order(theorem):
            for place, link in enumerate(statement.links):
                reason = link.by or statement.by
                found.extend((name, statement.label, place, p) for p in (reason.premises if reason else ()))
    return found


@pytest.mark.parametrize("name", sorted(FILES))
def test_all_premises_together_prove_every_step(name: str) -> None:
    _, found = proved(name)
    assert all(statement.proved for statement in found.statements.values())


@pytest.mark.parametrize(("name", "label", "place", "premise"), listed())
def test_a_step_without_one_of_its_premises_is_not_proved(
    name: str, label: str, place: int, premise: str
) -> None:
    theorem, found = proved(name)
    statement = next(s for s in theorem.statements if s.label == label)
    links = list(statement.links)
    reason = links[place].by or statement.by
    assert reason is not None
    fewer: Reason = replace(reason, premises=tuple(p for p in reason.premises if p != premise))
    links[place] = replace(links[place], by=fewer)
    changed = replace(statement, links=tuple(links))
    obligation = obligations(found.ledger, changed)[place]
    earlier = [h.label for h in theorem.hypotheses if h.origin == "assume"]
    outcome = attempt(found.ledger, obligation, shelf("rules"), earlier)
    assert outcome.status != "proved"
    assert outcome.status != "believed"
