"""What holds for every file of the library that is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from boundkit import resources
from boundkit.gallery import gallery
from boundkit.ledger import NAME, Entry, read_ledger, stale, weak
from boundkit.syntax.header import FIELDS, header
from boundkit.verdicts import Headline

GALLERY = Path(__file__).parent.parent / "docs" / "gallery"
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


@pytest.fixture(scope="module")
def ledger() -> tuple[Entry, ...]:
    return read_ledger((resources.library() / NAME).read_text(encoding="utf-8"))


def test_the_ledger_is_that_of_these_files(ledger: tuple[Entry, ...]) -> None:
    """`boundkit ledger theorems --gallery docs/gallery` writes both anew."""
    assert stale(ledger, resources.library()) == ()


def test_the_gallery_is_that_of_the_ledger(ledger: tuple[Entry, ...]) -> None:
    shown = {page.name: page.read_text(encoding="utf-8") for page in GALLERY.glob("*.md")}
    assert shown == gallery(ledger, resources.library())


def test_every_theorem_is_as_it_announces(ledger: tuple[Entry, ...]) -> None:
    """Or TESTED at least, where it announces nothing; nothing is admitted or unknown."""
    for entry in ledger:
        headline = Headline(entry.headline)
        assert headline not in (Headline.ADMITTED, Headline.UNKNOWN), entry.name
        assert entry.headline == entry.announced or (not entry.announced and headline.supported), entry.name


def test_most_of_the_library_is_proved_or_derived(ledger: tuple[Entry, ...]) -> None:
    assert len(weak(ledger)) <= len(ledger) / 2
