"""A theorem in a text replaced by an edited one: only the clauses that changed are written anew, so that a
difference of the texts shows the edit and nothing else."""

from __future__ import annotations

from boundkit.source import NOWHERE, Source
from boundkit.syntax.format import format_clause
from boundkit.syntax.tree import Clause, TheoremTree

INDENT = "  "


def patched(source: Source, before: TheoremTree, after: TheoremTree) -> str:
    """The text of `source` with the clauses of `after` in place of those of `before`, a theorem parsed from
    it. A clause of `after` replaces the one with its span, and one without a span is written on a line of its
    own after the clause that it follows."""
    text = source.text
    known = {clause.span: clause for clause in before.clauses}
    kept = {clause.span for clause in after.clauses}
    edits = [(*_line_of(text, clause), "") for clause in before.clauses if clause.span not in kept]
    previous: Clause | None = None
    added: dict[int, str] = {}
    for clause in after.clauses:
        if clause.span == NOWHERE:
            place = _end_of_line(text, previous.span.stop if previous is not None else _head(before))
            own = "\n".join(INDENT + line for line in format_clause(clause, source, 0).split("\n"))
            added[place] = f"{added.get(place, '')}\n{own}"
            continue
        previous = clause
        if clause != known[clause.span]:
            line = text.rfind("\n", 0, clause.span.start) + 1
            margin = text[line : clause.span.start]
            indent = len(margin) if not margin.strip() else len(INDENT)
            edits.append(
                (clause.span.start, clause.span.stop, format_clause(clause, source, indent).lstrip())
            )
    edits.extend((place, place, own) for place, own in added.items())
    for start, stop, own in sorted(edits, reverse=True):
        text = text[:start] + own + text[stop:]
    return text


def _head(theorem: TheoremTree) -> int:
    return theorem.clauses[0].span.start - 1 if theorem.clauses else theorem.span.start


def _end_of_line(text: str, stop: int) -> int:
    """The end of the line, if nothing but a comment stands there; else the place itself."""
    end = text.find("\n", stop)
    end = len(text) if end < 0 else end
    rest = text[stop:end].strip()
    return end if not rest or rest.startswith("#") else stop


def _line_of(text: str, clause: Clause) -> tuple[int, int]:
    """Where a clause stands, with its line where nothing else stands on it."""
    start, stop = clause.span.start, clause.span.stop
    line = text.rfind("\n", 0, start) + 1
    end = text.find("\n", stop)
    end = len(text) if end < 0 else end + 1
    alone = not text[line:start].strip() and not text[stop:end].strip()
    return (line, end) if alone else (start, stop)
