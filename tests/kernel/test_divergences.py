"""Divergences of finite laws: known values, infinities, and inequalities between them."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest
from flint import arb, fmpq

from boundkit.kernel.balls import precisely
from boundkit.kernel.extended import INFINITY
from boundkit.kernel.transport import least_cost
from boundkit.kernel.values import Absent
from tests.kernel.instances import law, value

TYPE = {"Z": {"elements": 2}}
LETS = "let Z : Set let P, Q : Dist[Z]"
FAIR, SURE = law("1/2", "1/2"), law(1, 0)


@pytest.mark.parametrize(
    "term, expected",
    [
        ("TV(P, Q)", 0.5),
        ("KL(Q, P)", math.log(2)),
        ("JS(P, Q)", 0.5 * (math.log(4 / 3) + 0.5 * math.log(2 / 3) + 0.5 * math.log(2))),
        ("Renyi(2, Q, P)", math.log(2)),
        ("Renyi(1, Q, P)", math.log(2)),
        ("Renyi(1/2, Q, P)", -2 * math.log(math.sqrt(0.5))),
    ],
)
def test_a_point_mass_against_a_fair_coin(term: str, expected: float) -> None:
    """By hand."""
    assert float(arb(value(LETS, term, P=FAIR, Q=SURE, **TYPE)).mid()) == pytest.approx(expected)


def test_mass_where_the_other_has_none_is_infinite() -> None:
    """For KL and orders above 1; a Renyi divergence below 1 only when the laws have nothing in common."""
    assert value(LETS, "KL(P, Q)", P=FAIR, Q=SURE, **TYPE) == INFINITY
    assert value(LETS, "Renyi(2, P, Q)", P=FAIR, Q=SURE, **TYPE) == INFINITY
    assert value(LETS, "Renyi(1/2, P, Q)", P=law(0, 1), Q=SURE, **TYPE) == INFINITY
    assert value(LETS, "KL(P, Q)", P=SURE, Q=SURE, **TYPE) == 0


def test_the_order_is_positive() -> None:
    """Order 0 is not defined."""
    with pytest.raises(Absent):
        value(LETS, "Renyi(0, P, Q)", P=FAIR, Q=SURE, **TYPE)


def test_equal_outcomes_are_one() -> None:
    """A law may list an outcome twice."""
    lets = "let P, Q : Dist[Real]"
    twice = law("1/4", "1/4", "1/2", outcomes=[1, 1, 3])
    assert value(lets, "TV(P, Q)", P=twice, Q=law("1/2", "1/2", outcomes=[3, 1])) == 0


@pytest.mark.parametrize("seed", range(6))
def test_pinsker_and_the_sandwich_of_jensen_shannon(seed: int) -> None:
    """TV^2 <= KL/2 and TV^2/2 <= JS <= ln(2)*TV (Lin 1991)."""
    source = Random(seed)
    weights = [[source.randint(1, 9) for _ in range(3)] for _ in range(2)]
    laws = [law(*(fmpq(w, sum(row)) for w in row)) for row in weights]
    given = {"Z": {"elements": 3}, "P": laws[0], "Q": laws[1]}
    tv, kl, js = (float(arb(value(LETS, f"{head}(P, Q)", **given)).mid()) for head in ("TV", "KL", "JS"))
    assert tv**2 <= kl / 2 + 1e-15
    assert tv**2 / 2 - 1e-15 <= js <= math.log(2) * tv + 1e-15


def test_on_the_line_mass_moves_by_the_distribution_functions() -> None:
    """Half the mass from 0 to 1 and a quarter from 3 to 1."""
    lets = "let P, Q : Dist[Real]"
    p, q = law("1/2", "1/2", outcomes=[0, 3]), law("1/2", "1/4", "1/4", outcomes=[1, 1, 3])
    assert value(lets, "W1(P, Q)", P=p, Q=q) == 1


def _vectors(*points: Any) -> list[Any]:
    return [[str(entry) for entry in point] for point in points]


def test_vectors_on_a_line_agree_with_numbers() -> None:
    """The distribution functions and the plan with prices give one value."""
    p, q = (law("1/3", "2/3", outcomes=x) for x in ([0, 2], [1, 5]))
    on_line = value("let P, Q : Dist[Real]", "W1(P, Q)", P=p, Q=q)
    flat = [law("1/3", "2/3", outcomes=_vectors(*([x, 0] for x in xs))) for xs in ([0, 2], [1, 5])]
    assert value("let P, Q : Dist[Vector[2]]", "W1(P, Q)", P=flat[0], Q=flat[1]) == on_line


def test_distances_that_are_not_rational_are_enclosed() -> None:
    """From 0 to (1, 1)."""
    p, q = law(1, outcomes=_vectors([0, 0])), law(1, outcomes=_vectors([1, 1]))
    found = value("let P, Q : Dist[Vector[2]]", "W1(P, Q)", P=p, Q=q)
    with precisely(128):
        assert found.overlaps(arb(2).sqrt()) and float(found.rad()) < 1e-30


@pytest.mark.parametrize("seed", range(5))
def test_a_best_plan_is_no_dearer_than_others(seed: int) -> None:
    """Than that in the order of the rows, and than all of them in proportion."""
    source = Random(seed)
    costs = [[fmpq(source.randint(0, 9)) for _ in range(3)] for _ in range(3)]
    supplies = [fmpq(1, 2), fmpq(1, 3), fmpq(1, 6)]
    demands = [fmpq(1, 4), fmpq(1, 4), fmpq(1, 2)]
    best = least_cost(supplies, demands, costs)
    spread = sum(
        (s * d * costs[i][j] for i, s in enumerate(supplies) for j, d in enumerate(demands)), fmpq(0)
    )
    assert best <= spread
    assert best >= sum((s * min(costs[i]) for i, s in enumerate(supplies)), fmpq(0))
