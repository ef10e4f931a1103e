"""A bound of a variable from a fact that is not linear in it: beyond the bound the fact would fail."""

from __future__ import annotations

from boundkit.ir.terms import ONE
from boundkit.kernel.derivative import negative
from boundkit.kernel.steps import Cases, Excluded, Fact, Kept, Known
from boundkit.provers.factors import solved
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 34


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The contrary of a fact, under the contrary of the goal, which is linear in a variable. The new goal is
    not linear in it."""
    bounded = [name for name in sorted(goal.slack.free) if _linear_in(goal.slack, name)]
    for place, fact in enumerate(goal.facts):
        if fact.kind == "zero":
            continue
        if not any(name in fact.term.free and not _linear_in(fact.term, name) for name in bounded):
            continue
        contrary = negative(goal.slack)
        beyond = Fact(contrary, "nonnegative" if goal.strict else "positive")
        # The two facts contradict each other, and no point satisfies both: the other one is left out.
        count = len(goal.facts)
        kept = tuple(count if own == place else own for own in range(count))
        others = tuple((*goal.facts, beyond)[own] for own in kept)
        effort.spend(2)
        inner = Goal(negative(fact.term), fact.kind == "nonnegative", goal.box, others)
        found = prove(inner, effort)
        if found is None:
            continue
        failing = Excluded(place, 1, Kept(kept, found.step))
        known = Known(len(goal.facts), ONE)
        term = contrary if goal.strict else goal.slack
        step = Cases(term, failing, known) if goal.strict else Cases(term, known, failing)
        if accepted(goal, step):
            line = f"otherwise {contrary} {'>=' if goal.strict else '>'} 0, and {fact.term} < 0"
            return Found(step, (line, *found.argument))
    return GivenUp("")


def _linear_in(term: object, name: str) -> bool:
    value = solved(term, name)  # type: ignore[arg-type]
    return value is not None and name not in value.free
