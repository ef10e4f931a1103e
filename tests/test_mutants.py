"""Mutants of theorems of the library, judged as `make mutants` judges them: none is proved and refuted, and
one that is proved follows from what it was, or is listed here as true, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.mutants.edits import Mutant, in_turn
from benchmarks.mutants.judging import Base, bases, elaborated, follows, judged
from boundkit import resources
from boundkit.ir.theorems import Theorem

QUICK = frozenset(
    {
        "adam_second_moment",
        "chain_rule_kl",
        "data_processing_kl",
        "linear_attention_optimum",
        "ln_increases",
        "mcdiarmid",
        "square_root_bound",
        "subgradient_decreasing_steps",
    }
)
"""Files whose first mutant takes little time; `-m slow` tries all others."""

TRUE: dict[str, str] = {
    "amsgrad_second_moment.claim monotone term dropped: sqrt(t)*sqrt(u[t]) <= sqrt(t)*sqrt(u[t+1])": (
        "u never falls, and the factor is the same on both sides"
    ),
}
"""Why a mutant is true that is proved and does not follow by algebra from what it was."""


def files(quick: bool) -> list[Path]:
    return [path for path in sorted(resources.library().rglob("*.thm")) if (path.stem in QUICK) == quick]


def statements(path: Path) -> Iterator[tuple[Base, Mutant, Theorem]]:
    """The first edit of a claim or a step that makes sense, of each theorem that is to hold."""
    for base in bases(path):
        for mutant in in_turn(one for one in base.mutants() if one.in_statement):
            if (theorem := elaborated(base, mutant)) is not None:
                yield base, mutant, theorem
                break


def check(path: Path) -> None:
    for base, mutant, theorem in statements(path):
        found = judged(base, mutant, theorem)
        assert not found.alarm, f"proved and refuted: {mutant.name}"
        if found.node == "PROVED" and mutant.name not in TRUE:
            assert follows(base, mutant, theorem), mutant.name


@pytest.mark.parametrize("path", files(quick=True), ids=lambda path: path.stem)
def test_a_mutant_that_is_proved_is_true(path: Path) -> None:
    check(path)


@pytest.mark.slow
@pytest.mark.parametrize("path", files(quick=False), ids=lambda path: path.stem)
def test_a_mutant_of_any_other_file_that_is_proved_is_true(path: Path) -> None:
    check(path)
