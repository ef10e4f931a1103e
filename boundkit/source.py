"""Places in a text: spans and the line a person wants to see. Knows nothing of the language."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, order=True)
class Span:
    """Half-open range of characters `start..stop` in the text at `path`."""

    path: str
    start: int
    stop: int

    def to(self, other: Span) -> Span:
        """The smallest span that covers both."""
        return Span(self.path, min(self.start, other.start), max(self.stop, other.stop))


NOWHERE = Span("", 0, 0)


@dataclass(frozen=True)
class Source:
    """A text with its path; lines and columns count from 1, columns in characters."""

    path: str
    text: str

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        starts = [0]
        starts.extend(i + 1 for i, character in enumerate(self.text) if character == "\n")
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, without its end."""
        start = self._line_starts[number - 1]
        stop = self._line_starts[number] - 1 if number < len(self._line_starts) else len(self.text)
        return self.text[start:stop].rstrip("\r")
