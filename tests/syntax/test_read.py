"""Path to text."""

from __future__ import annotations

from pathlib import Path

import pytest

from boundkit.errors import BoundkitError, Exit
from boundkit.resources import grammar, library
from boundkit.source import Source
from boundkit.syntax.limits import LARGEST
from boundkit.syntax.read import read


def refused(path: Path | str) -> str:
    with pytest.raises(BoundkitError) as raised:
        read(path)
    assert raised.value.diagnostic.help
    return raised.value.diagnostic.code


def file(folder: Path, data: bytes) -> Path:
    path = folder / "a.thm"
    path.write_bytes(data)
    return path


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = file(tmp_path, "theorem η\r\nend\t\n".encode())
    assert read(path) == Source(str(path), "theorem η\r\nend\t\n")


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    assert read(file(tmp_path, b"\xef\xbb\xbfend")).text == "end"


def test_a_missing_file_a_folder_and_an_impossible_path_are_e0001(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.thm") == "E0001"
    assert refused(tmp_path) == "E0001"
    assert refused("a\0b.thm") == "E0001"
    assert refused(str(tmp_path / ("x" * 5_000))) == "E0001"


@pytest.mark.parametrize("data", [b"\xff", b"theorem \xf6", b"\xed\xa0\x80", b"\xc0\x80", b"\xff\xfet\0"])
def test_bytes_that_are_not_utf_8_are_e0002(tmp_path: Path, data: bytes) -> None:
    assert refused(file(tmp_path, data)) == "E0002"


def test_a_file_may_have_the_largest_size_and_no_more(tmp_path: Path) -> None:
    assert len(read(file(tmp_path, b"x" * LARGEST)).text) == LARGEST
    assert refused(file(tmp_path, b"x" * (LARGEST + 1))) == "E0003"
    assert refused(file(tmp_path, b"\xff" * (10 * LARGEST))) == "E0003"
    with pytest.raises(BoundkitError) as raised:
        read(file(tmp_path, b"x" * (LARGEST + 1)))
    assert raised.value.exit == Exit.MALFORMED


@pytest.mark.parametrize("character", "\0\x1b\x7f\x85\u202e\u2066\u2028\r\f")
def test_hidden_characters_are_e0004_also_in_comments(tmp_path: Path, character: str) -> None:
    assert refused(file(tmp_path, f"# a{character}b\nend\n".encode())) == "E0004"


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_e0005(tmp_path: Path, data: bytes) -> None:
    assert refused(file(tmp_path, data)) == "E0005"


def test_the_grammar_and_the_library_are_found() -> None:
    assert "theorem_head" in grammar("thm.lark")
    assert library().is_dir()
