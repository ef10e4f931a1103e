"""Functions of disjoint sets of variables, which no fact links, are at least their own least values."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import independent_parts
from tests.provers.inequalities.attempts import proves

SIX = ("a > 0", "b > 0", "c > 0", "x > 0", "y > 0", "z > 0")

TRUE = {
    "a sum under two equations": (
        "a**2 + b**2 + c**2 + x + y + z >= 6",
        (*SIX, "Eq(a+b+c, 3)", "Eq(x*y*z, 1)"),
    ),
    "a product under two equations": (
        "(1/a + 1/b + 1/c)*(x + y + z) >= 9",
        (*SIX, "Eq(a+b+c, 3)", "Eq(x*y*z, 1)"),
    ),
    "products on both sides": ("(a+b)**2*(x/y + y/x) >= 8*a*b", SIX),
    "an irrational level": ("(a + 2/a)*(x + y) >= 4*sqrt(2)*sqrt(x*y)", SIX),
    "with room": ("(a/b + b/a)*(x/y + y/x) > 3", SIX),
}
FALSE = {
    "a fact that links the parts": ("(a+b)*(x+y) >= 2", (*SIX, "Eq(a*b*x*y, 1/16)")),
    "too much": ("(1/a + 1/b + 1/c)*(x + y + z) >= 10", (*SIX, "Eq(a+b+c, 3)", "Eq(x*y*z, 1)")),
    "strict with equality": ("(a/b + b/a)*(x/y + y/x) > 4", SIX),
    "a factor that may be negative": ("(u-a)*(x/y + y/x) >= 2*(u-a)", SIX),
}


@pytest.mark.parametrize("name", TRUE)
def test_the_least_values_of_the_parts_decide(name: str) -> None:
    assert proves(independent_parts, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_nothing_is_found_where_the_parts_do_not_decide(name: str) -> None:
    assert not proves(independent_parts, *FALSE[name], effort=300)
