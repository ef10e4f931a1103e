"""Which instances count: contradicting parameters, values that are not rational, places of sequences, and
functions with a range; and what an exact check that does not refute leads to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from boundkit.attack import AttackReport, Budget, attack
from boundkit.attack.summary import NO_INSTANCE
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.kernel.witness import check_witness
from boundkit.source import Source
from boundkit.syntax.parse import parse

LEMMAS = Path(__file__).parents[2] / "theorems" / "lemmas"
SMALL = Budget(structures=6, generations=6)


def read(text: str) -> Theorem:
    """The only theorem of a text."""
    source = Source("t.thm", text)
    (theorem, *_), _ = elaborate(parse(source)[0], source)
    assert isinstance(theorem, Theorem)
    return theorem


def attacked(text: str) -> AttackReport:
    """A small attack."""
    return attack(read(text), seed=1, samples=4000, budget=SMALL)


def outcome(text: str) -> Any:
    """The report of the claim `c`."""
    return attacked(text).by_label["c"]


BOTH = """theorem t let d : Nat >= 1 let mu, beta : Real >= 0 let f : Vector[d] -> Real
  assume sc: f is strongly_convex(mu) assume sm: f is smooth(beta) claim c: CLAIM end"""


def test_a_function_is_no_more_strongly_convex_than_smooth() -> None:
    """Of independent mu and beta only those in order count, and a bound by half of beta is refuted."""
    report = attacked(BOTH.replace("CLAIM", "mu <= beta"))
    assert report.by_label["c"].outcome == "tested"
    held = {hypothesis.label: hypothesis.satisfied for hypothesis in report.hypotheses}
    assert 0 < held["sc"] < report.samples and 0 < held["sm"] < report.samples
    assert report.by_label["c"].links[0].samples <= min(held.values())
    assert outcome(BOTH.replace("CLAIM", "2*mu <= beta")).outcome == "violated"


def test_hypotheses_that_no_instance_fulfils_leave_all_untested() -> None:
    """Steps and claim, with one reason; the hypothesis is named beside it."""
    text = (LEMMAS / "smooth_weaker_than_strong.thm").read_text()
    report = attacked(text)
    assert {(part.outcome, part.text) for part in report.statements} == {("untested", NO_INSTANCE)}
    assert NO_INSTANCE == "the hypotheses hold on no sampled instance"
    assert [diagnostic.code for diagnostic in report.diagnostics] == ["E0504"]


def test_a_true_lemma_with_both_properties_is_tested() -> None:
    """Without its model too."""
    text = (LEMMAS / "strongly_convex_gradient.thm").read_text()
    without = text.replace(text[text.index("  model ") : text.rindex("end")], "")
    for source in (text, without):
        assert {part.outcome for part in attacked(source).statements} == {"tested"}


@pytest.mark.parametrize("sign", ["<=", ">="])
def test_a_negative_lipschitz_constant_admits_no_function(sign: str) -> None:
    """No family promises one."""
    text = f"""theorem t let d : Nat >= 1 let r : Real let f : Vector[d] -> Real let x, y : Vector[d]
  assume lip: f is Lipschitz(r) claim c: 0 {sign} r end"""
    assert outcome(text).outcome == ("tested" if sign == "<=" else "violated")


def test_a_violation_of_a_hypothesis_is_not_suspect() -> None:
    """In doubles y = 1 + x/10^20 is 1; exactly the hypothesis is false, so nothing is suspected."""
    text = """theorem t let x : Real > 0 let y : Real assume e: y = 1 + x/10^20 assume l: x <= 1000
  claim c: y > 1 end"""
    assert outcome(text).outcome in ("undecided", "untested", "tested")


def test_an_uncertain_hypothesis_is_not_suspect() -> None:
    """sin(x)^2 + cos(x)^2 = 1 is never certain by enclosures, so no instance is known to be one."""
    text = "theorem t let x : Real > 0 assume e: sin(x)^2 + cos(x)^2 <= 1 claim c: x <= 1 end"
    assert outcome(text).outcome == "undecided"


def test_a_number_below_a_logarithm_has_an_exact_witness() -> None:
    """x < ln(q): x is taken rational, and the refutation is exact."""
    text = "theorem t let x, y, q : Real assume g: x < ln(q) claim c: x <= 2^y end"
    found = outcome(text)
    assert found.outcome == "violated"
    assert check_witness(read(text), "c", found.witness).outcome == "violated"


def test_a_vector_in_a_ball_of_irrational_radius_has_an_exact_witness() -> None:
    """||x|| <= sqrt(2)*r: the coordinates are taken rational."""
    text = """theorem t let d : Nat >= 1 let r : Real > 0 let x : Vector[d] assume b: ||x|| <= sqrt(2)*r
  claim c: ||x|| <= r end"""
    assert outcome(text).outcome == "violated"


def test_a_sum_that_telescopes_needs_one_more_place() -> None:
    """a[T+1] is drawn; the slip is refuted at T = 1 and the right sum is tested."""
    text = """theorem t let T : Nat >= 1 let a : Seq[Real]
  claim c: sum_{t=1..T} (a[t] - a[t+1]) = a[1] - a[PLACE] end"""
    found = outcome(text.replace("PLACE", "T"))
    assert found.outcome == "violated" and found.witness["values"]["T"] == "1"
    assert len(found.witness["values"]["a"]["items"]) == 2
    assert outcome(text.replace("PLACE", "T+1")).outcome == "tested"


@pytest.mark.parametrize(
    "claim",
    [
        "forall t in 1..T, a[t-1] + a[2*t+3] <= 1",
        "forall t in 1..T, forall s in t..2*t, a[s+t] <= a[0]",
        "a[T] <= a[T-3]",
        "S[T] <= 1",
    ],
)
def test_every_mentioned_place_is_drawn(claim: str) -> None:
    """Before the first, beyond the last, by nested ranges, and through a definition."""
    text = f"""theorem t let T : Nat >= 1 let a : Seq[Real]
  define S[0] := 0 define S[t+1] := S[t] + a[t+1] for t in 0..T claim c: {claim} end"""
    assert outcome(text).outcome == "violated"


def test_a_sequence_is_total_beyond_the_range_of_its_draw() -> None:
    """v[T+1] may be any vector."""
    text = """theorem t let d, T : Nat >= 1 let f : Vector[d] -> Real let w, v : Seq[Vector[d]]
  assume cvx: f is convex assume sub: forall t in 1..T, v[t] in subgrad(f, w[t])
  claim c: ||v[T+1]|| <= 1 end"""
    assert outcome(text).outcome == "violated"


RANGED = """theorem t let n : Nat >= 1 let h : Vector[n] -> Real RANGE let x, y : Vector[n]
  claim c: h(x) - h(y) <= BOUND end"""


@pytest.mark.parametrize(
    "within, bound, expected",
    [
        ("in [0, 1]", "3/2", "tested"),
        ("in [0, 1]", "1", "tested"),
        ("in [0, 1]", "1/2", "violated"),
        ("in (0, 1)", "1", "tested"),
        ("in (0, 1)", "1/2", "violated"),
        (">= 0", "1/2", "violated"),
    ],
)
def test_functions_with_a_range_are_drawn(within: str, bound: str, expected: str) -> None:
    """By default, from functions that are cut off."""
    text = RANGED.replace("RANGE", within).replace("BOUND", bound)
    found = outcome(text)
    assert found.outcome == expected
    if expected == "violated":
        assert check_witness(read(text), "c", found.witness).outcome == "violated"


@pytest.mark.parametrize("bound", ["|h(u)| <= M", "-M <= h(u) and h(u) <= M", "h(u) in [-M, M]"])
def test_a_range_may_be_a_hypothesis(bound: str) -> None:
    """In each of its forms."""
    text = f"""theorem t let n : Nat >= 1 let M : Real > 0 let h : Vector[n] -> Real let x, y : Vector[n]
  assume m: forall u : Vector[n], {bound} claim c: h(x) - h(y) <= FACTOR*M end"""
    assert outcome(text.replace("FACTOR", "2")).outcome == "tested"
    assert outcome(text.replace("FACTOR", "1.9")).outcome == "violated"


def test_a_range_that_refers_to_the_function_is_none() -> None:
    """A minimiser by its definition, which no family plants."""
    text = """theorem t let n : Nat >= 1 let h : Vector[n] -> Real let x, y : Vector[n]
  assume m: forall u : Vector[n], h(x) <= h(u) claim c: h(x) <= h(y) end"""
    assert outcome(text).outcome == "untested"


def test_a_range_and_a_lipschitz_constant_hold_together() -> None:
    """Both bounds are kept."""
    text = """theorem t let n : Nat >= 1 let L : Real > 0 let x, y : Vector[n]
  let h : Vector[n] -> Real in [0, 1]
  assume lip: h is Lipschitz(L) claim c: h(x) - h(y) <= FACTOR*min(L*||x - y||, 1) end"""
    assert outcome(text.replace("FACTOR", "1")).outcome == "tested"
    assert outcome(text.replace("FACTOR", "0.9")).outcome == "violated"
