"""Shelf: one format a file, each a function of the report alone.

The file `name.py` defines the class `Name`, which is an `Export`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from boundkit.report import Report


class Export(Protocol):
    """A format. `suffix` is the usual end of a file's name, with its dot; `formulas` says whether it prints
    formulas, from the trees that the report then carries."""

    suffix: ClassVar[str]
    formulas: ClassVar[bool]

    def render(self, report: Report) -> str:
        """The whole text, ending in a newline; the same report gives the same text."""


def formats() -> tuple[str, ...]:
    """The names on the shelf, sorted."""
    return tuple(sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py")))


def export(name: str, **choices: object) -> Export:
    """The export called `name`, made with its own `choices`. KeyError when it is not on the shelf."""
    if name not in formats():
        raise KeyError(name)
    module = import_module(f"{__name__}.{name}")
    entry: Export = getattr(module, name.title().replace("_", ""))(**choices)
    return entry
