"""Claims about laws that are not finite, from text to report: suspect, tested with its wording, unknown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from boundkit.attack import AttackReport, Budget, attack
from boundkit.attack.continuous import ALPHA, DISCOVERY, Sampled, Suspect
from boundkit.attack.structures import checks_of
from boundkit.attack.summary import Seen, link_report, statement_report
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.source import Source
from boundkit.statistics.levels import level, shown
from boundkit.syntax.parse import parse

ROOT = Path(__file__).parent.parent.parent
TAIL = """
theorem tail
  let n : Nat >= 1
  let t : Real in (0, 3]
  draw x ~ normal(0, 1)^n
  define dev := (1/n) * sum_{i=1..n} x[i]
  claim right: Pr[dev >= t] <= exp(-n*t^2/2)
  claim wrong: Pr[|dev| >= t] <= exp(-n*t^2)
end
"""


def read(text: str) -> Theorem:
    """The only theorem of a text."""
    source = Source("t.thm", text)
    (theorem, *_), _ = elaborate(parse(source)[0], source)
    assert isinstance(theorem, Theorem)
    return theorem


def attacked(*lines: str, seed: int = 0) -> AttackReport:
    """The attack on a theorem of these clauses."""
    return attack(read("\n".join(("theorem t", *lines, "end"))), seed=seed, samples=2000)


@pytest.fixture(scope="module")
def tail() -> AttackReport:
    """A true and a false tail bound."""
    return attack(read(TAIL), samples=2000)


def test_a_true_bound_is_tested_and_says_under_what(tail: AttackReport) -> None:
    """The wording is fixed: instances, confidence, mass under the model, and what was not decided."""
    found = tail.by_label["right"]
    (link,) = found.links
    assert found.outcome == "tested"
    assert found.text.startswith(f"no violation in N = {link.passes} instances of model default (n <= ")
    assert "at level 1e-9 from at most " in found.text
    assert "with confidence 1-1e-6 violating instances have mass <= " in found.text
    assert f"{link.undecided} of {link.samples} instances not decided" in found.text
    assert link.passes + link.undecided == link.samples
    assert link.passes > link.undecided


def test_a_false_bound_is_suspect_with_instance_draws_and_seed(tail: AttackReport) -> None:
    """Not violated: no outcome of sampling is exact."""
    found = tail.by_label["wrong"]
    assert found.outcome == "suspect"
    assert found.witness is None and found.finding is None
    assert dict(found.values)["n"] == "1"
    assert found.text.startswith("by sampling, not exactly: `Pr[t <= |dev|] <= exp(-n*t^2)` at n = 1, t = ")
    for part in ("e-value >= 10^", "fresh draws, at level ", ", seed 0"):
        assert part in found.text


def test_the_confirmation_reaches_the_level_of_its_place(tail: AttackReport) -> None:
    """Check j has the level alpha*6/(pi^2 j^2), split once more over its candidates."""
    assert f"at level {shown(level(level(ALPHA, 2), 1))}," in tail.by_label["wrong"].text


@pytest.mark.parametrize(
    ("clauses", "outcome"),
    [
        (("draw x ~ normal(0, 1)", "claim c: Pr[x >= 1] <= 0.1"), "suspect"),
        (("draw x ~ normal(0, 1)", "claim c: Pr[x >= 1] <= 0.2"), "tested"),
        (("draw x ~ normal(0, 1)", "claim c: E[x^2] <= 1/2"), "suspect"),
        (("draw x ~ normal(0, 1)", "claim c: E[x^2] <= 3"), "undecided"),
        (("draw x ~ exponential(1)", "claim c: almost surely, x <= 5"), "suspect"),
        (("draw x ~ exponential(1)", "claim c: almost surely, x >= 0"), "tested"),
        (
            ("let p : Prob", "draw x ~ uniform([0, 1])", "claim c: with prob >= 1 - p over x, x >= p/2"),
            "tested",
        ),
        (
            ("let p : Prob", "draw x ~ uniform([0, 1])", "claim c: with prob >= 1 - p over x, x >= 2*p"),
            "suspect",
        ),
        (("draw x ~ normal(0, 1)", "claim c: Pr[x <= 0] <~ 1"), "untested"),
        (
            ("draw x ~ normal(0, 1)", "claim c: with prob >= 1/2 over x, forall t in [0, 1], x >= t - 9"),
            "undecided",
        ),
        (
            ("draw x ~ normal(0, 1)", "claim c: with prob >= 1/2 over x, forall t in [0, 1], x >= t + 9"),
            "suspect",
        ),
        (("draw x ~ normal(0, 1)", "claim c: E[sup_{t in [0, 1]} min(t*x, 1)] <= 3"), "untested"),
        (
            ("let D : Dist[[0, 1]]", "draw x ~ D", "draw z ~ normal(0, 1)", "claim c: Pr[x + z <= 0] <= 1/4"),
            "suspect",
        ),
        (
            (
                "let v : Real > 0",
                "assume small: v <= 1/4",
                "draw x ~ normal(0, v)",
                "claim c: Pr[x >= 1] <= 0.1",
            ),
            "tested",
        ),
    ],
)
def test_outcomes(clauses: tuple[str, ...], outcome: str) -> None:
    """One claim each; hypotheses hold at every instance that counts."""
    assert attacked(*clauses).by_label["c"].outcome == outcome


def test_a_hypothesis_that_nothing_satisfies_leaves_nothing_tested() -> None:
    """No instance, no verdict."""
    clauses = ("let v : Real > 0", "assume odd: v^2 < 0", "draw x ~ normal(0, v)", "claim c: Pr[x >= 0] <= 1")
    assert attacked(*clauses).by_label["c"].outcome == "untested"


def test_chains_are_tested_link_by_link() -> None:
    """A false link is found behind a true one."""
    found = attacked("draw x ~ normal(0, 1)", "claim c: Pr[x >= 1] <= 0.2 <= Pr[x >= 2] + 0.1").by_label["c"]
    assert found.outcome == "suspect"
    assert "0.2 <= Pr[2 <= x]" in found.text.replace("1/5", "0.2")


SMALL = (
    "let v : Real > 0",
    "draw x ~ normal(0, v)   draw y ~ gamma(2, 1)",
    "claim a: Pr[x >= 0] <= 2/3",
    "claim b: Pr[y <= 1] <= 1/4",
)


def test_the_seed_is_all_that_matters() -> None:
    """The same again with one thread or many; another seed gives other draws and the same outcome."""
    text = read("\n".join(("theorem t", *SMALL, "end")))
    one, many = (attack(text, samples=2000, budget=Budget(threads=threads)) for threads in (1, 4))
    other = attack(text, samples=2000, seed=1)
    assert one == many
    assert one.by_label["b"].text != other.by_label["b"].text
    for report in (one, other):
        assert [statement.outcome for statement in report.statements] == ["tested", "suspect"]


def test_nothing_depends_on_the_hash_seed() -> None:
    """The whole report, from another process and from this one, whose seed is another."""
    program = (
        "from tests.attack.test_continuous import SMALL, attacked\nprint(repr(attacked(*SMALL).statements))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert found == repr(attacked(*SMALL).statements)


def test_a_rare_failure_is_confirmed_with_enough_draws() -> None:
    """x > 10/l has probability exp(-10), so that 4096 draws on the fresh stream are mostly too few."""
    found = attacked(
        "let l : Real > 0",
        "draw x ~ exponential(l)",
        "claim a: almost surely, x >= 0",
        "claim b: almost surely, x <= 10/l",
    )
    assert [statement.outcome for statement in found.statements] == ["tested", "suspect"]


def test_a_candidate_that_is_not_confirmed_leaves_the_statement_open() -> None:
    """It is neither suspect nor tested, however many other instances hold."""
    theorem = read("theorem t\n  draw x ~ normal(0, 1)\n  claim c: Pr[x >= 1] <= 0.2\nend\n")
    (check,) = checks_of(theorem)
    for unconfirmed, outcome in ((0, "tested"), (1, "undecided")):
        seen = Seen(sampled=Sampled(held=40, undecided=unconfirmed, draws=256, unconfirmed=unconfirmed))
        links = [link_report(check, seen, "the law")]
        found = statement_report(theorem, theorem.statements[0], links, [seen], "default", "", (), ())
        assert found.outcome == outcome
        assert ("not confirmed by a fresh one" in found.text) is bool(unconfirmed)


def test_the_discovery_level_is_no_verdict() -> None:
    """A candidate on stream A is looser by far than what stream B must reach."""
    assert 100 * level(level(ALPHA, 1), 1) < DISCOVERY
    assert Sampled().suspect is None
    assert "infinite" in Suspect(float("inf"), 1e-7, 3, "a <= b", (), {}, 0).text
