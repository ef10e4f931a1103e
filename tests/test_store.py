"""Files: finding them, and writing them whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from boundkit.errors import BoundkitError, Exit
from boundkit.store import theorem_files, write_atomically, write_new


def test_a_folder_means_its_theorem_files_in_order(tmp_path: Path) -> None:
    """Recursively, sorted, and nothing else; a file named twice is meant once."""
    for name in ("b.thm", "a/c.thm", "a/notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    expected = (tmp_path / "a" / "c.thm", tmp_path / "b.thm")
    assert theorem_files([tmp_path]) == expected
    assert theorem_files([tmp_path / "b.thm", tmp_path]) == (expected[1], expected[0])


def test_a_missing_path_names_its_neighbour(tmp_path: Path) -> None:
    """E0901, with the file that was probably meant."""
    (tmp_path / "hoeffding.thm").write_text("", encoding="utf-8")
    with pytest.raises(BoundkitError, match="does not exist") as raised:
        theorem_files([tmp_path / "hoefding"])
    assert raised.value.diagnostic.code == "E0901"
    assert "hoeffding.thm" in raised.value.diagnostic.help
    assert raised.value.exit is Exit.MALFORMED


def test_a_folder_without_theorems_is_an_error(tmp_path: Path) -> None:
    """E0902: checking nothing must not look like success."""
    with pytest.raises(BoundkitError, match=r"no `\*\.thm` file") as raised:
        theorem_files([tmp_path])
    assert raised.value.diagnostic.code == "E0902"


def test_writing_replaces_the_whole_file_and_keeps_its_permissions(tmp_path: Path) -> None:
    """And leaves no other file behind."""
    path = tmp_path / "a.thm"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    write_atomically(path, "new ∑\n")
    assert path.read_text(encoding="utf-8") == "new ∑\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_an_interruption_leaves_the_old_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    interruption: BaseException,
) -> None:
    """Whether by the user or by a full disk; the draft is removed."""
    path = tmp_path / "a.thm"
    path.write_text("old", encoding="utf-8")

    def interrupted(file: int) -> None:
        raise interruption

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises((KeyboardInterrupt, BoundkitError)):
        write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path: Path) -> None:
    """The link stays a link."""
    path, link = tmp_path / "a.thm", tmp_path / "b.thm"
    path.write_text("old", encoding="utf-8")
    link.symlink_to(path)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == "new"


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    """E0903 when it is there already, or its folder is not."""
    path = tmp_path / "a.thm"
    write_new(path, "one")
    with pytest.raises(BoundkitError, match="already exists") as raised:
        write_new(path, "two")
    assert raised.value.diagnostic.code == "E0903"
    assert path.read_text(encoding="utf-8") == "one"
    with pytest.raises(BoundkitError, match="cannot write"):
        write_new(tmp_path / "none" / "a.thm", "one")
