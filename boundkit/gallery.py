"""Pages that show a library: a folder each, with what every theorem says, where it is from, what was found
and the theorem itself; made from the ledger and the files alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from boundkit.ledger import Entry
from boundkit.store import read_text
from boundkit.syntax.header import FIELDS, header
from boundkit.verdicts import Headline

INDEX = "index.md"
TOP = "theorems"
"""The page of the files that lie in no folder of the library."""


def gallery(entries: Iterable[Entry], folder: Path) -> dict[str, str]:
    """Markdown by the name of the page: one for each folder of the library at `folder`, and `index.md`."""
    pages: dict[str, dict[str, list[Entry]]] = {}
    for entry in entries:
        place = PurePosixPath(entry.file).parent.as_posix().replace("/", "-")
        pages.setdefault(TOP if place == "." else place, {}).setdefault(entry.file, []).append(entry)
    where = {
        e.name: f"{page}.md#{e.name}" for page, files in pages.items() for es in files.values() for e in es
    }
    found = {
        f"{page}.md": "\n".join(
            [f"# {page}\n", *(_file(folder / file, own, where) for file, own in files.items())]
        )
        for page, files in pages.items()
    }
    return {INDEX: _index(pages), **found}


def _index(pages: Mapping[str, Mapping[str, list[Entry]]]) -> str:
    lines = ["# Gallery of the library\n", "| folder | theorems | found |", "|---|---|---|"]
    for page, files in pages.items():
        own = [entry for entries in files.values() for entry in entries]
        lines.append(f"| [{page}]({page}.md) | {len(own)} | {_counted(own)} |")
    everything = [e for files in pages.values() for entries in files.values() for e in entries]
    lines.append(f"| all | {len(everything)} | {_counted(everything)} |")
    return "\n".join(lines) + "\n"


def _counted(entries: Iterable[Entry]) -> str:
    counts = Counter(entry.headline for entry in entries)
    return ", ".join(f"{counts[h.value]} {h.value}" for h in reversed(Headline) if counts[h.value])


def _file(path: Path, entries: list[Entry], where: Mapping[str, str]) -> str:
    """The section of a file: its header, what was found of its theorems, and its text."""
    text = read_text(path)
    parts = header(text)
    lines: list[str] = []
    for entry in entries:
        lines.append(f'<a id="{entry.name}"></a>\n')
        lines.append(f"## {_escaped(entry.title or entry.name)}\n")
        lines.append(f"{_found(entry, where)}\n")
    lines.extend(f"- **{name}**: {_escaped(parts[name])}" for name in FIELDS if name in parts)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip("\n")
    fence = "`" * (3 + max((len(run) for run in re.findall("`+", body)), default=0))
    lines.append(f"\n{fence}text\n{body}\n{fence}\n")
    return "\n".join(lines)


def _found(entry: Entry, where: Mapping[str, str]) -> str:
    said = [f"`{entry.name}` in `{entry.file}`: **{entry.headline}**"]
    if entry.announced:
        said.append("as announced" if entry.announced == entry.headline else f"announced {entry.announced}")
    if entry.debts:
        said.append("owes " + ", ".join(f"`{debt}`" for debt in entry.debts))
    if entry.lemmas:
        said.append("uses " + ", ".join(_link(lemma, where) for lemma in entry.lemmas))
    if entry.threshold:
        said.append(f"says something from {entry.threshold}")
    if entry.tightness:
        said.append(f"left side over right side in the test: {entry.tightness}")
    return "; ".join(said) + "."


def _link(name: str, where: Mapping[str, str]) -> str:
    return f"[{name}]({where[name]})" if name in where else f"`{name}`"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text)
