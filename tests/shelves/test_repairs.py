"""Every kind of repair, held to what the shelf promises."""

from __future__ import annotations

from functools import cache

import pytest

from boundkit.discover import shelf
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.slips import Slip
from boundkit.source import Source
from boundkit.syntax.parse import parse
from boundkit.syntax.patch import patched
from boundkit.syntax.tree import TheoremTree

TEXT = """theorem slip "A slip"
  let n : Nat >= 1
  let x, y : Real > 0  # a comment
  let f : Real -> Real
  claim bound: f(x) < 2*sqrt(x)/n^2 + ln(y)
end
"""
EXPECTED = {
    "constant": "claim bound: f(x) < 4*sqrt(x)/n^2 + ln(y)",
    "exponent": "claim bound: f(x) < 2*sqrt(x)/n + ln(y)",
    "hypothesis": "assume cvx: f is convex",
    "logarithm": "claim bound: f(x) < 2*sqrt(x)/n^2 + ln(n*y)",
    "side_condition": "let x : Real in (0, 1]  # a comment",
    "strictness": "claim bound: f(x) <= 2*sqrt(x)/n^2 + ln(y)",
}
"""A line that each kind proposes, beside others."""


@cache
def slip() -> tuple[Source, Slip]:
    source = Source("slip.thm", TEXT)
    file, _ = parse(source)
    (theorem,), _ = elaborate(file, source)
    item = file.items[0]
    assert isinstance(theorem, Theorem) and isinstance(item, TheoremTree)
    return source, Slip(item, theorem, "bound")


def test_every_kind_has_an_expected_proposal() -> None:
    assert sorted(EXPECTED) == sorted(shelf("repairs"))


@pytest.mark.parametrize("kind", sorted(EXPECTED))
def test_the_proposals_are_texts_of_the_language(kind: str) -> None:
    """Each is read as what was meant, differs from what was written, and keeps comments; the expected one is
    among them."""
    source, own = slip()
    found = set()
    for change in shelf("repairs")[kind](own):
        text = patched(source, own.tree, change.tree)
        file, wrong = parse(Source("slip.thm", text))
        assert wrong == [] or wrong == (), text
        assert file.items == (change.tree,), text
        assert text != TEXT and "# a comment" in text
        assert change.size >= 1 and change.words
        found.update(line.strip() for line in text.splitlines())
    assert EXPECTED[kind] in found


@pytest.mark.parametrize("kind", sorted(EXPECTED))
def test_the_same_slip_has_the_same_proposals(kind: str) -> None:
    propose = shelf("repairs")[kind]
    assert list(propose(slip()[1])) == list(propose(slip()[1]))
