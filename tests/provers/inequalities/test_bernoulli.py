"""Powers with one symbolic exponent are compared by tangents at 1 and by chords of the unit interval."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import bernoulli
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
