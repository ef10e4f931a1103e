"""Pages in `docs/errors/` about what only a check finds show what really happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import boundkit

FOLDER = Path(__file__).parents[1] / "docs" / "errors"
PAGES = sorted([FOLDER / "E0308.md", *FOLDER.glob("E04??.md"), *FOLDER.glob("E06??.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def messages(text: str) -> list[tuple[str, str]]:
    """Codes and texts of what a check of `example.thm` says, notes and warnings of the test aside."""
    Path("example.thm").write_text(text, encoding="utf-8")
    found = boundkit.check("example.thm", samples=2_000).diagnostics
    return [(message.code, message.shown + "\n") for message in found if not message.code.startswith("E05")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_example_gives_the_output_and_the_mended_one_gives_none(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {path.stem}: [a-z`].+\n", text)
    assert "\n**What to do.** " in text
    (_, wrong), (kind, output), (_, mended) = BLOCK.findall(text)
    assert kind == "text"
    assert messages(wrong) == [(path.stem, output)]
    assert messages(mended) == []


@pytest.mark.parametrize(
    "path", sorted([*FOLDER.glob("E05??.md"), *FOLDER.glob("E09??.md")]), ids=lambda p: p.stem
)
def test_every_page_says_what_to_do(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {path.stem}: .+\n", text)
    assert "**What to do.** " in text
