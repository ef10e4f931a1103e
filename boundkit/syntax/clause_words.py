"""The words that begin a clause, as a person may have misspelled them."""

from __future__ import annotations

from difflib import get_close_matches

from boundkit.syntax.tokens import CLAUSE_WORDS

_WORDS = sorted(word.lower() for word in CLAUSE_WORDS)
CLAUSE_WORD_LIST = "`theorem`, `let`, `assume`, `claim`, `step`, `conclude`, ..."
_OTHERS = {
    "def": "define", "given": "assume", "suppose": "assume", "hypothesis": "assume", "proposition": "theorem",
    "corollary": "theorem", "sample": "draw", "show": "claim", "prove": "claim", "proof": "step",
    "have": "step", "qed": "end", "import": "use", "require": "assume", "variable": "let", "set": "define",
}  # fmt: skip


def nearest_clause_word(text: str) -> str:
    """The clause word that `text` was meant to be, or ""."""
    word = text.lower()
    if len(word) > 20:
        return ""
    if word in _OTHERS:
        return _OTHERS[word]
    return next(iter(get_close_matches(word, _WORDS, 1, 0.75)), "")
