"""Tokens and comments, and the words that begin a clause."""

from __future__ import annotations

from dataclasses import dataclass

from boundkit.source import Span

OPENING = frozenset({"THEOREM", "LEMMA", "AXIOM"})
CLAUSE_WORDS = OPENING | frozenset(
    {"USE", "FAMILY", "MODEL", "LET", "DRAW", "DEFINE", "ASSUME", "CLAIM", "STEP", "ENSURE", "CONCLUDE"}
    | {"DERIVE", "HUNT", "VERDICT", "END"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """`type` is the name of a terminal of the grammar, `text` the ASCII spelling; a name that has none
    keeps the spelling that was written."""

    type: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Comment:
    """`alone`: nothing but blanks stands before it on its line."""

    start: int
    text: str
    alone: bool
