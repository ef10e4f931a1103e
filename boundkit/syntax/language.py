"""The parser that is built from the grammar, once in a process."""

from __future__ import annotations

from functools import cache

from lark import Lark

from boundkit.resources import grammar
from boundkit.syntax.build import Builder


@cache
def language() -> Lark:
    """Lexer and LALR parser; a parse returns nodes of `boundkit.syntax.tree`.

    Raises FileNotFoundError when the grammar is missing from the installation.
    """
    return Lark(
        grammar("thm.lark") + grammar("expr.lark"),
        parser="lalr",
        lexer="basic",
        start=["file", "clause", "prop", "declared", "unread"],
        keep_all_tokens=True,
        transformer=Builder(),
    )
