"""Path to text. Refuses what cannot be a theorem file before anything looks at it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from boundkit.errors import BoundkitError, Diagnostic
from boundkit.source import Source, Span
from boundkit.syntax.limits import LARGEST

# Control characters, and the characters that reorder or break lines unseen: with them a text does not
# look like what is read.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\r(?!\n)"
)


def read(path: str | os.PathLike[str]) -> Source:
    """The text of a file, decoded as UTF-8 (a byte order mark is skipped).

    Raises BoundkitError: E0001 the file is missing or unreadable, E0002 it is not UTF-8, E0004 it holds
    a control character, E0005 it is empty, E0003 it has more than `LARGEST` bytes.
    """
    name = os.fspath(path)
    here = Span(name, 0, 1)
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "not a path"
        message = f"cannot read the file: {reason}"
        raise _refused("E0001", message, here, "check the path") from None
    if len(data) > LARGEST:
        size = f"the file has more than {LARGEST:,} bytes, which is the limit"
        help = "split it and join the parts with `use`"
        raise _refused("E0003", size, here, help)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        message = f"byte 0x{data[error.start]:02x} at offset {error.start} (line {line}) is not UTF-8"
        raise _refused("E0002", message, here, "save the file as UTF-8") from None
    source = Source(name, text)
    if hidden := _HIDDEN.search(text):
        line, column = source.position(hidden.start())
        message = f"control character U+{ord(hidden.group()):04X} at line {line}, column {column}"
        raise _refused("E0004", message, Span(name, hidden.start(), hidden.end()), "delete it")
    if not text.strip():
        raise _refused("E0005", "the file is empty", here, 'write `theorem name "title"` ... `end`')
    return source


def _refused(code: str, message: str, span: Span, help: str) -> BoundkitError:
    return BoundkitError(Diagnostic(code, "error", message, span, help))
