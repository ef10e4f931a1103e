"""Text to tree, with every syntax error of the text.

The tokens are cut at the words that begin a clause and each clause is parsed alone, so an error costs one
clause. Nothing here raises on malformed input and nothing recurses into it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import lark

from boundkit.errors import Diagnostic
from boundkit.source import Source
from boundkit.syntax.blocks import Blocks
from boundkit.syntax.clause_words import nearest_clause_word
from boundkit.syntax.language import language
from boundkit.syntax.limits import too_deep, too_deep_tree, too_large
from boundkit.syntax.mistakes import explain, misspelled_clause, outside_clauses
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
    remarks = _Remarks(comments(source, found))
    blocks = Blocks(source)
    errors: list[Diagnostic] = []
    if before:
        errors.append(outside_clauses(source, before))
        _act_as_meant(blocks, before[0])
    i = 0
    while i < len(clauses):
        tokens = clauses[i]
        following = clauses[i + 1] if i + 1 < len(clauses) else None
        leading = remarks.before(tokens[0].span.start)
        inside = remarks.before(tokens[-1].span.stop)
        trailing = remarks.trailing(source, tokens[-1].span.stop)
        if tokens[0].type == "END":
            blocks.close(tokens[0], leading, trailing)
            if len(tokens) > 1:
                errors.append(outside_clauses(source, tokens[1:]))
                _act_as_meant(blocks, tokens[1])
        else:
            read = _clause(source, tokens, following)
            node = read.node
            if isinstance(node, Clause):
                node = replace(node, comments=leading + inside, trailing=trailing)
            if blocks.add(tokens[0], node if isinstance(node, Clause) else None):
                errors.extend(read.errors)
            if read.misspelled:
                _act_as_meant(blocks, read.misspelled)
            i += read.consumed
        i += 1
    tree = blocks.finish(remarks.before(len(source.text)), has_errors=bool(errors))
    errors.extend(blocks.errors)
    return tree, tuple(sorted(errors, key=lambda error: error.span.start))


def parse_expression(source: Source, aliases: bool = True) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """A formula or an expression that stands alone, such as a goal on a command line.

    With `aliases` the spellings `**` for `^` and `log` for `ln` are accepted.
    """
    return _alone(source, "prop", aliases)


def parse_declaration(source: Source) -> tuple[Declared | None, tuple[Diagnostic, ...]]:
    """A declaration that stands alone, such as `eta : Real > 0`."""
    node, errors = _alone(source, "declared", False)
    return (node if isinstance(node, Declared) else None), errors


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
class _Read:
    """A clause as read: its node, its errors, how many of the clauses after it the error took along, and the
    misspelled word of a clause that was taken for a part of it."""

    node: Node | None
    errors: list[Diagnostic]
    consumed: int = 0
    misspelled: Token | None = None


def _clause(source: Source, tokens: list[Token], following: list[Token] | None) -> _Read:
    node, error = _parse(source, tokens, "clause", following)
    if error is None:
        return _Read(node, [])
    if (cut := misspelled_clause(source, tokens)) and cut[1].span.start <= error.span.start:
        node, earlier = _parse(source, tokens[: cut[0]], "clause", None)
        return _Read(node, [earlier, cut[1]] if earlier else [cut[1]], 0, tokens[cut[0]])
    # `let step : Real` is cut at the reserved word; what follows it is part of the same mistake
    reserved = error.code == "E0112" and following and error.span.start == following[0].span.start
    return _Read(None, [error], 1 if reserved else 0)


def _act_as_meant(blocks: Blocks, word: Token) -> None:
    """Open or close what a misspelled `theorm` or `End` was meant to, so that nothing else is reported."""
    meant = nearest_clause_word(word.text)
    if meant == "end":
        blocks.close(word, (), "")
    elif meant in ("theorem", "lemma", "axiom", "family", "model"):
        blocks.add(Token(meant.upper(), meant, word.span), None)


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
