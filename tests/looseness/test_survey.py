"""`docs/looseness.md` is what `make looseness` writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from boundkit.loose_tables import as_markdown
from boundkit.options import Options
from boundkit.pipeline import measure_paths

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "looseness.md"


def told(page: str) -> list[str]:
    """What does not hang on the last digit of a double: what loses most of each claim, or why nothing was
    measured, thresholds, and attained bounds."""
    found = []
    for line in page.splitlines():
        if line.startswith("| ["):
            found.append("|".join(line.split("|")[:4]))
        elif re.search(r"\((proved|measured)\)|attained \(exact\)", line):
            found.append(line)
    return found


@pytest.mark.slow
def test_the_page_of_the_survey_is_not_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found, messages = measure_paths(["theorems/survey"], Options())
    assert messages == ()
    assert told(as_markdown(found)) == told(PAGE.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_the_page_of_the_survey_speaks_of_every_theorem() -> None:
    """Each file of the folder, and for each claim a step, or a reason."""
    page = PAGE.read_text(encoding="utf-8")
    files = {path.stem for path in (ROOT / "theorems" / "survey").glob("*.thm")}
    assert {name for name in files if f"in `theorems/survey/{name}.thm`" not in page} == set()
    assert all(len(line.split("|")[3].strip()) > 2 for line in told(page) if line.startswith("| ["))
