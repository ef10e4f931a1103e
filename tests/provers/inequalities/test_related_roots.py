"""Square roots that are multiples of each other."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import related_roots
from tests.provers.inequalities.attempts import proves

POSITIVE = ["v > 0", "c > 0", "t > 0"]
TRUE = {
    "one by its inverse": (
        "sqrt(v/(v + 2*c*t))*sqrt(v*(v + 2*c*t)) >= v*sqrt(1 + c)/sqrt(4 + 4*c) + v/2",
        POSITIVE,
    ),
    "one by two": (
        "2*t**2/(sqrt(v) + sqrt(v + 2*c*t))**2 >= v*(1 + c*t/v - sqrt(1 + 2*c*t/v))/c**2",
        POSITIVE,
    ),
    "where the quotient is negative": ("sqrt(1 + x**2) + x*sqrt(1 + 1/x**2) >= 0", ["x < 0"]),
}
FALSE = {
    "another multiple": ("sqrt(v/(v + 2*c*t))*sqrt(v*(v + 2*c*t)) >= v + c*t/1000", POSITIVE),
    "with both signs": ("x*sqrt(1 + 1/x**2) >= sqrt(1 + x**2)", ["x**2 > 0"]),
}


@pytest.mark.parametrize("name", TRUE)
def test_one_stands_for_all(name: str) -> None:
    assert proves(related_roots, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_they_are_not_taken_for_other_multiples(name: str) -> None:
    assert not proves(related_roots, *FALSE[name], effort=300)
