"""Powers with symbolic exponents are compared by tangents at 1 and chords, and by weighted means."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import bernoulli, weighted_means
from tests.provers.inequalities.attempts import proves

PAIR = ("a > 0", "b > 0")

TRUE = {
    "convex": ("((a+b)/2)**p <= (a**p + b**p)/2", (*PAIR, "p > 1")),
    "a factor with the exponent": ("(a+b)**p <= 2**(p-1)*(a**p + b**p)", (*PAIR, "p >= 1")),
    "concave": ("((a+b)/2)**p >= (a**p + b**p)/2", (*PAIR, "p > 0", "p < 1")),
    "subadditive": ("(a+b)**p <= a**p + b**p", (*PAIR, "p > 0", "p <= 1")),
    "superadditive": ("a**p + b**p <= (a+b)**p", (*PAIR, "p >= 1")),
}
FALSE = {
    "neither convex nor concave": ("((a+b)/2)**p <= (a**p + b**p)/2", (*PAIR, "p > 1/2")),
    "too large": ("(a+b)**p <= 2**(p-1)*(a**p + b**p) - 1/100", (*PAIR, "p >= 1")),
    "strict with equality": ("((a+b)/2)**p < (a**p + b**p)/2", (*PAIR, "p > 1")),
}


@pytest.mark.parametrize("name", TRUE)
def test_tangents_and_chords_decide(name: str) -> None:
    assert proves(bernoulli, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_nothing_is_found_without_them(name: str) -> None:
    assert not proves(bernoulli, *FALSE[name], effort=200)


MEANS = {
    "three weights": (
        "a**u*b**v*c**(1-u-v) <= u*a + v*b + (1-u-v)*c",
        (*PAIR, "c > 0", "u > 0", "v > 0", "u+v < 1"),
    ),
    "Young": ("a*b <= a**p/p + b**(p/(p-1))*(p-1)/p", (*PAIR, "p > 1")),
}
NO_MEANS = {
    "weights that add up to more": ("a**w*b**(1-w) <= w*a + (2-w)*b/3", (*PAIR, "w > 0", "w < 1")),
    "exponents that are not conjugate": ("a*b <= a**p/p + b**(p/(p-1))*(p-1)/(2*p)", (*PAIR, "p > 1")),
    "strict with equality": ("a*b < a**p/p + b**(p/(p-1))*(p-1)/p", (*PAIR, "p > 1")),
}


@pytest.mark.parametrize("name", MEANS)
def test_weighted_means_decide(name: str) -> None:
    assert proves(weighted_means, *MEANS[name])


@pytest.mark.parametrize("name", NO_MEANS)
def test_the_means_do_not_decide(name: str) -> None:
    assert not proves(weighted_means, *NO_MEANS[name], effort=200)
