"""Which bracket closes which, in the tokens of one clause, also when they are malformed.

Bars and angles open where an operand is due and close where an operator is due.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from boundkit.syntax.tokens import Token

BARS = frozenset({"BAR", "BARS"})
_ROUND = frozenset({"LPAR", "LSQB"})
_BRACES = frozenset({"LBRACE", "BIND", "LAWBIND"})
_ANGLES = frozenset({"LESS", "LANGLE"})
_ENDS = frozenset({"NAME", "NUMBER", "INF", "NORMSUB", "STRING"})
CLOSES = {"LPAR": ")", "LSQB": "]", "LBRACE": "}", "BIND": "}", "LAWBIND": "}", "LESS": ">", "LANGLE": ">",
          "BAR": "|", "BARS": "||"}  # fmt: skip
_EXACT = {"RPAR": "LPAR", "RSQB": "LSQB"}


@dataclass
class Matching:
    """`partner` maps both ways between openers and closers. `unclosed` lists openers without a closer,
    `stray` closers without an opener, `wrong` pairs such as `(x]` that are no interval. `inside[i]` is the
    innermost bracket open before token i, `due[i]` whether an operand is due there."""

    partner: dict[int, int] = field(default_factory=dict)
    unclosed: list[int] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)
    wrong: list[tuple[int, int]] = field(default_factory=list)
    inside: list[int | None] = field(default_factory=list)
    due: list[bool] = field(default_factory=list)


class _Open:
    """The brackets that are open, with a count of each kind so that a search costs nothing."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.items: list[int] = []
        self.kinds: Counter[str] = Counter()

    def top(self) -> str:
        return self.tokens[self.items[-1]].type if self.items else ""

    def push(self, i: int) -> None:
        self.items.append(i)
        self.kinds[self.tokens[i].type] += 1

    def pop(self) -> int:
        i = self.items.pop()
        self.kinds[self.tokens[i].type] -= 1
        return i


def match(tokens: list[Token]) -> Matching:
    """The brackets of a clause, in time linear in the number of tokens."""
    found = Matching()
    opened = _Open(tokens)
    with_comma: set[int] = set()
    due = True
    for i, token in enumerate(tokens):
        kind = token.type
        found.inside.append(opened.items[-1] if opened.items else None)
        found.due.append(due)
        opens = kind in _ROUND or kind in _BRACES or kind == "LANGLE"
        if opens or (due and (kind == "LESS" or kind in BARS)):
            opened.push(i)
            due = True
        elif kind in _EXACT:
            _close_round(i, kind, opened, with_comma, found)
            due = False
        elif kind == "RBRACE":
            opener = _close(i, opened, _BRACES, found)
            due = opener is not None and tokens[opener].type != "LBRACE"
        elif kind in BARS:
            due = opened.top() != kind
            if due:
                found.stray.append(i)
            else:
                _pair(opened.pop(), i, found)
        elif kind in ("GREATER", "RANGLE") and opened.top() in _ANGLES and not due:
            _pair(opened.pop(), i, found)
        else:
            if kind == "COMMA" and opened.items:
                with_comma.add(opened.items[-1])
            due = kind not in _ENDS
    found.unclosed = sorted([*found.unclosed, *opened.items])
    return found


def _pair(opener: int, closer: int, found: Matching) -> None:
    found.partner[opener] = closer
    found.partner[closer] = opener


def _close_round(i: int, kind: str, opened: _Open, with_comma: set[int], found: Matching) -> None:
    """`(a, b]` and `[a, b)` are intervals, so either bracket closes either when there is a comma."""
    exact = _EXACT[kind]
    if opened.top() in _ROUND and (opened.top() == exact or opened.items[-1] in with_comma):
        _pair(opened.pop(), i, found)
    elif opened.kinds[exact]:
        _close(i, opened, frozenset({exact}), found)
    else:
        opener = _close(i, opened, _ROUND, found)
        if opener is not None:
            found.wrong.append((opener, i))


def _close(i: int, opened: _Open, kinds: frozenset[str], found: Matching) -> int | None:
    """Close the innermost opener of these kinds; what was opened after it is unclosed."""
    if not any(opened.kinds[kind] for kind in kinds):
        found.stray.append(i)
        return None
    while opened.top() not in kinds:
        found.unclosed.append(opened.pop())
    opener = opened.pop()
    _pair(opener, i, found)
    return opener
