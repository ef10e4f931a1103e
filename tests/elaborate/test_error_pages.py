"""Every page in `docs/errors/` about names, sorts and references shows what really happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from boundkit.elaborate import elaborate
from boundkit.errors import Diagnostic
from boundkit.source import Source
from boundkit.syntax.parse import parse

FOLDER = Path(__file__).parents[2] / "docs" / "errors"
PACKAGE = Path(__file__).parents[2] / "boundkit" / "elaborate"
PAGES = sorted([*FOLDER.glob("E02??.md"), *FOLDER.glob("E030[1-7].md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def wrong_with(source: Source) -> tuple[Diagnostic, ...]:
    tree, errors = parse(source)
    assert errors == ()
    return elaborate(tree, source)[1]


def test_there_is_a_page_for_each_code() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.glob("*.py"))]
    used = {code for text in texts for code in re.findall(r"\"(E0[23]\d\d)\"", text)}
    assert sorted(used) == [path.stem for path in PAGES]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_titled_with_its_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {path.stem}: [a-z`].+\n", text)
    assert "\n**What to do.** " in text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_example_gives_the_output_and_the_mended_one_gives_none(path: Path) -> None:
    (_, wrong), (kind, output), (_, mended) = BLOCK.findall(path.read_text(encoding="utf-8"))
    source = Source("example.thm", wrong)
    found = wrong_with(source)
    assert kind == "text"
    assert [diagnostic.code for diagnostic in found] == [path.stem]
    assert "\n".join(diagnostic.show(source) for diagnostic in found) + "\n" == output
    assert wrong_with(Source("example.thm", mended)) == ()
