"""What is too large, too deep or too long to read, checked without recursion."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from boundkit.errors import Diagnostic
from boundkit.source import Source, Span
from boundkit.syntax.tokens import Token
from boundkit.syntax.tree import Node

LARGEST = 1_000_000
DEEPEST = 100
LONGEST_NUMBER = 400

_OPENING = frozenset({"LPAR", "LSQB", "LBRACE", "BIND", "LAWBIND"})
_CLOSING = frozenset({"RPAR", "RSQB", "RBRACE"})


def too_large(source: Source) -> Diagnostic | None:
    """E0003 for a text of more than `LARGEST` characters."""
    if len(source.text) <= LARGEST:
        return None
    return Diagnostic(
        "E0003",
        "error",
        f"the file has {len(source.text):,} characters; the limit is {LARGEST:,}",
        Span(source.path, 0, 1),
        "split it and join the parts with `use`",
    )


def too_deep(tokens: list[Token]) -> tuple[int, Diagnostic] | None:
    """E0006 at the first bracket that is nested deeper than `DEEPEST`, with its index."""
    depth = 0
    for i, token in enumerate(tokens):
        if token.type in _OPENING:
            depth += 1
            if depth > DEEPEST:
                return i, _deep(f"`{token.text[-1]}` opens level {depth} of brackets", token.span)
        elif token.type in _CLOSING:
            depth -= 1
    return None


def too_deep_tree(root: Node) -> Diagnostic | None:
    """E0006 at the first node that lies more than `DEEPEST` levels below the root."""
    level: list[Node] = [root]
    for _ in range(DEEPEST):
        level = [child for node in level for child in _children(node)]
        if not level:
            return None
    return _deep(f"the formula is nested more than {DEEPEST} levels deep here", level[0].span)


def _deep(message: str, span: Span) -> Diagnostic:
    help = "give a part of the formula a name with `define`"
    return Diagnostic("E0006", "error", f"{message}; the limit is {DEEPEST}", span, help)


def _children(node: Node) -> list[Node]:
    found: list[Node] = []
    for field in fields(node):
        value: Any = getattr(node, field.name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(item for item in value if isinstance(item, Node))
    return found


def too_long(token: Token) -> Diagnostic | None:
    """E0007 for a numeral with too many digits or too large an exponent."""
    mantissa, _, exponent = token.text.lower().partition("e")
    digits = exponent.lstrip("+-").lstrip("0")
    if len(mantissa) > LONGEST_NUMBER:
        message = f"a number of {len(mantissa)} digits; the limit is {LONGEST_NUMBER}"
    elif len(digits) > len(str(LONGEST_NUMBER)) or (digits and int(digits) > LONGEST_NUMBER):
        shown = exponent if len(exponent) <= 20 else exponent[:20] + "..."
        message = f"a number with the exponent {shown}; the limit is {LONGEST_NUMBER}"
    else:
        return None
    return Diagnostic("E0007", "error", message, token.span, "write it as a power, for example `10^6`")
