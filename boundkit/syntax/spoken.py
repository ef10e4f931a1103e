"""Terminals of the grammar in the words of a message."""

from __future__ import annotations

from boundkit.syntax.tokens import CLAUSE_WORDS

WORDS = CLAUSE_WORDS | frozenset(
    {"FORALL", "EXISTS", "AND", "OR", "NOT", "IMPLIES", "IFF", "IN", "INF", "WITH", "PROB", "OVER", "ALMOST"}
    | {"SURELY", "IS", "AS", "UNIFORMLY", "BY", "FROM", "GIVEN", "FOR", "WHERE", "IF", "THEN", "ELSE", "AT"}
    | {"FUN", "EXPECT", "SOLVE", "COMPOSE", "MINIMISE"}
)
STARTS = frozenset(
    {"NAME", "NUMBER", "LPAR", "LSQB", "LBRACE", "LAW", "LAWBIND", "BIND", "INF", "BAR", "BARS", "LANGLE"}
)
GIVES_WAY = {
    "GIVES": "write `implies`",
    "ASSIGN": "write `=` for an equation, or begin a `define`",
    "TILDE": "write `draw X ~ D` as a clause of its own",
    "ARROW": "write `implies`",
    "COLON": "write `,`",
}
_SIGNS = {
    "COMMA": "`,`", "COLON": "`:`", "SEMICOLON": "`;`", "LPAR": "`(`", "RPAR": "`)`", "LSQB": "`[`",
    "RSQB": "`]`", "LBRACE": "`{`", "RBRACE": "`}`", "ASSIGN": "`:=`", "TILDE": "`~`", "GIVES": "`=>`",
    "ARROW": "`->`", "DOT": "`.`", "DOTDOT": "`..`", "EQUAL": "`=`", "NAME": "a name", "STRING": "a string",
    "BAR": "`|`", "BARS": "`||`", "LESS": "`<`", "AT_MOST": "`<=`", "GREATER": "`>`", "AT_LEAST": "`>=`",
}  # fmt: skip
_OPERATORS = frozenset(
    {"ADDOP", "MULOP", "CARET", "LESS", "GREATER", "AT_MOST", "AT_LEAST", "UNEQUAL", "LESSIM", "AND", "OR"}
    | {"IMPLIES", "IFF", "IS", "IN", "$END", "RANGLE"}
)


def expected_text(expected: frozenset[str]) -> str:
    """`a name`, "`,` or `)`" and the like; "" when too much would be accepted to say it."""
    if "NUMBER" in expected:
        return "an expression"
    if expected >= {"ADDOP", "MULOP"}:
        useful = expected & {"COMMA", "RPAR", "RSQB", "RBRACE", "THEN", "ELSE", "OVER", "BAR", "BARS"}
    else:
        useful = expected - _OPERATORS or expected - {"$END"}
    if not 1 <= len(useful) <= 8:
        return ""
    shown = sorted(_SIGNS.get(name, f"`{name.lower()}`") for name in useful)
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " or " + shown[-1]
