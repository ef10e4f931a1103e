"""Equations among the premises are used inside functions, whatever atom stands on their left."""

from __future__ import annotations

from pathlib import Path

import pytest

import boundkit


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        ("let A : FiniteSet let K : Nat >= 1 assume h: card(A) = K", "sqrt(ln(2*card(A))) <= sqrt(ln(2*K))"),
        (
            "let d : Nat >= 1 let x : Vector[d] let r : Real >= 0 assume h: ||x|| = r",
            "exp(-||x||) <= exp(-r)",
        ),
        ("let x, y : Real >= 0 assume h: sqrt(x) = y", "exp(sqrt(x)) <= exp(y)"),
    ],
)
def test_an_equation_about_an_atom_rewrites_under_functions(tmp_path: Path, given: str, claim: str) -> None:
    path = tmp_path / "t.thm"
    path.write_text(f"theorem t {given} claim c: {claim} conclude c by algebra from h end", encoding="utf-8")
    (theorem,) = boundkit.check(path, samples=500).theorems
    assert theorem.headline == "PROVED"
    path.write_text(f"theorem t {given} claim c: {claim} conclude c by algebra end", encoding="utf-8")
    (theorem,) = boundkit.check(path, samples=500).theorems
    assert theorem.headline != "PROVED"
