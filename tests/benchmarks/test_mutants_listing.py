"""The committed listing of mutants: how it is made of what was found, and what it says of the library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.mutants.listing import (
    NAME,
    Listing,
    key,
    listing,
    listing_text,
    read_listing,
    read_reasons,
    wanting,
)
from benchmarks.mutants.tally import Counts
from boundkit import resources
from boundkit.ledger import read_ledger
from boundkit.verdicts import Headline


def judged(theorem: str, number: int, truth: str, caught: bool) -> dict[str, Any]:
    name = f"{theorem}.claim c doubled: {number}*x <= 1"
    return {
        "file": f"sums/{theorem}.thm",
        "name": name,
        "key": key(name, f"text of {theorem}"),
        "edit": "x -> 2*x",
        "headline": "VIOLATED" if caught else "TESTED",
        "witness": "2 > 1 at x = 1" if truth == "false" else "",
        "truth": truth,
        "caught": caught,
    }


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / "sums").mkdir()
    for theorem in ("first", "second"):
        (tmp_path / "sums" / f"{theorem}.thm").write_text(f"text of {theorem}", encoding="utf-8")
    return tmp_path


def test_a_listing_counts_and_is_read_back(library: Path) -> None:
    first = [judged("first", 2, "false", True), judged("first", 3, "false", False)]
    found = [*first, judged("second", 2, "open", True)]
    made = listing(found, Listing(), library, {str(found[1]["name"]): "one point only"})
    assert made.counts == Counts(3, false=2, caught=1, down=1)
    assert [(one.theorem, one.witness, one.reason) for one in made.uncaught] == [
        ("first", "2 > 1 at x = 1", "one point only")
    ]
    text = listing_text(made)
    counts = "theorems = 2, mutants = 3, false = 2, caught = 1, down = 1, true = 0, stands = 0"
    assert f'"sums" = {{{counts}}}' in text
    (library / NAME).write_text(text, encoding="utf-8")
    assert read_listing(library / NAME) == made


def test_what_was_not_judged_anew_is_kept_and_what_is_gone_is_dropped(library: Path) -> None:
    first = [judged("first", 2, "false", False), judged("first", 3, "true", False)]
    both = [*first, judged("second", 2, "false", False)]
    before = listing(both, Listing(), library, {})
    assert listing([], before, library, {}) == before
    assert listing(both[:1], before, library, {}) == before, "fewer mutants of the same text say less"
    (library / "sums" / "second.thm").unlink()
    assert [one.name for one in listing([], before, library, {}).theorems] == ["first"]
    (library / "sums" / "first.thm").write_text("another text", encoding="utf-8")
    assert listing(both, before, library, {}).theorems == before.theorems[:1], "the lines are of the old text"


def test_a_reason_that_is_missing_or_no_longer_applies_is_named(library: Path) -> None:
    made = listing([judged("first", 2, "false", False)], Listing(), library, {})
    (name,) = (one.name for one in made.uncaught)
    assert wanting(made, {name: "why"}) == ()
    missing, useless = wanting(made, {"gone": "why"})
    assert missing == f"no reason is given for {name}" and useless == "a reason no longer applies: gone"


@pytest.fixture(scope="module")
def committed() -> Listing:
    return read_listing(resources.library() / NAME)


def test_the_listing_is_as_it_is_written(committed: Listing) -> None:
    assert (resources.library() / NAME).read_text(encoding="utf-8") == listing_text(committed)


def test_every_theorem_that_is_listed_is_in_the_library(committed: Listing) -> None:
    ledger = read_ledger((resources.library() / "LEDGER").read_text(encoding="utf-8"))
    held = {(one.file, one.name) for one in ledger if not one.announced or Headline(one.announced).supported}
    assert {(one.file, one.name) for one in committed.theorems} <= held


def test_nineteen_of_twenty_false_mutants_are_caught_and_the_others_have_a_reason(committed: Listing) -> None:
    assert committed.counts.caught >= 0.95 * committed.counts.false > 0
    assert committed.counts.false - committed.counts.caught == len(committed.uncaught)
    assert wanting(committed, read_reasons()) == ()
    assert all(one.reason for one in committed.uncaught)
