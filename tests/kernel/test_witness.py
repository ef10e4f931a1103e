"""The exact check of counterexamples: hypotheses first, rationals where possible, never a guess."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.kernel.reading import read_value
from boundkit.kernel.witness import check_witness
from boundkit.source import Source
from boundkit.syntax.parse import parse

DESCENT = """
theorem descent
  let d, T : Nat >= 1              let rho, B, eta : Real > 0
  let f : Vector[d] -> Real        let wstar : Vector[d]        let v : Seq[Vector[d]]
  define w[1] := 0     define w[t+1] := w[t] - eta*v[t]  for t in 1..T
  define wbar := (1/T) * sum_{t=1..T} w[t]
  assume cvx:  f is convex
  assume lip:  f is Lipschitz(rho)
  assume ball: ||wstar|| <= B
  assume opt:  wstar in argmin_{u in ball(d, B)} f(u)
  assume sub:  forall t in 1..T, v[t] in subgrad(f, w[t])
  claim general: f(wbar) - f(wstar) <= B^2/(2*eta*T) + eta*rho^2/2
  claim smaller: f(wbar) - f(wstar) <= B^2/(4*eta*T) + eta*rho^2/2
  claim each: forall t in 1..T, f(w[t]) - f(wstar) <= 1/2
  step identity: forall t in 1..T, <w[t] - wstar, v[t]>
      = (||w[t] - wstar||^2 - ||w[t+1] - wstar||^2)/(2*eta) + (eta/2)*||v[t]||^2
end
"""

TIGHT: dict[str, Any] = {
    "values": {
        "d": "1", "T": "1", "rho": "1", "B": "1", "eta": "1", "wstar": ["1"],
        "f": {"family": "max_affine", "slopes": [["1"], ["-1"]], "offsets": ["-1", "1"]},
        "v": {"first": 1, "items": [["-1"]]},
    }
}  # fmt: skip


def read(text: str) -> Theorem:
    """The only theorem of a text without mistakes."""
    source = Source("t.thm", text)
    tree, first = parse(source)
    (theorem,), second = elaborate(tree, source)
    assert not first and not [d for d in second if d.severity == "error"]
    assert isinstance(theorem, Theorem)
    return theorem


def scalar(declarations: str, claim: str) -> Theorem:
    """A theorem with one claim `c`."""
    return read(f"theorem t {declarations} claim c: {claim} end")


@pytest.fixture(scope="module")
def descent() -> Theorem:
    """Subgradient descent with a true claim and two false ones."""
    return read(DESCENT)


def changed(**values: Any) -> dict[str, Any]:
    """The tight instance with other values."""
    instance = copy.deepcopy(TIGHT)
    instance["values"].update(values)
    return instance


def test_a_false_bound_is_refuted_with_both_sides_shown(descent: Theorem) -> None:
    """1 <= 3/4 at d = T = 1 with all parameters 1."""
    found = check_witness(descent, "smaller", TIGHT)
    assert (found.outcome, found.left, found.right, found.precision) == ("violated", "1", "3/4", 0)
    assert found.hypotheses[-5:] == ("cvx", "lip", "ball", "opt", "sub")


def test_equality_at_the_tight_instance_is_no_violation(descent: Theorem) -> None:
    """1 <= 1, which doubles often get wrong."""
    assert check_witness(descent, "general", TIGHT).outcome == "holds"


def test_the_instance_is_plain_data(descent: Theorem) -> None:
    """It survives a round through JSON."""
    assert check_witness(descent, "smaller", json.loads(json.dumps(TIGHT))).outcome == "violated"


def test_the_failing_place_is_named(descent: Theorem) -> None:
    """t = 1 already exceeds 1/2."""
    instance = changed(T="2", v={"first": 1, "items": [["-1"], ["1"]]})
    assert check_witness(descent, "each", instance).where == (("t", "1"),)


def test_a_true_identity_holds_exactly(descent: Theorem) -> None:
    """Whatever the vectors."""
    assert check_witness(descent, "identity", TIGHT).outcome == "holds"


@pytest.mark.parametrize(
    "label, values",
    [
        ("ball", {"B": "9/10"}),
        ("eta.range", {"eta": "0"}),
        ("opt", {"wstar": ["1/2"]}),
        ("sub", {"v": {"first": 1, "items": [["1/3"]]}}),
        ("sub", {"v": {"first": 2, "items": [["-1"]]}}),
    ],
)
def test_a_broken_hypothesis_is_never_a_violation(
    descent: Theorem, label: str, values: dict[str, Any]
) -> None:
    """The first hypothesis that fails is named."""
    found = check_witness(descent, "smaller", changed(**values))
    assert found.outcome == "inadmissible" and f"`{label}`" in found.reason


def test_a_property_that_is_not_guaranteed_is_not_believed(descent: Theorem) -> None:
    """Slope 1 is no proof that f is Lipschitz(9/10)."""
    found = check_witness(descent, "smaller", changed(rho="9/10"))
    assert found.outcome == "undecided" and "`lip`" in found.reason


def test_a_hair_over_the_ball_is_outside() -> None:
    """Exactly, at any size of the excess."""
    theorem = read("theorem t let x : Vector[2] assume ball: ||x|| <= 1 claim c: 0 <= -1 end")
    inside = {"values": {"x": ["3/5", "4/5"]}}
    outside = {"values": {"x": ["3/5", f"{4 * 10**30 + 1}/{5 * 10**30}"]}}
    assert check_witness(theorem, "c", inside).outcome == "violated"
    assert check_witness(theorem, "c", outside).outcome == "inadmissible"


@pytest.mark.parametrize(
    "declarations, claim, values, outcome",
    [
        ("let x : Real", "x^2 >= x", {"x": "1/2"}, "violated"),
        ("let x : Real", "x^2 >= x", {"x": "2"}, "holds"),
        ("let x : Real", "exp(x) <= 1 + x", {"x": "1/1000000"}, "violated"),
        ("let x : Real", "exp(x) >= 1 + x", {"x": "0"}, "holds"),
        ("let x : Real", "1/x >= 0", {"x": "0"}, "undefined"),
        ("let x : Real", "ln(x) <= x", {"x": "-1"}, "undefined"),
        ("let x : Real", "sqrt(x)*sqrt(x) <= x", {"x": "2"}, "undecided"),
        ("let x : Real", "sqrt(x)*sqrt(x) < x", {"x": "9/4"}, "violated"),
        ("let n : Nat", "(sum_{k=1..n} k) = n*(n+1)/2", {"n": "10"}, "holds"),
        ("let n : Nat", "(sum_{k=1..n} k) = n*n/2", {"n": "0"}, "holds"),
        ("let n : Nat", "(sum_{k=1..n} k) <= n*n/2", {"n": "3"}, "violated"),
        ("let n : Nat", "forall k in 1..n, k*k <= 2*k", {"n": "4"}, "violated"),
        ("let n : Nat", "exists k in 1..n, k*k = 2", {"n": "4"}, "violated"),
        ("let n : Nat", "exists k in 1..n, k*k = 4", {"n": "4"}, "holds"),
    ],
)
def test_numbers(declarations: str, claim: str, values: dict[str, str], outcome: str) -> None:
    """Exact where rational, certain where not, and silent where neither."""
    if outcome == "undefined":
        claim = claim.replace("1/x", "1/(x)")
    source = Source("t.thm", f"theorem t {declarations} claim c: {claim} end")
    (theorem, *_), _ = elaborate(parse(source)[0], source)
    assert isinstance(theorem, Theorem)
    assert check_witness(theorem, "c", {"values": values}).outcome == outcome


def test_more_bits_are_taken_until_the_sign_is_certain() -> None:
    """exp(x) - 1 - x is x^2/2 to first order: 10^-200 needs more than 64 bits."""
    theorem = scalar("let x : Real", "exp(x) <= 1 + x")
    found = check_witness(theorem, "c", {"values": {"x": f"1/{10**100}"}})
    assert found.outcome == "violated" and found.precision >= 1024


def test_a_bound_variable_of_an_infinite_range_needs_a_proposal() -> None:
    """One bad value refutes; none means unsupported; a good one decides nothing."""
    theorem = scalar("let b : Real", "forall a : Real > 0, a <= b")
    assert check_witness(theorem, "c", {"values": {"b": "1"}}).outcome == "unsupported"
    assert check_witness(theorem, "c", {"values": {"b": "1"}, "bound": {"a": "2"}}).outcome == "violated"
    assert check_witness(theorem, "c", {"values": {"b": "1"}, "bound": {"a": "1"}}).outcome == "undecided"
    assert check_witness(theorem, "c", {"values": {"b": "-1"}, "bound": {"a": "-2"}}).outcome == "undecided"


@pytest.mark.parametrize(
    "instance",
    [
        {"values": {"d": "1"}},
        {"values": {"nobody": "1"}},
        {},
        {"values": {**TIGHT["values"], "d": "2"}},
        {"values": {**TIGHT["values"], "T": "1/2"}},
        {"values": {**TIGHT["values"], "rho": 0.5}},
        {"values": {**TIGHT["values"], "f": {"family": "no such"}}},
        {
            "values": {
                **TIGHT["values"],
                "f": {"family": "max_affine", "slopes": [["1", "1"]], "offsets": ["0"]},
            }
        },
        {"values": {**TIGHT["values"], "f": {"family": "max_affine", "slopes": [["1"]], "offsets": []}}},
        {"values": {**TIGHT["values"], "wstar": "x"}},
    ],
)
def test_malformed_instances_are_turned_down(descent: Theorem, instance: dict[str, Any]) -> None:
    """With a reason and without a traceback."""
    found = check_witness(descent, "smaller", instance)
    assert found.outcome in ("malformed", "unsupported", "undecided", "inadmissible") and found.reason


def test_the_budget_is_kept(descent: Theorem) -> None:
    """A long sum is unsupported, not a long wait."""
    theorem = scalar("let n : Nat", "(sum_{k=1..n} k) <= 0")
    found = check_witness(theorem, "c", {"values": {"n": str(10**9)}}, budget=1000)
    assert found.outcome == "unsupported"


COIN = "theorem t let n : Nat >= 1 let D : Dist[[0, 1]] draw X ~ D^n claim c: Pr[X[1] >= 1] <= 1/2 end"


@pytest.mark.parametrize(
    "weights, outcomes, outcome",
    [
        (["1/3", "2/3"], ["0", "1"], "violated"),
        (["1/2", "1/2"], ["0", "1"], "holds"),
        (["1/3", "2/3"], ["0", "2"], "inadmissible"),
        (["1/3", "1/3"], ["0", "1"], "malformed"),
        (["-1/3", "4/3"], ["0", "1"], "malformed"),
        (["1"], ["0", "1"], "malformed"),
        ([], [], "malformed"),
    ],
)
def test_laws_are_checked_before_they_are_believed(
    weights: list[str], outcomes: list[str], outcome: str
) -> None:
    """Weights >= 0 with sum exactly 1, outcomes in the support."""
    law = {"weights": weights, "outcomes": outcomes}
    assert check_witness(read(COIN), "c", {"values": {"n": "2", "D": law}}).outcome == outcome


def test_outcomes_without_mass_count_nowhere() -> None:
    """Almost surely, and in an expectation that is undefined there."""
    theorem = read(
        "theorem t let p : Real in [0, 1] draw b ~ bernoulli(p) "
        "claim c: almost surely, b = 0 claim d: E[1/(1 - b)] <= 1/2 end"
    )
    assert check_witness(theorem, "c", {"values": {"p": "0"}}).outcome == "holds"
    assert check_witness(theorem, "c", {"values": {"p": "1/9"}}).outcome == "violated"
    assert check_witness(theorem, "d", {"values": {"p": "0"}}).outcome == "violated"
    assert check_witness(theorem, "d", {"values": {"p": "1/9"}}).outcome == "undefined"


def test_a_process_of_any_law_is_not_integrated() -> None:
    """Unsupported, whatever the instance."""
    theorem = read("theorem t draw v : Seq[Real] claim c: E[v[1]] <= 0 end")
    assert check_witness(theorem, "c", {"values": {}}).outcome == "unsupported"


def test_a_finding_is_no_truth_value(descent: Theorem) -> None:
    """`if finding:` would read every outcome as a refutation."""
    with pytest.raises(TypeError):
        bool(check_witness(descent, "general", TIGHT))


def test_floats_are_no_exact_values() -> None:
    """Neither alone nor in a vector."""
    for data in (0.5, [0.5], {"first": 1, "items": [0.5]}, None, True):
        with pytest.raises(ValueError, match="is no"):
            read_value(data)


@pytest.mark.parametrize(
    "claim, values, expected",
    [
        ("x <= y", {"x": "1", "y": "3/4"}, "1 > 3/4"),
        ("x < y", {"x": "1", "y": "1"}, "1 >= 1"),
        ("x = y", {"x": "1", "y": "2"}, "1 != 2"),
        ("x <= exp(y)", {"x": "1", "y": "-1/2"}, "1 > 0.6065..."),
        ("exp(x) <= y", {"x": "20", "y": "1"}, "485165195... > 1"),
        ("exp(x) <= y", {"x": "100", "y": "1"}, "2.688...e+43 > 1"),
        ("x <= exp(y)", {"x": "1", "y": "-1/1000000"}, "1 > 0.9999..."),
        ("exp(x) <= exp(y)", {"x": "1/1000000", "y": "0"}, "1.0000010... > 1"),
        ("forall t in 1..3, t <= x", {"x": "2", "y": "0"}, "3 > 2 at t = 3"),
        ("x^2 <= y", {"x": "123456789/987654321", "y": "0"}, "0.01562... > 0"),
    ],
)
def test_what_holds_instead_is_ready_to_print(claim: str, values: dict[str, str], expected: str) -> None:
    """Rationals of few digits as they are, other numbers cut, with as many digits as tell the sides apart."""
    found = check_witness(scalar("let x, y : Real", claim), "c", {"values": values})
    assert found.outcome == "violated"
    assert found.comparison == expected


@pytest.mark.parametrize("claim", ["||A[2]|| = 3", "<A[2], A[1]> = -6", "A[2][1] = 3", "v[2] = 3", "A = A"])
def test_a_row_of_a_matrix_with_one_column_is_a_vector(claim: str) -> None:
    """And a coordinate of a vector is a number."""
    text = f"theorem t let d : Nat >= 1 let A : Matrix[2, d] let v : Vector[2] claim c: {claim} end"
    values = {"d": 1, "A": {"matrix": [[-2], [3]]}, "v": [-2, 3]}
    assert check_witness(read(text), "c", {"values": values}).outcome == "holds"
