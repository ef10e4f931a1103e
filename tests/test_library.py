"""What holds for every file of the library that is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from boundkit import resources
from boundkit.syntax.header import FIELDS, header

FILES = sorted(resources.library().rglob("*.thm"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_opens_with_the_five_parts_of_its_header(path: Path) -> None:
    """In their order, each of them said."""
    parts = header(path.read_text(encoding="utf-8"))
    assert tuple(parts) == FIELDS
    assert all(len(text) >= 4 for text in parts.values())


def test_every_file_has_a_name_of_its_own() -> None:
    """`use` finds files by their names."""
    names = [path.stem for path in FILES]
    assert len(names) > 100
    assert sorted(set(names)) == sorted(names)
