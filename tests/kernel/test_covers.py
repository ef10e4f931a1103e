"""Least balls, covering numbers and nearest elements of small sets."""

from __future__ import annotations

from random import Random

import pytest
from flint import arb, fmpq

from boundkit.kernel.covers import _bracket, _families, _least, enclosing_ball
from boundkit.kernel.exact import Exact
from boundkit.kernel.values import Absent, Unsupported
from tests.kernel.instances import checked, value

SET = "let m : Nat >= 1 let A : FiniteSet[Vector[m]] let r : Real >= 0"
SQUARE = {"set": [[0, 0], [2, 0], [0, 2], [2, 2]]}


def test_the_ball_around_a_square_has_its_centre() -> None:
    """And the diagonal for its diameter; an inner point changes nothing."""
    points = tuple((fmpq(x), fmpq(y)) for x in (0, 2) for y in (0, 2))
    centre, square = enclosing_ball((*points, (fmpq(1), fmpq(1, 2))))
    assert (centre, square) == ((fmpq(1), fmpq(1)), 2)


@pytest.mark.parametrize("seed", range(5))
def test_no_nearby_centre_is_better(seed: int) -> None:
    """All points lie in the ball, two at least on its boundary, and a shift loses one."""
    source = Random(seed)
    points = tuple(tuple(fmpq(source.randint(-4, 4)) for _ in range(2)) for _ in range(5))
    centre, square = enclosing_ball(points)

    def farthest(x: fmpq, y: fmpq) -> fmpq:
        return max((p[0] - x) ** 2 + (p[1] - y) ** 2 for p in points)

    assert farthest(*centre) == square
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1)):
        assert farthest(centre[0] + fmpq(dx, 64), centre[1] + fmpq(dy, 64)) > square


def test_points_that_are_not_rational_are_not_enclosed() -> None:
    """Nor is nothing."""
    with pytest.raises(Unsupported):
        enclosing_ball(((arb(2).sqrt(),),))
    with pytest.raises(Absent):
        enclosing_ball(())


@pytest.mark.parametrize("radius, count", [("3/2", 1), ("5/4", 2), ("1", 2), ("9/10", 4), ("0", 4)])
def test_a_square_is_covered_by_so_many_balls(radius: str, count: int) -> None:
    """Centres anywhere: at the middle of two sides for radius 1."""
    assert value(SET, "covering_number(A, r)", m=2, A=SQUARE, r=radius) == count


def test_where_a_subset_just_fits_the_number_is_between_two() -> None:
    """The four corners have the radius sqrt(2), which no ball decides."""
    text = f"{SET} define s := sqrt(2) claim c: covering_number(A, s) "
    at = {"values": {"m": 2, "A": SQUARE, "r": "1"}}
    for bound, outcome in (("= 1", "undecided"), (">= 1", "holds"), ("<= 2", "holds"), (">= 3", "violated")):
        assert checked(text + bound, at).outcome == outcome


LINE = {"set": [[k] for k in range(12)]}


@pytest.mark.parametrize("radius, low, high", [("1/3", 12, 12), ("1/2", 6, 12), ("1", 4, 4), ("20", 1, 1)])
def test_many_points_are_between_a_packing_and_a_cover(radius: str, low: int, high: int) -> None:
    """Twelve numbers: at radius 1/2 a ball holds two, with a centre that the greedy cover does not try."""
    text = f"{SET} claim c: covering_number(A, r) "
    at = {"values": {"m": 1, "A": LINE, "r": radius}}
    expected = ((f">= {low}", "holds"), (f"<= {high}", "holds"), (f"<= {low - 1}", "violated"))
    for bound, outcome in (*expected, (f">= {high + 1}", "violated")):
        assert checked(text + bound, at).outcome == outcome
    if low < high:
        for bound in (f"<= {low}", f">= {high}", f"= {low}"):
            assert checked(text + bound, at).outcome == "undecided"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("radius", [fmpq(1, 2), fmpq(1), fmpq(2)])
def test_the_bracket_holds_the_covering_number(seed: int, radius: fmpq) -> None:
    """Against the exact one, for as many points as that can be found for."""
    source, arithmetic = Random(seed), Exact()
    points = list(dict.fromkeys(tuple(fmpq(source.randint(-3, 3)) for _ in range(2)) for _ in range(7)))
    sure, possible = _families(arithmetic, points, radius)
    assert sure == possible
    least = _least(sure, (1 << len(points)) - 1)
    assert least is not None
    low, high = _bracket(arithmetic, points, radius)
    assert low <= len(least) <= high


def test_a_least_cover_covers_and_the_nearest_centre_is_near() -> None:
    """For the square at radius 1; the first of equally near elements is taken."""
    define = "define C := minimal_cover(A, r) "
    text = f"{SET} {define} claim c: forall a in A, ||a - nearest(C, a)|| <= r"
    assert checked(text, {"values": {"m": 2, "A": SQUARE, "r": "1"}}).outcome == "holds"
    assert value(f"{SET} {define}", "card(C)", m=2, A=SQUARE, r="1") == 2
    middle = "let p : Vector[1] let A : FiniteSet[Vector[1]]"
    found = value(middle, "nearest(A, p)[1]", p=[0], A={"set": [[1], [-1]]})
    assert found == 1


def test_the_best_centre_as_a_minimum_and_as_a_point() -> None:
    """`min` and `argmin` of the largest distance."""
    centre = "min_{u : Vector[m]} max_{a in A} ||a - u||"
    assert value(SET, centre, m=1, A={"set": [[0], [3]]}, r="1") == fmpq(3, 2)
    point = "argmin_{u : Vector[m]} max_{a in A} ||a - u||"
    assert value(f"{SET} define b := {point}", "b[1]", m=1, A={"set": [[0], [3]]}, r="1") == fmpq(3, 2)


def test_the_first_of_the_best_elements() -> None:
    """`argmax` over a finite set, and a set that is built from two."""
    lets = "let A : FiniteSet[Vector[2]] let s : Vector[2] define best := argmax_{a in A} <s, a> "
    at = {"A": {"set": [[1, 0], [0, 1], [1, 1]]}, "s": [1, 0]}
    assert value(lets, "best[2]", **at) == 0
    built = lets + "define D := { u - v for u in A, v in A where ||u - v|| <= 1 } "
    assert value(built, "card(D)", **at) == 5
