"""Inequalities between elementary and special functions of one variable, with false twins."""

from __future__ import annotations

from fractions import Fraction

import pytest

from boundkit.formulas.problems import read_problem
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Name, number
from boundkit.kernel.derivative import minus, power
from boundkit.kernel.steps import Fact, Range
from boundkit.provers.inequalities.goal import Effort, Found, Goal, accepted
from boundkit.provers.inequalities.methods import enclosures
from boundkit.provers.inequalities.proofs import Open, Proved, find

TRUE = {
    "Jordan": ("sin(x) >= 2*x/pi", ("0 <= x", "x <= pi/2"), {}),
    "Kober on both sides": ("cos(x) <= 1 - 4*x**2/pi**2", ("-pi/2 <= x", "x <= pi/2"), {}),
    "Huygens": ("2*sin(x)/x + tan(x)/x > 3", ("0 < x", "x < pi/2"), {}),
    "Fejer": ("3 + 4*cos(x) + cos(2*x) >= 0", (), {}),
    "fourth powers": ("sin(x)**4 + cos(x)**4 >= 1/2", (), {}),
    "touching at e": ("log(x) <= x/E", ("x > 0",), {}),
    "touching at a surd": ("x*(x - 1)/(1 + x)**3 <= sqrt(3)/18", ("x > 0",), {}),
    "least value of x to the x": ("x**x >= exp(-exp(-1))", ("x > 0",), {}),
    "arctangent at infinity": ("atan(x) > pi/2 - 1/x", ("x > 0",), {}),
    "Mills ratio": ("1 - erf(x) <= exp(-x**2)/(x*sqrt(pi))", ("x > 0",), {}),
    "Mills ratio from below": ("1 - erf(x) >= 2*x*exp(-x**2)/(sqrt(pi)*(1 + 2*x**2))", ("x >= 0",), {}),
    "Mills ratio with a root": (
        "sqrt(pi/2)*exp(x**2/2)*(1 - erf(x/sqrt(2))) >= 2/(x + sqrt(x**2 + 4))",
        ("x >= 0",),
        {},
    ),
    "squares of erf": ("erf(x)**2 <= 1 - exp(-4*x**2/pi)", ("x >= 0",), {}),
    "cosines below cubes": ("(sin(x)/x)**3 > cos(x)", ("0 < x", "x < pi/2"), {}),
    "sine of tangent": ("tan(sin(x)) > sin(tan(x))", ("0 < x", "x <= 1"), {}),
    "Lazarevic": ("(sinh(x)/x)**3 > cosh(x)", ("0 < x", "x <= 20"), {}),
    "not at one": ("log(x)/(x - 1) >= 2/(x + 1)", ("x > 0", "Ne(x, 1)"), {}),
    "arcsine at its end": ("asin(x) <= pi*x/(2 + sqrt(1 - x**2))", ("0 <= x", "x <= 1"), {}),
    "roots far out": ("sqrt(x + 1) + sqrt(x - 1) < 2*sqrt(x)", ("x >= 1",), {}),
    "waves that decay": ("exp(-x)*(1 + x)*cos(3*x) <= 1", ("x >= 0",), {}),
    "sine of cosine": ("sin(cos(x)) < cos(sin(x))", (), {}),
    "exponential of a sine": ("exp(sin(x)) >= 1 + sin(x)", (), {}),
    "Stirling": ("loggamma(x+1) >= x*log(x) - x + log(2*pi*x)/2", ("x > 0",), {}),
    "factorial": ("factorial(n) >= (n/E)**n", ("n >= 1",), {"n": "natural"}),
    "factorial above powers": ("factorial(n) >= 2**n", ("n >= 4",), {"n": "natural"}),
}
FALSE = {
    "Jordan": ("sin(x) >= 13*x/20", ("0 <= x", "x <= pi/2"), {}),
    "Huygens": ("2*sin(x)/x + tan(x)/x > 3001/1000", ("0 < x", "x < pi/2"), {}),
    "Fejer": ("2 + 4*cos(x) + cos(2*x) >= 0", (), {}),
    "cosines below cubes": ("(sin(x)/x)**3 > cos(x) + x**4/10", ("0 < x", "x < pi/2"), {}),
    "arcsine at its end": ("asin(x) <= pi*x/(2 + 6*sqrt(1 - x**2)/5)", ("0 <= x", "x <= 1"), {}),
    "roots far out": ("sqrt(x + 1) + sqrt(x - 1) < 2*sqrt(x) - 1/(3*x**(3/2))", ("x >= 1",), {}),
    "touching at e": ("log(x) <= 36*x/100", ("x > 0",), {}),
    "touching at a surd": ("x*(x - 1)/(1 + x)**3 <= sqrt(3)/19", ("x > 0",), {}),
    "arctangent at infinity": ("atan(x) > pi/2 - 99/(100*x)", ("x > 0",), {}),
    "Mills ratio": ("1 - erf(x) <= exp(-x**2)/(2*x*sqrt(pi))", ("x > 0",), {}),
    "Stirling": ("loggamma(x+1) >= x*log(x) - x + log(2*pi*x)/2 + 1/(12*x)", ("x > 0",), {}),
    "factorial above powers": ("factorial(n) >= 2**n", ("n >= 3",), {"n": "natural"}),
}


def searched(goal: str, hypotheses: tuple[str, ...], sorts: dict[str, str], effort: int) -> Proved | Open:
    names = sorted({*sorts, *(("x",) if not sorts else ())})
    data = {"vars": names, "hyps": list(hypotheses), "goal": goal, "sorts": sorts}
    return find(read_problem(data), Effort(effort))


@pytest.mark.parametrize("name", sorted(TRUE))
def test_the_inequality_is_proved(name: str) -> None:
    assert isinstance(searched(*TRUE[name], 20_000), Proved)


@pytest.mark.parametrize("name", sorted(FALSE))
def test_the_false_twin_is_not_proved(name: str) -> None:
    assert isinstance(searched(*FALSE[name], 60), Open)


def test_a_hypothesis_that_fails_on_the_box_is_enclosed_without_itself() -> None:
    x = Name("x", REAL)
    fact = Fact(minus(power(x, number(2)), number(2)), "nonnegative")
    goal = Goal(minus(x, number(5)), False, {"x": Range(Fraction(0), Fraction(1))}, (fact,))
    found = enclosures.attempt(goal, lambda _goal, _effort: None, Effort())
    assert isinstance(found, Found)
    assert accepted(goal, found.step)
