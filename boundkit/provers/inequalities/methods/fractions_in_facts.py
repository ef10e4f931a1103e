"""Facts with denominators that are plainly positive, as eta <= 2/(L + mu): their numerators are facts."""

from __future__ import annotations

from boundkit.ir.terms import ONE, Term
from boundkit.kernel.rational_functions import TooLarge
from boundkit.kernel.steps import Enclosed, Fact, Known, Lemma, Product, Step
from boundkit.provers.inequalities.forms import Reader, written
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.denominators import divides
from boundkit.provers.inequalities.transcendental import has_functions

COST = 3


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """All such facts at once, which are learnt once."""
    places = [place for place, fact in enumerate(goal.facts) if _is_fraction(fact)]
    if not places:
        return GivenUp("")
    reader = Reader(goal)
    cleared: dict[int, tuple[Term, Step]] = {}
    for place in places:
        own = _numerator(reader, goal, place)
        if own is not None:
            cleared[place] = own
    if not cleared:
        return GivenUp("")
    learnt = tuple(Fact(term, goal.facts[place].kind) for place, (term, _) in cleared.items())
    found = prove(Goal(goal.slack, goal.strict, goal.box, (*goal.facts, *learnt)), effort)
    if found is None:
        return GivenUp("")
    step = found.step
    for place, (term, proof) in reversed(cleared.items()):
        step = Lemma(term, goal.facts[place].kind == "positive", proof, step)
    return Found(step, found.argument) if accepted(goal, step) else GivenUp("")


def _is_fraction(fact: Fact) -> bool:
    return fact.kind != "zero" and divides(fact.term) and not has_functions(fact.term)


def _numerator(reader: Reader, goal: Goal, place: int) -> tuple[Term, Step] | None:
    """What a fact is multiplied by its denominator, and why it has its sign."""
    fact = goal.facts[place]
    try:
        found = reader.fraction(fact.term)
    except TooLarge:
        return None
    if found is None or found[1].is_constant() or found[0].is_constant():
        return None
    if any(reader.polynomial(own.term) in (found[0], -found[0]) for own in goal.facts):
        return None
    for sign in (1, -1):
        top, bottom = (written(sign * part, reader.atoms) for part in found)
        if accepted(Goal(top, False, goal.box), Enclosed()):
            return None
        step = Product((fact.term, bottom), (Known(place, ONE), Enclosed()))
        if accepted(Goal(top, fact.kind == "positive", goal.box, goal.facts), step):
            return top, step
    return None
