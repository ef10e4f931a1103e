"""Elaborating a text in a test: with and without errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from boundkit.elaborate import elaborate
from boundkit.errors import Diagnostic
from boundkit.ir.theorems import Family, Theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse

EXAMPLES = Path(__file__).parents[1] / "examples"


def read_all(
    text: str, library: dict[str, Theorem] | None = None
) -> tuple[tuple[Theorem | Family, ...], tuple[Diagnostic, ...]]:
    source = Source("example.thm", text)
    tree, errors = parse(source)
    assert errors == ()
    return elaborate(tree, source, library or {})


@pytest.fixture
def theorem() -> Callable[[str], Theorem]:
    """The last theorem of a text that has no error."""

    def read(text: str) -> Theorem:
        results, diagnostics = read_all(text)
        assert [diagnostic.message for diagnostic in diagnostics] == []
        last = results[-1]
        assert isinstance(last, Theorem)
        return last

    return read


@pytest.fixture
def codes() -> Callable[[str], list[str]]:
    """The codes of what is wrong with a text, in order."""

    def read(text: str) -> list[str]:
        return [diagnostic.code for diagnostic in read_all(text)[1]]

    return read


@pytest.fixture
def shown() -> Callable[[str], str]:
    """What is wrong with a text, as a user sees it."""

    def read(text: str) -> str:
        source = Source("example.thm", text)
        return "\n".join(diagnostic.show(source) for diagnostic in read_all(text)[1])

    return read


@pytest.fixture
def example() -> Callable[[str], Theorem]:
    """A theorem of `tests/examples`, by name."""

    def read(name: str) -> Theorem:
        library: dict[str, Theorem] = {}
        for each in dict.fromkeys(("gd_convex_lipschitz", name)):
            results, diagnostics = read_all((EXAMPLES / f"{each}.thm").read_text(encoding="utf-8"), library)
            assert [diagnostic.message for diagnostic in diagnostics] == []
            library.update({result.name: result for result in results if isinstance(result, Theorem)})
        return library[name]

    return read
