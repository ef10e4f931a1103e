"""What steps give away, and how the loss of a claim is divided among them."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pytest

import boundkit
from boundkit.ir.theorems import Theorem
from boundkit.looseness.instances import Effort
from boundkit.looseness.measure import measure
from boundkit.looseness.sides import Quantile, Tightest, Total, Two, Where, read
from boundkit.measured import ClaimLoss, Looseness

FEW = Effort(structures=3, blocks=1, grown=3, blocks_grown=1, small=20)


def loaded(tmp_path: Path, *lines: str) -> Theorem:
    path = tmp_path / "t.thm"
    path.write_text("\n".join(["theorem t", *lines, "end"]), encoding="utf-8")
    (theorem,) = boundkit.load(path)
    return theorem


def measured(tmp_path: Path, *lines: str) -> Looseness:
    return measure(loaded(tmp_path, *lines), effort=FEW)


def parts(claim: ClaimLoss) -> dict[str, float]:
    return {part.name: part.share for part in claim.parts}


def test_the_factors_of_a_chain_multiply_to_that_of_the_claim(tmp_path: Path) -> None:
    """2*x <= 3*x <= 6*x <= 12*x, in a step of two links and one of one."""
    found = measured(
        tmp_path,
        "let x : Real > 0",
        "claim c: 2*x <= 12*x",
        "step a: 2*x <= 3*x by algebra <= 6*x by algebra",
        "step b: 6*x <= 12*x by algebra",
        "conclude c by chain from a, b",
    )
    assert {step.name: step.median for step in found.steps} == pytest.approx(
        {"a.1": 1.5, "a.2": 2.0, "b": 2.0, "c": 6.0}
    )
    (claim,) = found.claims
    assert claim.total == pytest.approx(6.0)
    assert {part.name: part.factor for part in claim.parts} == pytest.approx(
        {"a.1": 1.5, "a.2": 2.0, "b": 2.0}
    )
    assert parts(claim) == pytest.approx(
        {"a.1": log(1.5) / log(6), "a.2": log(2) / log(6), "b": log(2) / log(6)}
    )


def test_what_premises_do_not_explain_is_lost_by_the_conclusion(tmp_path: Path) -> None:
    found = measured(
        tmp_path,
        "let x : Real > 0",
        "claim c: x <= 8*x",
        "step a: x <= 2*x by algebra",
        "conclude c by algebra from a",
    )
    assert parts(found.claims[0]) == pytest.approx({"a": 1 / 3, "c": 2 / 3})


def test_an_equality_has_factor_1_and_loses_nothing(tmp_path: Path) -> None:
    found = measured(
        tmp_path,
        "let x : Real > 0",
        "claim c: x <= 2*x",
        "step same: x = (2*x)/2 by algebra",
        "conclude c by algebra from same",
    )
    (same, _) = found.steps
    assert (same.measure, same.median, same.most) == ("equality", 1.0, 1.0)
    assert parts(found.claims[0]) == {"c": 1.0}


def test_a_condition_on_numbers_is_not_blamed(tmp_path: Path) -> None:
    """`n <= n^2` is true by far, but neither side of it stands in the claim or in the other premise."""
    found = measured(
        tmp_path,
        "let n : Nat >= 2 let x : Real > 0",
        "claim c: x <= 2*x",
        "step large: n <= n^2 by algebra",
        "step a: x <= 2*x by algebra",
        "conclude c by algebra from large, a",
    )
    assert parts(found.claims[0]) == {"a": 1.0}


def test_a_premise_whose_left_side_is_not_positive_loses_more_than_any_factor(tmp_path: Path) -> None:
    found = measured(
        tmp_path,
        "let x : Real > 0",
        "claim c: x <= 8*x",
        "step a: -x <= 8*x by algebra",
        "step b: x <= 2*x by algebra",
        "conclude c by algebra from a, b",
    )
    assert parts(found.claims[0])["a"] > 0.999


def test_a_conditional_claim_is_measured_where_its_condition_holds(tmp_path: Path) -> None:
    """The condition is an equation that no random instance satisfies."""
    found = measured(tmp_path, "let x, y : Real > 0", "claim c: y = 3*x implies x <= y by algebra")
    (claim,) = found.claims
    assert claim.instances > 100
    assert claim.total == pytest.approx(3.0)


def test_sides_that_are_not_positive_have_a_slack(tmp_path: Path) -> None:
    found = measured(tmp_path, "let x : Real > 0", "claim c: -2*x <= -x by algebra")
    (step,) = found.steps
    assert step.measure == "slack"
    assert step.least >= 0
    assert found.claims[0].parts == ()
    assert found.claims[0].reason == "no factor: both sides are positive at 0 of 768 instances"


def test_the_tightest_and_the_loosest_instance_are_named(tmp_path: Path) -> None:
    found = measured(tmp_path, "let x : Real in [1, 2]", "claim c: 2 <= 4*x by algebra")
    (step,) = found.steps
    assert step.least == pytest.approx(2.0)
    assert dict(step.least_at) == {"x": "1"}
    assert step.most == pytest.approx(2 * float(dict(step.most_at)["x"]), rel=1e-5)
    assert sum(step.histogram) == step.instances


def test_the_same_seed_gives_the_same_record(tmp_path: Path) -> None:
    theorem = loaded(tmp_path, "let x, y : Real > 0", "claim c: 2*x*y <= x^2 + y^2 by algebra")
    one, same, other = (measure(theorem, seed, effort=FEW) for seed in (0, 0, 1))
    assert one == same
    assert one.steps != other.steps


def test_a_theorem_without_instances_says_why(tmp_path: Path) -> None:
    found = measured(tmp_path, "let x : Real > 1", "assume a: x^2 <= 1/2", "claim c: x <= 2*x by algebra")
    assert "the hypotheses hold on none of" in found.reason
    assert found.steps == ()


def test_events_have_the_sides_of_the_outcome_at_their_level() -> None:
    """Of outcomes with left sides 1, 2, 3 below 4 and masses 1/2, 1/4, 1/4, the event of level 3/4 needs the
    second, that of level 1 the third."""
    rows = {0: 0.75, 1: 1.0, 2: 0.5, 3: 0.25, 4: 0.25, 11: 1.0, 12: 2.0, 13: 3.0, 20: 4.0}

    def row(node: int) -> object:
        return np.array([rows[node]])

    outcomes = tuple((weight, Two(left, 20)) for weight, left in ((2, 11), (4, 13), (3, 12)))
    assert [float(side[0]) for side in read(Quantile(0, outcomes), row)] == [2.0, 4.0]
    assert [float(side[0]) for side in read(Quantile(1, outcomes), row)] == [3.0, 4.0]


def test_indices_are_added_up_and_others_are_the_tightest() -> None:
    rows = {1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0, 0: 0.0}

    def row(node: int) -> object:
        return np.array([rows[node]])

    both = (Two(1, 4), Two(2, 3))
    assert [float(side[0]) for side in read(Total(both), row)] == [3.0, 7.0]
    assert [float(side[0]) for side in read(Tightest(both), row)] == [2.0, 3.0]
    assert [float(side[0]) for side in read(Tightest((Where(0, Two(2, 3)), Two(1, 4))), row)] == [1.0, 4.0]


def test_a_claim_up_to_a_constant_may_have_the_greater_left_side(tmp_path: Path) -> None:
    """2*x <~ x is not attained, and loses nothing."""
    found = measured(tmp_path, "let x : Real > 0", "claim c: 2*x <~ x by algebra")
    (step,), (claim,) = found.steps, found.claims
    assert (step.median, step.least, step.most) == (0.5, 0.5, 0.5)
    assert claim.parts == ()
    assert claim.reason == "up to a constant, and its right side is nowhere the greater one"
