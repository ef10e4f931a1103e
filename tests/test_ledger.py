"""The ledger of a library, and the pages that show it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import boundkit
from boundkit.cli import main
from boundkit.errors import BoundkitError
from boundkit.gallery import gallery
from boundkit.ledger import NAME, Entry, entries, ledger_text, read_ledger, stale
from boundkit.syntax.header import FIELDS, header

HEADER = """\
# statement: the square of a sum is at most twice
#            the sum of squares
# source:    folklore
# guarantee: upper bound
# model:     default
# looseness: attained at a = b
"""

LEMMA = """\
lemma twice "the product of *two*"
  let a, b : Real
  claim bound: 2*a*b <= a^2 + b^2
  conclude bound by algebra
end
"""

THEOREM = """\
use twice
theorem small "the square of a sum"
  let a, b : Real in (0, 1)
  claim bound: (a + b)^2 <= 2*a^2 + 2*b^2
  step product: 2*a*b <= a^2 + b^2 by twice
  step square: (a - b)^2 >= 0 by cite "Euclid, book II"
  conclude bound by algebra from product
end
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    (folder / "squares").mkdir()
    (folder / "squares" / "small.thm").write_text(HEADER + THEOREM, encoding="utf-8")
    (folder / "squares" / "twice.thm").write_text(HEADER + LEMMA, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def found(library: Path) -> tuple[Entry, ...]:
    return entries(boundkit.check(library, samples=2_000), library)


def test_an_entry_says_what_was_found_and_what_it_rests_on(found: tuple[Entry, ...]) -> None:
    small, twice = found
    assert (small.name, small.file, small.headline) == ("small", "squares/small.thm", "PROVED")
    assert small.lemmas == ("twice",)
    assert twice.lemmas == ()
    assert small.tightness.startswith("bound: median 0.") and small.tightness.endswith("largest 1")


def test_a_ledger_is_read_as_it_was_written(found: tuple[Entry, ...]) -> None:
    strange = replace(found[0], title='"]\n\\ \x1b é', debts=("cite:a", "cite:b"), citations=("a", "b"))
    assert read_ledger(ledger_text([*found, strange])) == (*found, strange)
    assert read_ledger(ledger_text([])) == ()


def test_a_ledger_is_stale_when_a_file_is_new_gone_or_changed(
    library: Path, found: tuple[Entry, ...], tmp_path: Path
) -> None:
    assert stale(found, library) == ()
    assert stale(found[1:], library) == ("squares/small.thm: has no entry",)
    assert stale([*found, replace(found[0], file="gone.thm")], library) == ("gone.thm: is no more",)
    assert stale([replace(found[0], digest="0"), found[1]], library) == ("squares/small.thm: has changed",)


@pytest.mark.parametrize(
    "text",
    [
        "theorem = 1",
        "theorem = [1]",
        "[[theorem]",
        "[[other]]\n",
        "[[theorem]]\nname = 1",
        '[[theorem]]\ntitle = "a"',
        '[[theorem]]\nname = "a"\nother = 1',
        '[[theorem]]\nname = "a"\ndebts = [1]',
    ],
)
def test_what_is_no_ledger_is_refused(text: str) -> None:
    with pytest.raises(BoundkitError, match="cannot be read") as raised:
        read_ledger(text)
    assert raised.value.diagnostic.code == "E0908"


def test_the_gallery_shows_each_theorem_with_its_header_and_text(
    library: Path, found: tuple[Entry, ...]
) -> None:
    pages = gallery(found, library)
    assert sorted(pages) == ["index.md", "squares.md"]
    page = pages["squares.md"]
    assert "- **statement**: the square of a sum is at most twice the sum of squares" in page
    assert "uses [twice](squares.md#twice)" in page
    assert r"## the product of \*two\*" in page
    assert f"```text\n{THEOREM.strip()}\n```" in page
    assert "| [squares](squares.md) | 2 | 2 PROVED |" in pages["index.md"]


def test_a_header_is_the_comments_above_everything_else() -> None:
    parts = header(HEADER + LEMMA + "# model: another\n")
    assert tuple(parts) == FIELDS
    assert parts["statement"] == "the square of a sum is at most twice the sum of squares"
    assert header("lemma a\n" + HEADER) == {}


def test_the_command_writes_the_ledger_and_says_when_it_is_stale(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = tmp_path / "gallery"
    pages.mkdir()
    (pages / "old.md").write_text("", encoding="utf-8")
    assert main(["ledger", str(library), "--gallery", str(pages)]) == 0
    assert sorted(page.name for page in pages.iterdir()) == ["index.md", "squares.md"]
    assert main(["ledger", "--check", str(library)]) == 0
    text = (library / NAME).read_text(encoding="utf-8")
    (library / NAME).write_text(text.replace("twice.thm", "thrice.thm"), encoding="utf-8")
    assert main(["ledger", "--check", str(library)]) == 1
    assert "squares/thrice.thm: is no more" in capsys.readouterr().out
