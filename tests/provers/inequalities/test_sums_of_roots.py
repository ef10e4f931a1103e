"""Sums of roots are compared by the squares of both sides, or by tangent planes."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import planes, radical_bounds, squared_sides
from tests.provers.inequalities.attempts import proves

TRIPLE = ("a > 0", "b > 0", "c > 0")

SQUARES = {
    "Minkowski": ("sqrt((a+c)**2 + (b+d)**2) <= sqrt(a**2 + b**2) + sqrt(c**2 + d**2)", (*TRIPLE, "d > 0")),
    "Cauchy": ("sqrt((a+b)*(c+d)) >= sqrt(a*c) + sqrt(b*d)", (*TRIPLE, "d > 0")),
    "any sign": ("sqrt(x**2 + 1) + sqrt(y**2 + 1) >= sqrt((x+y)**2 + 4)", ()),
    "strictly": ("sqrt(x + 2) + sqrt(x) < 2*sqrt(x + 1)", ("x > 0",)),
}
NO_SQUARES = {
    "too large": ("sqrt(x**2 + 1) + sqrt(y**2 + 1) >= sqrt((x+y)**2 + 5)", ()),
    "strict with equality": ("sqrt((a+b)*(c+d)) > sqrt(a*c) + sqrt(b*d)", (*TRIPLE, "d > 0")),
    "one root": ("sqrt(x) <= x + 1", ("x > 0",)),
}
PLANES = {
    "an irrational slope": (
        "sqrt(a**2+a*b+b**2) + sqrt(b**2+b*c+c**2) + sqrt(c**2+c*a+a**2) >= sqrt(3)*(a+b+c)",
        TRIPLE,
    ),
    "under an equation": (
        "sqrt(a**2+b**2) + sqrt(b**2+c**2) + sqrt(c**2+a**2) >= sqrt(2)",
        (*TRIPLE, "Eq(a+b+c, 1)"),
    ),
}


@pytest.mark.parametrize("name", SQUARES)
def test_the_squares_of_both_sides_decide(name: str) -> None:
    assert proves(squared_sides, *SQUARES[name])


@pytest.mark.parametrize("name", NO_SQUARES)
def test_the_squares_do_not_decide(name: str) -> None:
    assert not proves(squared_sides, *NO_SQUARES[name], effort=200)


@pytest.mark.parametrize("name", PLANES)
def test_tangent_planes_decide(name: str) -> None:
    assert proves(planes, *PLANES[name])


BOUNDS = {
    "a quotient of linear forms": (
        "sqrt(2*a/(a+b)) + sqrt(2*b/(b+c)) + sqrt(2*c/(c+a)) <= 3",
        TRIPLE,
    ),
    "with equality at the border alone": ("sqrt(a/(b+c)) + sqrt(b/(c+a)) + sqrt(c/(a+b)) > 2", TRIPLE),
    "where variables may be 0": (
        "sqrt(a/(b+c)) + sqrt(b/(c+a)) + sqrt(c/(a+b)) >= 2",
        ("a >= 0", "b >= 0", "c >= 0", "a + b > 0", "b + c > 0", "c + a > 0"),
    ),
    "an irrational value": ("sqrt(a/(a+b)) + sqrt(b/(b+c)) + sqrt(c/(c+a)) <= 3/sqrt(2)", TRIPLE),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_rational_bounds_of_the_roots_decide(name: str) -> None:
    assert proves(radical_bounds, *BOUNDS[name])


def test_bounds_of_roots_do_not_show_more_than_is_true() -> None:
    assert not proves(radical_bounds, "sqrt(a/(b+c)) + sqrt(b/(c+a)) + sqrt(c/(a+b)) > 201/100", TRIPLE)
