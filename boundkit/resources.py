"""The one place that knows where `grammar/` and `theorems/` are: beside the package in a checkout, inside
it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _root() -> Path:
    """The folder that holds `grammar` and `theorems`."""
    checkout = _PACKAGE.parent
    if (checkout / "grammar" / "thm.lark").is_file():
        return checkout
    return _PACKAGE / "_data"


def grammar(name: str) -> str:
    """The text of a file in `grammar/`, for example `thm.lark`.

    Raises FileNotFoundError when the installation lacks it.
    """
    return (_root() / "grammar" / name).read_text(encoding="utf-8")


def grammars() -> tuple[Path, ...]:
    """The files of the grammar."""
    return tuple(sorted(path for path in (_root() / "grammar").iterdir() if path.is_file()))


def library() -> Path:
    """The folder of the theorems that are shipped."""
    return _root() / "theorems"
