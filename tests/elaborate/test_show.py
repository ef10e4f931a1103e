"""Terms print as they would be written, with parentheses only where they are needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from boundkit.ir.show import show
from boundkit.ir.theorems import Theorem

BEFORE = """let a, b, c : Real  let n : Nat >= 1  let d : Nat >= 1  let S : Seq[Real]
  let x, y : Vector[d]  let W : Matrix[d, d]  let f : Real -> Real  let D : Dist[Real]  draw X ~ D"""

WRITTEN = [
    "a - (b - c) = a - b - c",
    "a/(b*c) = a/b/c",
    "(a + b)*c = a*(b + c)",
    "-a^2 = (-a)^2",
    "-(a + b) = -a - b",
    "a^(b + c) = a^b^c",
    "(a^b)^c = 1",
    "a*-b = 1",
    "2^(-n) <= 1/2",
    "| |a| - |b| | <= |a - b|",
    "||x - y||^2 = <x - y, x - y>",
    "||W||_op <= ||W||_fro",
    "sum_{i=1..n} S[i]*a + b <= sum_{i=1..n} (S[i] + b)",
    "(sum_{i=1..n} S[i])*a = a*sum_{i=1..n} S[i]",
    "a - sum_{i=1..n} S[i] - b = 0",
    "(if a <= b then a else b) + c = c",
    "f(a)^2 <= W[1][1]",
    "W.T*x = (W*W).T*y",
    "a <= b and (b <= c or c <= a)",
    "a <= b < c = c",
    "not a <= b iff b < a",
    "(a <= b implies b <= c) implies a <= c",
    "forall t : Real > 0, exists s : Nat >= 3, t <= s and s != 0",
    "a in (0, 1] and b in [0, inf) and c in {1, 2}",
    "f is Lipschitz(a, on := [0, 1])",
    "f is convex",
    "E[X^2] - E[X]^2 = Var[X]",
    "Pr_{z ~ D}[z >= a] <= E_{z ~ D}[|z|]/a",
    "with prob >= 1 - a over X, X <= b",
    "almost surely, E[X given X] = X",
    "a <~ b + c",
    "{ S[i] for i in 1..n where i != 2 } = { a*b for a' in {1, 2}, b' in {3} }",
    "[a, b; 0, c] = [1, 2; 3, 4]",
    "(0.125 + 0.3)*a = 1.5",
    "max(a, b) = max_{i in 1..n} S[i]",
    "inf_{t : Real} t^2 = min_{t in [0, 1]} f(t)",
]


@pytest.mark.parametrize("written", WRITTEN)
def test_what_is_printed_reads_as_the_same_term(theorem: Callable[[str], Theorem], written: str) -> None:
    first = theorem(f"theorem t\n  {BEFORE}\n  claim c0: {written}\nend\n").statement["c0"].formula
    again = theorem(f"theorem t\n  {BEFORE}\n  claim c0: {show(first)}\nend\n").statement["c0"].formula
    assert first == again
    assert show(first) == show(again)


@pytest.mark.parametrize(
    "written",
    [text for text in WRITTEN if ">=" not in text.replace("Nat >=", "").replace("prob >=", "")],
)
def test_no_parentheses_are_added(theorem: Callable[[str], Theorem], written: str) -> None:
    first = theorem(f"theorem t\n  {BEFORE}\n  claim c0: {written}\nend\n").statement["c0"].formula
    assert show(first).count("(") <= written.count("(")
