"""The level is kept by what users get, with optional stopping, on statements that are just true."""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy import stats

from boundkit.statistics.statements import Levels
from tests.statistics.reading import decisions, read

MANUAL = (Path(__file__).parents[2] / "docs" / "statistics.md").read_text(encoding="utf-8")
ALPHA = 0.05
RUNS = 60
SAMPLES = 512

TRUE = {
    "a probability": ("draw x ~ uniform([0, 1])", "Pr[x <= 1/5] <= 1/5"),
    "a small probability": ("draw x ~ uniform([0, 1])", "Pr[x <= 1/500] <= 1/500"),
    "a large probability": ("draw x ~ uniform([0, 1])", "Pr[x <= 0.97] <= 0.97"),
    "from below": ("draw x ~ uniform([0, 1])", "0.3 <= Pr[x <= 0.3]"),
    "with prob": ("draw x ~ exponential(1)", "with prob >= 1 - exp(-2) over x, x <= 2"),
    "bernoulli": ("draw x ~ bernoulli(1/50)   draw y ~ normal(0, 1)", "E[x + 0*min(max(y, 0), 1)] <= 1/50"),
    "a mean": ("draw x ~ uniform([-1, 3])", "E[x] <= 1"),
    "a mean from below": ("draw x ~ uniform([-1, 3])", "1 <= E[x]"),
    "a skew mean": ("draw x ~ beta(1/10, 3)", "E[x] <= 1/31"),
    "a concentrated mean": ("draw x ~ beta(500, 500)", "E[x] <= 1/2"),
    "a linear relation": ("draw x ~ uniform([0, 1])", "1 - 3*E[x^2] <= 0"),
    "a variance": ("draw x ~ uniform([0, 1])", "Var[x] <= 1/12"),
    "a sum": ("draw x ~ Rademacher^5   draw y ~ uniform([0, 1])", "E[y * sum_{i=1..5} x[i]] <= 0"),
    "a heavy mean": ("draw x ~ exponential(1)", "E[x^3] <= 6"),
    "a count": ("draw x ~ poisson(1)", "Pr[x = 0] <= exp(-1)"),
    "an inner mean": (
        "draw x ~ uniform([0, 1])",
        "Pr[x <= E_{z ~ uniform([0, 1])}[z^3]] <= 1/4",
    ),
    "an inner probability": (
        "draw x ~ uniform([0, 1])",
        "E[Pr_{z ~ uniform([0, 1])}[z <= x]] <= 1/2",
    ),
}  # fmt: skip


def alarms(law: str, claim: str, runs: int = RUNS, samples: int = SAMPLES) -> int:
    """How often a claim is refuted at level ALPHA, the e-value being looked at after each sample."""
    theorem = read(law, f"claim c: {claim}")
    levels = Levels(ALPHA, 1e-9)
    found = (decisions(theorem, f"{claim}{k}", samples, levels)[0] for k in range(runs))
    return sum(decision.outcome == "refuted" for decision in found)


@pytest.fixture(scope="module")
def false_alarms() -> dict[str, int]:
    """For each shape, how often it is refuted."""
    return {shape: alarms(*statement) for shape, statement in TRUE.items()}


@pytest.mark.parametrize("shape", TRUE)
def test_a_true_statement_is_refuted_no_more_often_than_stated(
    shape: str, false_alarms: dict[str, int]
) -> None:
    """By the binomial law, at 1e-6 for each shape."""
    assert stats.binom.sf(false_alarms[shape] - 1, RUNS, ALPHA) > 1e-6


def test_a_thousand_true_statements_keep_the_level(false_alarms: dict[str, int]) -> None:
    """All shapes together; and the level is not kept by never refuting anything."""
    total = RUNS * len(TRUE)
    assert total >= 1000
    found = sum(false_alarms.values())
    assert stats.binom.sf(found - 1, total, ALPHA) > 1e-6
    assert found >= 3
    assert f"{total} statements that are just true, of {len(TRUE)} shapes" in MANUAL
    assert f"at level {ALPHA}: {found} were refuted" in MANUAL


@pytest.mark.parametrize(
    ("shape", "law", "claim"),
    [
        ("a probability", "draw x ~ uniform([0, 1])", "Pr[x <= 1/5] <= 1/8"),
        ("a mean", "draw x ~ uniform([-1, 3])", "E[x] <= 3/4"),
        ("a heavy mean", "draw x ~ exponential(1)", "E[x^3] <= 2"),
        ("a variance", "draw x ~ uniform([0, 1])", "Var[x] <= 1/16"),
    ],
)
def test_the_same_shapes_are_refuted_when_they_are_false(shape: str, law: str, claim: str) -> None:
    """So that the count of false alarms could have been large."""
    assert shape in TRUE
    assert alarms(law, claim, 10, 1024) >= 9
