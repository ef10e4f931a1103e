"""Steps for the links of a chain of relations: what a fact leaves of a goal, and bounds with LambertW. Each
is only a proposal to the kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from boundkit.desk.second_order import (
    LONG,
    by_search,
    extent_of,
    lemmas_of_definedness,
    lowest_end,
    sought,
    with_lemmas,
)
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Term, subterms
from boundkit.kernel.derivative import minus, negative, over, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.places import kept_ends
from boundkit.kernel.steps import (
    Enclosed,
    Equation,
    Fact,
    Generalised,
    Kept,
    Known,
    Lambert,
    Lemma,
    Range,
    Rewritten,
    Step,
    Sum,
)
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.changes import fresh
from boundkit.provers.inequalities.goal import Goal
from boundkit.provers.inequalities.sampling import signs

BRANCHES = {"LambertW": 0, "LambertWm1": -1}


def beyond_a_fact(goal: Goal) -> Step | None:
    """The slack as a fact and what is left, which search shows: of a chain, its last link."""
    lemmas = lemmas_of_definedness(goal)
    if lemmas is None:
        return None
    goal = replace(goal, facts=(*goal.facts, *(fact for fact, _ in lemmas)))
    for place, fact in enumerate(goal.facts):
        rest = expanded(minus(goal.slack, fact.term)) if fact.kind != "zero" else None
        if rest is None or -1 in signs(rest, goal.box, goal.facts):
            continue
        found = sought(replace(goal, slack=rest, strict=goal.strict and fact.kind != "positive"), LONG)
        if found is not None:
            step = Sum((rest, fact.term), (found, Known(place, ONE)), int(fact.kind == "positive"))
            return with_lemmas(lemmas, step)
    return None


def by_lambert(variable: Name, bound: Term) -> Callable[[Goal], Step | None]:
    """The builder for goals about values on one side of a bound with LambertW(c*y) or LambertWm1(c*y): with w
    for it and w*exp(w)/c for y, the goal is sought in w, and where the variable equals the bound."""

    def build(goal: Goal) -> Step | None:
        found = next(
            (own for own in subterms(bound) if isinstance(own, Apply) and own.head in BRANCHES), None
        )
        of = None if found is None else _multiple(found.args[0], variable)
        if found is None or of is None:
            return None
        value = found.args[0]
        argument, factor = of
        name = fresh("w", goal)
        solved = times(name, Apply("exp", (name,), REAL))
        written = solved if factor == ONE else over(solved, factor)
        equation = Fact(minus(times(found, Apply("exp", (found,), REAL)), value), "zero")
        within = replace(goal, facts=(*goal.facts, equation))
        extent, lower, upper = (
            (Range(None, Fraction(-1)), Enclosed(), Enclosed())
            if BRANCHES[found.head]
            else extent_of(replace(within, slack=found))
        )
        place = len(goal.facts)

        def put(term: Term) -> Term:
            return replaced(replaced(term, found, name), argument, written)

        facts = tuple(Fact(put(own.term), own.kind) for own in goal.facts)
        ends = kept_ends(written, goal.box[argument.text])
        inner = Goal(put(goal.slack), goal.strict, {**goal.box, name.text: extent}, (*facts, *ends))
        end = expanded(put(bound)) or put(bound)
        own = Name(variable.text, REAL)
        tidy = replace(
            inner, facts=tuple(Fact(expanded(own.term) or own.term, own.kind) for own in inner.facts)
        )
        ways = (*(lowest_end(own, end, rising) for rising in (True, False)), by_search)
        rest = next((found_ for way in ways if (found_ := way(tidy)) is not None), None)
        if rest is None:
            return None
        rest = Kept(tuple(range(len(inner.facts), 2 * len(inner.facts))), rest)
        for number, fact in reversed([*enumerate(tidy.facts)]):
            rest = Lemma(fact.term, fact.kind == "positive", Known(number, ONE), rest)
        inverse = over(ONE, factor)
        kept = tuple(own for own in range(len(inner.facts) + 2) if own not in (place, place + 1))
        step: Step = Rewritten(place + 1, argument, written, Kept(kept, rest))
        gap = minus(argument, written)
        step = Equation(gap, Known(place, negative(inverse)), Known(place, inverse), step)
        named = Generalised(found, name.text, extent, lower, upper, step)
        return Lambert(value, named, BRANCHES[found.head])

    return build


def _multiple(term: Term, other: Name) -> tuple[Name, Term] | None:
    """A name that is not the other one, and what the term is a multiple of it by."""
    for text in sorted(term.free - {other.text}):
        factor = expanded(over(term, Name(text, REAL)))
        if factor is not None and text not in factor.free and factor != ZERO:
            return Name(text, REAL), factor
    return None
