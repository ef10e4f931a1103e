"""Clauses to theorems: which clause may stand where, and what `end` closes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from boundkit.errors import Diagnostic
from boundkit.source import Source, Span
from boundkit.syntax.tokens import OPENING, Token
from boundkit.syntax.tree import Clause, FamilyTree, FileTree, ModelTree, TheoremTree

_WITHIN = {
    "theorem": frozenset(
        {"LET", "DRAW", "DEFINE", "ASSUME", "CLAIM", "STEP", "CONCLUDE", "DERIVE", "MODEL", "VERDICT"}
    ),
    "family": frozenset({"DEFINE", "ENSURE"}),
    "model": frozenset({"DRAW", "DEFINE", "ASSUME", "HUNT"}),
}
_BELONGS = {"ENSURE": "a `family`", "HUNT": "a `model`"}


@dataclass
class _Block:
    """A theorem, family or model that is not closed yet; `head` is None when its first line is malformed."""

    word: Token
    head: Clause | None
    clauses: list[Clause] = field(default_factory=list)
    count: int = 0

    @property
    def kind(self) -> str:
        """`theorem`, `family` or `model`; lemmas and axioms hold what theorems hold."""
        return "theorem" if self.word.type in OPENING else self.word.text

    @property
    def title(self) -> str:
        """Its word and name, for messages."""
        name = self.head.name.text if isinstance(self.head, TheoremTree | FamilyTree | ModelTree) else ""
        return f"{self.word.text} `{name}`" if name else f"this {self.word.text}"

    def closed(self, stop: Span, closing: tuple[str, ...], trailing: str) -> Clause | None:
        """The finished tree."""
        if not isinstance(self.head, TheoremTree | FamilyTree | ModelTree):
            return None
        return replace(
            self.head,
            clauses=tuple(self.clauses),
            closing=closing,
            span=self.head.span.to(stop),
            trailing=trailing,
        )


class Blocks:
    """Collects the clauses of one file in order; `errors` are E0105 and E0113."""

    def __init__(self, source: Source) -> None:
        self.errors: list[Diagnostic] = []
        self._source = source
        self._open: list[_Block] = []
        self._items: list[Clause] = []
        self._last = Span(source.path, 0, 0)
        self._assumed_ends = 0

    def add(self, word: Token, node: Clause | None) -> bool:
        """Place a clause that begins with `word`; `node` is None when the clause is malformed.

        False when the clause cannot stand here, which is then the error to report.
        """
        errors = len(self.errors)
        if word.type in OPENING or word.type == "FAMILY":
            self._close_all(word, f"the next {word.text}")
            self._start(word, node)
        elif word.type == "USE":
            self._use(word, node)
        else:
            self._within(word, node)
        self._last = node.span if node else word.span
        return all(error.code != "E0113" for error in self.errors[errors:])

    def close(self, word: Token, closing: tuple[str, ...], trailing: str) -> None:
        """Place an `end`, with the comments before it and after it."""
        if self._open:
            self._finish_innermost(word.span, closing, trailing)
        elif self._assumed_ends:
            self._assumed_ends -= 1
        else:
            self._out_of_place(word, "`end` closes nothing: no theorem, family or model is open", "delete it")
        self._last = word.span

    def finish(self, closing: tuple[str, ...], has_errors: bool) -> FileTree:
        """The tree of the file. One without a theorem or family is E0005 unless something else is wrong."""
        self._close_all(None, "the end of the file")
        stated = any(isinstance(item, TheoremTree | FamilyTree) for item in self._items)
        if not stated and not has_errors and not self.errors:
            message = "the file holds no theorem, lemma, axiom or family"
            help = 'write `theorem name "title"` ... `end`'
            self.errors.append(Diagnostic("E0005", "error", message, Span(self._source.path, 0, 1), help))
        return FileTree(tuple(self._items), closing, span=Span(self._source.path, 0, len(self._source.text)))

    def _start(self, word: Token, node: Clause | None) -> None:
        """Open a block; a comment on its first line counts among those before it."""
        if node is not None and node.trailing:
            node = replace(node, comments=(*node.comments, node.trailing), trailing="")
        self._open.append(_Block(word, node))

    def _use(self, word: Token, node: Clause | None) -> None:
        if self._open:
            self._out_of_place(word, f"`use` stands inside {self._open[0].title}", "move it above")
        elif node is not None:
            self._items.append(node)

    def _within(self, word: Token, node: Clause | None) -> None:
        while len(self._open) == 2 and word.type in _WITHIN["theorem"] - _WITHIN["model"]:
            self._not_closed(self._open[-1], word, f"`{word.text}`")
            self._assumed_ends += 1
            self._finish_innermost(self._last, (), "")
        if not self._open:
            home = _BELONGS.get(word.type, "a `theorem`")
            help = f"begin {home} before it, or delete the `end` above if it came too early"
            self._out_of_place(word, f"`{word.text}` stands outside {home}", help)
            return
        block = self._open[-1]
        block.count += 1
        if word.type not in _WITHIN[block.kind]:
            allowed = ", ".join(f"`{name.lower()}`" for name in sorted(_WITHIN[block.kind]))
            home = _BELONGS.get(word.type, "a `theorem`")
            message = f"`{word.text}` cannot stand in a {block.kind}; it belongs in {home}"
            self._out_of_place(word, message, f"a {block.kind} holds {allowed}")
        elif word.type == "MODEL":
            self._start(word, node)
        elif node is not None:
            block.clauses.append(node)

    def _out_of_place(self, word: Token, message: str, help: str) -> None:
        self.errors.append(Diagnostic("E0113", "error", message, word.span, help))

    def _close_all(self, word: Token | None, where: str) -> None:
        """Close what is still open; the first that is not closed is reported, the rest follows from it."""
        if self._open:
            self._not_closed(self._open[0], word, where)
        while self._open:
            self._finish_innermost(self._last, (), "")

    def _not_closed(self, block: _Block, word: Token | None, where: str) -> None:
        line = self._source.position(block.word.span.start)[0]
        message = f"{block.title} (line {line}) is not closed before {where}"
        clauses = f"the {block.count} clauses above were" if block.count != 1 else "the clause above was"
        if word is None:
            place, span = "after the last line", block.word.span
        else:
            column = self._source.position(word.span.start)[1]
            alone = not self._source.text[word.span.start - column + 1 : word.span.start].strip()
            place, span = "before this line" if alone else f"before this `{word.text}`", word.span
        help = f"insert `end` {place}"
        if block.count:
            help += f" ({clauses} checked as if it were there)"
        self.errors.append(Diagnostic("E0105", "error", message, span, help, fix=True))

    def _finish_innermost(self, stop: Span, closing: tuple[str, ...], trailing: str) -> None:
        block = self._open.pop()
        node = block.closed(stop, closing, trailing)
        if node is None:
            return
        if self._open:
            self._open[-1].clauses.append(node)
        else:
            self._items.append(node)
