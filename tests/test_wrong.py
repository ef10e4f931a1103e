"""Wrong uses of rules, each turned down for the reason that its first line states:
`# expect: CODE at LABEL: reason`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import boundkit

FOLDER = Path(__file__).parent / "wrong"
FILES = sorted(FOLDER.glob("*.thm"))
CASES = [
    pytest.param(path, marks=[pytest.mark.slow] * (place % 2), id=path.stem)
    for place, path in enumerate(FILES)
]
"""A search that fails takes some seconds: every second one is left to `make slow`."""
EXPECTED = re.compile(r"# expect: (E\d{4}) at (\w+): .+")


def line_of(text: str, label: str) -> int:
    """The line on which a step or claim is stated."""
    stated = re.search(rf"^.*\b(?:step|claim|assume|derive) {label}\s*:", text, re.MULTILINE)
    assert stated is not None, f"there is no {label}"
    return text[: stated.start()].count("\n") + 1


def span_of(text: str, label: str) -> set[int]:
    """The lines of a statement, and of the `conclude` that justifies it."""
    lines = text.splitlines()
    first = line_of(text, label)
    found = {first}
    for number in range(first + 1, len(lines) + 1):
        if re.match(r"\s*(step|claim|conclude|derive|model|verdict|end|assume)\b", lines[number - 1]):
            break
        found.add(number)
    found |= {k for k, line in enumerate(lines, 1) if re.match(rf"\s*conclude {label}\b", line)}
    return found


@pytest.mark.parametrize("path", CASES)
def test_a_wrong_use_is_turned_down_for_its_reason(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    stated = EXPECTED.match(text)
    assert stated is not None, "the first line says what is expected"
    code, label = stated.groups()
    report = boundkit.check(path, samples=2_000)
    reported = {(message.code, message.line) for message in report.diagnostics}
    assert any(own == code and line in span_of(text, label) for own, line in reported), reported
    for theorem in report.theorems:
        for node in theorem.nodes:
            if node.name == label:
                assert node.verdict not in ("PROVED", "DERIVED", "ADMITTED"), node


def test_there_are_thirty_wrong_uses() -> None:
    assert len(FILES) >= 30
