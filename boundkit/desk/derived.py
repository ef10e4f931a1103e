"""What became of a derivation: results, and the relations that the judge accepted or nobody could show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from boundkit.ir.terms import Term
from boundkit.ir.theorems import Derivation
from boundkit.kernel import certificates as c

if TYPE_CHECKING:
    from boundkit.desk.desk import Desk

STATUSES = ("proved", "conjecture", "impossible", "open", "unsupported")


@dataclass(frozen=True)
class Certified:
    """A proposition that the judge accepts under the ranges and hypotheses, with its proof.

    role: what it is for, such as `optimal`, `in range`, `sufficient`. argument: why, in readable lines."""

    statement: Term
    proof: c.Proof
    role: str = ""
    argument: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derived:
    """What became of one derivation.

    status: `proved`: every relation behind the result has a proof that the judge accepts; `conjecture`: there
        is a result, and some relation behind it has none; `impossible`: it is shown that there is no result;
        `open`: none was found; `unsupported`: nothing of the kind can be asked.
    message: the result in one line. results: the sides that later derivations may refer to, by head
        (`derived_rhs`, `derived_lhs`). parts: what was found, by name, in order.
    certified: relations with proofs. conjectured: those without. wrong: those of the expected result that
        were not proved. notes: what else a reader should know, such as which bound is active.
    stored: what a later run needs to come to the same result without search. limited: the time limit was
        reached, and more may be found without it.

    ValueError for an unknown status."""

    label: str
    status: str
    message: str = ""
    results: Mapping[str, Term] = field(default_factory=dict)
    parts: tuple[tuple[str, Term], ...] = ()
    certified: tuple[Certified, ...] = ()
    conjectured: tuple[Term, ...] = ()
    wrong: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()
    stored: Mapping[str, Any] = field(default_factory=dict)
    limited: bool = False

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"`{self.status}` is none of {', '.join(STATUSES)}")

    def __bool__(self) -> bool:
        raise TypeError("a derivation is neither true nor false: ask for its `status`")

    def part(self, name: str) -> Term:
        """What was found under a name. KeyError where nothing was."""
        return dict(self.parts)[name]


@dataclass
class Notebook:
    """What a derivation has found so far, for those who stop it.

    certified: the relations that the judge has accepted. seeming: the result that sampling leaves, if there
    is one yet. label: that of the derivation."""

    certified: list[Certified] = field(default_factory=list)
    seeming: Derived | None = None
    label: str = ""

    def unfinished(self, label: str) -> Derived:
        """The answer where no more time is left."""
        certified = tuple({own.statement: own for own in self.certified}.values())
        if self.seeming is None:
            message = "the time limit was reached before a result was found"
            return Derived(label, "open", message, certified=certified, limited=True)
        shown = {own.statement for own in certified}
        left = tuple(own for own in self.seeming.conjectured if own not in shown)
        notes = (*self.seeming.notes, "the time limit was reached before all of it was certified")
        return replace(self.seeming, certified=certified, conjectured=left, notes=notes, limited=True)


@dataclass(frozen=True)
class Command:
    """A command of `derive`.

    name: the word. asks: what follows it in a `.thm` file. says: what it finds. proves: which relations stand
    behind its result. carry_out: the derivation at a desk, in which references to earlier derivations are
    resolved; it never raises for what a user wrote."""

    name: str
    asks: str
    says: str
    proves: str
    carry_out: Callable[[Desk, Derivation], Derived]
