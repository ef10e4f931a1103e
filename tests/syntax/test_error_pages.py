"""Every page in `docs/errors/` about reading and syntax shows what really happens."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import pytest

from boundkit.errors import BoundkitError
from boundkit.source import Source
from boundkit.syntax.limits import LARGEST
from boundkit.syntax.parse import parse
from boundkit.syntax.read import read

FOLDER = Path(__file__).parents[2] / "docs" / "errors"
PAGES = sorted([*FOLDER.glob("E000?.md"), *FOLDER.glob("E01??.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(path: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(path.read_text(encoding="utf-8"))


SYNTAX = [path for path in PAGES if blocks(path)[0][0] == "thm"]


def test_there_is_a_page_for_each_code() -> None:
    expected = [f"E000{number}" for number in range(1, 8)] + [f"E01{number:02}" for number in range(1, 22)]
    assert [path.stem for path in PAGES] == expected


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_titled_with_its_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {path.stem}: [a-z`].+\n", text)
    assert "\n**What to do.** " in text


@pytest.mark.parametrize("path", SYNTAX, ids=lambda path: path.stem)
def test_the_example_gives_the_output_and_the_mended_one_gives_none(path: Path) -> None:
    (_, wrong), (kind, output), (_, mended) = blocks(path)
    source = Source("example.thm", wrong)
    errors = parse(source)[1]
    assert kind == "text"
    assert [error.code for error in errors] == [path.stem]
    assert "\n".join(error.show(source) for error in errors) + "\n" == output
    assert parse(Source("example.thm", mended))[1] == ()


@pytest.mark.parametrize("code", ["E0001", "E0002", "E0003", "E0004"])
def test_the_example_of_an_unreadable_file_gives_the_output(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = dict(blocks(FOLDER / f"{code}.md"))
    if code == "E0003":
        Path("example.thm").write_bytes(b"#" * (LARGEST + 1))
    elif code != "E0001":
        data = codecs.escape_decode(found["bytes"].encode())[0]
        Path("example.thm").write_bytes(data)
    with pytest.raises(BoundkitError) as raised:
        read("example.thm")
    assert raised.value.diagnostic.code == code
    assert raised.value.diagnostic.show(None) + "\n" == found["text"]
