"""The words that begin a clause, as a person may have misspelled them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from boundkit.errors import Diagnostic
from boundkit.source import Source
from boundkit.syntax.place import quoted
from boundkit.syntax.tokens import CLAUSE_WORDS, Token

_WORDS = sorted(word.lower() for word in CLAUSE_WORDS)
_EXAMPLES = "`theorem`, `let`, `assume`, `claim`, `step`, `conclude`, ..."
_OTHERS = {
    "def": "define", "given": "assume", "suppose": "assume", "hypothesis": "assume", "proposition": "theorem",
    "corollary": "theorem", "sample": "draw", "show": "claim", "prove": "claim", "proof": "step",
    "have": "step", "qed": "end", "import": "use", "require": "assume", "variable": "let", "set": "define",
}  # fmt: skip


@lru_cache(1024)
def nearest_clause_word(text: str) -> str:
    """The clause word that `text` was meant to be, or ""."""
    word = text.lower()
    if len(word) > 20:
        return ""
    if word in _OTHERS:
        return _OTHERS[word]
    return next(iter(get_close_matches(word, _WORDS, 1, 0.75)), "")


@dataclass(frozen=True)
class Misspelled:
    """A word at `index` that begins a line as a clause word would; `meant` is "" when none is near."""

    index: int
    meant: str
    diagnostic: Diagnostic


def misspelled_clauses(source: Source, tokens: list[Token]) -> list[Misspelled]:
    """The clauses among some tokens that begin with a misspelled word, each with its E0114.

    Two names in a row are nowhere correct, so `clam bound: ...` at the start of a line is recognised; so is
    `End` where a clause could end.
    """
    found = []
    for i, token in enumerate(tokens):
        after = tokens[i + 1].type if i + 1 < len(tokens) else ""
        if token.type != "NAME" or (after not in ("NAME", "STRING") and token.text.lower() != "end"):
            continue
        if i and "\n" not in source.text[tokens[i - 1].span.stop : token.span.start]:
            continue
        meant = nearest_clause_word(token.text)
        third = tokens[i + 2].type if i + 2 < len(tokens) else ""
        if meant or (i and third in ("COLON", "ASSIGN", "TILDE", "STRING")):
            help = f"write `{meant}`" if meant else f"a clause begins with one of {_EXAMPLES}"
            message = f"{quoted(token)} is no clause word"
            diagnostic = Diagnostic("E0114", "error", message, token.span, help, fix=bool(meant))
            found.append(Misspelled(i, meant, diagnostic))
    return found


def outside_clauses(first: Token) -> Diagnostic:
    """E0114 for text that stands before the first clause or after an `end` and begins with this token."""
    help = f"begin a comment with `#`, or a clause with one of {_EXAMPLES}"
    return Diagnostic("E0114", "error", f"{quoted(first)} belongs to no clause", first.span, help)
