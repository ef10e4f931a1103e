"""The place in a clause where it stopped making sense, and how to speak of it."""

from __future__ import annotations

from dataclasses import dataclass

from boundkit.errors import Diagnostic
from boundkit.source import Source, Span
from boundkit.syntax.brackets import Matching
from boundkit.syntax.tokens import Token


@dataclass
class Place:
    """Where a clause stopped making sense: before token i, which is None at its end."""

    source: Source
    tokens: list[Token]
    i: int
    expected: frozenset[str]
    following: Token | None
    following_is_fine: bool
    brackets: Matching

    @property
    def token(self) -> Token | None:
        return self.tokens[self.i] if self.i < len(self.tokens) else None

    @property
    def kind(self) -> str:
        return self.tokens[self.i].type if self.i < len(self.tokens) else ""

    @property
    def before(self) -> Token | None:
        return self.tokens[self.i - 1] if self.i else None

    @property
    def span(self) -> Span:
        """The offending token, or the last one of a clause that ends too early."""
        token = self.token or self.before
        return token.span if token else Span(self.source.path, 0, 1)

    @property
    def operand_due(self) -> bool:
        return "NUMBER" in self.expected

    @property
    def name_due(self) -> bool:
        return "NAME" in self.expected and not self.operand_due

    @property
    def inside(self) -> int | None:
        """The innermost bracket that is open here."""
        if self.i < len(self.tokens):
            return self.brackets.inside[self.i]
        return self.brackets.unclosed[-1] if self.brackets.unclosed else None

    def touches(self) -> bool:
        """Whether no blank stands before the token."""
        token, before = self.token, self.before
        return bool(token and before and token.span.start == before.span.stop)

    def say(
        self, code: str, message: str, help: str, span: Span | None = None, fix: bool = False
    ) -> Diagnostic:
        return Diagnostic(code, "error", message, span or self.span, help, fix)

    def at(self, i: int) -> str:
        """`at column 4`, with the line when it is another one."""
        line, column = self.source.position(self.tokens[i].span.start)
        here = self.source.position(self.span.start)[0]
        return f"at column {column}" if line == here else f"at line {line}, column {column}"

    def written(self, start: int, stop: int, most: int = 60) -> str:
        """The text of tokens `start..stop`, both included, or "" when it is long or broken over lines."""
        if not 0 <= start <= stop < len(self.tokens):
            return ""
        text = self.source.text[self.tokens[start].span.start : self.tokens[stop].span.stop]
        return text if len(text) <= most and "\n" not in text else ""


def quoted(token: Token) -> str:
    """A token in back quotes, shortened."""
    text = token.text if len(token.text) <= 30 else token.text[:30] + "..."
    return f"`{text}`"
