"""The attack on whole theorems: false ones get an exact witness, true ones none, and nothing depends on
threads."""

from __future__ import annotations

import math
from typing import Any

import pytest

from boundkit.attack import AttackReport, Budget, attack
from boundkit.attack.reports import pass_text
from boundkit.attack.structures import Structure
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
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
  claim general: f(wbar) - f(wstar) <= BOUND
  step identity: forall t in 1..T, <w[t] - wstar, v[t]>
      = (||w[t] - wstar||^2 - ||w[t+1] - wstar||^2)/(2*eta) + (eta/2)*||v[t]||^2
  step short: forall t in 1..T, ||v[t]|| <= rho
  MODEL
end
"""
PLANTED = """
  model planted
    draw d ~ uniform(1..3)   draw T ~ loguniform(1..9)   draw wstar ~ edge(ball(d, B))
    draw f ~ planted_max_affine(argmin := wstar, lip := rho, pieces := 1..3)
    draw v[t] ~ subgradient(f, w[t])  for t in 1..T
  end
"""
TRUE_BOUND = "B^2/(2*eta*T) + eta*rho^2/2"
SMALL = Budget(structures=6, generations=8)


def read(text: str) -> Theorem:
    """The only theorem of a text."""
    source = Source("t.thm", text)
    (theorem, *_), _ = elaborate(parse(source)[0], source)
    assert isinstance(theorem, Theorem)
    return theorem


def descent(bound: str, model: str = PLANTED) -> Theorem:
    """Subgradient descent with a bound of one's own."""
    return read(DESCENT.replace("BOUND", bound).replace("MODEL", model))


@pytest.fixture(scope="module")
def true_report() -> AttackReport:
    """The true theorem, attacked once."""
    return attack(descent(TRUE_BOUND), seed=1, samples=20_000, budget=SMALL)


@pytest.mark.parametrize("bound", ["B^2/(4*eta*T) + eta*rho^2/2", f"0.9*({TRUE_BOUND})"])
@pytest.mark.parametrize("model", [PLANTED, ""])
def test_a_wrong_constant_is_refuted_by_hand_checkable_numbers(bound: str, model: str) -> None:
    """One dimension, one step, all parameters 1; with a model and with none."""
    theorem = descent(bound, model)
    report = attack(theorem, seed=3, samples=5_000, budget=SMALL).by_label["general"]
    assert report.outcome == "violated" and report.witness is not None
    values = report.witness["values"]
    assert {values[name] for name in ("d", "T", "rho", "B", "eta")} == {"1"}
    assert check_witness(theorem, "general", report.witness).outcome == "violated"


def test_the_true_theorem_gets_no_witness(true_report: AttackReport) -> None:
    """Neither the claim nor its steps, though it is attained."""
    assert {statement.outcome for statement in true_report.statements} == {"tested"}
    claim = true_report.by_label["general"].links[0]
    assert claim.ratio_worst == pytest.approx(1, abs=1e-12) and claim.violations == 0


def test_float_violations_at_the_tight_instance_are_turned_down(true_report: AttackReport) -> None:
    """Doubles fall below at equality; each one looked at again holds exactly."""
    links = [link for statement in true_report.statements for link in statement.links]
    assert any(link.smallest_gap < 0 for link in links)
    assert sum(link.rechecked for link in links) > 0
    assert all(statement.finding is None for statement in true_report.statements)


def test_every_hypothesis_is_accounted_for(true_report: AttackReport) -> None:
    """Each is guaranteed or filtered on, and held on every sample of this model."""
    assert [h.label for h in true_report.hypotheses][-5:] == ["cvx", "lip", "ball", "opt", "sub"]
    assert all(h.satisfied == h.seen == true_report.samples for h in true_report.hypotheses)


def test_threads_change_nothing() -> None:
    """Counts, gaps, ratios and places are equal for one and two threads."""
    theorem = descent(TRUE_BOUND)
    one, two = (
        attack(theorem, seed=5, samples=30_000, budget=Budget(structures=3, generations=2, threads=threads))
        for threads in (1, 2)
    )
    assert repr(one) == repr(two)


def test_no_sample_is_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes that are drawn again get samples of their own."""
    theorem = read("theorem t let d : Nat in 1..2 let x : Vector[d] claim c: 0 <= ||x|| end")
    taken: list[tuple[int, int]] = []
    original = Structure.run

    def spy(self: Structure, key: Any, first: int, blocks: int, given: Any = None, **options: Any) -> Any:
        if given is None:
            taken.extend((self.number, first // 256 + block) for block in range(blocks))
        return original(self, key, first, blocks, given, **options)

    monkeypatch.setattr(Structure, "run", spy)
    report = attack(theorem, seed=1, samples=20_000, budget=SMALL)
    assert len(set(taken)) == len(taken) and 256 * len(taken) == report.samples >= 20_000


def test_seeds_change_the_samples() -> None:
    """Same seed, same report; another seed, another one."""
    theorem = read("theorem t let x, y : Real claim c: 2*x*y <= x^2 + y^2 end")
    reports = [repr(attack(theorem, seed=seed, samples=2000, budget=SMALL)) for seed in (1, 1, 2)]
    assert reports[0] == reports[1] != reports[2]


def outcome(text: str, label: str = "c") -> Any:
    """The statement's report for a text."""
    return attack(read(text), seed=1, samples=4000, budget=SMALL).by_label[label]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("theorem t let x : Real claim c: x^2 >= x end", "violated"),
        ("theorem t let x, y : Real > 0 claim c: sqrt(x*y) <= (x + y)/2 end", "tested"),
        ("theorem t let x, y : Real > 0 claim c: sqrt(x*y) <= 0.499*(x + y) end", "violated"),
        ("theorem t let p : Real in [0, 1] claim c: p*(1 - p) <= 1/4 end", "tested"),
        ("theorem t let p : Real in [0, 1] claim c: p*(1 - p) < 1/4 end", "violated"),
        ("theorem t let x : Real claim c: exp(x) >= 1 + x end", "tested"),
        ("theorem t let x : Real claim c: exp(x) > 1 + x end", "violated"),
        ("theorem t let n : Nat >= 1 claim c: (sum_{k=1..n} 1/k) <= 1 + ln(n) end", "tested"),
        ("theorem t let n : Nat >= 1 claim c: (sum_{k=1..n} 1/k) <= 1/2 + ln(n) end", "violated"),
        ("theorem t let d : Nat >= 1 let x, y : Vector[d] claim c: <x, y> <= ||x||*||y|| end", "tested"),
        (
            "theorem t let d : Nat >= 1 let x, y : Vector[d] claim c: <x, y> <= 0.99*||x||*||y|| end",
            "violated",
        ),
        ("theorem t let x : Real > 0 assume big: x >= 3 claim c: x^2 >= 9 end", "tested"),
        ("theorem t let x : Real > 0 assume big: x >= 3 claim c: x^2 >= 10 end", "violated"),
        ("theorem t let b : Real claim c: forall a : Real > 0, a <= b end", "violated"),
        ("theorem t let x : Real claim c: x > 1 implies x^2 > x end", "tested"),
        ("theorem t let x : Real claim c: x > 1 implies x^2 > 2*x end", "violated"),
    ],
)
def test_small_theorems(text: str, expected: str) -> None:
    """True ones pass, false ones are refuted exactly."""
    assert outcome(text).outcome == expected


FORGOTTEN_FACTOR = """
theorem oops
  let n : Nat >= 1     let t : Real > 0     let D : Dist[[0, 1]]
  draw X ~ D^n
  define dev := (1/n) * sum_{i=1..n} X[i] - E_{x ~ D}[x]
  claim tail: Pr[|dev| >= t] <= exp(-2*n*t^2)
  step up:   Pr[dev >= t]  <= exp(-2*n*t^2)
  step mean: E[dev] = 0
end
"""


def test_a_forgotten_factor_of_two_is_found_at_a_fair_coin() -> None:
    """Two-sided Hoeffding with the one-sided constant; the steps hold."""
    report = attack(read(FORGOTTEN_FACTOR), seed=1, samples=4000, budget=SMALL).by_label
    assert report["tail"].outcome == "violated"
    coin = {"weights": ["1/2", "1/2"], "outcomes": ["0", "1"]}
    assert report["tail"].witness == {"values": {"n": "1", "t": "1/2", "D": coin}}
    assert {report["up"].outcome, report["mean"].outcome} == {"tested"}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("let p : Real in [0, 1] draw b ~ bernoulli(p) claim c: Var[b] <= 1/4", "tested"),
        ("let p : Real in [0, 1] draw b ~ bernoulli(p) claim c: Var[b] <= 1/5", "violated"),
        (
            "let m : Nat in 1..6 let a : Vector[m] draw s ~ Rademacher^m claim c: E[<s, a>^2] = ||a||^2",
            "tested",
        ),
        (
            "let m : Nat in 1..6 let a : Vector[m] draw s ~ Rademacher^m claim c: E[<s, a>^4] <= ||a||^4",
            "violated",
        ),
        ("let p : Real in [0, 1] draw b ~ bernoulli(p) claim c: with prob >= 1 - p over b, b = 0", "tested"),
        ("let p : Real in [0, 1] draw b ~ bernoulli(p) claim c: with prob >= p over b, b = 0", "violated"),
        ("let p : Real in (0, 1) draw b ~ bernoulli(p) claim c: almost surely, b <= 0", "violated"),
        (
            "let Z : Set let D : Dist[Z] let f : Z -> Real claim c: E_{z ~ D}[f(z)]^2 <= E_{z ~ D}[f(z)^2]",
            "tested",
        ),
        (
            "let Z : Set let D : Dist[Z] let f : Z -> Real claim c: E_{z ~ D}[f(z)^2] <= E_{z ~ D}[f(z)]^2",
            "violated",
        ),
    ],
)
def test_finite_laws(text: str, expected: str) -> None:
    """Expectations and probabilities are exact sums over all outcomes."""
    assert outcome(f"theorem t {text} end").outcome == expected


def test_witnesses_are_simple() -> None:
    """The exact minimal instances, which read as a specification."""
    assert outcome("theorem t let x : Real claim c: x^2 >= x end").witness == {"values": {"x": "1/2"}}
    assert outcome("theorem t let p : Real in [0, 1] claim c: p*(1 - p) < 1/4 end").witness == {
        "values": {"p": "1/2"}
    }
    found = outcome("theorem t let n : Nat claim c: (sum_{k=1..n} k) <= n end")
    assert found.witness == {"values": {"n": "2"}}


def test_undefined_samples_are_never_a_pass() -> None:
    """ln of a negative number: counted apart, and said."""
    found = outcome("theorem t let x : Real claim c: ln(x) <= x end")
    link = found.links[0]
    assert link.undefined > 0 and link.passes + link.undefined + link.rounding == link.samples
    assert "undefined" in found.text


def test_hypotheses_without_samples_give_no_pass() -> None:
    """Contradictory hypotheses: untested, with the hypothesis named."""
    text = "theorem t let x : Real assume low: x + 1 <= 0 assume high: x - 1 >= 0 claim c: 0 <= 1 end"
    report = attack(read(text), seed=1, samples=4000, budget=SMALL)
    assert report.by_label["c"].outcome == "untested"
    assert [diagnostic.code for diagnostic in report.diagnostics] == ["E0504"]


def test_a_hypothesis_that_the_model_forgets_is_an_error() -> None:
    """E0502 names the model and the hypothesis."""
    model = """
  model careless
    draw d ~ uniform(1..3)   draw T ~ uniform(1..3)
    draw f ~ planted_max_affine(lip := rho, pieces := 1..3)
  end"""
    report = attack(descent(TRUE_BOUND, model), seed=1, samples=1000, budget=SMALL)
    (diagnostic,) = report.diagnostics
    assert diagnostic.code == "E0502" and "`careless`" in diagnostic.message and "`opt`" in diagnostic.message
    assert {statement.outcome for statement in report.statements} == {"untested"}


def test_sorts_without_a_family_are_named() -> None:
    """E0501, and nothing is tested."""
    report = attack(read("theorem t let h : Seq[Real -> Real] claim c: 0 <= 1 end"), samples=100)
    assert [diagnostic.code for diagnostic in report.diagnostics] == ["E0501"]
    assert report.by_label["c"].outcome == "untested"


def test_the_model_is_printed() -> None:
    """A synthesised one too."""
    report = attack(read("theorem t let x : Real > 0 claim c: x <= x end"), samples=1000, budget=SMALL)
    assert report.synthesised and report.source.startswith("model default\n  draw x ~ loguniform")


def test_the_wording_of_a_pass() -> None:
    """N, scope, and the mass, rounded up."""
    text = pass_text(10**6, "planted", "d <= 5, T <= 300")
    assert text == (
        "no violation in N = 10^6 instances of model planted (d <= 5, T <= 300); with confidence 1-1e-6 "
        "violating instances have mass <= 1.4e-05 under that model"
    )


def test_ratios_are_reported() -> None:
    """The largest ratio of p*(1-p) to 1/4 is 1."""
    link = outcome("theorem t let p : Real in [0, 1] claim c: p*(1 - p) <= 1/4 end").links[0]
    assert link.ratio_worst == 1 and 0 < link.ratio_median < 1
    assert math.isfinite(link.smallest_gap)
