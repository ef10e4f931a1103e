"""The elementary functions against balls, and the generator against published answers."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
import pytest
from flint import arb, ctx

from boundkit.attack.mathematics import as_bits, exponential, from_bits, logarithm, philox, uniform


@numba.njit(error_model="numpy")
def exponentials(values: Any) -> Any:
    """The compiled exponential at each value."""
    result = np.empty_like(values)
    for place in range(len(values)):
        result[place] = exponential(values[place])
    return result


@numba.njit(error_model="numpy")
def logarithms(values: Any) -> Any:
    """The compiled logarithm at each value."""
    result = np.empty_like(values)
    for place in range(len(values)):
        result[place] = logarithm(values[place])
    return result


def ulps(found: float, exact: Any) -> float:
    """Distance in units in the last place of the exact value."""
    return abs(float((arb(found) - exact) / arb(math.ulp(float(exact)))))


@pytest.fixture(autouse=True)
def precision() -> Any:
    """200 bits."""
    former, ctx.prec = ctx.prec, 200
    yield
    ctx.prec = former


def test_exponential_errs_by_less_than_one_ulp() -> None:
    """On [-708, 709.7] and close to 0."""
    source = np.random.default_rng(1)
    values = np.concatenate(
        [source.uniform(-708, 709.7, 3000), source.uniform(-1, 1, 3000), [0.0, 1e-300, -1e-20]]
    )
    worst = max(ulps(y, arb(x).exp()) for x, y in zip(values, exponentials(values), strict=True))
    assert worst < 1.0


def test_logarithm_errs_by_less_than_one_ulp() -> None:
    """On normal numbers, close to 1, and on subnormal ones."""
    source = np.random.default_rng(2)
    values = np.concatenate(
        [np.exp(source.uniform(-700, 700, 3000)), source.uniform(0.5, 2, 3000), [5e-324, 1e-310, 1 + 1e-15]]
    )
    worst = max(ulps(y, arb(x).log()) for x, y in zip(values, logarithms(values), strict=True))
    assert worst < 1.0


def test_edges_of_the_domains() -> None:
    """Infinities, zeros and NaN come out as in the library functions."""
    found = exponentials(np.array([math.inf, -math.inf, 710.0, -800.0, 0.0, math.nan]))
    assert list(found[:5]) == [math.inf, 0.0, math.inf, 0.0, 1.0]
    assert math.isnan(found[5])
    found = logarithms(np.array([0.0, -1.0, math.inf, 1.0, math.nan]))
    assert found[0] == -math.inf and math.isnan(found[1]) and found[2] == math.inf
    assert found[3] == 0.0 and math.isnan(found[4])


def test_interpreted_and_compiled_give_the_same_bits() -> None:
    """Exponential and logarithm."""
    values = np.random.default_rng(3).uniform(-700, 700, 2000)
    assert [as_bits(exponential(x)) for x in values] == [as_bits(y) for y in exponentials(values)]
    values = np.abs(values)
    assert [as_bits(logarithm(x)) for x in values] == [as_bits(y) for y in logarithms(values)]


def test_bits_go_there_and_back() -> None:
    """from_bits inverts as_bits."""
    for x in (0.0, -0.0, 1.5, -2.5e-308, math.inf):
        assert math.copysign(1, from_bits(as_bits(x))) == math.copysign(1, x) and from_bits(as_bits(x)) == x


@pytest.mark.parametrize(
    "counter, key, answer",
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_published_answers(counter: Any, key: Any, answer: Any) -> None:
    """Known answers of the Random123 distribution."""
    words = philox(*(np.uint64(word) for word in (*counter, *key)))
    assert tuple(int(word) for word in words) == answer


def test_uniforms_are_inside_the_open_interval() -> None:
    """Also for extreme words."""
    low, high = np.uint64(0), np.uint64(0xFFFFFFFF)
    assert 0.0 < uniform(low, low) < 1e-15
    assert 1 - 1e-15 < uniform(high, high) < 1.0
