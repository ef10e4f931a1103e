"""Propositions about all vectors at once: certain where polynomials or the forms of functions settle them,
and never certain where they are false."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.kernel.witness import check_witness
from boundkit.source import Source
from boundkit.syntax.parse import parse


def outcome(lets: str, claim: str, values: Mapping[str, Any], **more: Any) -> str:
    """What the exact check finds of a claim at an instance."""
    source = Source("t.thm", f"theorem t {lets} claim c: {claim} end")
    entries, wrong = elaborate(parse(source)[0], source)
    assert not [one for one in wrong if one.severity == "error"], wrong
    (theorem,) = (entry for entry in entries if isinstance(entry, Theorem))
    return check_witness(theorem, "c", {"values": values, **more}).outcome


LETS = "let A : Matrix[2, 2] let c : Real let Z : Set let D : Dist[Z] let u : Z -> Vector[2] let a, b : Z "
VALUES = {
    "A": [["2", "1"], ["0", "2"]], "c": "3", "Z": {"elements": 2}, "D": {"weights": ["1/3", "2/3"],
    "outcomes": ["1", "2"]}, "a": "1", "b": "2", "u": {"shape": [2], "entries": [["1", "0"], ["1", "1"]]},
}  # fmt: skip

CERTAIN = [
    "forall x : Vector[2], <A*x, x> = 2*||x||^2 + x[1]*x[2]",
    "forall x, y : Vector[2], <A*x, y> = <x, A.T*y>",
    "forall M : Matrix[2, 2], E_{z ~ D}[<M*u(z), u(z)>] = <M*u(a), u(a)>/3 + 2*<M*u(b), u(b)>/3",
    "forall t : Real, t^2 + 1 >= 2*t",
    "forall x : Vector[2], (3/2)*||x||^2 <= <A*x, x>",
    "forall x : Vector[2], ||A*x|| <= c*||x||",
    "forall x, y : Vector[2], <A*x, y> <= 3*||x||*||y||",
    "forall x : Vector[2], <x, A*u(a)> <= 2*||x||",
    "forall t : Real, |t - 1| >= 0",
    "forall x : Vector[2], <A*x, x> + 2*x[1] + 1 >= 0",
]
FALSE = [
    "forall x : Vector[2], <A*x, x> = 2*||x||^2",
    "forall x, y : Vector[2], <A*x, y> = <x, A*y>",
    "forall M : Matrix[2, 2], E_{z ~ D}[<M*u(z), u(z)>] = <M*u(a), u(a)>",
    "forall t : Real, t^2 + 1 >= 3*t",
    "forall x : Vector[2], (8/5)*||x||^2 <= <A*x, x>",
    "forall x : Vector[2], ||A*x|| <= (5/2)*||x||",
    "forall x : Vector[2], ||A*x|| <= -c*||x||",
    "forall x, y : Vector[2], <A*x, y> <= (5/2)*||x||*||y||",
    "forall x : Vector[2], <x, A*u(a)> <= (19/10)*||x||",
    "forall x : Vector[2], ||x|| <= c",
    "forall x : Vector[2], <A*x, x> + 4*x[1] + 1 >= 0",
    "forall t : Real, t^4 >= t^2",
    "forall t : Real, t <= 3",
]


@pytest.mark.parametrize("claim", CERTAIN)
def test_what_polynomials_settle_holds(claim: str) -> None:
    """Without a value that is proposed for the variables."""
    assert outcome(LETS, claim, VALUES) == "holds"


@pytest.mark.parametrize("claim", FALSE)
def test_what_is_false_for_some_vectors_does_not_hold(claim: str) -> None:
    """It is left to values that are proposed."""
    assert outcome(LETS, claim, VALUES) in ("unsupported", "undecided")


def test_a_proposed_value_still_refutes() -> None:
    """As it does without polynomials."""
    claim = "forall t : Real, t^2 + 1 >= 3*t"
    assert outcome(LETS, claim, VALUES, bound={"t": "1"}) == "violated"


def test_where_a_root_is_undefined_nothing_is_certain() -> None:
    """Also where the squares of the sides are in order."""
    assert outcome("", "forall t : Real, sqrt(t) <= sqrt(t + 1)", {}) in ("unsupported", "undecided")


def test_coefficients_that_are_not_rational_are_not_taken_for_zero() -> None:
    """sqrt(2)*sqrt(3) - sqrt(6) is 0, and a ball cannot say so; a little more is not."""
    for term in ("sqrt(2)*sqrt(3) - sqrt(6)", "sqrt(2)*sqrt(3) - sqrt(6) + 1/10^30"):
        claim = f"forall t : Real, ({term})*t = 0"
        assert outcome("", claim, {}) in ("unsupported", "undecided")


MAPS = "let G : Vector[2] -> Vector[2] let p : Vector[2] let f, g : Nat * Vector[2] -> Vector[2] "
HALF = {"family": "affine_map", "matrix": [["0", "1/2"], ["-1/2", "0"]], "centre": ["1", "2"]}
SCORE = {
    "family": "mixture_score", "centres": [["0", "0"], ["2", "0"]], "masses": ["1", "3"], "variance": "1/2",
    "shift": ["0", "0"],
}  # fmt: skip


def timed(*maps: Mapping[str, Any]) -> dict[str, Any]:
    """A map for each natural number."""
    return {"shape": [len(maps)], "entries": list(maps), "naturals": [0]}


AFFINE = {**HALF, "image": ["1", "2"]}
AT = {
    "G": AFFINE, "p": ["1", "2"], "f": timed(SCORE, AFFINE), "g": timed(
        {**SCORE, "shift": ["3/5", "4/5"]}, {**HALF, "image": ["1", "1"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    "claim, holds",
    [
        ("forall x, y : Vector[2], ||G(x) - G(y)|| <= (1/2)*||x - y||", True),
        ("forall x, y : Vector[2], ||G(x) - G(y)|| <= (2/5)*||x - y||", False),
        ("forall x : Vector[2], ||G(x) - p|| <= (1/2)*||x - p||", True),
        ("forall x : Vector[2], ||G(x) - 2*p|| <= (1/2)*||x - 2*p||", False),
        ("forall t : Nat, forall x, y : Vector[2], ||f(t, x) - f(t, y)|| <= 2*||x - y||", True),
        ("forall t : Nat, forall x, y : Vector[2], ||f(t, x) - f(t, y)|| <= ||x - y||", False),
        ("forall t : Nat, forall x, y : Vector[2], ||f(t, x) - f(t + 1, y)|| <= 2*||x - y||", False),
        ("forall t : Nat, forall x : Vector[2], ||f(t, x) - g(t, x)|| <= 1", True),
        ("forall t : Nat, forall x : Vector[2], ||f(t, x) - g(t, x)|| <= 9/10", False),
        ("forall x : Vector[2], ||f(0, x) - g(1, x)|| <= 9", False),
    ],
)
def test_bounds_on_maps_hold_where_their_forms_guarantee_them(claim: str, holds: bool) -> None:
    """And only there."""
    assert (outcome(MAPS, claim, AT) == "holds") is holds


@pytest.mark.parametrize(
    "change",
    [
        {"G": SCORE | {"shift": ["0"]}},
        {"G": timed(AFFINE)},
        {"f": AFFINE},
        {"f": {**timed(AFFINE), "naturals": []}},
        {"f": timed({"family": "norm_distance", "scale": "1", "centre": ["0", "0"]})},
        {"G": {**AFFINE, "image": ["1"]}},
        {"G": {**AFFINE, "image": ["1", "2", "3"], "matrix": [["1", "0"]] * 3}},
    ],
)
def test_maps_of_another_sort_are_malformed(change: dict[str, Any]) -> None:
    """In an instance that is read."""
    assert outcome(MAPS, "p = p", AT | change) == "malformed"
