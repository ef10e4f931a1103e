"""The header of a theorem file: comments above everything else that say what is claimed, where it is from,
and how far it goes."""

from __future__ import annotations

import re

FIELDS = ("statement", "source", "guarantee", "model", "looseness")
"""The parts of a header, in their order."""

_FIELD = re.compile(r"# ([a-z]+): +(\S.*)")
_CONTINUED = re.compile(r"#  +(\S.*)")


def header(text: str) -> dict[str, str]:
    """The parts of a file's header by name, in the order in which they are written, each as one line of text:
    comments `# name: text` from the first line on, continued by comments that are indented."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if field := _FIELD.fullmatch(line.rstrip()):
            name = field[1]
            found[name] = field[2]
        elif name and (continued := _CONTINUED.fullmatch(line.rstrip())):
            found[name] += " " + continued[1]
        else:
            break
    return found
