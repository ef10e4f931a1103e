"""Slacks that are a positive multiple of a fact, or of one plus a rest without a variable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, substitute, subterms
from boundkit.kernel.derivative import minus, negative, over, power, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.steps import Enclosed, Fact, Known, Product, Step, Sum
from boundkit.provers.factors import expanded, factorise, solved
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import signs

COST = 9
_ATOM = "#atom"
_ARITHMETIC = frozenset({"+", "-", "*", "/", "^", "neg"})


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """First whole multiples, then those that take a variable away in which slack and fact are linear."""
    for place, fact in enumerate(goal.facts):
        found = _whole(goal, place, fact, prove, effort)
        if found is not None:
            return found
    for place, fact in enumerate(goal.facts):
        for factor, rest in _linear(goal, fact):
            found = _with_rest(goal, place, fact, factor, rest, prove, effort)
            if found is not None:
                return found
    return GivenUp("")


def _whole(goal: Goal, place: int, fact: Fact, prove: Prove, effort: Effort) -> Found | None:
    """slack = factor*fact for a factor that is a product of parts with certain signs."""
    if fact.kind == "nonnegative" and goal.strict:
        return None
    if fact.kind == "zero" and signs(goal.slack, goal.box, goal.facts):
        return None  # A multiple of 0 has no sign.
    ratio = factorise(over(goal.slack, fact.term))
    if ratio is None or not ratio.coefficient:
        return None
    sign = 1 if ratio.coefficient > 0 else -1
    parts: list[Term] = [number(abs(ratio.coefficient))]
    for factor, count in ratio.factors:
        turned = factor
        if count % 2:
            if accepted(Goal(negative(factor), True, goal.box, goal.facts), Enclosed()):
                turned, sign = negative(factor), -sign
            elif not accepted(Goal(factor, True, goal.box, goal.facts), Enclosed()):
                return None
        parts.append(power(turned, number(count)))
    if sign < 0 and fact.kind != "zero":
        return None
    factor = times(number(sign), *parts)
    step: Step = Known(place, factor)
    if factor.free and fact.kind != "zero":
        step = Product((factor, fact.term), (Enclosed(), Known(place, ONE)))
    return Found(step, ("a multiple of a hypothesis",)) if accepted(goal, step) else None


def _linear(goal: Goal, fact: Fact) -> Iterator[tuple[Term, Term]]:
    """Factors m, and the rests slack - m*fact, without one of the variables, or one of the functions."""
    shared: list[str | Term] = [*sorted(goal.slack.free & fact.term.free)]
    for atom in (*shared, *_functions(goal.slack, fact.term)):
        name, terms = _ATOM, (goal.slack, fact.term)
        if isinstance(atom, str):
            name = atom
        else:
            own = Name(name, REAL)
            terms = replaced(goal.slack, atom, own), replaced(fact.term, atom, own)
        if any(solved(term, name) is None for term in terms):
            continue
        slopes = []
        for term in terms:
            one, none = (substitute(term, {name: number(value)}) for value in (1, 0))
            slopes.append(minus(one, none))
        factor = expanded(over(*slopes))
        if factor is None or name in factor.free:
            continue
        rest = expanded(minus(terms[0], times(factor, terms[1])))
        if rest is not None and name not in rest.free:
            yield factor, rest


def _functions(slack: Term, fact: Term) -> Iterator[Term]:
    """Functions of the variables that stand in both, each once."""
    held = set(subterms(fact))
    for term in dict.fromkeys(subterms(slack)):
        if isinstance(term, Apply) and term.head not in _ARITHMETIC and term.free and term in held:
            yield term


def _with_rest(
    goal: Goal, place: int, fact: Fact, factor: Term, rest: Term, prove: Prove, effort: Effort
) -> Found | None:
    if -1 in signs(rest, goal.box, goal.facts):
        return None
    if fact.kind == "zero":
        first: Step = Known(place, factor)
    elif not factor.free and accepted(Goal(factor, True, {}), Enclosed()):
        first = Product((factor, fact.term), (Enclosed(), Known(place, ONE)))
    else:
        if -1 in signs(factor, goal.box, goal.facts):
            return None
        weight = prove(Goal(factor, False, goal.box, goal.facts), effort)
        if weight is None:
            return None
        first = Product((factor, fact.term), (weight.step, Known(place, ONE)))
    found = prove(replace(goal, slack=rest), effort)
    if found is None:
        return None
    step = Sum((times(factor, fact.term), rest), (first, found.step), 1)
    return Found(step, ("a multiple of a hypothesis, and", *found.argument)) if accepted(goal, step) else None
