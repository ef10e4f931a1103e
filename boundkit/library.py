"""Theorems that others use: found by name beside the file, or in the library that is shipped; proved or
replayed when they are first asked for, and offered to rules as laws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from boundkit import resources
from boundkit.errors import BoundkitError, Diagnostic
from boundkit.ir.laws import Law
from boundkit.ir.terms import Apply, Name
from boundkit.ir.theorems import Theorem
from boundkit.proofs import Proved, step_law
from boundkit.source import Source
from boundkit.store import read_text
from boundkit.syntax.parse import parse
from boundkit.syntax.read import read
from boundkit.syntax.tree import FileTree, Justification, Node, TheoremTree, UseTree

if TYPE_CHECKING:
    from collections.abc import Callable


def _cited(node: object) -> list[str]:
    """Names of the theorems whose steps are cited as `theorem.step`, in order."""
    found: dict[str, None] = {}
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Justification):
            for name in (current.rule, *current.premises):
                theorem, dot, _ = name.text.partition(".")
                if dot:
                    found.setdefault(theorem)
        if isinstance(current, Node):
            pending.extend(getattr(current, own.name) for own in reversed(fields(current)))
        elif isinstance(current, tuple):
            pending.extend(reversed(current))
    return list(found)


CONSTANT = "claim constant:"
ABSURD = "1 <= 0"
"""The claim of a lemma whose hypotheses contradict each other."""


@dataclass
class Dependencies:
    """What the judgement of a file rested on: which file each name meant (None for none), which files were
    read, and which texts the files of the library were searched for."""

    sought: dict[str, Path | None] = field(default_factory=dict)
    read: set[Path] = field(default_factory=set)
    scanned: set[str] = field(default_factory=set)

    def include(self, other: Dependencies) -> None:
        """Adds what another judgement rested on."""
        self.sought.update(other.sought)
        self.read.update(other.read)
        self.scanned.update(other.scanned)


class Library(Mapping[str, Law]):
    """Laws by name. `folder` is searched before the shipped library. A law's theorem is proved when the
    law is first asked for; a name without a proved theorem is not in the mapping, nor is one whose proof asks
    for itself, of which `prove` knows nothing (None)."""

    def __init__(self, folder: Path, prove: Callable[[Theorem, Library, Path], Proved | None]) -> None:
        self.folder = folder
        self.dependencies = Dependencies()
        self._prove = prove
        self._laws: dict[str, Law | None] = {}
        self._theorems: dict[str, Theorem] = {}
        self._pending: set[str] = set()
        self._reading: set[Path] = set()

    @cached_property
    def _files(self) -> dict[str, Path]:
        """Files by the name of the theorem they hold, those of the folder first."""
        found: dict[str, Path] = {}
        for root in (self.folder, resources.library()):
            for path in (
                sorted(root.rglob("*.thm")) if root == resources.library() else sorted(root.glob("*.thm"))
            ):
                found.setdefault(path.stem, path)
        return found

    def file_of(self, name: str) -> Path | None:
        """The file that `use name` means: its last part is the name of the file."""
        stem = name.rpartition(".")[2]
        self.dependencies.sought[stem] = self._files.get(stem)
        return self.dependencies.sought[stem]

    def offer(self, proved: Proved) -> None:
        """Takes in a theorem that was just judged, and its statements."""
        name = proved.theorem.name
        self._theorems[name] = proved.theorem
        self._laws[name] = proved.law
        for label in proved.statements:
            self._laws[f"{name}.{label}"] = step_law(proved, label)

    def theorems_for(self, tree: FileTree) -> tuple[dict[str, Theorem], list[Diagnostic]]:
        """The theorems that a file reaches by `use` or by citing a step as `theorem.step`, and a diagnostic
        for each `use` that finds nothing."""
        found: dict[str, Theorem] = {}
        wrong: list[Diagnostic] = []
        for item in tree.items:
            if isinstance(item, UseTree) and self.file_of(item.name.text) is None:
                searched = f"searched the folder `{self.folder}`, then the library that is installed"
                message = f"there is no theorem file for `use {item.name.text}`"
                wrong.append(Diagnostic("E0308", "error", message, item.name.span, searched))
        own = {item.name.text for item in tree.items if isinstance(item, TheoremTree)}
        names = [item.name.text for item in tree.items if isinstance(item, UseTree)]
        for name in (*names, *(cited for cited in _cited(tree) if cited not in own)):
            path = self.file_of(name)
            if path is not None and path not in self._reading:
                self._reading.add(path)
                found.update((theorem.name, theorem) for theorem in self.theorems_of(path))
                self._reading.discard(path)
        return found, wrong

    def theorems_of(self, path: Path) -> tuple[Theorem, ...]:
        """The theorems of a file that has no errors; none otherwise."""
        from boundkit.elaborate import elaborate

        self.dependencies.read.add(path)
        try:
            source: Source = read(path)
        except BoundkitError:
            return ()
        tree, wrong = parse(source)
        if wrong:
            return ()
        reached, _ = self.theorems_for(tree)
        entries, wrong = elaborate(tree, source, reached)
        if any(diagnostic.severity == "error" for diagnostic in wrong):
            return ()
        theorems = tuple(entry for entry in entries if isinstance(entry, Theorem))
        for theorem in theorems:
            self._theorems.setdefault(theorem.name, theorem)
        return theorems

    def __getitem__(self, name: str) -> Law:
        if name not in self._laws:
            self._laws[name] = self._load(name)
        law = self._laws[name]
        if law is None:
            raise KeyError(name)
        return law

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(set(self._files) | set(self._laws)))

    def __len__(self) -> int:
        return len(set(self._files) | set(self._laws))

    def _load(self, name: str) -> Law | None:
        whole, dot, label = name.partition(".")
        path = self.file_of(whole)
        if path is None or name in self._pending:
            return None
        self._pending.add(name)
        try:
            for theorem in self.theorems_of(path):
                if theorem.name == whole:
                    proved = self._prove(theorem, self, path)
                    if proved is None:
                        return None
                    return step_law(proved, label) if dot else proved.law
        finally:
            self._pending.discard(name)
        return None

    def constants(self) -> Iterator[Law]:
        """The laws that say that a function is constant: proved lemmas that claim `constant: f(u) = f(v)`."""
        yield from (law for law in self._holding(CONSTANT) if says_constant(law))

    def conflicts(self) -> Iterator[Law]:
        """The laws that say that their premises cannot all hold: proved lemmas that claim `1 <= 0`."""
        yield from (law for law in self._holding(ABSURD) if str(law.conclusion) == ABSURD)

    def _holding(self, text: str) -> Iterator[Law]:
        """The laws of the shipped library that owe nothing and whose files hold a text."""
        self.dependencies.scanned.add(text)
        for name, path in sorted(self._files.items()):
            if path.parent != self.folder and path.is_file() and text in read_text(path):
                law = self.get(name)
                if law is not None and not law.debts:
                    yield law


def says_constant(law: Law) -> bool:
    """Whether a law says `f(u) = f(v)` for any u and v of which its premises say nothing."""
    match law.conclusion:
        case Apply("=", (Apply("call", (Name(f), Name(u))), Apply("call", (Name(g), Name(v))))):
            apart = {u, v}
            spoken = frozenset().union(*(premise.free for _, premise in law.premises))
            holes = {hole.text for hole in law.holes}
            return f == g and len(apart) == 2 and apart | {f} <= holes and not apart & spoken
    return False
