"""Integers by their remainders, where a fact has a fraction of a power of one: n^2/4 for even and odd n."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from boundkit.ir.terms import Name, Term, number, substitute
from boundkit.kernel.derivative import plus, times
from boundkit.kernel.quotients import Algebra, TooLarge
from boundkit.kernel.steps import Fact, Range, Residues, Step
from boundkit.provers.inequalities.changes import fresh
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 3
PRIMES = (2, 3, 5, 7)


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The first variable of this kind, modulo the least prime that divides its denominators."""
    for fact in goal.facts:
        for name in sorted(fact.term.free):
            modulus = _modulus(fact.term, name, goal) if goal.box[name].integral else None
            if modulus is not None:
                return _by_remainders(goal, name, modulus, prove, effort) or GivenUp("")
    return GivenUp("")


def _modulus(term: Term, name: str, goal: Goal) -> int | None:
    """The least prime in the denominators of the powers of a variable in a polynomial in integers, all above
    the first."""
    if goal.box[name].is_point or not all(goal.box[own].integral for own in term.free):
        return None
    try:
        quotient = Algebra().of(term)
    except TooLarge:
        return None
    found = None
    for monomial, value in quotient.top.items():
        exponents = dict(monomial)
        for atom, exponent in exponents.items():
            if not isinstance(atom, Name) or exponent.denominator != 1:
                return None
            if atom.text == name and len(exponents) == 1 and exponent > 1 and value.denominator > 1:
                found = next((p for p in PRIMES if value.denominator % p == 0), found)
    return None if quotient.below else found


def _by_remainders(goal: Goal, name: str, modulus: int, prove: Prove, effort: Effort) -> Found | None:
    new, extent = fresh(name + "_" + str(modulus), goal), goal.box[name]
    steps: list[Step] = []
    lines: list[str] = []
    for remainder in range(modulus):
        lower = None if extent.lower is None else Fraction(ceil((extent.lower - remainder) / modulus))
        upper = None if extent.upper is None else Fraction(floor((extent.upper - remainder) / modulus))
        if lower is not None and upper is not None and lower > upper:
            return None
        value = plus(times(number(modulus), new), number(remainder))
        box = {own: held for own, held in goal.box.items() if own != name}
        box[new.text] = Range(lower, upper, integral=True)
        facts = tuple(Fact(substitute(fact.term, {name: value}), fact.kind) for fact in goal.facts)
        slack = substitute(goal.slack, {name: value})
        found = prove(replace(goal, slack=slack, box=box, facts=facts), effort)
        if found is None:
            return None
        steps.append(found.step)
        lines.extend(line for line in found.argument if line not in lines)
    step = Residues(name, new.text, tuple(steps))
    line = f"by the remainder of {name} modulo {modulus}"
    return Found(step, (line, *lines)) if accepted(goal, step) else None
