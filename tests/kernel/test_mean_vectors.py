"""Expectations of vectors and matrices are taken entry by entry; what does not depend on the outcome comes
out, and nothing else does."""

from __future__ import annotations

import pytest

from boundkit.kernel import certificates as c
from boundkit.kernel.binding import bound
from boundkit.kernel.judge import Rejected
from boundkit.kernel.ledger import Ledger
from tests.kernel.writing import theorem

TEXT = """
theorem example
  let d, n : Nat >= 1
  let Z : FiniteSet
  let D : Dist[Z]
  let g, h : Z -> Vector[d]
  let A : Z -> Matrix[d, d]
  let B : Matrix[d, d]
  let u, m : Vector[d]
  let f : Z -> Real
  let i : Nat in 1..n
  draw S ~ D^n
  draw z ~ D
  assume mean: E_{x ~ D}[g(x)] = m
  claim c: {claim}
end
"""


def judged(claim: str, *, with_mean: bool = False) -> bool:
    """Whether the judge accepts an equation by its normal form, the hypothesis rewriting from left to right
    on request."""
    own = Ledger(bound(theorem(TEXT.replace("{claim}", claim))))
    statement = own.theorem.statement["c"]
    rewrites = (c.Rewrite("mean"),) if with_mean else ()
    try:
        own.establish("c", statement.goal(statement.links[0]), ["mean"], c.Proof(c.Identity((), rewrites)))
    except Rejected:
        return False
    return True


@pytest.mark.parametrize(
    "claim",
    [
        "E[<g(z), u>] = <E[g(z)], u>",
        "E[<u, B*A(z)*m>] = <u, B*E[A(z)]*m>",
        "E[||g(z) - u||^2] = E[||g(z)||^2] - 2*<E[g(z)], u> + ||u||^2",
        "E[<2*g(z) - h(z) + u, u>] = 2*<E[g(z)], u> - <E[h(z)], u> + ||u||^2",
        "E[<f(z)*u, m>] = E[f(z)]*<u, m>",
        "E[||g(z) - E_{x ~ D}[g(x)]||^2] = E[||g(z)||^2] - ||E_{x ~ D}[g(x)]||^2",
        "E[<g(S[i]), u>] = <E_{x ~ D}[g(x)], u>",
    ],
)
def test_what_is_fixed_comes_out(claim: str) -> None:
    assert judged(claim)


def test_a_known_mean_takes_the_place_of_the_expectation() -> None:
    assert judged("E[||g(z) - m||^2] = E[||g(z)||^2] - ||m||^2", with_mean=True)
    assert not judged("E[||g(z) - m||^2] = E[||g(z)||^2] - ||m||^2")
    assert not judged("E[||h(z) - m||^2] = E[||h(z)||^2] - ||m||^2", with_mean=True)


@pytest.mark.parametrize(
    "claim",
    [
        "E[<g(z), h(z)>] = <E[g(z)], E[h(z)]>",
        "E[<g(z), A(z)*u>] = <E[g(z)], E[A(z)]*u>",
        "E[f(z)*<g(z), u>] = E[f(z)]*<E[g(z)], u>",
        "E[<g(z), u>^2] = <E[g(z)], u>^2",
        "E[||g(z)||^2] = ||E[g(z)]||^2",
        "E[<A(z)*g(z), u>] = <E[A(z)]*E[g(z)], u>",
        "E[<g(z), u>] = <E[h(z)], u>",
    ],
)
def test_what_depends_on_the_outcome_stays(claim: str) -> None:
    assert not judged(claim)
