"""Obligations: what is to be shown for one link of a statement, keyed by its content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from boundkit.ir.terms import Term, canonical
from boundkit.ir.theorems import Reason


@dataclass(frozen=True)
class Obligation:
    """A goal under premises (label and proposition), with the justification as written. `name` is the label
    of the statement, with `#k` for the k-th of several links."""

    name: str
    goal: Term
    premises: tuple[tuple[str, Term], ...]
    reason: Reason

    @cached_property
    def key(self) -> str:
        """SHA-256 of what must be shown, from what, by which rule: the same for equal content, whatever
        the layout, the names of bound variables or the place in the file."""
        parts = [canonical(self.goal), self.reason.rule, self.reason.text]
        parts.extend(canonical(term) for term in self.reason.positional)
        parts.extend(f"{name} := {canonical(term)}" for name, term in self.reason.named)
        parts.extend(f"{label}: {canonical(formula)}" for label, formula in self.premises)
        return sha256("\n".join(parts).encode()).hexdigest()
