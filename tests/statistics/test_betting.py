"""The wager: a nonnegative supermartingale under every law with the mean, large where the mean is larger."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from boundkit.statistics.betting import SHARES, Truncated, Wager, capital
from boundkit.statistics.confidence import ConfidenceSequence, hoeffding_radius
from boundkit.statistics.levels import ALPHA, Shares, level, shown, zero_failure_bound, zero_failure_text
from boundkit.statistics.streams import Stream

MEANS = (0.0, 1e-6, 0.01, 0.1, 0.5, 0.9, 1.0)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 20)), min_size=1, max_size=4), st.integers(1, 3))
def test_the_capital_has_mean_at_most_one_under_every_law_with_the_mean(
    atoms: list[tuple[float, int]], rounds: int
) -> None:
    """All outcomes of a finite law are summed, over some rounds."""
    total = sum(weight for _, weight in atoms)
    mean = sum(value * weight for value, weight in atoms) / total
    expected = 0.0
    for outcome in product(atoms, repeat=rounds):
        wager = Wager(mean)
        wager.add([value for value, _ in outcome])
        if wager.log_capital > -math.inf:
            weight = math.prod(Fraction(weight, total) for _, weight in outcome)
            expected += math.exp(wager.log_capital) * float(weight)
    assert expected <= 1 + 1e-9


def test_a_larger_mean_is_found() -> None:
    """All payoffs are 1 while at most 1/2 is claimed: at least 2^n/28 after n."""
    wager = Wager(0.5)
    path = wager.add(np.ones(100))
    assert path[-1] == pytest.approx(100 * math.log(2) - math.log(len(SHARES)), rel=0.01)
    assert wager.largest == wager.log_capital == path[-1]


def test_batches_do_not_matter() -> None:
    """One payoff at a time or all at once."""
    payoffs = Stream("k", "A").cells("x", 0, 300).lo
    whole, parts = Wager(0.4), Wager(0.4)
    path = whole.add(payoffs)
    pieces = np.concatenate([parts.add(payoffs[k : k + 1]) for k in range(300)])
    assert np.allclose(path, pieces, rtol=0, atol=1e-9)


def test_means_at_the_ends() -> None:
    """0 is refuted by any positive payoff, 1 by nothing, less than 0 at once."""
    assert Wager(0.0).add([0.0, 1e-9, 0.0]).tolist() == [0.0, math.inf, math.inf]
    assert Wager(1.0).add([1.0, 1.0]).tolist() == [0.0, 0.0]
    assert Wager(-0.1).add([0.0]).tolist() == [math.inf]
    with pytest.raises(ValueError, match="NaN"):
        Wager(math.nan)


@pytest.mark.parametrize("mean", MEANS)
def test_nothing_overflows(mean: float) -> None:
    """Many payoffs that are all 1, or all 0, keep the log capital a number or infinity."""
    for value in (0.0, 1.0):
        wager = Wager(mean)
        for _ in range(10):
            wager.add(np.full(20_000, value))
        assert not math.isnan(wager.log_capital)
        assert wager.log_capital <= 0 if value == 0 else wager.log_capital >= 0


def test_a_payoff_that_is_no_number_is_counted_and_helps_nobody() -> None:
    """NaN and the infinities count as 0."""
    bad, zero = Wager(0.3), Wager(0.3)
    path = bad.add([1.0, math.nan, math.inf, -math.inf, 1.0])
    assert np.array_equal(path, zero.add([1.0, 0.0, 0.0, 0.0, 1.0]))
    assert (bad.undecided, zero.undecided, bad.count) == (3, 0, 5)


@pytest.mark.parametrize("payoff", [-0.001, 1.001])
def test_a_payoff_outside_the_unit_interval_is_an_error(payoff: float) -> None:
    """It is not clipped in silence."""
    with pytest.raises(ValueError, match="outside"):
        Wager(0.5).add([payoff])


def test_counts_give_the_capital_of_the_payoffs() -> None:
    """In any order."""
    wager = Wager(0.2)
    wager.add([0.0, 0.5, 1.0, 0.5])
    found = capital(np.array([0.0, 0.5, 1.0]), np.array([1, 2, 1]), 0.2)
    assert found == pytest.approx(wager.log_capital, abs=1e-12)


def test_truncated_payoffs_refute_and_count_the_infinite_as_large() -> None:
    """E[X] <= 1 against X = 5; NaN counts as 0."""
    wager = Truncated(1.0)
    assert wager.add(np.full(100, 5.0))[-1] > math.log(1e6)
    assert Truncated(1.0).add(np.full(100, math.inf))[-1] > math.log(1e6)
    nothing = Truncated(1.0)
    assert nothing.add(np.full(100, math.nan))[-1] < 0
    assert nothing.undecided == 100


def test_a_bound_of_zero_is_refuted_by_one_positive_value() -> None:
    """E[X] <= 0 and X >= 0 say that X = 0."""
    assert Truncated(0.0).add(np.array([0.0, 1e-300]))[-1] == math.inf


@pytest.mark.parametrize("mean", [0.003, 0.2, 0.5, 0.97])
@pytest.mark.parametrize("shape", ["two values", "uniform around", "concentrated"])
def test_confidence_sequences_cover_at_all_times(mean: float, shape: str) -> None:
    """Asked at five times each; misses among 60 sequences of level 1/20 by the binomial law."""
    misses = 0
    for k in range(60):
        u = Stream(f"{shape}{mean}", str(k)).cells("x", 0, 2048).lo
        if shape == "two values":
            x = (u < mean).astype(float)
        elif shape == "uniform around":
            x = mean + (u - 0.5) * 2 * min(mean, 1 - mean)
        else:
            x = mean + (u - 0.5) * 0.02 * min(mean, 1 - mean)
        sequence = ConfidenceSequence(0.0, 1.0, 0.05)
        missed = False
        for first, last in ((0, 8), (8, 64), (64, 256), (256, 1024), (1024, 2048)):
            sequence.add(x[first:last], x[first:last])
            low, high = sequence.interval()
            missed |= not low <= mean <= high
        misses += missed
    assert stats.binom.sf(misses - 1, 60, 0.05) > 1e-6


def test_a_confidence_sequence_closes_in() -> None:
    """On [-1, 3], from brackets, to within what 20000 numbers allow."""
    u = Stream("k", "A").cells("x", 0, 20_000).lo * 4 - 1
    sequence = ConfidenceSequence(-1.0, 3.0, 1e-6)
    sequence.add(u - 1e-3, u + 1e-3)
    low, high = sequence.interval()
    assert 0.9 < low < 1.0 < high < 1.1


def test_an_undefined_number_leaves_both_ends_open() -> None:
    """A NaN counts as anything in the range, and is counted."""
    sequence = ConfidenceSequence(0.0, 1.0, 0.05)
    half = np.where(np.arange(4000) % 2 == 0, np.nan, 0.5)
    sequence.add(half, half)
    low, high = sequence.interval()
    assert low < 0.25 < 0.75 < high
    assert sequence.undecided == 2000


def test_without_numbers_the_range_is_all_that_is_known() -> None:
    """And a range that is not bounded is an error."""
    assert ConfidenceSequence(-2.0, 5.0, 0.1).interval() == (-2.0, 5.0)
    with pytest.raises(ValueError, match="bounded"):
        ConfidenceSequence(0.0, math.inf, 0.1)
    with pytest.raises(ValueError, match="level"):
        ConfidenceSequence(0.0, 1.0, 1.0)


def test_hoeffdings_radius() -> None:
    """2*exp(-2*n*r^2/(b - a)^2) = alpha."""
    radius = hoeffding_radius(-1.0, 2.0, 100, 0.01)
    assert 2 * math.exp(-2 * 100 * radius**2 / 9) == pytest.approx(0.01)


def test_levels_add_up_to_alpha() -> None:
    """The sum of 1/j^2 is pi^2/6."""
    assert sum(level(ALPHA, j) for j in range(1, 100_000)) == pytest.approx(ALPHA, rel=1e-4)
    assert sum(level(ALPHA, j) for j in range(1, 100_000)) < ALPHA
    shares = Shares(0.5)
    assert [shares.next(), shares.next()] == [level(0.5, 1), level(0.5, 2)]
    with pytest.raises(ValueError, match="counted from 1"):
        level(ALPHA, 0)


@pytest.mark.parametrize("trials", [1, 10, 1000, 10**6])
def test_no_failure_in_so_many_trials(trials: int) -> None:
    """(1 - u)^N = alpha."""
    assert trials * math.log1p(-zero_failure_bound(trials)) == pytest.approx(math.log(ALPHA))


def test_the_wording_of_no_failure_is_fixed() -> None:
    """The bound is rounded up."""
    assert zero_failure_text(10**6, "one") == (
        "no failure in N = 1000000 draws; with confidence 1-1e-6 one has probability <= 1.4e-5"
    )
    assert [shown(value) for value in (0.2, 0.201, 1e-6, 0.0)] == ["0.2", "0.21", "1e-6", "0"]
    with pytest.raises(ValueError, match="nothing"):
        zero_failure_bound(0)
