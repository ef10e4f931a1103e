"""Goals about natural numbers, factorials, floors and LambertW, each by the method that is meant for it."""

from __future__ import annotations

import pytest

from boundkit.formulas.problems import read_problem
from boundkit.provers.inequalities import proofs
from boundkit.provers.inequalities.goal import Effort

TRUE = {
    "induction": ("factorial(n) >= 2**(n-1)", ("n >= 1",)),
    "ratios of factorials": ("binomial(2*n,n) <= 4**n/sqrt(3*n+1)", ("n >= 1",)),
    "a lattice": ("binomial(n,k) <= 2**n", ("k <= n",)),
    "logarithms that cancel": ("factorial(n) <= E*sqrt(n)*(n/E)**n", ("n >= 1",)),
    "first values": ("n*(n+1)*(n+2) >= 6*n**2", ()),
    "a product of factorials": ("binomial(n,k) <= (E*n/k)**k", ("k >= 1", "k <= n")),
    "logarithms with equal factors": ("binomial(n,k) <= n**n/(k**k*(n-k)**(n-k))", ("k >= 1", "k <= n-1")),
    "remainders": ("floor(n**2/4) >= (n-1)*(n+1)/4", ()),
    "an integer above -1": ("floor(x)+floor(y) <= floor(x+y)", ()),
    "LambertW": ("LambertW(x) >= log(x)-log(log(x))", ("x >= E",)),
}
FALSE = {
    "induction": ("factorial(n) >= 2**(n-1)+1/10", ("n >= 1",)),
    "ratios of factorials": ("binomial(2*n,n) <= 4**n/sqrt(4*n+1)", ("n >= 1",)),
    "a lattice": ("binomial(n,k) <= 2**(n-1)", ("k <= n",)),
    "first values": ("n*(n+1)*(n+2) >= 6*n**2+1", ()),
    "a product of factorials": ("binomial(n,k) <= (n/k)**k", ("k >= 1", "k <= n")),
    "logarithms with equal factors": ("binomial(n,k) <= n**n/(k**k*(n-k)**(n-k))/4", ("k >= 1", "k <= n-1")),
    "remainders": ("floor(n**2/4) >= n**2/4", ()),
    "an integer above -1": ("floor(x)+floor(y) >= floor(x+y)", ()),
    "LambertW": ("LambertW(x) >= log(x)-log(log(x))/2", ("x >= E",)),
}


def _found(goal: str, hypotheses: tuple[str, ...], effort: int) -> bool:
    names = {"n": "Nat", "k": "Nat", "x": "Real", "y": "Real"}
    problem = read_problem({"vars": names, "goal": goal, "hyps": list(hypotheses)})
    return isinstance(proofs.find(problem, Effort(effort)), proofs.Proved)


@pytest.mark.parametrize("name", TRUE)
def test_it_is_proved(name: str) -> None:
    assert _found(*TRUE[name], 20_000)


@pytest.mark.parametrize("name", FALSE)
def test_false_goals_stay_open(name: str) -> None:
    assert not _found(*FALSE[name], 300)
