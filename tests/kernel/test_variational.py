"""Suprema over all laws in closed form: against many laws, at the law that attains them, and where there is
none."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from flint import arb

from tests.kernel.instances import checked, law, value

LETS = "let H : Set let P, R : Dist[H] let g : H -> Real let t : Real"
GAIN = "E_{h ~ Q}[g(h)]"


def number(found: Any) -> float:
    """An exact number as a double."""
    return float(arb(found).mid())


def instance(source: Random) -> dict[str, Any]:
    """Laws P and R on three elements, a function, and a rate."""
    parts = [source.randint(1, 5) for _ in range(3)]
    prior = [Fraction(part, sum(parts)) for part in parts]
    gains = [Fraction(source.randint(-8, 8), 4) for _ in range(3)]
    return {
        "H": {"elements": 3},
        "P": law(*prior),
        "R": law(0, "1/2", "1/2"),
        "g": {"shape": [3], "entries": list(map(str, gains))},
        "t": str(Fraction(source.randint(1, 12), 4)),
    }


@pytest.mark.parametrize("seed", range(6))
def test_the_supremum_is_attained_at_the_gibbs_law_and_exceeds_all_others(seed: int) -> None:
    """To rounding, and over a grid of laws with rational weights."""
    at = instance(Random(seed))
    sup = number(value(LETS, f"sup_{{Q : Dist[H]}} ({GAIN} - t*KL(Q, P))", **at))
    prior = [float(Fraction(weight)) for weight in at["P"]["weights"]]
    gains = [float(Fraction(entry)) for entry in at["g"]["entries"]]
    rate = float(Fraction(at["t"]))

    def objective(weights: list[float]) -> float:
        divergence = sum(q * math.log(q / p) for q, p in zip(weights, prior, strict=True) if q)
        return sum(q * gain for q, gain in zip(weights, gains, strict=True)) - rate * divergence

    shares = [p * math.exp(gain / rate) for p, gain in zip(prior, gains, strict=True)]
    assert sup == pytest.approx(objective([share / sum(shares) for share in shares]))
    for a in range(11):
        for b in range(11 - a):
            assert objective([a / 10, b / 10, (10 - a - b) / 10]) <= sup + 1e-12


SURE = {"values": {**instance(Random(1)), "t": "2", "P": law("1/2", "1/2", "0")}}
SURE["values"]["g"] = {"shape": [3], "entries": ["1", "1", "9"]}


@pytest.mark.parametrize(
    "claim, outcome",
    [
        (f"sup_{{Q : Dist[H]}} {GAIN} = 9", "holds"),
        (f"inf_{{Q : Dist[H]}} {GAIN} = 1", "holds"),
        (f"sup_{{Q : Dist[H]}} ({GAIN} - t*KL(Q, P)) = 1", "holds"),
        (f"sup_{{Q : Dist[H]}} (5 - ({GAIN} + KL(Q, P))/t) = 9/2", "holds"),
        (f"inf_{{Q : Dist[H]}} (KL(Q, P) - 2*{GAIN}) = -2", "holds"),
        (f"sup_{{Q : Dist[H]}} sum_{{i=1..3}} i*{GAIN} <= 54", "holds"),
        (f"forall Q : Dist[H], {GAIN} <= 1 + KL(Q, P)", "holds"),
        (f"forall Q : Dist[H], {GAIN} <= 9/10 + KL(Q, P)", "violated"),
        (f"forall Q : Dist[H], {GAIN} < 1 + KL(Q, P)", "violated"),
        (f"forall Q : Dist[H], {GAIN} - KL(Q, P) <= 1 + KL(Q, P)", "holds"),
    ],
)
def test_an_element_that_the_prior_does_not_charge_counts_only_without_a_divergence(
    claim: str, outcome: str
) -> None:
    """There the divergence is infinite."""
    assert checked(f"{LETS} claim c: {claim}", SURE).outcome == outcome


@pytest.mark.parametrize(
    "claim",
    [
        f"sup_{{Q : Dist[H]}} ({GAIN} + KL(Q, P)) <= 99",
        f"sup_{{Q : Dist[H]}} ({GAIN} - KL(Q, P) - KL(Q, R)) <= 99",
        f"sup_{{Q : Dist[H]}} {GAIN}*{GAIN} <= 99",
        f"sup_{{Q : Dist[H]}} ({GAIN} - KL(P, Q)) <= 99",
        f"forall Q : Dist[H], 2*KL(Q, P) < 3*KL(Q, P) + 1 + 0*{GAIN}",
        f"forall Q : Dist[H], {GAIN} <= 99 + 0*KL(Q, P)",
    ],
)
def test_what_is_not_affine_or_may_have_no_value_has_no_closed_form(claim: str) -> None:
    """So nothing is said to hold: sums of divergences may be inf - inf, and 0*inf is nothing."""
    assert checked(f"{LETS} claim c: {claim}", SURE).outcome != "holds"


def test_definitions_that_take_the_law_are_opened() -> None:
    """`J(Q)` is what it abbreviates."""
    text = f"{LETS} define J(Q) := {GAIN} - t*KL(Q, P) claim c: sup_{{Q : Dist[H]}} J(Q) "
    assert checked(f"{text} <= 1", SURE).outcome == "holds"
    assert checked(f"{text} < 1", SURE).outcome == "violated"
