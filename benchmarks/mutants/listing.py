"""What is committed of what was found of mutants, `theorems/MUTANTS`: counts of each folder and each theorem,
and every false mutant that is not caught, with the reason.

The text is TOML. The entry of a theorem holds the digest of its file, so that it is known which have changed
since. What was not judged anew is kept as it stands there."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.mutants.tally import Counts, counted, folder_of

NAME = "MUTANTS"
"""The file in the library's folder."""
REASONS = Path(__file__).with_name("reasons.toml")
"""Why false mutants are not caught: a line for each, by hand, the name of the mutant and the reason."""

_TITLE = """\
# What `python -m benchmarks.mutants list` found in this library; written by it, not by hand.
# Mutants are the theorems of the library with one edit each. false: with an exact witness against them;
# caught: of these, those no longer PROVED, DERIVED or TESTED; down: no longer so either, and no witness is
# known; true: proved, or it follows from what it was; stands: DERIVED or TESTED, and no witness was found.
"""


@dataclass(frozen=True)
class Uncaught:
    """A false mutant that is PROVED, DERIVED or TESTED. name: its name; edit: what was changed into what;
    headline: what it is called; witness: an instance at which it is refuted; reason: why it is not caught."""

    name: str
    edit: str
    headline: str
    witness: str
    reason: str = ""

    @property
    def theorem(self) -> str:
        """The theorem that was edited."""
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class Entry:
    """A theorem. file: its file, from the library's folder on; digest: the beginning of the SHA-256 of it."""

    name: str
    file: str
    digest: str
    counts: Counts

    @property
    def folder(self) -> str:
        """The folder of its file."""
        return folder_of(self.file)


@dataclass(frozen=True)
class Listing:
    """All theorems, in the order of their files, and the false mutants that are not caught."""

    theorems: tuple[Entry, ...] = ()
    uncaught: tuple[Uncaught, ...] = ()

    @property
    def counts(self) -> Counts:
        """Those of all theorems together."""
        return sum((entry.counts for entry in self.theorems), Counts())


def digest(path: Path) -> str:
    """What tells a file's text from all others."""
    return sha256(path.read_bytes()).hexdigest()[:16]


def listing(
    found: Sequence[Mapping[str, Any]], before: Listing, library: Path, reasons: Mapping[str, str]
) -> Listing:
    """The theorems of which `found` says something at their present text, and the others as they were listed
    before, where their files still exist."""
    judged: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    texts: dict[str, str] = {}
    for one in found:
        file, theorem = str(one["file"]), str(one["name"]).partition(".")[0]
        if file not in texts:
            path = library / file
            texts[file] = path.read_text(encoding="utf-8") if path.is_file() else ""
        if texts[file] and one["key"] == key(str(one["name"]), texts[file]):
            judged.setdefault((file, theorem), []).append(one)
    theorems = {
        (entry.file, entry.name): entry for entry in before.theorems if (library / entry.file).is_file()
    }
    kept = {one.name: one for one in before.uncaught if any(one.theorem == name for _, name in theorems)}
    for (file, theorem), mutants in judged.items():
        entry = Entry(theorem, file, digest(library / file), counted(mutants))
        old = theorems.get((file, theorem))
        if old is not None and old.digest == entry.digest and old.counts.mutants > len(mutants):
            continue
        theorems[file, theorem] = entry
        kept = {name: one for name, one in kept.items() if one.theorem != theorem}
        for one in mutants:
            if one["truth"] == "false" and not one["caught"]:
                kept[one["name"]] = Uncaught(one["name"], one["edit"], one["headline"], one["witness"])
    uncaught = (replace(one, reason=reasons.get(name, "")) for name, one in sorted(kept.items()))
    return Listing(tuple(theorems[at] for at in sorted(theorems)), tuple(uncaught))


def key(name: str, text: str) -> str:
    """What tells a mutant of a file's text from all others, and from the same of another text."""
    return sha256(f"{name} {text}".encode()).hexdigest()[:16]


def listing_text(found: Listing) -> str:
    """The listing as TOML; the same listing gives the same text."""
    lines = [_TITLE, "[folders]"]
    for folder in sorted({entry.folder for entry in found.theorems}):
        entries = [entry for entry in found.theorems if entry.folder == folder]
        counts = sum((entry.counts for entry in entries), Counts())
        lines.append(f"{json.dumps(folder)} = {_row({'theorems': len(entries), **asdict(counts)})}")
    lines.append(f"all = {_row({'theorems': len(found.theorems), **asdict(found.counts)})}")
    for one in found.uncaught:
        lines += ["", "[[uncaught]]", *(f"{field} = {_text(value)}" for field, value in asdict(one).items())]
    lines += ["", "[theorems]"]
    for entry in found.theorems:
        row = {"file": entry.file, "digest": entry.digest, **asdict(entry.counts)}
        lines.append(f"{entry.name} = {_row(row)}")
    return "\n".join(lines) + "\n"


def read_listing(path: Path) -> Listing:
    """The listing in a file; an empty one where there is none."""
    if not path.is_file():
        return Listing()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    theorems = []
    for name, row in data["theorems"].items():
        counts = {kind: count for kind, count in row.items() if kind not in ("file", "digest")}
        theorems.append(Entry(name, row["file"], row["digest"], Counts(**counts)))
    return Listing(tuple(theorems), tuple(Uncaught(**one) for one in data.get("uncaught", [])))


def read_reasons(path: Path = REASONS) -> dict[str, str]:
    """The reasons that were given."""
    return dict(tomllib.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def wanting(found: Listing, reasons: Mapping[str, str]) -> tuple[str, ...]:
    """What is wrong with the reasons, a line each: one is not given, or one is given for nothing."""
    names = {one.name for one in found.uncaught}
    missing = [f"no reason is given for {name}" for name in sorted(names - set(reasons))]
    return (*missing, *(f"a reason no longer applies: {name}" for name in sorted(set(reasons) - names)))


def _row(row: Mapping[str, str | int]) -> str:
    return f"{{{', '.join(f'{field} = {_text(value)}' for field, value in row.items())}}}"


def _text(value: str | int) -> str:
    # JSON writes strings and integers as TOML reads them.
    return json.dumps(value, ensure_ascii=True)
