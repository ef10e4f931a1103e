"""What a user is told: diagnostics with a code, a place, and one concrete help; and the one family
of errors that carries them. A prover that cannot is no error."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from boundkit.source import NOWHERE, Source, Span


class Exit(IntEnum):
    """Exit status of a command."""

    AS_EXPECTED = 0
    NOT_AS_EXPECTED = 1
    MALFORMED = 2
    MISSING_BACKEND = 3
    LIMIT = 4
    ALARM = 70


@dataclass(frozen=True)
class Diagnostic:
    """One message.

    code: `E0101` and so on, each with a page in `docs/errors/`.
    severity: `error`, `gap`, `violated`, `vacuous`, `warning` or `note`.
    message: what is wrong, with the offending value, without a final stop.
    help: one concrete edit, or "".
    fix: true when `help` is an edit that may be applied as it stands.
    notes: what is shown beside the caret and in the lines below it, before the help.
    """

    code: str
    severity: str
    message: str
    span: Span = NOWHERE
    help: str = ""
    fix: bool = False
    notes: tuple[str, ...] = field(default=())

    def show(self, source: Source | None) -> str:
        """`path:line:column: severity[code]: message`, the source line, a caret, the help."""
        if source is None:
            lines = [f"{self.span.path or '-'}: {self.severity}[{self.code}]: {self.message}"]
            lines.extend(f"  | {note}" for note in self.notes)
            if self.help:
                lines.append(f"  | {'fix' if self.fix else 'help'}: {self.help}")
            return "\n".join(lines)
        number, at = source.position(self.span.start)
        text, column = _excerpt(source.line(number).replace("\t", " "), at)
        width = max(1, min(self.span.stop, self.span.start + len(text) - column + 1) - self.span.start)
        head = f"{self.span.path}:{number}:{at}: {self.severity}[{self.code}]: {self.message}"
        gutter = " " * len(str(number))
        label = f"{'fix' if self.fix else 'help'}: {self.help}" if self.help else ""
        caret = f"{gutter} | {' ' * (column - 1)}{'^' * width}"
        lines = [head, f"{number} | {text}"]
        first, *rest = [*self.notes, label]
        lines.append(f"{caret} {first}".rstrip())
        lines.extend(f"{gutter} | {line}" for line in rest if line)
        return "\n".join(lines)


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """A line of at most 240 characters around a column, and the column in it."""
    if len(line) <= 240:
        return line, column
    start = max(0, column - 1 - 60)
    before = "..." if start else ""
    after = "..." if start + 200 < len(line) else ""
    return f"{before}{line[start : start + 200]}{after}", column - start + len(before)


class BoundkitError(Exception):
    """A mistake in the input; carries what to show and the exit status it deserves."""

    exit = Exit.MALFORMED

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class MissingBackend(BoundkitError):
    """A library that the request needs is not installed."""

    exit = Exit.MISSING_BACKEND


class LimitReached(BoundkitError):
    """A limit on time, size or depth stopped the work."""

    exit = Exit.LIMIT
