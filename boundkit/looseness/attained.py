"""Instances at which a claim is attained: both sides exactly equal, and positive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from boundkit.attack import Budget, attack
from boundkit.ir.sorts import PROP
from boundkit.ir.terms import Apply, number, relation
from boundkit.ir.theorems import Family, Link, Statement, Theorem
from boundkit.measured import Attained

SAMPLES = 6_000


def attained(theorem: Theorem, seed: int, families: Mapping[str, Family]) -> tuple[Attained, ...]:
    """For each claim that is no event, a simple instance at which it is attained, where one is found.

    What is sought is an exact counterexample to `0 < right implies left < right`, by the attack on the
    theorem; the kernel decides it, and both sides must then be one rational.
    """
    strict = tuple(_strict(theorem))
    if not strict:
        return ()
    order = tuple(statement.label for statement in strict)
    bare = replace(theorem, statements=strict, derivations=(), order=order)
    found = []
    for one in attack(bare, seed, SAMPLES, Budget(structures=8), families=families).statements:
        if one.outcome != "violated" or one.witness is None or one.finding is None:
            continue
        if one.finding.precision or one.finding.left != one.finding.right:
            continue  # sides that are only close, or a claim that is false
        said = one.finding.comparison.replace(" >= ", " = ", 1)
        found.append(Attained(one.label, one.values, said))
    return tuple(found)


def _strict(theorem: Theorem) -> Iterator[Statement]:
    """The claims of one `<=` as what an attained instance refutes."""
    for statement in theorem.statements:
        if statement.kind != "claim" or len(statement.links) != 1:
            continue
        link = statement.links[0].relation
        events = (p for p in statement.prefix if isinstance(p, Apply) and p.head != "implies")
        if not (isinstance(link, Apply) and link.head == "<=") or any(events):
            continue
        left, right = link.args
        inner = Apply("implies", (relation("<", number(0), right), relation("<", left, right)), PROP)
        strict = Link(inner)
        bare = replace(statement, links=(strict,), by=None)
        yield replace(bare, formula=bare.goal(strict))
