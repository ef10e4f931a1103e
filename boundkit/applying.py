"""Suggestions written to their files, whole or not at all, where a check then finds what was said."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from boundkit.errors import BoundkitError, Diagnostic
from boundkit.options import Options
from boundkit.pipeline import check_paths
from boundkit.proofs import certificate_file
from boundkit.report import Report, Suggestion
from boundkit.store import write_atomically
from boundkit.syntax.read import read


def apply(report: Report, options: Options) -> Iterator[tuple[str, str]]:
    """Writes the first suggestion for each theorem, and yields each file with what was written. A theorem
    that is as it announces is left alone unless `options.only` names it. BoundkitError (E0911) for a file
    that is no longer what was checked, and (E0912) where a check of the new text does not find what was
    announced; the file is then as it was."""
    as_announced = {(f.path, t.name) for f in report.files for t in f.theorems if t.ok}
    chosen: dict[str, dict[str, Suggestion]] = {}
    for one in report.suggestions or ():
        if options.only or (one.path, one.theorem) not in as_announced:
            chosen.setdefault(one.path, {}).setdefault(one.theorem, one)
    for path, own in chosen.items():
        _write(Path(path), list(own.values()), options)
        for one in own.values():
            yield path, f"{one.theorem}.{one.label}, {one.change}"


def _write(path: Path, suggestions: list[Suggestion], options: Options) -> None:
    before = suggestions[0].before
    if read(path).text != before:
        message = f"`{path}` was changed while it was checked"
        raise BoundkitError(Diagnostic("E0911", "error", message, help="check it again"))
    certificates = certificate_file(path)
    kept = certificates.read_text(encoding="utf-8") if certificates.exists() else None
    write_atomically(path, merged(before, [one.after for one in suggestions]))
    found = {theorem.name: theorem.headline for theorem in check_paths([path], _whole(options)).theorems}
    for one in suggestions:
        if found.get(one.theorem) != one.headline:
            write_atomically(path, before)
            if kept is not None:
                write_atomically(certificates, kept)
            what = f"`{one.theorem}` is {found.get(one.theorem, 'not found')} then, not {one.headline}"
            raise BoundkitError(Diagnostic("E0912", "error", f"nothing was written to `{path}`: {what}"))


def _whole(options: Options) -> Options:
    return Options(options.seed, options.samples, None, jobs=1)


def merged(before: str, texts: list[str]) -> str:
    """A text with the changes of several others, which do not overlap."""
    lines = before.splitlines(keepends=True)
    edits = []
    for text in texts:
        new = text.splitlines(keepends=True)
        matcher = SequenceMatcher(None, lines, new, autojunk=False)
        for tag, start, stop, first, last in matcher.get_opcodes():
            if tag != "equal":
                edits.append((start, stop, new[first:last]))
    for start, stop, new in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        lines[start:stop] = new
    return "".join(lines)
