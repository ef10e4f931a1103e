"""Reports as pages of HTML that need nothing else: no network, no script, no other file. What is shown is put
together here, `page.html` and `style.css` say how it looks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from boundkit.graph import COLOURS, DARK
from boundkit.pages.theorem import Shown, shown_theorem
from boundkit.pictures.proof import ARROW
from boundkit.report import FileReport, Message, Report, TheoremReport
from boundkit.verdicts import Headline

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

INDEX = "index.html"
_FOLDER = Path(__file__).parent
_Place = tuple[str, str]


def one_page(report: Report) -> str:
    """All theorems of a report, one after the other, and its messages."""
    names = _names(report)
    links = dict(_links(report, {place: f"#{name}" for place, name in names.items()}, names))
    found = [
        shown_theorem(file.path, theorem, report, names[file.path, theorem.name], links)
        for file, theorem in _theorems(report)
    ]
    title = found[0].title or found[0].name if len(found) == 1 else "Theorems"
    listed = [_listed(one, f"#{one.anchor}") for one in found] if len(found) != 1 else []
    return _page(report, title, found, report.diagnostics, listed=listed)


def pages(report: Report, stored: Mapping[str, str] | None = None) -> dict[str, str]:
    """By the name of its file, a page for each theorem, and `index.html`, which lists them with the messages
    that belong to no theorem. `stored` says where the certificates that stand beside a theorem file are."""
    names = _names(report)
    targets = {place: f"{name}.html" for place, name in names.items()}
    links = dict(_links(report, targets, names))
    out: dict[str, str] = {}
    listed = []
    for file, theorem in _theorems(report):
        place = (file.path, theorem.name)
        one = shown_theorem(
            file.path, theorem, report, names[place], links, (stored or {}).get(file.path, "")
        )
        listed.append(_listed(one, targets[place]))
        own = [m for m in report.diagnostics if m.path == file.path and _concerns(m, theorem, file)]
        out[targets[place]] = _page(report, theorem.title or theorem.name, [one], own, index=INDEX)
    paths = {file.path for file in report.files if file.theorems}
    rest = [message for message in report.diagnostics if message.path not in paths]
    out[INDEX] = _page(report, "Theorems", (), rest, listed=listed)
    return out


def style() -> str:
    """The style of every page, with the colours of the verdicts in light and dark."""
    named = {**COLOURS, "fine": COLOURS["PROVED"], "wrong": COLOURS["VIOLATED"]}
    return (
        (_FOLDER / "style.css")
        .read_text(encoding="utf-8")
        .replace("{{ light }}", " ".join(f"--{name}: {colour};" for name, colour in named.items()))
        .replace("{{ dark }}", " ".join(f"--{name}: {DARK[colour]};" for name, colour in named.items()))
        .replace("{{ verdicts }}", "\n".join(f".{name} {{ --own: var(--{name}); }}" for name in COLOURS))
    )


def _page(
    report: Report,
    title: str,
    theorems: Iterable[Shown],
    messages: Iterable[Message],
    *,
    listed: Iterable[Mapping[str, object]] = (),
    index: str = "",
) -> str:
    counts = Counter(theorem.headline for theorem in report.theorems)
    said = ", ".join(f"{counts[h.value]} {h.value}" for h in reversed(Headline) if counts[h.value])
    return (
        _environment()
        .get_template("page.html")
        .render(
            title=title,
            style=_safe(style()),
            arrow=_safe(ARROW),
            index=index,
            counts=said or "no theorem",
            listed=list(listed),
            theorems=list(theorems),
            messages=[_printable(_said(message)) for message in messages],
            seed=report.seed,
        )
        .rstrip("\n")
        + "\n"
    )


@cache
def _environment() -> Environment:
    """Everything that is not made here is escaped, and a name that is not given is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _safe(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)


def _theorems(report: Report) -> Iterator[tuple[FileReport, TheoremReport]]:
    for file in report.files:
        for theorem in file.theorems:
            yield file, theorem


def _names(report: Report) -> dict[_Place, str]:
    """A name for each theorem that is its own, whatever the case of letters: for its page and its anchor."""
    taken = {INDEX.partition(".")[0]}
    found: dict[_Place, str] = {}
    for file, theorem in _theorems(report):
        plain = re.sub(r"[^A-Za-z0-9_-]", "_", theorem.name)[:80] or "theorem"
        name, number = plain, 1
        while name.lower() in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name.lower())
        found[file.path, theorem.name] = name
    return found


def _links(
    report: Report, targets: Mapping[_Place, str], names: Mapping[_Place, str]
) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Where the statement `label` of the theorem `name` in the file `path` is, and for "" as its label the
    theorem; a theorem of another file is looked for under the path ""."""
    for file, theorem in _theorems(report):
        place = (file.path, theorem.name)
        page = targets[place].partition("#")[0]
        for label in ("", *(node.name for node in theorem.nodes)):
            href = f"{page}#{names[place]}.{quote(label)}" if label else targets[place]
            yield (file.path, theorem.name, label), href
            yield ("", theorem.name, label), href


def _concerns(message: Message, theorem: TheoremReport, file: FileReport) -> bool:
    """Whether a message of a file is about a theorem: about one of its nodes or, for all that is known, about
    none of another theorem."""
    about = {
        own.name
        for own in file.theorems
        if any(message.line <= node.line <= max(message.line, message.end_line) for node in own.nodes)
    }
    return not about or theorem.name in about


def _listed(one: Shown, href: str) -> dict[str, object]:
    return {
        "name": one.name,
        "title": one.title,
        "verdict": one.verdict,
        "path": one.path,
        "ok": one.ok,
        "debts": one.debts,
        "href": href,
    }


def _said(message: Message) -> str:
    """The message with its excerpt; what follows a message that has none says how to help."""
    place = f"{message.path}:{message.line}" if message.line else message.path
    plain = f"{place}: {message.severity}[{message.code}]: {message.message}"
    return message.shown or (f"{plain}\nhelp: {message.help}" if message.help else plain)


def _printable(text: str) -> str:
    """The text with its lines, and what cannot be printed as blanks."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
