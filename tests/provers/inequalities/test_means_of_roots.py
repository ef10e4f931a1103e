"""A root of a product of sums exceeds the sum of the roots of products."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import means_of_roots
from tests.provers.inequalities.attempts import proves

SIX = ("a > 0", "b > 0", "c > 0", "x > 0", "y > 0", "z > 0")

TRUE = {
    "three factors": "((a+x)*(b+y)*(c+z))**(1/3) >= (a*b*c)**(1/3) + (x*y*z)**(1/3)",
    "numbers": "((1+a)*(1+b)*(1+c))**(1/3) >= 1 + (a*b*c)**(1/3)",
    "in another order": "((a+x)*(b+y)*(c+z))**(1/3) >= (c*a*b)**(1/3) + (z*y*x)**(1/3)",
}
FALSE = {
    "another sum": "((a+x)*(b+y)*(c+2*z))**(1/3) >= (a*b*c)**(1/3) + (x*y*z)**(1/3)",
    "too large": "((1+a)*(1+b)*(1+c))**(1/3) >= 11/10 + (a*b*c)**(1/3)",
    "strictly": "((1+a)*(1+b)*(1+c))**(1/3) > 1 + (a*b*c)**(1/3)",
}


@pytest.mark.parametrize("name", TRUE)
def test_the_means_of_the_quotients_add_up_to_one(name: str) -> None:
    assert proves(means_of_roots, TRUE[name], SIX)


@pytest.mark.parametrize("name", FALSE)
def test_nothing_is_found_where_the_sums_are_others(name: str) -> None:
    assert not proves(means_of_roots, FALSE[name], SIX, effort=300)
