"""Tokens that are wrong wherever they stand: E0007 and E0107 to E0110."""

from __future__ import annotations

import re

from boundkit.errors import Diagnostic
from boundkit.source import Source
from boundkit.syntax.limits import too_long
from boundkit.syntax.spelling import FOREIGN, LATEX, LETTERS, SUBSCRIPTS, SUPERSCRIPTS
from boundkit.syntax.tokens import Token

_COMMAND = re.compile(r"[A-Za-z]{1,30}|[^\w\s]")


def unreadable(source: Source, tokens: list[Token]) -> tuple[int, Diagnostic] | None:
    """The first such token, with its index."""
    for i, token in enumerate(tokens):
        found = None
        if token.type == "NAME":
            if token.text == "log":
                found = _log(token)
            elif not token.text.isascii():
                found = _name(token)
        elif token.type == "NUMBER":
            found = too_long(token)
        elif token.type == "UNKNOWN":
            found = _character(source, token)
        elif token.type == "UNCLOSED":
            message = "this string is not closed on its line"
            found = Diagnostic("E0109", "error", message, token.span, 'write `"` at its end')
        elif token.type == "LESSIM" and not token.text.isascii():
            found = _name(token)
        if found:
            return i, found
    return None


def _log(token: Token) -> Diagnostic:
    message = "`log` does not say its base, and bases matter outside `<~`"
    return Diagnostic("E0107", "error", message, token.span, "write `ln` or `log2`")


def _name(token: Token) -> Diagnostic:
    """A name such as `x²` or `ŵ`."""
    odd = next(character for character in token.text if not character.isascii() and character not in LETTERS)
    message = f"`{odd}` (U+{ord(odd):04X}) cannot stand in a name"
    base, _, _ = token.text.partition(odd)
    tail = "".join(SUPERSCRIPTS.get(character, "") for character in token.text[len(base) :])
    below = "".join(SUBSCRIPTS.get(character, "") for character in token.text[len(base) :])
    if base.isascii() and base and tail:
        return Diagnostic("E0110", "error", message, token.span, f"write `{base}^{tail}`", fix=True)
    if base.isascii() and base and below:
        help = f"write `{base}[{below}]` or `{base}{below}`"
        return Diagnostic("E0110", "error", message, token.span, help)
    help = "names consist of ASCII letters, Greek letters, digits, `_` and `'`"
    return Diagnostic("E0110", "error", message, token.span, help)


def _character(source: Source, token: Token) -> Diagnostic:
    text, span = token.text, token.span
    if text == "\\":
        command = _COMMAND.match(source.text, span.stop)
        name = command.group() if command else ""
        meant = LATEX.get(name, "")
        message = f"`\\{name}` is LaTeX, not the language of this file"
        help = f"write `{meant}`" if meant else "write it in ASCII, for example `sum_{t=1..T} a[t]/b`"
        return Diagnostic("E0108", "error", message, span, help)
    shown = f"`{text}` " if text.isprintable() else ""
    message = f"the character {shown}(U+{ord(text):04X}) has no meaning here"
    if text in SUPERSCRIPTS:
        help = f"write `^{SUPERSCRIPTS[text]}`"
    elif text in FOREIGN:
        help = f"write `{FOREIGN[text]}`"
    elif text == "_":
        help = "an index is written in brackets, `x[t]`; norms are `||x||_1`, `_inf`, `_fro`, `_op`"
    elif text == "$":
        help = "delete it: formulas need no marks"
    elif text in "'′":
        help = "a prime follows its name at once, `x'`"
    else:
        help = "delete it"
    return Diagnostic("E0108", "error", message, span, help)
