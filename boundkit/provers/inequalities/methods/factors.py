"""Polynomials with factors of known sign: squares, and what is plainly positive, are divided out."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.terms import Term, number
from boundkit.kernel.steps import Enclosed, Product, Step
from boundkit.provers.inequalities.forms import forms_of, rational, raw_power, raw_product
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 10


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal without these factors, which has a lower degree."""
    for form in forms_of(goal):
        if not form.polynomial:
            continue
        content, factors = form.polynomial.factor()
        # Of one factor that appears once, nothing can be divided out.
        if sum(count for _, count in factors) <= 1:
            continue
        weight = abs(rational(content))
        rest = form.polynomial**0
        if content < 0:
            rest = -rest
        known: list[Term] = []
        for own, count in factors:
            term = form.term(own)
            if accepted(Goal(term, goal.strict, goal.box, goal.facts), Enclosed()):
                known.append(raw_power(term, count))
            elif accepted(Goal(form.term(-own), goal.strict, goal.box, goal.facts), Enclosed()):
                known.append(raw_power(form.term(-own), count))
                rest = -rest if count % 2 else rest
            else:
                even = count - count % 2
                if even and not goal.strict:
                    known.append(raw_power(term, even))
                    count -= even
                rest *= own**count
        if not known:
            continue
        effort.spend()
        front = raw_product([number(weight), *known])
        last: Step = Enclosed()
        if rest.is_constant():
            step = Product((front,), (last,))
            if rest.leading_coefficient() > 0 and accepted(goal, step):
                return Found(step, (f"it is {front}",))
            continue
        inner = prove(replace(goal, slack=form.term(rest)), effort)
        if inner is None:
            continue
        step = Product((front, form.term(rest)), (last, inner.step))
        if accepted(goal, step):
            return Found(step, (f"the factor {front} is divided out", *inner.argument))
    return GivenUp("")
