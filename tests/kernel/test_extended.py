"""Numbers between ends, and infinite ones: what follows holds for every number between, and only that."""

from __future__ import annotations

import pytest
from flint import arb, fmpq

from boundkit.kernel.extended import INFINITY, Between, Infinite, at_least, at_most, between
from boundkit.kernel.intervals import Undefined
from boundkit.kernel.values import Unsupported
from boundkit.kernel.witness import Exact
from tests.kernel.instances import checked, law

ONE, TWO, ZERO = fmpq(1), fmpq(2), fmpq(0)


def test_a_lower_bound_refutes_on_the_left_only() -> None:
    """At least 2 is not at most 1, and may be at most 3 or not."""
    exact = Exact()
    assert exact.compare("<=", at_least(TWO), ONE) is False
    assert exact.compare("<=", at_least(TWO), fmpq(3)) is None
    assert exact.compare("<=", ONE, at_least(TWO)) is True
    assert exact.compare("<=", fmpq(3), at_least(TWO)) is None
    assert exact.compare("<", at_most(ZERO), ONE) is True
    assert exact.compare("=", between(ONE, TWO), fmpq(3)) is False
    assert exact.compare("=", between(ONE, TWO), ONE) is None
    assert exact.left_open and not exact.imprecise


def test_equal_ends_are_the_number() -> None:
    """Without any doubt left."""
    assert between(ONE, ONE) == ONE


@pytest.mark.parametrize(
    "head, args", [("-", (INFINITY, INFINITY)), ("*", (ZERO, INFINITY)), ("/", (INFINITY,) * 2)]
)
def test_what_has_no_value_is_undefined(head: str, args: tuple[object, ...]) -> None:
    """inf - inf, 0*inf, inf/inf (language, section 2)."""
    with pytest.raises(Undefined):
        Exact().apply(head, args)


def test_infinity_is_a_value() -> None:
    """Sums, products with a sign, roots, exponentials and comparisons."""
    exact = Exact()
    assert exact.apply("+", (INFINITY, ONE)) == INFINITY
    assert exact.apply("*", (fmpq(-1), INFINITY)) == Infinite(-1)
    assert exact.apply("exp", (Infinite(-1),)) == 0
    assert exact.apply("/", (ONE, INFINITY)) == 0
    assert exact.apply("min", (INFINITY, ONE)) == 1
    assert exact.apply("sqrt", (INFINITY,)) == INFINITY
    assert exact.compare("<=", ONE, INFINITY) is True
    assert exact.compare("<=", INFINITY, ONE) is False
    assert exact.compare("<", INFINITY, INFINITY) is False


def test_a_number_that_may_be_infinite_is_not_divided_by() -> None:
    """1 over it might be 0, or a limit."""
    with pytest.raises(Unsupported):
        Exact().apply("/", (ONE, at_least(TWO)))


def test_increasing_heads_keep_a_lower_bound() -> None:
    """exp(x) + 1 >= exp(2) + 1 for x >= 2."""
    exact = Exact()
    found = exact.apply("+", (exact.apply("exp", (at_least(TWO),)), ONE))
    assert isinstance(found, Between)
    assert exact.compare("<=", found, fmpq(8)) is False
    assert exact.compare("<=", arb(7), found) is True


SUP = "let H : Set let P : Dist[H] let g : H -> Real claim c: "
AT = {"values": {"H": {"elements": 2}, "P": law("1/2", "1/2"), "g": {"shape": [2], "entries": [0, 3]}}}


@pytest.mark.parametrize(
    "claim, outcome",
    [
        ("sup_{Q : Dist[H]} E_{h ~ Q}[g(h)]^2 <= 4", "violated"),
        ("sup_{Q : Dist[H]} E_{h ~ Q}[g(h)]^2 <= 16", "undecided"),
        ("16 <= sup_{Q : Dist[H]} E_{h ~ Q}[g(h)]^2", "undecided"),
        ("forall Q : Dist[H], E_{h ~ Q}[g(h)]^2 <= 4", "violated"),
        ("forall Q : Dist[H], E_{h ~ Q}[g(h)]^2 <= 9", "undecided"),
        ("forall Q : Dist[H], E_{h ~ Q}[g(h)]^2 <= 9/2 + KL(Q, P)", "violated"),
    ],
)
def test_a_supremum_over_laws_is_known_from_below(claim: str, outcome: str) -> None:
    """Some law refutes; none that is tried proves."""
    assert checked(SUP + claim, AT).outcome == outcome


@pytest.mark.parametrize(
    "proposed",
    [law("1/2", "1"), law("3/2", "-1/2"), law(1, outcomes=[5]), {"tilt": "d", "of": "R", "rate": "9"}],
)
def test_what_is_proposed_must_be_a_law_on_the_type(proposed: dict[str, object]) -> None:
    """Weights that do not sum to 1, negative ones, foreign outcomes, and a prior on another type are passed
    over."""
    text = (
        "let H, Z : Set let R : Dist[Z] let g : H -> Real let d : Z -> Real "
        "claim c: forall Q : Dist[H], E_{h ~ Q}[g(h)]^2 <= 1"
    )
    values = {"H": {"elements": 2}, "Z": {"elements": 2}, "R": law("1/2", "1/2")}
    values |= {"g": {"shape": [2], "entries": [1, 1]}, "d": {"shape": [2], "entries": [1, 1]}}
    assert checked(text, {"values": values, "bound": {"Q": proposed}}).outcome == "undecided"


def test_a_proposed_tilt_refutes_where_point_masses_do_not() -> None:
    """The divergence of a point mass from a fair coin is ln 2, that of a tilt less."""
    claim = "forall Q : Dist[H], max(E_{h ~ Q}[d(h)], 0) <= 9/10*KL(Q, P) + 1/4"
    text = "let H : Set let P : Dist[H] let g : H -> Real define d(h) := g(h) claim c: " + claim
    values = {"H": {"elements": 2}, "P": law("1/2", "1/2"), "g": {"shape": [2], "entries": ["-3/4", "3/4"]}}
    assert checked(text, {"values": values}).outcome == "undecided"
    tilted = {"values": values, "bound": {"Q": {"tilt": "d", "of": "P", "rate": "1"}}}
    assert checked(text, tilted).outcome == "violated"
