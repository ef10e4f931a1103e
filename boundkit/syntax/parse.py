"""Text to tree, with every syntax error of the text.

The tokens are cut at the words that begin a clause and each clause is parsed alone, so an error costs one
clause. Nothing here raises on malformed input and nothing recurses into it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import Any

import lark

from boundkit.errors import Diagnostic
from boundkit.source import Source
from boundkit.syntax.blocks import Blocks
from boundkit.syntax.clause_words import Misspelled, misspelled_clauses, outside_clauses
from boundkit.syntax.language import language
from boundkit.syntax.limits import too_deep, too_deep_tree, too_large
from boundkit.syntax.mistakes import explain
from boundkit.syntax.scan import comments, scan, spelled_for_a_goal
from boundkit.syntax.tokens import CLAUSE_WORDS, Comment, Token
from boundkit.syntax.tree import Clause, Declared, FileTree, Node
from boundkit.syntax.unreadable import unreadable

_END = lark.Token("$END", "")
_BLANKS = re.compile(r"[ \t]*")


def parse(source: Source) -> tuple[FileTree, tuple[Diagnostic, ...]]:
    """The tree of a file and all its syntax errors in textual order.

    A clause with an error is missing from the tree; with no errors the tree is the whole file.
    """
    if refused := too_large(source):
        return FileTree(()), (refused,)
    found = scan(source)
    before, clauses = _cut(found)
    reader = _Reader(source, _Remarks(comments(source, found)), Blocks(source), [])
    reader.loose(before)
    i = 0
    while i < len(clauses):
        if clauses[i][0].type == "END":
            reader.end(clauses[i])
            i += 1
        else:
            i += reader.clause(clauses[i], clauses[i + 1] if i + 1 < len(clauses) else None)
    return reader.finish()


def parse_expression(source: Source, aliases: bool = True) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """A formula or an expression that stands alone, such as a goal on a command line.

    With `aliases` the spellings `**` for `^` and `log` for `ln` are accepted.
    """
    return _alone(source, "prop", aliases)


def parse_declaration(source: Source) -> tuple[Declared | None, tuple[Diagnostic, ...]]:
    """A declaration that stands alone, such as `eta : Real > 0`."""
    node, errors = _alone(source, "declared", False)
    return (node if isinstance(node, Declared) else None), errors


def parse_clause(source: Source) -> tuple[Clause | None, tuple[Diagnostic, ...]]:
    """One clause that stands alone, such as `derive d: minimise a/x + b*x over x`, with the spellings of a
    goal."""
    node, errors = _alone(source, "clause", True)
    return (node if isinstance(node, Clause) else None), errors


def _alone(source: Source, start: str, aliases: bool) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    if refused := too_large(source):
        return None, (refused,)
    found = scan(source)
    if aliases:
        found = spelled_for_a_goal(found)
    node, error = _parse(source, found, start, None)
    return node, (error,) if error else ()


def _cut(found: list[Token]) -> tuple[list[Token], list[list[Token]]]:
    """What stands before the first clause word, and the clauses."""
    before: list[Token] = []
    clauses: list[list[Token]] = []
    for token in found:
        if token.type in CLAUSE_WORDS:
            clauses.append([])
        (clauses[-1] if clauses else before).append(token)
    return before, clauses


@dataclass
class _Reader:
    """The state of reading one file, clause after clause."""

    source: Source
    remarks: _Remarks
    blocks: Blocks
    errors: list[Diagnostic]

    def clause(self, tokens: list[Token], following: list[Token] | None) -> int:
        """Read a clause. How many clauses that took: two when an error took the next one along."""
        node, error = _parse(self.source, tokens, "clause", following)
        if error is None:
            self._add(tokens, node, [])
            return 1
        begun = misspelled_clauses(self.source, tokens)
        if begun and begun[0].index <= max(1, _index(tokens, error)):
            first = tokens[: begun[0].index]
            node, earlier = _parse(self.source, first, "clause", None)
            self._add(first, node, [earlier] if earlier else [])
            self._misspelled(tokens, begun)
            return 1
        self._add(tokens, None, [error])
        # `let step : Real` is cut at the reserved word; what follows it is part of the same mistake
        reserved = error.code == "E0112" and following and error.span.start == following[0].span.start
        return 2 if reserved else 1

    def end(self, tokens: list[Token]) -> None:
        """Read an `end` and what stands between it and the next clause word."""
        leading = self.remarks.before(tokens[0].span.start)
        self.blocks.close(tokens[0], leading, self.remarks.trailing(self.source, tokens[0].span.stop))
        self.loose(tokens[1:])

    def loose(self, tokens: list[Token]) -> None:
        """Report tokens that belong to no clause."""
        if not tokens:
            return
        begun = misspelled_clauses(self.source, tokens)
        if not begun or begun[0].index > 0:
            self.errors.append(outside_clauses(tokens[0]))
        self._misspelled(tokens, begun)

    def finish(self) -> tuple[FileTree, tuple[Diagnostic, ...]]:
        """The tree and the errors in textual order."""
        closing = self.remarks.before(len(self.source.text))
        tree = self.blocks.finish(closing, has_errors=bool(self.errors))
        found = [*self.errors, *self.blocks.errors]
        return tree, tuple(sorted(found, key=lambda error: error.span.start))

    def _misspelled(self, tokens: list[Token], begun: list[Misspelled]) -> None:
        """Read the clauses that begin with a misspelled word as what they were meant to be."""
        stops = [word.index for word in begun[1:]] + [len(tokens)]
        for word, stop in zip(begun, stops, strict=False):
            self.errors.append(word.diagnostic)
            if not word.meant:
                continue
            first = Token(word.meant.upper(), word.meant, tokens[word.index].span)
            rest = [first, *tokens[word.index + 1 : stop]]
            if word.meant == "end":
                self.blocks.close(first, self.remarks.before(first.span.start), "")
            else:
                node, error = _parse(self.source, rest, "clause", None)
                self._add(rest, node, [error] if error else [])

    def _add(self, tokens: list[Token], node: Node | None, errors: list[Diagnostic]) -> None:
        above = self.remarks.before(tokens[-1].span.stop)
        trailing = self.remarks.trailing(self.source, tokens[-1].span.stop)
        clause = replace(node, comments=above, trailing=trailing) if isinstance(node, Clause) else None
        if self.blocks.add(tokens[0], clause):
            self.errors.extend(errors)


def _index(tokens: list[Token], error: Diagnostic) -> int:
    """The index of the token that an error points at."""
    return bisect_left(tokens, error.span.start, key=lambda token: token.span.start)


def _parse(
    source: Source, tokens: list[Token], start: str, following: list[Token] | None
) -> tuple[Node | None, Diagnostic | None]:
    """The node of a list of tokens, or the first thing that is wrong with it."""
    bad = unreadable(source, tokens)
    deep = too_deep(tokens)
    if deep and (bad is None or deep[0] <= bad[0]):
        return None, deep[1]
    machine = language().parse_interactive(start=start)
    node: Any = None
    i = 0
    try:
        for token in tokens:
            machine.feed_token(token)  # type: ignore[arg-type]
            i += 1
        node = machine.feed_token(_END)
    except lark.UnexpectedToken as error:
        if bad and bad[0] <= i:
            return None, bad[1]
        word = following[0] if following else None
        fine = following is not None and _fits(following)
        return None, explain(source, tokens, i, error.expected, word, fine)
    if bad:
        return None, bad[1]
    if deeper := too_deep_tree(node):
        return None, deeper
    return node, None


def _fits(tokens: list[Token]) -> bool:
    """Whether the tokens form a clause."""
    if tokens[0].type == "END":
        return len(tokens) == 1
    machine = language().parse_interactive(start="clause")
    try:
        for token in tokens:
            machine.feed_token(token)  # type: ignore[arg-type]
        machine.feed_token(_END)
    except lark.UnexpectedToken:
        return False
    return True


@dataclass
class _Remarks:
    """The comments of a file, handed out in order."""

    all: list[Comment]
    next: int = 0

    def before(self, stop: int) -> tuple[str, ...]:
        """The comments not yet handed out that begin before `stop`."""
        first = self.next
        while self.next < len(self.all) and self.all[self.next].start < stop:
            self.next += 1
        return tuple(comment.text for comment in self.all[first : self.next])

    def trailing(self, source: Source, stop: int) -> str:
        """The comment on the same line after `stop`, or ""."""
        if self.next == len(self.all):
            return ""
        comment = self.all[self.next]
        blanks = _BLANKS.match(source.text, stop)
        if blanks is None or blanks.end() != comment.start:
            return ""
        self.next += 1
        return comment.text
