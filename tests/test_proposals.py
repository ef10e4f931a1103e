"""Edits of a statement: those of its bound come before those of what it bounds."""

from __future__ import annotations

from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.proposals import repairing, sharpening
from boundkit.slips import Slip
from boundkit.source import Source
from boundkit.syntax.parse import parse
from boundkit.syntax.tree import TheoremTree


def slip(claim: str, sharper: bool = False) -> Slip:
    """A claim about two numbers."""
    source = Source("a.thm", f"theorem a\n  let x, y : Real > 0\n  claim c: {claim}\nend\n")
    file, _ = parse(source)
    (written,), (theorem,) = file.items, elaborate(file, source, {})[0]
    assert isinstance(written, TheoremTree) and isinstance(theorem, Theorem)
    return Slip(written, theorem, "c", sharper=sharper)


def test_an_edit_of_the_bound_is_smaller_than_the_same_edit_of_what_is_bounded() -> None:
    sizes = {change.words: change.size for _, change in repairing(slip("x^2 <= y^2"))}
    assert sizes["`y` for `y^2`"] + 1 == sizes["`x` for `x^2`"]


def test_whether_a_relation_is_strict_is_no_edit_of_what_is_bounded() -> None:
    kind, change = repairing(slip("x < y"))[0]
    assert (kind, change.size) == ("strictness", 1.0)


def test_a_sharper_bound_is_sought_on_the_right_side_alone() -> None:
    """Smaller where it bounds from above, larger where it bounds from below, or without one of its terms."""
    said = [change.words for _, change in sharpening(slip("x^3 <= 5*y + 1", sharper=True))]
    assert "1/2 times the right side" in said and "the first of two terms" in said
    assert "3 times the right side" not in said and not any("x^3" in words for words in said)
    assert "3 times the right side" in [c.words for _, c in sharpening(slip("x^3 >= 5*y", sharper=True))]
