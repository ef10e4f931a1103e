"""Steps for the links of a chain of relations: what a fact leaves of a goal, and bounds with LambertW. Each
is only a proposal to the kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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
from boundkit.ir.terms import ONE, Apply, Name, Term, subterms
from boundkit.kernel.derivative import minus, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.steps import Fact, Generalised, Kept, Known, Lambert, Rewritten, Step, Sum
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.changes import fresh
from boundkit.provers.inequalities.goal import Goal
from boundkit.provers.inequalities.sampling import signs


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
    """The builder for goals about values on one side of a bound with LambertW(z): with w for it and w*exp(w)
    for z, the goal is sought in w, and where the variable equals the bound."""

    def build(goal: Goal) -> Step | None:
        found = next(
            (own for own in subterms(bound) if isinstance(own, Apply) and own.head == "LambertW"), None
        )
        if found is None:
            return None
        value = found.args[0]
        name = fresh("w", goal)
        solved = times(name, Apply("exp", (name,), REAL))
        equation = Fact(minus(times(found, Apply("exp", (found,), REAL)), value), "zero")
        within = replace(goal, facts=(*goal.facts, equation))
        extent, lower, upper = extent_of(replace(within, slack=found))
        place = len(goal.facts)

        def put(term: Term) -> Term:
            return replaced(replaced(term, found, name), value, solved)

        facts = tuple(Fact(put(own.term), own.kind) for own in within.facts)
        kept = tuple(own for own in range(len(facts)) if own != place)
        inner = Goal(
            put(goal.slack),
            goal.strict,
            {**goal.box, name.text: extent},
            tuple(facts[own] for own in kept),
        )
        end = put(bound)
        own = Name(variable.text, REAL)
        ways = (*(lowest_end(own, end, rising) for rising in (True, False)), by_search)
        rest = next((found_ for way in ways if (found_ := way(inner)) is not None), None)
        if rest is None:
            return None
        step: Step = Rewritten(place, value, solved, Kept(kept, rest))
        return Lambert(value, Generalised(found, name.text, extent, lower, upper, step))

    return build
