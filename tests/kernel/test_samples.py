"""Samples and conditional expectations at finite laws."""

from __future__ import annotations

from itertools import product

import pytest
from flint import fmpq

from boundkit.kernel import samples
from boundkit.kernel.evaluation import Evaluator
from boundkit.kernel.values import Listed
from boundkit.kernel.witness import Exact, check_witness
from tests.kernel.instances import checked, law, theorem_of, value

SAMPLE = "let Z : Set let n : Nat >= 2 let D : Dist[Z] let f : Z -> Real draw S ~ D^n "
AT = {"Z": {"elements": 2}, "n": "2", "D": law("1/3", "2/3"), "f": {"shape": [2], "entries": [0, 3]}}


def test_a_replaced_member_and_the_others() -> None:
    """Of the sample (1, 2)."""
    lets = "let Z : Set let s : Z^2 let z : Z let f : Z -> Real let g : Z^1 -> Real"
    at = {
        "Z": {"elements": 2},
        "s": {"first": 1, "items": [1, 2]},
        "z": 2,
        "f": {"shape": [2], "entries": [5, 7]},
    }
    at["g"] = {"shape": [2], "entries": [10, 20]}
    assert value(lets, "f(replace(s, 1, z)[1])", **at) == 7
    assert value(lets, "g(others(s, 1))", **at) == 20
    assert value(lets, "g(others(s, 2))", **at) == 10


@pytest.mark.parametrize("right, outcome", [([1, 2], "holds"), ([1, 1], "holds"), ([2, 1], "violated")])
def test_neighbours_agree_in_all_places_but_at_most_one(right: list[int], outcome: str) -> None:
    """From (1, 2)."""
    at = {"Z": {"elements": 2}, "s": {"first": 1, "items": [1, 2]}, "t": {"first": 1, "items": right}}
    assert checked("let Z : Set let s, t : Z^2 claim c: neighbours(s, t)", {"values": at}).outcome == outcome


def test_all_tuples_and_subsets_are_listed() -> None:
    """Neighbouring samples of two; and a law is subadditive on subsets."""
    text = (
        "let Z : Set let f : Z^2 -> Real "
        "assume a: forall s, t : Z^2, neighbours(s, t) implies |f(s) - f(t)| <= 1 "
        "claim c: forall s, t : Z^2, |f(s) - f(t)| <= 1"
    )
    steep = {"Z": {"elements": 2}, "f": {"shape": [2, 2], "entries": [0, 1, 1, 2]}}
    found = checked(text, {"values": steep})
    assert found.outcome == "violated" and found.hypotheses == ("a",)
    sets = "let Z : Set let D : Dist[Z] claim c: forall G : Set[Z], Pr_{z ~ D}[z in G] <= 2/3"
    at = {"Z": {"elements": 3}, "D": law("1/3", "1/3", "1/3")}
    assert checked(sets, {"values": at}).comparison == "1 > 2/3 at G = {1, 2, 3}"


def test_types_of_a_sample_have_the_mass_of_their_rearrangements() -> None:
    """All samples of four from a law on three, in 15 types."""
    weights = [fmpq(1, 2), fmpq(1, 3), fmpq(1, 6)]
    exact = Exact()
    found = dict(samples.types_of(exact, (fmpq(1), fmpq(2), fmpq(3)), weights, 4))
    assert len(found) == 15
    masses: dict[tuple[fmpq, ...], fmpq] = {}
    for places in product(range(3), repeat=4):
        mass = weights[places[0]] * weights[places[1]] * weights[places[2]] * weights[places[3]]
        kind = tuple(sorted(fmpq(place + 1) for place in places))
        masses[kind] = masses.get(kind, fmpq(0)) + mass
    assert found == masses


SYMMETRIC = [
    ("(1/n)*sum_{i=1..n} f(S[i])", True),
    ("max_{i in 1..n} f(S[i])^2", True),
    ("sum_{i=1..n} i*f(S[i])", False),
    ("f(S[1])", False),
    ("sum_{i=1..n-1} f(S[i])", False),
    ("sum_{i=1..n} f(S[i])*f(S[n])", False),
    ("mean", True),
    ("shifted(1)", False),
]


@pytest.mark.parametrize("body, expected", SYMMETRIC)
def test_what_is_seen_to_be_symmetric(body: str, expected: bool) -> None:
    """Sums over all members; never a term that names one."""
    text = SAMPLE + "define mean := sum_{i=1..n} f(S[i]) define shifted(k) := f(S[k]) "
    theorem = theorem_of(f"theorem t {text} claim c: E[{body}] <= 1 end")
    evaluator = Evaluator(theorem, Exact(), {"n": fmpq(2)})
    term = theorem.statement["c"].formula.args[0].args[0]  # type: ignore[attr-defined]
    sample = theorem.declaration["S"].name
    assert samples.is_symmetric(evaluator, [term], sample, frozenset()) is expected


@pytest.mark.parametrize("body", [body for body, _ in SYMMETRIC])
def test_types_and_all_outcomes_have_one_mean(body: str) -> None:
    """A term that is made unsymmetric by adding zero times a member has the same expectation."""
    text = SAMPLE + "define mean := sum_{i=1..n} f(S[i]) define shifted(k) := f(S[k]) "
    assert value(text, f"E[{body}]", **AT) == value(text, f"E[{body} + 0*f(S[1])]", **AT)


def test_twelve_of_four_are_within_the_limit() -> None:
    """455 types instead of 4^12 samples."""
    at = {**AT, "Z": {"elements": 4}, "n": "12", "D": law("1/2", "1/4", "1/8", "1/8")}
    at["f"] = {"shape": [4], "entries": [0, 1, 2, 3]}
    assert value(SAMPLE, "E[(sum_{i=1..n} f(S[i]))/n]", **at) == fmpq(7, 8)


def test_a_conditional_expectation_averages_over_what_is_not_given() -> None:
    """E[f(S1) + f(S2) given S2] = E f + f(S2), and the tower property."""
    both = "f(S[1]) + f(S[2])"
    claims = f"claim c: almost surely, E[{both} given others(S, 1)] = E_{{z ~ D}}[f(z)] + f(S[2])"
    assert checked(SAMPLE + claims, {"values": AT}).outcome == "holds"
    wrong = f"claim c: almost surely, E[{both} given others(S, 1)] = 2*E_{{z ~ D}}[f(z)]"
    assert checked(SAMPLE + wrong, {"values": AT}).outcome == "violated"
    assert value(SAMPLE, f"E[E[{both} given others(S, 1)]]", **AT) == 4


def test_moments_of_any_order() -> None:
    """(E|X|^2)^(1/2) for a fair sign is 1, and for 0 and 3 with 1/3, 2/3 it is sqrt(6)."""
    assert value("draw x ~ Rademacher", "Lp(x, 2)") == 1
    found = value("let D : Dist[Real] draw x ~ D", "Lp(x, 2)", D=law("1/3", "2/3", outcomes=[0, 3]))
    assert float(found.mid()) == pytest.approx(6**0.5)


def test_bounded_differences_of_a_mean() -> None:
    """The mean of n numbers in [0, 3] moves by at most 3/n, and not by less."""
    text = (
        SAMPLE
        + "define m := (1/n)*sum_{i=1..n} f(S[i]) claim c: m is bounded_differences_except(BOUND, S, 1)"
    )
    for bound, outcome in (("3/n", "holds"), ("1/n", "violated")):
        assert checked(text.replace("BOUND", bound), {"values": AT}).outcome == outcome


PROCESS = "draw v : Seq[Real] claim c: E[v[1]*v[2]] <= E[v[1]]*E[v[2]]"


def test_draws_without_a_law_may_be_dependent() -> None:
    """v2 = v1."""
    outcomes = [[{"first": 1, "items": [k, k]}] for k in (0, 2)]
    process = {"names": ["v"], "weights": ["1/2", "1/2"], "outcomes": outcomes}
    found = checked(PROCESS, {"values": {}, "process": process})
    assert (found.outcome, found.comparison) == ("violated", "2 > 1")


@pytest.mark.parametrize("weights", [["1/2", "1/3"], ["3/2", "-1/2"]])
def test_a_process_has_probabilities(weights: list[str]) -> None:
    """Of sum 1, and not negative."""
    outcomes = [[{"first": 1, "items": [k, k]}] for k in (0, 2)]
    process = {"names": ["v"], "weights": weights, "outcomes": outcomes}
    assert checked(PROCESS, {"values": {}, "process": process}).outcome == "malformed"


TAIL = (
    "let x : Real let D : Dist[Real] draw X ~ D "
    "assume t: forall a : Real > 0, Pr[X >= a] <= exp(-a) claim c: x <= 0"
)


@pytest.mark.parametrize(
    "weights, outcomes, outcome",
    [
        (["1"], ["-1"], "violated"),
        (["1/2", "1/2"], ["0", "1/2"], "violated"),
        (["1/2", "1/2"], ["0", "2"], "undecided"),
    ],
)
def test_a_tail_bound_for_all_levels_is_decided_piece_by_piece(
    weights: list[str], outcomes: list[str], outcome: str
) -> None:
    """It is a hypothesis that holds where mass stays below the bound at every atom; where it fails it is not
    found true."""
    at = {"x": "1", "D": law(*weights, outcomes=outcomes)}
    assert checked(TAIL, {"values": at}).outcome == outcome


def test_tuples_of_one_sort_are_compared() -> None:
    """Place by place."""
    left, right = (Listed(1, (fmpq(1), fmpq(k))) for k in (1, 2))
    assert samples.same(Exact(), left, left) is True and samples.same(Exact(), left, right) is False


def test_a_statement_without_a_witness_is_found_by_label() -> None:
    """Several statements of one theorem at one instance."""
    theorem = theorem_of("theorem t let x : Real claim a: x <= 0 claim b: x <= 2 end")
    found = [check_witness(theorem, label, {"values": {"x": "1"}}).outcome for label in ("a", "b")]
    assert found == ["violated", "holds"]


@pytest.mark.parametrize(
    "claim, outcome",
    [
        ("forall p : H * Z, g(fst(p)) <= 2", "holds"),
        ("exists p : H * H, fst(p) != snd(p)", "holds"),
        ("forall p, q : H * Z, p = q or g(fst(p)) = 2", "violated"),
        ("forall F : Set[H^2], card(F) <= 16", "holds"),
        ("forall F : FiniteSet[H^2], 1 <= card(F)", "holds"),
        ("forall F : Set[H^2], 1 <= card(F)", "violated"),
    ],
)
def test_all_pairs_and_all_sets_of_tuples_are_listed(claim: str, outcome: str) -> None:
    """Of finite types, while there are not too many."""
    text = f"let H, Z : Set let g : H -> Real claim c: {claim}"
    values = {"H": {"elements": 2}, "Z": {"elements": 2}, "g": {"shape": [2], "entries": [1, 2]}}
    assert checked(text, {"values": values}).outcome == outcome
