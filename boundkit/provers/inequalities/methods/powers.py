"""Powers with a variable exponent, of a positive base, as exponentials."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Number, Term, number, substitute, subterms
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.quotients import Algebra, TooLarge
from boundkit.kernel.steps import Fact, Powered, Split, point
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove

COST = 4


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """u^v becomes exp(v*ln(u))."""
    for whole in (goal.slack, *(fact.term for fact in goal.facts)):
        for term in subterms(whole):
            if not (isinstance(term, Apply) and term.head == "^") or isinstance(term.args[1], Number):
                continue
            base, exponent = term.args
            apart = _at_zero(goal, base, prove, effort)
            if apart is not None:
                return apart
            positive = prove(replace(goal, slack=base, strict=True), effort)
            if positive is None:
                continue
            new = Apply("exp", (Apply("*", (exponent, Apply("ln", (base,), REAL)), REAL),), REAL)
            facts = tuple(Fact(replaced(fact.term, term, new), fact.kind) for fact in goal.facts)
            rest = prove(Goal(replaced(goal.slack, term, new), goal.strict, goal.box, facts), effort)
            if rest is None:
                return GivenUp("")
            return Found(Powered(term, positive.step, rest.step), rest.argument)
    return GivenUp("")


def _at_zero(goal: Goal, base: Term, prove: Prove, effort: Effort) -> Found | None:
    """The goal at an end of a range at which the base is 0, and without this end."""
    for name in sorted(base.free):
        extent = goal.box[name]
        if extent.is_point or extent.integral:
            continue
        for end, closed, low in (
            (extent.lower, extent.lower_closed, True),
            (extent.upper, extent.upper_closed, False),
        ):
            if end is None or not closed:
                continue
            try:
                vanishes = not Algebra().of(substitute(base, {name: number(end)})).top
            except TooLarge:
                continue
            if not vanishes:
                continue
            face = prove(replace(goal, box={**goal.box, name: point(end)}), effort)
            if face is None:
                return None
            rest = replace(extent, lower_closed=False) if low else replace(extent, upper_closed=False)
            found = prove(replace(goal, box={**goal.box, name: rest}), effort)
            if found is None:
                return None
            steps = (face.step, found.step) if low else (found.step, face.step)
            return Found(Split(name, end, *steps), found.argument)
    return None
