"""Text to tokens. Each token keeps its place in the original text and carries its ASCII spelling."""

from __future__ import annotations

import re

from boundkit.source import Source, Span
from boundkit.syntax.language import language
from boundkit.syntax.spelling import ascii_name, ascii_sign
from boundkit.syntax.tokens import Comment, Token

_COMMENT = re.compile(r"#[^\n]*")
_AS_WRITTEN = frozenset({"STRING", "UNKNOWN", "UNCLOSED"})


def scan(source: Source) -> list[Token]:
    """All tokens in order; what is unreadable comes as `UNKNOWN` or `UNCLOSED`."""
    found = []
    for token in language().lex(source.text):
        text = str(token)
        if not text.isascii():
            if token.type == "NAME":
                text = ascii_name(text) or text
            elif token.type not in _AS_WRITTEN:
                text = ascii_sign(text)
        if token.type == "LESSIM":
            text = _dependence(text)
        elif token.type == "MINIMISE":
            text = "minimise"
        start, stop = token.start_pos or 0, token.end_pos or 0
        found.append(Token(token.type, text, Span(source.path, start, stop)))
    return found


def _dependence(text: str) -> str:
    """`<~_{d, n}` as `<~_{d,n}`, its names in ASCII."""
    if not text.endswith("}"):
        return text
    names = [name.strip() for name in text[text.index("{") + 1 : -1].split(",")]
    return "<~_{" + ",".join(ascii_name(name) or name for name in names) + "}"


def comments(source: Source, found: list[Token]) -> list[Comment]:
    """All comments in order: whatever stands between two tokens and is not blank."""
    result = []
    start = 0
    gaps = [(token.span.start, token.span.stop) for token in found]
    for stop, after in [*gaps, (len(source.text), 0)]:
        for match in _COMMENT.finditer(source.text, start, stop):
            alone = start == 0 or source.text.rfind("\n", start, match.start()) >= 0
            result.append(Comment(match.start(), match.group().rstrip(), alone))
        start = after
    return result


def spelled_for_a_goal(found: list[Token]) -> list[Token]:
    """The same tokens with the spellings `**` for `^` and `log` for `ln` accepted."""
    result: list[Token] = []
    for token in found:
        if token.type == "NAME" and token.text == "log":
            token = Token("NAME", "ln", token.span)
        last = result[-1] if result else token
        stars = (last.type, last.text, token.type, token.text) == ("MULOP", "*", "MULOP", "*")
        if stars and last.span.stop == token.span.start:
            result[-1] = Token("CARET", "^", last.span.to(token.span))
            continue
        result.append(token)
    return result
