"""Examples with small random changes: whatever they then say, an attack ends and reports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from boundkit.attack import Budget, attack, attack_family, attack_inference
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Family, Theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.thm"))
SMALL = Budget(structures=4, generations=3, built=20_000, instructions=8_000, shrinks=50)
NAMES = ["n", "T", "d", "m", "x", "t", "i", "s", "eta", "rho", "B"]
GROUPS = (
    (tuple("+-*/^"), tuple("+-*/^")),
    (tuple("<>"), tuple("<>")),
    (("sqrt", "exp", "ln", "max", "min"), ("sqrt", "exp", "ln", "sin", "abs")),
    (tuple(NAMES), (*NAMES, "0", "1/2")),
)
CHOICES = {word: others for words, others in GROUPS for word in words}


def changed(text: str, source: Random) -> str:
    """The text with one to three words or signs replaced."""
    words = re.split(r"(\W)", text)
    places = [place for place, word in enumerate(words) if word in CHOICES or word.isdigit()]
    for place in source.sample(places, min(len(places), source.randint(1, 3))):
        words[place] = source.choice(CHOICES.get(words[place], ("0", "1", "7", "1000000", "-1")))
    return "".join(words)


def check_changed(path: Path, places: Iterable[int]) -> None:
    """No exception, no note of a broken attack, and an outcome for every statement."""
    for place in places:
        text = changed(path.read_text(), Random(f"{path.stem}:{place}"))
        source = Source("t.thm", text)
        entries, _ = elaborate(parse(source)[0], source)
        families = {entry.name: entry for entry in entries if isinstance(entry, Family)}
        for entry in entries:
            if isinstance(entry, Theorem):
                report = attack(entry, place, 1000, SMALL, families=families)
                assert len(report.statements) == len(entry.statements)
                for statement in entry.statements[:1]:
                    attack_inference(entry, statement.label, samples=500, budget=SMALL)
            else:
                report = attack_family(entry, place, 1000, SMALL).attack
            assert "E0509" not in {diagnostic.code for diagnostic in report.diagnostics}
            if not report.diagnostics:
                assert report.samples >= 0 and all(s.outcome for s in report.statements)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_changed_example_is_attacked_to_the_end(path: Path) -> None:
    check_changed(path, (0,))


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_further_changed_examples_are_attacked_to_the_end(path: Path) -> None:
    check_changed(path, (1, 2))
