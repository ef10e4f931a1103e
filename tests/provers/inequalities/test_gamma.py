"""Goals about Gamma, its logarithm and the derivatives of this."""

from __future__ import annotations

import pytest

from boundkit.formulas.problems import read_problem
from boundkit.provers.inequalities import proofs
from boundkit.provers.inequalities.goal import Effort

TRUE = {
    "Kershaw": ("gamma(x+1)/gamma(x+s) <= exp((1-s)*digamma(x+(s+1)/2))", ("x > 0", "0 < s", "s < 1")),
    "Watson": ("gamma(x+1)/gamma(x+1/2) >= sqrt(x+1/4)", ("x >= 0",)),
    "Jensen": ("loggamma(s*x+(1-s)*y) <= s*loggamma(x)+(1-s)*loggamma(y)", ("x>0", "y>0", "0<s", "s<1")),
    "a limit in s": ("gamma(x+1)/gamma(x+s) >= (x+s/2)**(1-s)", ("x > 0", "0 < s", "s < 1")),
    "digamma": ("digamma(x+1) > log(x+1/2)", ("x > 0",)),
    "trigamma": ("trigamma(x) <= 1/x+1/(2*x**2)+1/(6*x**3)", ("x > 0",)),
    "near the pole": ("gamma(x) <= 1/x", ("0 < x", "x <= 1")),
    "Gautschi": ("gamma(x+1)/gamma(x+s) <= (x+1)**(1-s)", ("x > 0", "0 < s", "s < 1")),
}
FALSE = {
    "Watson": ("gamma(x+1)/gamma(x+1/2) >= sqrt(x+1/3)", ("x >= 0",)),
    "Jensen": ("digamma(s*x+(1-s)*y) <= s*digamma(x)+(1-s)*digamma(y)", ("x>0", "y>0", "0<s", "s<1")),
    "digamma": ("digamma(x+1) > log(x+2/3)", ("x > 0",)),
    "trigamma": ("trigamma(x) <= 1/x+1/(2*x**2)", ("x > 0",)),
}


def found(goal: str, hyps: tuple[str, ...], effort: int = 2000) -> object:
    names = [name for name in ("x", "y", "s") if name in "".join(hyps)]
    problem = read_problem({"id": "own", "vars": names, "hyps": list(hyps), "goal": goal})
    return proofs.find(problem, Effort(effort))


@pytest.mark.parametrize("name", TRUE)
def test_a_true_bound_of_gamma_is_proved(name: str) -> None:
    assert isinstance(found(*TRUE[name]), proofs.Proved)


@pytest.mark.parametrize("name", FALSE)
def test_a_false_bound_of_gamma_is_not_proved(name: str) -> None:
    assert isinstance(found(*FALSE[name], effort=100), proofs.Open)
