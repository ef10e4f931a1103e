"""Inferences: what does not follow from the premises named is refuted exactly; what follows never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from boundkit.attack import attack_inference
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.kernel.witness import check_witness
from boundkit.source import Source
from boundkit.syntax.parse import parse

ROOT = Path(__file__).parents[2]


def theorems_of(text: str) -> list[Theorem]:
    """All theorems of a text."""
    source = Source("t.thm", text)
    entries, wrong = elaborate(parse(source)[0], source)
    assert not [d for d in wrong if d.severity == "error"], wrong
    return [entry for entry in entries if isinstance(entry, Theorem)]


TWO_PLACES = "let x, y : Real let h : Real * Real -> Real"
"""A function of which there is no family: only its values count."""


@pytest.mark.parametrize(
    "text",
    [
        "let x : Real assume a: x <= 1 step s: x <= 1/2 by chain from a",
        "let x : Real assume a: x <= 1 step s: x^2 <= 1 by algebra from a",
        f"{TWO_PLACES} assume a: h(x, y) <= 1 step s: h(x, y)^2 <= 1 by algebra from a",
        f"{TWO_PLACES} define raw := h(x, y) assume a: raw <= 1 step s: raw^2 <= 1 by algebra from a",
        (
            f"{TWO_PLACES} let g : Real * Real -> Real in [0, 2] assume a: h(x, y) <= g(x, y)^2 "
            "step s: h(x, y) <= 2*g(x, y) - 1/8 by chain from a"
        ),
        (
            "let n : Nat >= 1 let a, b : Seq[Real] assume p: forall t in 1..n, a[t] <= b[t] "
            "step s: forall t in 1..n, a[t]^2 <= b[t]^2 by algebra from p"
        ),
        "let d : Nat >= 1 let u, v : Vector[d] assume p: ||u|| <= 1 step s: <u, v> <= 2 by algebra from p",
    ],
)
def test_a_non_sequitur_is_refuted_at_numbers(text: str) -> None:
    """The premises hold there and the goal does not, by the kernel."""
    (theorem,) = theorems_of(f"theorem t {text} end")
    found = attack_inference(theorem, "s")
    assert found is not None and found.comparison
    assert check_witness(found.theorem, "s", found.witness).outcome == "violated"


@pytest.mark.parametrize(
    "text",
    [
        "let x : Real assume a: x <= 1 step s: x <= 2 by chain from a",
        # the definition is free: max(h, 0) is not negative
        f"{TWO_PLACES} define cut := max(h(x, y), 0) assume a: cut <= 1 step s: cut^2 <= 1 by algebra from a",
        # the range of a function is free
        (
            "let x, y : Real let h : Real * Real -> Real in [0, 1] assume a: x <= 1 "
            "step s: h(x, y)*x <= 1 by algebra from a"
        ),
        # Cauchy and Schwarz relate the two atoms
        (
            "let d : Nat >= 1 let u, v : Vector[d] assume p: ||u|| <= 1 assume q: ||v|| <= 1 "
            "step s: <u, v> <= 1 by algebra from p, q"
        ),
        # where x = y the two values are equal
        f"{TWO_PLACES} assume e: x = y assume a: h(x, y) <= 1 step s: h(y, x) <= 1 by algebra from a, e",
        # another place of the premise matters
        (
            "let n : Nat >= 1 let a : Seq[Real] assume p: forall t in 1..n, a[t] <= 1 "
            "step s: a[1] <= 1 by algebra from p"
        ),
        # the place is a number too
        (
            "let n : Nat >= 1 let a : Seq[Real] assume p: forall t in 1..n, a[t] <= n - t "
            "step s: forall t in 1..n, a[t] <= n - 1 by algebra from p"
        ),
        # no premise is named, and none is needed
        "let d : Nat >= 1 let u, v : Vector[d] step s: ||u + v|| <= ||u|| + ||v|| by triangle",
        # believed as it stands
        'let x : Real assume a: x <= 1 step s: x <= 0 by cite "a book" from a',
    ],
)
def test_what_follows_is_never_refuted(text: str) -> None:
    """Also where it is in doubt."""
    (theorem,) = theorems_of(f"theorem t {text} end")
    assert attack_inference(theorem, "s") is None


def test_a_missing_hypothesis_is_noticed() -> None:
    """The step is true, by `low`; from `high` alone it does not follow."""
    text = "let x : Real assume low: x >= 0 assume high: x <= 1 step s: x^2 <= 1 by algebra from high"
    (theorem,) = theorems_of(f"theorem t {text} end")
    found = attack_inference(theorem, "s")
    assert found is not None and found.premises == ("high",) and found.rule == "algebra"
    (other,) = theorems_of(f"theorem t {text}, low end")
    assert attack_inference(other, "s") is None


def test_the_union_that_forgets_a_factor() -> None:
    """Both tails hold at the fair coin, and their union does not."""
    (oops,) = theorems_of((ROOT / "tests" / "examples" / "oops.thm").read_text())
    found = attack_inference(oops, "tail")
    assert found is not None and found.rule == "union" and found.premises == ("up", "down")
    assert found.comparison == "1 > 0.6065..."
    assert attack_inference(oops, "up") is None


def test_each_link_of_a_chain_stands_alone() -> None:
    """The first link follows, the second does not."""
    text = "let x : Real assume a: x <= 1 step s: x <= 1 by algebra from a <= 1/2 by algebra"
    (theorem,) = theorems_of(f"theorem t {text} end")
    assert attack_inference(theorem, "s", 0) is None
    assert attack_inference(theorem, "s", 1) is not None


@pytest.mark.parametrize("name", ["gd_convex_lipschitz", "hoeffding_lemma_scalar", "pac_bayes"])
def test_true_examples_are_left_alone(name: str) -> None:
    """Every step of proofs that are right."""
    for theorem in theorems_of((ROOT / "tests" / "examples" / f"{name}.thm").read_text()):
        for statement in theorem.statements:
            for link in range(len(statement.links)):
                assert attack_inference(theorem, statement.label, link, samples=1000) is None
