"""The ledger of a library: for each theorem what was found, what it owes, and what it rests on, as a text
that is committed, so that a review sees what a change does to the library.

The text is TOML. An entry holds the digest of its file, so that an entry of a file that has changed since is
known to be stale without checking anything."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from boundkit.errors import BoundkitError, Diagnostic
from boundkit.report import NodeReport, Report, TheoremReport
from boundkit.store import theorem_files
from boundkit.verdicts import Headline

NAME = "LEDGER"
"""The file in a library's folder."""

_TITLE = "# What `boundkit ledger` found in this library; written by it, not by hand.\n"


@dataclass(frozen=True)
class Entry:
    """One theorem, lemma or axiom of a library.

    file: its file, from the library's folder on, with forward slashes.
    digest: SHA-256 of that file.
    announced: the headline that the theorem announces, or "".
    debts: what it owes, sorted; `citations` are those of them that are citations, without their kind.
    lemmas: theorems of the library that its proof used, sorted.
    threshold: from where on the bound says something, such as `n = 5358`; "" when that is not known.
    tightness: the median and the largest ratio of the two sides of its claims in the test, to two digits; ""
        for claims that were not tested or have no ratio.
    """

    name: str
    title: str
    file: str
    digest: str
    headline: str
    announced: str
    debts: tuple[str, ...]
    citations: tuple[str, ...]
    lemmas: tuple[str, ...]
    threshold: str
    tightness: str


def entries(report: Report, folder: Path) -> tuple[Entry, ...]:
    """The entries of the theorems under `folder` that a report speaks of, in the order of their files."""
    return tuple(
        _entry(theorem, Path(file.path), folder)
        for file in sorted(report.files, key=lambda file: _within(Path(file.path), folder))
        for theorem in file.theorems
    )


def _entry(theorem: TheoremReport, path: Path, folder: Path) -> Entry:
    threshold = theorem.vacuity.threshold
    return Entry(
        name=theorem.name,
        title=theorem.title,
        file=_within(path, folder),
        digest=_digest(path),
        headline=theorem.headline,
        announced=theorem.expected,
        debts=theorem.debts,
        citations=tuple(debt.removeprefix("cite:") for debt in theorem.debts if debt.startswith("cite:")),
        lemmas=tuple(sorted({lemma for node in theorem.nodes for lemma in node.lemmas})),
        threshold=f"{threshold.parameter} = {threshold.value}" if threshold else "",
        tightness="; ".join(
            _tightness(node) for node in theorem.nodes if node.kind == "claim" and node.slack
        ),
    )


def _tightness(node: NodeReport) -> str:
    """How close the two sides of a claim came."""
    assert node.slack is not None
    return f"{node.name}: median {node.slack.median:.2g}, largest {node.slack.largest:.2g}"


def ledger_text(found: Iterable[Entry]) -> str:
    """The entries as TOML, one table a theorem; the same entries give the same text."""
    tables = [_TITLE]
    for entry in found:
        lines = ["[[theorem]]"]
        for key, value in asdict(entry).items():
            # JSON writes strings and lists of strings as TOML reads them.
            if value or key == "headline":
                lines.append(f"{key} = {json.dumps(value, ensure_ascii=True)}")
        tables.append("\n".join(lines) + "\n")
    return "\n".join(tables)


def read_ledger(text: str) -> tuple[Entry, ...]:
    """The entries of a ledger. BoundkitError (E0908) for a text that is none."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unreadable(str(error)) from error
    tables = data.get("theorem", [])
    if not isinstance(tables, list) or set(data) - {"theorem"}:
        raise _unreadable("it is not a list of theorems")
    return tuple(_read(table) for table in tables)


def _read(table: object) -> Entry:
    lists = {"debts", "citations", "lemmas"}
    names = {field.name for field in fields(Entry)}
    if not isinstance(table, Mapping) or set(table) - names or "name" not in table:
        raise _unreadable("an entry has other keys than those of a theorem")
    values: dict[str, Any] = {name: table.get(name, [] if name in lists else "") for name in names}
    for name, value in values.items():
        wanted = list if name in lists else str
        if not isinstance(value, wanted) or (name in lists and not all(isinstance(v, str) for v in value)):
            raise _unreadable(
                f"`{name}` of `{table['name']}` is no {'list of texts' if name in lists else 'text'}"
            )
    parts: dict[str, Any] = {name: tuple(value) if name in lists else value for name, value in values.items()}
    return Entry(**parts)


def _unreadable(why: str) -> BoundkitError:
    message = f"the ledger cannot be read: {why}"
    help = "`boundkit ledger PATH` writes it anew"
    return BoundkitError(Diagnostic("E0908", "error", message, help=help))


def stale(found: Iterable[Entry], folder: Path) -> tuple[str, ...]:
    """What a ledger misses or says of files that are no more or have changed, a line each; nothing when it is
    up to date. Whether the program would still find the same is not asked: that takes a check."""
    known = {entry.file: entry.digest for entry in found}
    files = {_within(path, folder): path for path in theorem_files([folder])}
    return (
        *(f"{file}: has no entry" for file in sorted(set(files) - set(known))),
        *(f"{file}: is no more" for file in sorted(set(known) - set(files))),
        *(
            f"{file}: has changed"
            for file in sorted(set(known) & set(files))
            if _digest(files[file]) != known[file]
        ),
    )


def weak(found: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that are neither proved nor derived."""
    return tuple(e for e in found if e.headline not in (Headline.PROVED.value, Headline.DERIVED.value))


def _within(path: Path, folder: Path) -> str:
    return path.resolve().relative_to(folder.resolve()).as_posix()


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
