"""Facts whose two sides are equal monotone functions, as exp(u) >= exp(v): what stands under these compares
in the same way, u >= v, else the fact would fail."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.terms import ONE, Apply, Term
from boundkit.kernel.derivative import minus, negative
from boundkit.kernel.steps import Cases, Excluded, Fact, Kept, Known, Lemma, Product, Step
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.congruence import INCREASING
from boundkit.provers.inequalities.summands import sides

COST = 3


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One fact, in place of which its arguments are compared."""
    for place, fact in enumerate(goal.facts):
        pair = _arguments(fact.term) if fact.kind != "zero" else None
        if pair is None:
            continue
        known = Fact(minus(*pair), fact.kind)
        if any(own.kind == known.kind and expanded(own.term) == expanded(known.term) for own in goal.facts):
            continue  # else what another method adds again is taken away again
        proof = _compared(goal, place, pair, prove, effort)
        if proof is None:
            continue
        kept = tuple(own for own in range(len(goal.facts) + 1) if own != place)
        facts = tuple((*goal.facts, known)[own] for own in kept)
        found = prove(replace(goal, facts=facts), effort)
        if found is None:
            return GivenUp("")
        step = Lemma(known.term, known.kind == "positive", proof, Kept(kept, found.step))
        if accepted(goal, step):
            return Found(step, found.argument)
    return GivenUp("")


def _arguments(term: Term) -> tuple[Term, Term] | None:
    """u and v of f(u) - f(v)."""
    if not isinstance(term, Apply) or not term.free:
        return None
    above, below, _ = sides(term)
    if len(above) != 1 or len(below) != 1:
        return None
    first, second = above[0], below[0]
    if first.coefficient != second.coefficient or len(first.factors) != 1 or len(second.factors) != 1:
        return None
    (one, power), (two, other) = first.factors[0], second.factors[0]
    if power != other or power <= 0:
        return None
    if power.denominator > 1:
        return one, two
    if power != 1 or not isinstance(one, Apply) or not isinstance(two, Apply):
        return None
    return (one.args[0], two.args[0]) if one.head == two.head and one.head in INCREASING else None


def _compared(goal: Goal, place: int, pair: tuple[Term, Term], prove: Prove, effort: Effort) -> Step | None:
    """That the arguments compare, as the fact would fail in the other case."""
    strict = goal.facts[place].kind == "positive"
    gap, other = minus(*pair), minus(*pair[::-1])
    others = tuple(own for own in range(len(goal.facts)) if own != place)
    count = len(goal.facts)
    case = Fact(other, "nonnegative") if strict else Fact(negative(gap), "positive")
    facts = (*(goal.facts[own] for own in others), case)
    above, below, _ = sides(goal.facts[place].term)
    turned = minus(below[0].term, above[0].term)
    found = prove(Goal(turned, not strict, goal.box, facts), effort)
    if found is None:
        return None
    excluded = Excluded(place, 1, Product((turned,), (Kept((*others, count), found.step),)))
    known = Known(count, ONE)
    step = Cases(other, excluded, known) if strict else Cases(gap, known, excluded)
    return step if accepted(replace(goal, slack=gap, strict=strict), step) else None
