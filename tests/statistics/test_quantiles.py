"""Every law: its quantiles against its distribution function, its moments, its range, its parameters."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from scipy import stats

from boundkit.kernel.values import Absent
from boundkit.statistics.arithmetic import as_bracket
from boundkit.statistics.brackets import Bracket
from boundkit.statistics.quantiles import LAWS, among
from boundkit.statistics.streams import CELL, WHOLE, Stream


def rational(value: str) -> fmpq:
    """An exact number."""
    exact = Fraction(value)
    return fmpq(exact.numerator, exact.denominator)


def frozen(name: str, *parameters: float) -> Any:
    """SciPy's law with our parameters."""
    match name, parameters:
        case "normal", (m, v):
            return stats.norm(m, math.sqrt(v))
        case "exponential", (rate,):
            return stats.expon(scale=1 / rate)
        case "laplace", (scale,):
            return stats.laplace(scale=scale)
        case "gamma", (shape, rate):
            return stats.gamma(shape, scale=1 / rate)
        case "beta", (a, b):
            return stats.beta(a, b)
        case "uniform", (low, high):
            return stats.uniform(low, high - low)
        case "poisson", (rate,):
            return stats.poisson(rate)
        case "geometric", (p,):
            return stats.geom(p)
        case "binomial", (n, p):
            return stats.binom(n, p)
        case "bernoulli", (p,):
            return stats.bernoulli(p)
        case "Rademacher", ():
            return stats.rv_discrete(values=((-1, 1), (0.5, 0.5)))()
    raise AssertionError(name)


CASES = [
    ("normal", "0", "1"),
    ("normal", "-3", "1/4"),
    ("exponential", "1/100"),
    ("exponential", "7"),
    ("laplace", "2"),
    ("gamma", "1/20", "1"),
    ("gamma", "3", "5"),
    ("gamma", "1000", "1"),
    ("beta", "1/2", "1/2"),
    ("beta", "1/10", "30"),
    ("beta", "200", "100"),
    ("uniform", "-2", "5"),
    ("poisson", "1/100"),
    ("poisson", "4"),
    ("poisson", "1000"),
    ("geometric", "1/2"),
    ("geometric", "1/1000"),
    ("binomial", "1", "1/3"),
    ("binomial", "20", "1/10"),
    ("binomial", "500", "9/10"),
    ("bernoulli", "1/7"),
    ("Rademacher",),
]
CONTINUOUS = ("normal", "exponential", "laplace", "gamma", "beta", "uniform")


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case))
def test_the_distribution_function_undoes_the_quantile(case: tuple[str, ...]) -> None:
    """For a cell [u, u'] the bracket [x, x'] has F(x) <= u' and F(x') >= u, and it is no wider than a cell
    and the error of the computation make it."""
    name, parameters = case[0], [rational(text) for text in case[1:]]
    law = frozen(name, *(float(Fraction(text)) for text in case[1:]))
    cells = Stream("quantiles", name).cells("x", 0, 5000)
    with np.errstate(all="ignore"):
        found = LAWS[name].quantile(parameters, cells)
    assert np.all(found.lo <= found.hi)
    slack = 1e-9
    if name in CONTINUOUS:
        assert np.all(law.cdf(found.lo) <= cells.hi + slack)
        assert np.all(law.cdf(found.hi) >= cells.lo - slack)
        assert np.all(law.cdf(found.hi) - law.cdf(found.lo) <= 3e-5)
    else:
        decided = found.lo == found.hi
        assert np.count_nonzero(~decided) <= 1
        assert np.all(law.cdf(found.lo[decided]) >= cells.lo[decided] - slack)
        assert np.all(law.cdf(found.lo[decided] - 0.5) <= cells.hi[decided] + slack)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case))
def test_the_ends_of_the_unit_interval_are_covered(case: tuple[str, ...]) -> None:
    """The first and last cells, and some where tails begin: F(x) <= u' and F(x') >= u."""
    name, parameters = case[0], [rational(text) for text in case[1:]]
    law = frozen(name, *(float(Fraction(text)) for text in case[1:]))
    low = np.array([0.0, CELL, 2.0**-40, 1e-6, 1 - 1e-6, 1 - 2.0**-40, 1 - 2 * CELL, 1 - CELL])
    cells = Bracket(low, low + CELL)
    with np.errstate(all="ignore"):
        found = LAWS[name].quantile(parameters, cells)
    before = found.lo if name in CONTINUOUS else found.lo - 0.5
    assert np.all(law.cdf(before) <= cells.hi + 1e-9)
    assert np.all(law.sf(found.hi) <= 1 - cells.lo + 1e-9)
    assert np.all(law.cdf(before)[:3] <= 2 * cells.hi[:3])
    assert np.all(law.sf(found.hi)[5:] <= 2 * (1 - cells.lo[5:]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case))
def test_stated_moments_are_those_of_the_law(case: tuple[str, ...]) -> None:
    """Mean and variance in closed form, against SciPy."""
    parameters = [rational(text) for text in case[1:]]
    law = frozen(case[0], *(float(Fraction(text)) for text in case[1:]))
    for stated, known in ((LAWS[case[0]].mean, law.mean()), (LAWS[case[0]].variance, law.var())):
        found = as_bracket(stated(*parameters))
        assert found.lo == pytest.approx(float(known), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case))
def test_the_sample_mean_is_near_the_mean(case: tuple[str, ...]) -> None:
    """Within five standard errors, on a fixed stream."""
    parameters = [rational(text) for text in case[1:]]
    law = frozen(case[0], *(float(Fraction(text)) for text in case[1:]))
    with np.errstate(all="ignore"):
        found = LAWS[case[0]].quantile(parameters, Stream("means", case[0]).cells("x", 0, 40_000))
    error = float(law.std()) / 200
    assert float(np.mean(found.lo)) == pytest.approx(float(law.mean()), abs=5 * error)


@pytest.mark.parametrize(
    ("case", "low", "high"),
    [
        (("normal", "0", "1"), -math.inf, math.inf),
        (("exponential", "2"), 0, math.inf),
        (("laplace", "2"), -math.inf, math.inf),
        (("gamma", "2", "2"), 0, math.inf),
        (("beta", "2", "2"), 0, 1),
        (("uniform", "-2", "5"), -2, 5),
        (("poisson", "3"), 0, math.inf),
        (("geometric", "1/3"), 1, math.inf),
        (("binomial", "7", "1/3"), 0, 7),
        (("bernoulli", "1/3"), 0, 1),
        (("Rademacher",), -1, 1),
    ],
    ids=lambda case: case[0] if isinstance(case, tuple) else "",
)
def test_the_whole_of_the_unit_interval_gives_the_range(
    case: tuple[str, ...], low: float, high: float
) -> None:
    """What interval propagation starts from."""
    with np.errstate(all="ignore"):
        found = LAWS[case[0]].quantile([rational(text) for text in case[1:]], WHOLE)
    assert (float(found.lo), float(found.hi)) == (low, high)


@pytest.mark.parametrize(
    "case",
    [
        ("normal", "0", "-1"),
        ("exponential", "0"),
        ("laplace", "-1"),
        ("gamma", "0", "1"),
        ("gamma", "1", "0"),
        ("beta", "1", "-2"),
        ("poisson", "-1"),
        ("geometric", "0"),
        ("geometric", "2"),
        ("binomial", "3", "2"),
        ("bernoulli", "-1"),
    ],
    ids=lambda case: "-".join(case),
)
def test_a_parameter_outside_its_range_makes_no_law(case: tuple[str, ...]) -> None:
    """It is undefined, not clipped."""
    with pytest.raises(Absent, match="outside its range"):
        LAWS[case[0]].checked([rational(text) for text in case[1:]], case[0])


def test_a_parameter_that_is_outside_on_some_samples_is_undefined_there() -> None:
    """And nowhere else."""
    variance = Bracket(np.array([-1.0, 1.0]), np.array([-1.0, 1.0]))
    cells = Stream("k", "A").cells("x", 0, 2)
    with np.errstate(all="ignore"):
        parameters = LAWS["normal"].checked((fmpq(0), variance), "normal")
        found = LAWS["normal"].quantile(parameters, cells)
    assert np.isnan(found.lo).tolist() == [True, False]


def test_a_finite_law_is_sampled_with_its_weights() -> None:
    """Outcomes in any order; counts within five standard errors."""
    outcomes, weights = (fmpq(5), fmpq(-1), fmpq(1, 3)), (fmpq(1, 2), fmpq(1, 6), fmpq(1, 3))
    found = among(outcomes, weights, Stream("k", "A").cells("x", 0, 60_000))
    assert np.count_nonzero(found.lo == 5) == pytest.approx(30_000, abs=5 * math.sqrt(15_000))
    assert np.count_nonzero(found.lo == -1) == pytest.approx(10_000, abs=5 * math.sqrt(8_400))
    whole = among(outcomes, weights, WHOLE)
    assert (whole.lo, whole.hi) == (-1, 5)
