"""Instances as short text, and the honesty of the counts."""

from __future__ import annotations

from typing import Any

import pytest

from boundkit.attack import Budget, attack
from boundkit.attack.readable import value_text
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse

SMALL = Budget(structures=6, generations=8)


def report(text: str) -> Any:
    """The report of the claim `c`."""
    source = Source("t.thm", f"theorem t {text} end")
    (theorem,), _ = elaborate(parse(source)[0], source)
    assert isinstance(theorem, Theorem)
    return attack(theorem, seed=1, samples=4000, budget=SMALL).by_label["c"]


@pytest.mark.parametrize(
    "data, expected",
    [
        ("3/4", "3/4"),
        (["1", "0"], "[1, 0]"),
        ({"matrix": [["1", "0"], ["0", "2"]]}, "[1, 0; 0, 2]"),
        ({"elements": 3}, "{1..3}"),
        ({"weights": ["1/2", "1/2"], "outcomes": ["0", "1"]}, "{0: 1/2, 1: 1/2}"),
        ({"first": 1, "items": [["1"], ["2"]]}, "([1], [2])"),
        ({"first": 0, "items": ["1", "2"]}, "(1, 2) from place 0"),
        ({"shape": [1, 2], "entries": ["0", "1"]}, "{(1, 1): 0, (1, 2): 1}"),
        ({"family": "max_affine", "slopes": [["1"], ["0"]], "offsets": ["-1", "0"]}, "max(x - 1, 0)"),
        ({"family": "max_affine", "slopes": [["-2"], ["-2"]], "offsets": ["1", "1"]}, "-2*x + 1"),
        ({"family": "max_affine", "slopes": [["1", "0"]], "offsets": ["1/2"]}, "<[1, 0], x> + 1/2"),
        ({"family": "norm_distance", "scale": "2", "centre": ["1"]}, "2*|x - 1|"),
        ({"family": "norm_distance", "scale": "1", "centre": ["0", "0"]}, "||x||"),
        ({"family": "huber", "scale": "1", "width": "2", "centre": ["-1"]}, "huber(|x + 1|, width 2)"),
        ({"family": "quadratic", "matrix": [["2"]], "centre": ["0"], "level": "0"}, "x^2"),
        ({"family": "log_sum_exp", "slopes": [["1"]], "offsets": ["0"]}, "ln(exp(x))"),
        ({"defined": "huber", "parameters": {"d": "1", "a": ["0"]}}, "huber(d := 1, a := [0])"),
    ],
)
def test_values_are_short(data: Any, expected: str) -> None:
    """One line for each kind of value."""
    assert value_text(data) == expected


def test_a_violation_lists_its_values_in_the_order_of_declaration() -> None:
    """With the comparison in front."""
    found = report("let d : Nat >= 1 let y, x : Vector[d] claim c: <x, y> <= ||x||*||y||/2")
    assert [name for name, _ in found.values] == ["d", "y", "x"]
    assert found.text.startswith(f"false (exact): {found.finding.comparison} with d = 1, y = [")


def test_equality_to_within_rounding_is_no_pass() -> None:
    """Attained at every sample: only those that were checked exactly count."""
    found = report("let x, y : Real > 0 claim c: x*(x + y) <= x^2 + x*y")
    (link,) = found.links
    assert link.rounding > 0.99 * link.samples and link.passes <= 2
    assert link.passes + link.rounding + link.violations + link.undefined == link.samples
    assert "100% equal to within rounding" in found.text


def test_one_number_compared_with_itself_is_a_pass() -> None:
    """No rounding stands between them."""
    found = report("let x, y : Real claim c: x*y + 1 <= x*y + 1")
    assert found.outcome == "tested" and found.links[0].rounding == 0


def test_a_wrong_identity_is_refuted_and_a_right_one_passes() -> None:
    """Both are decided up to rounding in samples."""
    assert report("let x, y : Real claim c: (x + y)^2 = x^2 + 2*x*y + y^2").outcome == "tested"
    assert report("let x, y : Real claim c: (x + y)^2 = x^2 + x*y + y^2").outcome == "violated"


def test_the_scope_says_that_sizes_were_drawn() -> None:
    """The mass of a pass is given these."""
    assert "structures drawn" in report("let n : Nat in 1..4 claim c: (sum_{k=1..n} k) >= n").text
    assert "drawn" not in report("let x : Real > 0 claim c: x <= 2*x").text
