"""Goals that one enclosure settles: of the slack over the whole box, or of a fact, which fails on it."""

from __future__ import annotations

from boundkit.ir.terms import ONE, Apply, Term, subterms
from boundkit.kernel.quotients import same
from boundkit.kernel.steps import Enclosed, Evaluated, Excluded, Kept, Known, Step
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 1


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Interval arithmetic, values at points, facts as they stand, and facts that fail."""
    for step, line in _candidates(goal):
        if accepted(goal, step):
            return Found(step, (line,))
    return GivenUp("")


def _candidates(goal: Goal) -> list[tuple[Step, str]]:
    found: list[tuple[Step, str]] = []
    if all(goal.box[name].is_point for name in goal.slack.free):
        found.append((Evaluated(), "by its value"))
    else:
        found.append((Enclosed(), "by interval arithmetic"))
    for place, fact in enumerate(goal.facts):
        if (fact.kind == "positive" or not goal.strict) and _is(fact.term, goal.slack):
            found.append((Known(place, ONE), "by a hypothesis"))
        if all(goal.box[name].is_point for name in fact.term.free):
            found += [(Excluded(place, sign, Evaluated()), "the hypotheses fail") for sign in (1, -1)]
        else:
            # The fact itself may not be used: what is enclosed where it holds is not what it contradicts.
            alone = tuple(own for own in range(len(goal.facts)) if own != place)
            found += [
                (Excluded(place, sign, Kept(alone, Enclosed())), "the hypotheses fail") for sign in (1, -1)
            ]
    return found


def _is(term: Term, slack: Term) -> bool:
    """Whether two terms are the same, however they are written."""
    return term == slack or (term.free == slack.free and _heads(term) == _heads(slack) and same(term, slack))


def _heads(term: Term) -> set[str]:
    """The functions in a term; what is arithmetic may be written in several ways."""
    found = {part.head for part in subterms(term) if isinstance(part, Apply)}
    return found - {"+", "-", "*", "/", "neg", "^"}
