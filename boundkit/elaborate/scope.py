"""Which names may be used where, what each stands for, and which declared names are nearest to one that
is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from boundkit.errors import BoundkitError, Diagnostic
from boundkit.ir.terms import Name
from boundkit.source import NOWHERE, Span
from boundkit.syntax.tree import Define

TYPE_WORDS = (
    "Nat",
    "Int",
    "Real",
    "Prob",
    "Bool",
    "ExtReal",
    "Vector",
    "Matrix",
    "Seq",
    "Set",
    "FiniteSet",
    "Dist",
    "Sample",
)
"""Words that name types."""


class Mistake(BoundkitError):
    """An error of the text; ends the work on its clause."""


class Suppressed(Exception):
    """A name was used whose own clause has an error; the clause that uses it is left out silently."""


def mistake(code: str, message: str, span: Span, help: str = "", fix: bool = False, *notes: str) -> Mistake:
    """A `Mistake` of severity `error`."""
    return Mistake(Diagnostic(code, "error", message, span, help, fix, tuple(notes)))


@dataclass(frozen=True)
class Known:
    """A name with its sort. `kind` is `let`, `draw`, `bound`, `parameter`, `defined` or `type`; `random`
    are the draws on which its value depends."""

    name: Name
    kind: str
    span: Span = NOWHERE
    random: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Template:
    """A definition with parameters: its clauses, and the scope in which their bodies are read. `key`
    tells templates of one name in different blocks apart."""

    text: str
    clauses: tuple[Define, ...]
    scope: Scope
    span: Span = NOWHERE

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


@dataclass(frozen=True)
class Broken:
    """A name whose clause has an error."""

    span: Span = NOWHERE


Entry = Known | Template | Broken


@dataclass(frozen=True)
class Scope:
    """The names in reach, innermost last. `ended` maps names of binders to the left of a sum to the
    place of binder and sum, for the message that a body ended too early."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    ended: Mapping[str, tuple[str, Span, Span, Span]] = field(default_factory=dict)

    def __getitem__(self, text: str) -> Entry:
        return self.entries[text]

    def get(self, text: str) -> Entry | None:
        """The entry, or None."""
        return self.entries.get(text)

    def with_entry(self, text: str, entry: Entry) -> Scope:
        """The scope with one more name."""
        return Scope({**self.entries, text: entry}, self.ended)

    def with_bound(self, *names: Name, kind: str = "bound") -> Scope:
        """The scope with bound variables."""
        new = {name.text: Known(name, kind, name.span) for name in names}
        return Scope({**self.entries, **new}, self.ended)

    def with_ended(self, ended: Mapping[str, tuple[str, Span, Span, Span]]) -> Scope:
        """The scope with binders that have just ended."""
        return Scope(self.entries, {**self.ended, **ended})

    def random(self) -> Mapping[str, frozenset[str]]:
        """The randomness set of each name that has one."""
        return {
            text: entry.random
            for text, entry in self.entries.items()
            if isinstance(entry, Known) and entry.random
        }


def nearest(text: str, known: Iterable[str]) -> str:
    """Up to three known names like `text`, as a phrase; "" when none is near."""
    names = sorted(set(known))
    lowered: dict[str, str] = {}
    for name in names:
        lowered.setdefault(name.lower(), name)
    found = get_close_matches(text, names, 3, 0.6)
    found.extend(lowered[match] for match in get_close_matches(text.lower(), list(lowered), 2, 0.8))
    unique = list(dict.fromkeys(found))[:3]
    return " or ".join(f"`{name}`" for name in unique)
