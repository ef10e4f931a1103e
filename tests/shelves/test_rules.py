"""One suite for the shelf of rules: every entry is complete, proves its use, and turns its misuse down."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from boundkit import resources
from boundkit.discover import shelf
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.library import Library
from boundkit.proofs import StatementProof, prove_theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse
from boundkit.task import Rule

FUNCTION = """
  let d, T : Nat >= 1
  let mu, beta, rho : Real > 0
  let f : Vector[d] -> Real
  let x, y, g : Vector[d]
  let w : Seq[Vector[d]]
"""
CONVEX = FUNCTION + "  assume cvx: f is convex\n  assume sub: g in subgrad(f, x)\n"
SMOOTH = FUNCTION + "  assume cvx: f is convex\n  assume smo: f is smooth(beta)\n"
LIPSCHITZ = FUNCTION + "  assume lip: f is Lipschitz(rho)\n  assume sub: g in subgrad(f, x)\n"
STRONG = FUNCTION + "  assume sc: f is strongly_convex(mu)\n  assume sub: g in subgrad(f, x)\n"
MEAN = FUNCTION + "  assume cvx: f is convex\n  define mean := (1/T) * sum_{t=1..T} w[t]\n"
NUMBERS = """
  let a, b, s : Real
  let p, q : Real > 0
  let n : Nat >= 1
  let z : Seq[Real]
  let u, v : Vector[n]
"""
CURVE = """
  let s : Real
  define h := s^2 - s^4
  step zero: (h at s = 0) = 0 by algebra
  step slope: (diff(h, s) at s = 0) = 0 by calculus
  step curve: diff(h, s, 2) = 2 - 12*s^2 by calculus <= 2 by algebra
"""

# for each rule: what stands before, a step that it proves, and one that it must turn down
USES: dict[str, tuple[str, str, str]] = {
    "algebra": (
        NUMBERS + "  assume low: a <= b\n",
        "2*a*p <= 2*b*p by algebra from low",
        "2*a*p <= 2*b*p by algebra",
    ),
    "am_gm": (NUMBERS, "p*q <= (p^2 + q^2)/2 by am_gm", "p*q <= (p^2 + q^2)/3 by am_gm"),
    "bounds": (
        NUMBERS + "  let e : Real in [0, 1]\n",
        "e*(1 - e) <= 1/4 by bounds",
        "e*(1 - e) <= 1/5 by bounds",
    ),
    "calculus": (CURVE, "diff(h, s) = 2*s - 4*s^3 by calculus", "diff(h, s) = 2*s - 3*s^3 by calculus"),
    "cauchy_schwarz": (
        NUMBERS,
        "<u, v> <= ||u||*||v|| by cauchy_schwarz",
        "||u||*||v|| <= <u, v> by cauchy_schwarz",
    ),
    "chain": (
        NUMBERS + "  assume one: a <= s\n  assume two: s <= b\n",
        "a <= b by chain from one, two",
        "b <= a by chain from one, two",
    ),
    "cite": (NUMBERS, 'a <= a + p^p by cite "Author 2020, theorem 1"', "a <= a - p by cite"),
    "contradiction": (
        NUMBERS + "  assume low: forall e : Real > 0, a <= b + e\n",
        "a <= b by contradiction(e := (a - b)/2) from low",
        "a <= b - 1 by contradiction(e := (a - b)/2) from low",
    ),
    "convexity": (
        CONVEX,
        "f(x) - f(y) <= <x - y, g> by convexity from cvx, sub",
        "f(y) - f(x) <= <y - x, g> by convexity from cvx, sub",
    ),
    "counting": (NUMBERS, "sum_{i=1..n} 3 = 3*n by counting", "sum_{i=1..n} 3 = 3*n - 3 by counting"),
    "definition": (
        CONVEX,
        "f((1/2)*x + (1 - 1/2)*y) <= (1/2)*f(x) + (1 - 1/2)*f(y) by definition(x, y, 1/2) from cvx",
        "f((1/2)*x + (1 - 1/2)*y) <= (1/2)*f(x) + (1 - 1/2)*f(y) by definition(x, y, 1/2) from sub",
    ),
    "exhibit": (
        NUMBERS,
        "exists e : Real, a < e by exhibit(e := a + 1)",
        "exists e : Real, a < e by exhibit(e := a)",
    ),
    "extremum": (NUMBERS, "max(a, b) <= |a| + |b| by extremum", "max(a, b) <= |a| by extremum"),
    "induction": (
        NUMBERS + "  assume next: forall i in 1..n, z[i+1] <= z[i]\n",
        "forall k in 1..n, z[k+1] <= z[1] by induction(k) from next",
        "forall k in 1..n, z[k+1] <= z[2] - p by induction(k) from next",
    ),
    "jensen": (
        MEAN,
        "f(mean) <= (1/T) * sum_{t=1..T} f(w[t]) by jensen from cvx",
        "(1/T) * sum_{t=1..T} f(w[t]) <= f(mean) by jensen from cvx",
    ),
    "lipschitz": (
        LIPSCHITZ,
        "||g|| <= rho by lipschitz from lip, sub",
        "||g|| <= rho/2 by lipschitz from lip, sub",
    ),
    "mex": (
        "  let h : Seq[Nat]\n  define m(s) := mex({ h[i] for i in 1..s })\n",
        "forall s : Nat >= 1, forall i in 1..s, m(s) != h[i] by mex",
        "forall s : Nat >= 1, forall i in 1..s+1, m(s) != h[i] by mex",
    ),
    "monotone": (
        NUMBERS + "  assume low: a <= b\n",
        "p*a + q <= p*b + q by monotone from low",
        "s*a <= s*b by monotone from low",
    ),
    "optimise": (
        NUMBERS + "  assume all: forall e : Real > 0, a <= p/e + q*e\n",
        "a <= 2*sqrt(p*q) by optimise(e) from all",
        "a <= sqrt(p*q) by optimise(e) from all",
    ),
    "smoothness": (
        SMOOTH,
        "f(y) <= f(x) + <grad(f, x), y - x> + (beta/2)*||y - x||^2 by smoothness from smo",
        "f(y) <= f(x) + <grad(f, x), y - x> + (beta/3)*||y - x||^2 by smoothness from smo",
    ),
    "sorry": (NUMBERS, "a <= a + p^p by sorry", "a <= a - p by algebra"),
    "strong_convexity": (
        STRONG,
        "f(x) + <g, y - x> + (mu/2)*||y - x||^2 <= f(y) by strong_convexity from sc, sub",
        "f(x) + <g, y - x> + mu*||y - x||^2 <= f(y) by strong_convexity from sc, sub",
    ),
    "substitute": (
        NUMBERS + "  assume all: forall e : Real in [0, 1], a*e <= b\n",
        "a/2 <= b by substitute(e := 1/2) from all",
        "2*a <= b by substitute(e := 2) from all",
    ),
    "taylor": (
        CURVE,
        "h <= s^2 by taylor(s, 2) from zero, slope, curve",
        "h <= s^2 by taylor(s, 2) from zero, curve",
    ),
    "telescope": (
        NUMBERS,
        "sum_{i=1..n} (z[i] - z[i+1]) = z[1] - z[n+1] by telescope",
        "sum_{i=1..n} (z[i] - z[i+1]) = z[1] - z[n] by telescope",
    ),
    "triangle": (NUMBERS, "||u + v|| <= ||u|| + ||v|| by triangle", "||u|| + ||v|| <= ||u + v|| by triangle"),
    "young": (
        NUMBERS,
        "<u, v> <= p/2*||u||^2 + ||v||^2/(2*p) by young",
        "<u, v> <= p/2*||u||^2 + ||v||^2/(3*p) by young",
    ),
}  # fmt: skip


@cache
def library() -> Library:
    """The theorems that are shipped, proved when a rule asks for one."""
    return Library(resources.library(), lambda theorem, laws, path: prove_theorem(theorem, laws, {}))


def last_step(context: str, step: str) -> StatementProof:
    """What becomes of a step in its context."""
    source = Source("use.thm", f"theorem small\n{context}\n  step wanted: {step}\n  claim c: 0 <= 0\nend\n")
    tree, wrong = parse(source)
    entries, more = elaborate(tree, source)
    assert not [d.message for d in (*wrong, *more) if d.severity == "error"]
    theorem = next(entry for entry in entries if isinstance(entry, Theorem))
    return prove_theorem(theorem, library(), {}).statements["wanted"]


@pytest.mark.parametrize("name", sorted(shelf("rules")))
def test_an_entry_is_complete(name: str) -> None:
    rule = shelf("rules")[name]
    assert isinstance(rule, Rule)
    assert rule.name == name
    assert all(getattr(rule, f.name) for f in fields(rule) if f.name != "reference")
    assert rule.reference or rule.level in ("K", "-")
    assert name in USES, "a rule without a use in this suite"


@pytest.mark.parametrize("name", sorted(USES))
def test_a_use_is_proved(name: str) -> None:
    context, step, _ = USES[name]
    found = last_step(context, step)
    assert found.supported, [(o.status, o.message) for o in found.outcomes]
    assert {o.rule for o in found.outcomes} == {name}
    assert all(bool(o.debts) == (name in ("cite", "sorry")) for o in found.outcomes)


@pytest.mark.parametrize("name", sorted(USES))
def test_a_misuse_is_turned_down(name: str) -> None:
    context, _, step = USES[name]
    assert not last_step(context, step).supported


def test_premises_are_what_from_lists() -> None:
    """A premise that is not listed is named as missing."""
    found = last_step(CONVEX, "f(x) - f(y) <= <x - y, g> by convexity from sub")
    assert [o.status for o in found.outcomes] == ["gap"]
    assert "convex" in found.outcomes[0].message


def test_every_theorem_file_is_found() -> None:
    assert (Path(resources.library()) / "lemmas" / "jensen.thm").exists()
