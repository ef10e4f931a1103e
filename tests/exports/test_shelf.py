"""What every export must do, run on whatever is on the shelf."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

import boundkit.exports
from boundkit.exports import export, formats
from boundkit.report import Report, without_times

SHELF = Path(boundkit.exports.__file__).parent
GOLDEN = Path(__file__).parent.parent / "golden"


@pytest.mark.parametrize("name", formats())
def test_an_export_is_a_class_named_as_its_file(name: str) -> None:
    """And it is the only one with a `render`."""
    tree = ast.parse((SHELF / f"{name}.py").read_text(encoding="utf-8"))
    entries = [
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(part, ast.FunctionDef) and part.name == "render" for part in node.body)
    ]
    assert [name.title().replace("_", "")] == entries
    assert export(name).suffix.startswith(".")


@pytest.mark.parametrize("name", formats())
def test_the_standard_report_is_rendered_as_recorded(name: str, standard: Report) -> None:
    """`BOUNDKIT_GOLDEN=write` records anew; the difference is then reviewed."""
    text = export(name).render(without_times(standard))
    path = GOLDEN / f"standard{export(name).suffix}"
    if os.environ.get("BOUNDKIT_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", formats())
def test_rendering_is_a_function(name: str, standard: Report) -> None:
    """Twice the same text, which ends in one newline."""
    first = export(name).render(standard)
    assert first == export(name).render(standard)
    assert first.endswith("\n") and not first.endswith("\n\n")


@pytest.mark.parametrize("name", formats())
def test_nothing_is_lost(name: str, standard: Report) -> None:
    """Every theorem, node, headline, debt and diagnostic code is in the text."""
    text = export(name).render(standard)
    for theorem in standard.theorems:
        assert theorem.name in text and theorem.headline in text
        for node in theorem.nodes:
            assert node.name in text and node.verdict in text
            assert all(debt in text for debt in node.debts)
    assert all(message.code in text for message in standard.diagnostics)


def test_an_unknown_format_is_refused() -> None:
    """The shelf is the list."""
    with pytest.raises(KeyError, match="papyrus"):
        export("papyrus")
