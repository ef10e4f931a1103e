"""A bound up to a constant has one constant, chosen before everything."""

from __future__ import annotations

from fractions import Fraction

import pytest

from boundkit.ir.sorts import PROP
from boundkit.ir.terms import Apply, Term, number
from boundkit.kernel import certificates as c
from tests.kernel.writing import accepts, everything, forall, k, le, plus, proof, real, rejects, times, x

SLOPES = plus(times(2, real("max", x, 0)), real("min", x, 0))
"""x for x <= 0, 2*x above."""


def up_to(left: Term, right: Term) -> Apply:
    """left <~ right."""
    return Apply("lesssim", (left, right), PROP)


def constant(value: int | Fraction, by: c.Certificate | None = None) -> c.Constant:
    """A constant, by default with the proof that both sides are equal."""
    return c.Constant(Fraction(value), proof(by or c.Identity()))


def test_a_number_that_serves_is_a_constant() -> None:
    assert accepts(up_to(times(3, x), x), constant(3))
    assert accepts(forall(x, up_to(times(3, x), x)), c.Introduce("y'", proof(constant(3))), names={})


@pytest.mark.parametrize("value", [2, 4, 0, -3])
def test_a_number_that_does_not_serve_is_none(value: int) -> None:
    rejects("normal forms|up to a constant", up_to(times(3, x), x), constant(value))


def test_cases_may_not_have_a_constant_each() -> None:
    """For x < 0 the constant would have to be at most 1, for x > 0 at least 2."""
    proofs = (proof(constant(1)), proof(constant(2)))
    by = c.Cases("", le(x, 0), "case", proofs)
    rejects("one constant", up_to(SLOPES, x), by)
    rejects("one constant", up_to(SLOPES, x), c.Nested(proof(by)))
    either = Apply("or", (le(x, 0), le(0, x)), PROP)
    rejects("one constant", up_to(SLOPES, x), c.Cases("sign", None, "case", proofs), facts={"sign": either})


def test_one_constant_may_be_shown_by_cases() -> None:
    parts = tuple(proof(c.Signs()) for _ in range(2))
    size = c.Cases("", le(0, x), "case", parts)
    assert accepts(up_to(x, real("abs", x)), constant(1, size))


def test_an_induction_may_not_have_a_constant_for_each_step() -> None:
    goal = forall(k, up_to(k, number(1)), everything(k.sort))
    by = c.Induction("k'", proof(constant(1)), proof(constant(1)))
    rejects("one constant", goal, by, names={})


def test_the_constants_of_a_proof_are_found_wherever_they_stand() -> None:
    inner = proof(c.Given("line"), ("line", up_to(x, x), constant(5)))
    whole = proof(c.Both((proof(constant(3)), proof(c.Introduce("y", inner)))))
    assert sorted(c.constants_of(whole)) == [3, 5]
    assert list(c.constants_of(proof(c.Signs()))) == []
