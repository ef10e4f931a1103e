"""The one layout of theorem files: reads files, lays out what was read, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from boundkit.errors import BoundkitError
from boundkit.report import Message, place
from boundkit.store import theorem_files
from boundkit.syntax.format import format_file
from boundkit.syntax.parse import parse
from boundkit.syntax.read import read


@dataclass(frozen=True)
class LaidOut:
    """A file as it is and as it should be."""

    path: Path
    before: str
    text: str

    @property
    def changed(self) -> bool:
        """Whether the file is not laid out yet."""
        return self.before != self.text


def laid_out(paths: Iterable[str | Path]) -> tuple[tuple[LaidOut, ...], tuple[Message, ...]]:
    """Each theorem file under `paths` with its layout, and the syntax errors of those that have none.
    BoundkitError for a path that is not there (E0901, E0902)."""
    files: list[LaidOut] = []
    messages: list[Message] = []
    for path in theorem_files(paths):
        try:
            source = read(path)
        except BoundkitError as error:
            messages.append(place(error.diagnostic, None, error.exit))
            continue
        tree, errors = parse(source)
        messages.extend(place(error, source) for error in errors)
        if not errors:
            files.append(LaidOut(path, source.text, format_file(tree, source)))
    return tuple(files), tuple(messages)
