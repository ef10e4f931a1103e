"""Theorems that others use: found by name beside the file, or in the library that is shipped; proved or
replayed when they are first asked for, and offered to rules as laws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from boundkit import resources
from boundkit.errors import BoundkitError, Diagnostic
from boundkit.ir.laws import Law
from boundkit.ir.theorems import Theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse
from boundkit.syntax.read import read
from boundkit.syntax.tree import FileTree, UseTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from boundkit.proofs import Proved

ABSURD = "1 <= 0"
"""The claim of a lemma whose hypotheses contradict each other."""


class Library(Mapping[str, Law]):
    """Laws by name. `folder` is searched before the shipped library. A law's theorem is proved when the
    law is first asked for; a name without a proved theorem is not in the mapping."""

    def __init__(self, folder: Path, prove: Callable[[Theorem, Library, Path], Proved]) -> None:
        self.folder = folder
        self._prove = prove
        self._laws: dict[str, Law | None] = {}
        self._theorems: dict[str, Theorem] = {}
        self._pending: set[str] = set()

    @cached_property
    def _files(self) -> dict[str, Path]:
        """Files by the name of the theorem they hold, those of the folder first."""
        found: dict[str, Path] = {}
        for root in (self.folder, resources.library()):
            for path in sorted(root.rglob("*.thm")) if root == resources.library() else sorted(root.glob("*.thm")):
                found.setdefault(path.stem, path)
        return found

    def file_of(self, name: str) -> Path | None:
        """The file that `use name` means: its last part is the name of the file."""
        return self._files.get(name.rpartition(".")[2])

    def offer(self, theorem: Theorem, law: Law | None) -> None:
        """Takes in a theorem that was just judged."""
        self._theorems[theorem.name] = theorem
        self._laws[theorem.name] = law

    def theorems_for(self, tree: FileTree) -> tuple[dict[str, Theorem], list[Diagnostic]]:
        """The theorems that a file's `use` clauses reach, and a diagnostic for each that is not found."""
        found: dict[str, Theorem] = {}
        wrong: list[Diagnostic] = []
        for item in tree.items:
            if not isinstance(item, UseTree):
                continue
            path = self.file_of(item.name.text)
            if path is None:
                wrong.append(
                    Diagnostic(
                        "E0308",
                        "error",
                        f"there is no theorem file for `use {item.name.text}`",
                        item.name.span,
                        f"searched the folder `{self.folder}`, then the library that is installed",
                    )
                )
                continue
            for theorem in self.theorems_of(path):
                found[theorem.name] = theorem
        return found, wrong

    def theorems_of(self, path: Path) -> tuple[Theorem, ...]:
        """The theorems of a file that has no errors; none otherwise."""
        from boundkit.elaborate import elaborate

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
        path = self.file_of(name)
        if path is None or name in self._pending:
            return None
        self._pending.add(name)
        try:
            for theorem in self.theorems_of(path):
                if theorem.name == name:
                    return self._prove(theorem, self, path).law
        finally:
            self._pending.discard(name)
        return None

    def conflicts(self) -> Iterator[Law]:
        """The laws that say that their premises cannot all hold: proved lemmas that claim `1 <= 0`."""
        for name, path in sorted(self._files.items()):
            if path.parent != self.folder and ABSURD in path.read_text(encoding="utf-8"):
                law = self.get(name)
                if law is not None and not law.debts and str(law.conclusion) == ABSURD:
                    yield law
