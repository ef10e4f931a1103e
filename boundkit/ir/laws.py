"""Laws: what a rule or lemma says, with holes."""

from __future__ import annotations

from dataclasses import dataclass

from boundkit.ir.terms import Name, Term


@dataclass(frozen=True)
class Law:
    """For all sets as `types` and all values of the holes: premises imply conclusion. `standing` is `proved`
    (a theorem whose certificate was checked) or `cited`; `debts` are those of the theorem it comes from."""

    name: str
    holes: tuple[Name, ...]
    premises: tuple[tuple[str, Term], ...]
    conclusion: Term
    standing: str
    debts: frozenset[str] = frozenset()
    reference: str = ""
    types: tuple[Name, ...] = ()
