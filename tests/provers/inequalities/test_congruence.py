"""Sides that are built alike are compared part by part; roots are compared by their powers."""

from __future__ import annotations

import pytest

from boundkit.provers.inequalities.methods import congruence, definedness, squaring
from tests.provers.inequalities.attempts import proves

AB = ("a > 0", "b > 0")
ABC = (*AB, "c > 0")

ALIKE = {
    "an exponential": ("exp(2*x*y) <= exp(x**2 + y**2)", ()),
    "a logarithm": ("log(x) <= log(1 + x)", ("x > 0",)),
    "a strict logarithm": ("log(x) < log(1 + x)", ("x > 0",)),
    "a strict root": ("sqrt(a*b) < sqrt(1 + a*b)", AB),
    "an arctangent": ("atan((a + b + c)/3) >= atan((a*b*c)**(1/3))", ABC),
    "the error function of roots": ("erf(sqrt(x**2 + y**2)) >= erf((x + y)/sqrt(2))", ("x >= 0", "y >= 0")),
    "a common factor": ("(a + b)*sqrt(log(1 + a**2 + b**2)) >= (a + b)*sqrt(log(1 + 2*a*b))", AB),
    "Nesbitt under an exponential": ("exp(-a/(b+c) - b/(c+a) - c/(a+b)) <= exp(-3/2)", ABC),
    "reciprocals": ("1/(1 + a**2 + b**2) <= 1/(1 + 2*a*b)", AB),
    "a constant side": ("tanh(2*x/(1 + x**2)) <= tanh(1)", ()),
    "products": (
        "exp(-z)*log(1 + x) <= exp(-x)*log(1 + z)",
        ("x > 0", "y > 0", "z > 0", "x <= y", "y <= z"),
    ),
    "sums": ("exp(2*x*y) + atan(x) <= exp(x**2 + y**2) + atan(x + 1)", ()),
    "a cube on the whole line": ("(1 + 2*x*y)**3 <= (1 + x**2 + y**2)**3", ()),
}
UNLIKE = {
    "an exponential the wrong way": ("exp(2*x*y) >= exp(x**2 + y**2)", ()),
    "a strict exponential with equality": ("exp(2*x*y) < exp(x**2 + y**2)", ()),
    "a logarithm of what is too small": ("log(x) <= log(x**2)", ("x > 0",)),
    "a reciprocal the wrong way": ("1/(1 + a**2 + b**2) >= 1/(1 + 2*a*b)", AB),
    "a factor of the other sign": ("x*exp(2*x*y) <= x*exp(x**2 + y**2)", ()),
    "products with a negative factor": ("(x - 3)*exp(-x) <= (x - 3)*exp(-x/2)", ("x > 0",)),
    "sums": ("exp(x) + atan(x + 1) <= exp(x**2) + atan(x)", ()),
    "a square on the whole line": ("x**2 <= (1 + x)**2", ()),
}


@pytest.mark.parametrize("name", ALIKE)
def test_sides_that_are_built_alike(name: str) -> None:
    assert proves(congruence, *ALIKE[name])


@pytest.mark.parametrize("name", UNLIKE)
def test_false_goals_stay_open(name: str) -> None:
    assert not proves(congruence, *UNLIKE[name], effort=300)


ROOTS = {
    "a root of a sum": ("sqrt(a + exp(b)) <= sqrt(a) + sqrt(exp(b))", AB),
    "strictly": ("sqrt(a + exp(b)) < sqrt(a) + sqrt(exp(b))", AB),
    "quadratic mean": ("sqrt(x**2 + y**2) >= (x + y)/sqrt(2)", ()),
    "logarithms under roots": (
        "sqrt((K + log(n/d))/(2*n)) <= sqrt(K/(2*n)) + sqrt(log(n/d)/(2*n))",
        ("K >= 0", "n >= 1", "0 < d", "d < 1"),
    ),
    "Pinsker under a root": (
        "sqrt((p*log(p/q) + (1-p)*log((1-p)/(1-q)))/2) >= p - q",
        ("0 < p", "p < 1", "0 < q", "q < 1"),
    ),
    "a cube root": ("(1 + 3*x)**(1/3) <= 1 + x", ("x >= 0",)),
    "a tangent": ("sqrt(1 + x) <= 1 + x/2", ("x >= 0",)),
}
NO_ROOTS = {
    "the other way": ("sqrt(a + b) >= sqrt(a) + sqrt(b)", AB),
    "strict with equality": ("sqrt(1 + x) < 1 + x/2", ("x >= 0",)),
    "squares of negative numbers": ("x <= sqrt(x**2 - 1) + 1/10", ("x >= 1",)),
    "too large": ("sqrt(x**2 + y**2) >= 3*(x + y)/4", ()),
}


@pytest.mark.parametrize("name", ROOTS)
def test_roots_are_compared_by_their_powers(name: str) -> None:
    method = definedness if name.startswith("Pinsker") else squaring
    assert proves(method, *ROOTS[name])


@pytest.mark.parametrize("name", NO_ROOTS)
def test_false_goals_with_roots_stay_open(name: str) -> None:
    assert not proves(squaring, *NO_ROOTS[name], effort=300)
