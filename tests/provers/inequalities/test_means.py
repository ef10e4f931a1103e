"""Sums of monomials that weighted arithmetic and geometric means bound."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import means
from tests.provers.inequalities.attempts import proves

XY = ("x > 0", "y > 0")
XYZ = (*XY, "z > 0")

TRUE = {
    "two squares": ("2*x*y <= x**2 + y**2", ()),
    "three cubes": ("x**3 + y**3 + z**3 >= 3*x*y*z", XYZ),
    "Motzkin": ("x**4*y**2 + x**2*y**4 + 1 >= 3*x**2*y**2", ()),
    "Young with exponents 3 and 3/2": ("x*y <= x**3/3 + 2*y**(3/2)/3", XY),
    "with room": ("x*y <= x**2 + y**2", ()),
    "strictly, with room": ("x*y < x**2 + y**2", XY),
    "a parameter": ("a*b <= a**2/(2*c) + c*b**2/2", ("c > 0", "a > 0", "b > 0")),
    "roots": ("D**2/(2*e*T) + e*G**2/2 >= D*G/sqrt(T)", ("D > 0", "G > 0", "T > 0", "e > 0")),
    "cyclic": ("x**2*y + y**2*z + z**2*x >= 3*x*y*z", XYZ),
    "several negative monomials": ("x**3 + y**3 + z**3 >= x**2*y + y**2*z + z**2*x", XYZ),
    "exponentials": ("exp((x + y)/2) <= (exp(x) + exp(y))/2", ()),
    "three exponentials": ("3*exp((x + y + z)/3) <= exp(x) + exp(y) + exp(z)", ()),
    "an irrational constant": ("2*sqrt(6)*x*y <= 2*x**2 + 3*y**2", ()),
    "a minimum that is not at 1": ("x + 4/x >= 4", ("x > 0",)),
    "logarithms as atoms": ("log(n)/e + e*T/8 >= sqrt(T*log(n)/2)", ("n > 1", "e > 0", "T > 0")),
}
FALSE = {
    "a constant that is too large": ("201/100*x*y <= x**2 + y**2", XY),
    "strict with equality": ("2*x*y < x**2 + y**2", XY),
    "outside of the hull": ("x**3*y <= x**2 + y**2", XY),
    "signs": ("3*x*y*z <= x**3 + y**3 + z**3", ()),
    "Young with other exponents": ("x*y <= x**3/3 + y**2/2", XY),
    "an irrational constant": ("49/10*x*y <= 2*x**2 + 3*y**2", XY),
    "exponentials": ("exp((x + y)/2) <= 49/100*(exp(x) + exp(y))", ()),
    "several": ("x**3 + y**3 + z**3 >= 101/100*(x**2*y + y**2*z + z**2*x)", XYZ),
    "logarithms": ("log(n)/e + e*T/8 >= sqrt(T*log(n))", ("n > 1", "e > 0", "T > 0")),
}


@pytest.mark.parametrize("name", TRUE)
def test_the_means_show(name: str) -> None:
    assert proves(means, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_false_goals_stay_open(name: str) -> None:
    assert not proves(means, *FALSE[name])
