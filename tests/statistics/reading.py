"""Claims from text, with a sampler for them."""

from __future__ import annotations

from collections.abc import Iterable

from flint import fmpq

from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.source import Source
from boundkit.statistics.levels import Shares
from boundkit.statistics.sampler import Account, Sampler
from boundkit.statistics.statements import Decision, Levels, decide, relations
from boundkit.statistics.streams import Stream
from boundkit.syntax.parse import parse

STRICT = Levels(1e-6, 1e-6)


def read(*lines: str) -> Theorem:
    """A theorem of these clauses."""
    source = Source("t.thm", "\n".join(("theorem t", *lines, "end")))
    (theorem, *_), diagnostics = elaborate(parse(source)[0], source)
    assert isinstance(theorem, Theorem), diagnostics
    assert not [d for d in diagnostics if d.severity == "error"], diagnostics
    return theorem


def sampler_of(
    theorem: Theorem, key: str = "k", samples: int = 16384, inner: float = 1e-6, **values: str
) -> Sampler:
    """A sampler at values of the lets."""
    names = {name: fmpq(*map(int, f"{value}/1".split("/")[:2])) for name, value in values.items()}
    account = Account(Shares(inner), 1 << 26)
    return Sampler(theorem, names, {}, Stream(key, "A"), account, samples)


def decisions(
    theorem: Theorem, key: str = "k", samples: int = 16384, levels: Levels = STRICT, **values: str
) -> list[Decision]:
    """What sampling says of each relation of the only claim."""
    formula = theorem.statements[0].formula
    sampler = sampler_of(theorem, key, samples, min(levels.refute, levels.hold), **values)
    return [
        decide(sampler_of(theorem, key, samples, min(levels.refute, levels.hold), **values), relation, levels)
        for relation in relations(sampler, formula)
    ]


def outcomes(found: Iterable[Decision]) -> list[str]:
    """The words alone."""
    return [decision.outcome for decision in found]
