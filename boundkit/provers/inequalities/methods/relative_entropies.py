"""Facts that bound the relative entropy of Bernoulli distributions, kl(u, v) <= c, as confidence bounds use
them: kl(u, v) >= (u - v)^2/(2*max(u, v)) and Pinsker's 2*(u - v)^2 make them algebraic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, substitute, subterms
from boundkit.kernel.derivative import minus, negative, over, power, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.quotients import same
from boundkit.kernel.steps import Cases, Enclosed, Fact, Kept, Known, Lemma, Product, Step, Sum
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.transcendental import has_functions

COST = 4


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One fact that is affine in a relative entropy and falls with it, under a slack without functions."""
    if has_functions(goal.slack):
        return GivenUp("")
    for place, fact in enumerate(goal.facts):
        if fact.kind == "zero":
            continue
        for whole, first, second in _entropies(fact.term):
            weight = _weight(goal, fact.term, whole)
            if weight is None:
                continue
            found = _by_order(goal, place, whole, (first, second), weight, prove, effort)
            if found is not None:
                return found
    return GivenUp("")


def _entropies(term: Term) -> Iterator[tuple[Term, Term, Term]]:
    """kl(u, v) with u and v, where it is written as u*ln(u/v) + (1 - u)*ln((1 - u)/(1 - v))."""
    for part in dict.fromkeys(subterms(term)):
        if not isinstance(part, Apply) or part.head != "+" or len(part.args) != 2:
            continue
        pairs = [_weighed(own) for own in part.args]
        for one, two in (pairs, pairs[::-1]):
            if one is None or two is None or not same(minus(ONE, one[0]), two[0]):
                continue
            if same(minus(ONE, one[1]), two[1]) and not _is_longer(one[0], two[0]):
                yield part, one[0], one[1]
                break


def _is_longer(term: Term, other: Term) -> bool:
    return len(str(term)) > len(str(other))


def _weighed(term: Term) -> tuple[Term, Term] | None:
    """u and v of u*ln(u/v)."""
    if not isinstance(term, Apply) or term.head != "*" or len(term.args) != 2:
        return None
    for own, logarithm in (term.args, term.args[::-1]):
        if isinstance(logarithm, Apply) and logarithm.head == "ln":
            inner = logarithm.args[0]
            if isinstance(inner, Apply) and inner.head == "/" and same(inner.args[0], own):
                return own, inner.args[1]
    return None


def _weight(goal: Goal, term: Term, whole: Term) -> Term | None:
    """The positive w of a term that is a rest minus w times the entropy."""
    stand_in = Name("t_entropy", REAL)
    turned = replaced(term, whole, stand_in)
    at = [expanded(substitute(turned, {stand_in.text: number(value)})) for value in (0, 1, 2)]
    if at[0] is None or at[1] is None or at[2] is None:
        return None
    weight = expanded(minus(at[0], at[1]))
    if weight is None or not same(weight, minus(at[1], at[2])):
        return None
    return weight if accepted(Goal(weight, True, goal.box, goal.facts), Enclosed()) else None


def _by_order(
    goal: Goal, place: int, whole: Term, pair: tuple[Term, Term], weight: Term, prove: Prove, effort: Effort
) -> Found | None:
    gap = minus(pair[1], pair[0])
    steps: list[Step] = []
    for case, greater in (
        (Fact(gap, "nonnegative"), pair[1]),
        (Fact(negative(gap), "positive"), pair[0]),
    ):
        square = power(gap, number(2))
        bounds = (over(square, times(number(2), greater)), times(number(2), square))
        step = _bounded(goal, place, case, (whole, weight), bounds, prove, effort)
        if step is None:
            return None
        steps.append(step)
    step = Cases(gap, *steps)
    line = f"{whole} >= ({gap})^2/(2*max({pair[0]}, {pair[1]})), and Pinsker's inequality"
    return Found(step, (line,)) if accepted(goal, step) else None


def _bounded(
    goal: Goal,
    place: int,
    case: Fact,
    entropy: tuple[Term, Term],
    bounds: tuple[Term, ...],
    prove: Prove,
    effort: Effort,
) -> Step | None:
    """The goal with the fact for both bounds of the entropy in its place."""
    (whole, weight), count = entropy, len(goal.facts)
    fact = goal.facts[place]
    learnt: list[tuple[Term, Step]] = []
    facts: list[Fact] = []
    for bound in bounds:
        above = minus(whole, bound)
        found = prove(Goal(above, False, goal.box, (case,)), effort)
        if found is None:
            return None
        term = replaced(fact.term, whole, bound)
        lower = Product((weight, above), (Enclosed(), Kept((count,), found.step)))
        learnt.append((term, Sum((fact.term, times(weight, above)), (Known(place, ONE), lower))))
        facts.append(Fact(term, fact.kind))
    kept = tuple(own for own in range(count) if own != place)
    inner = replace(goal, facts=(*(goal.facts[own] for own in kept), case, *facts))
    rest = prove(inner, effort)
    if rest is None:
        return None
    step: Step = Kept((*kept, count, *range(count + 1, count + 1 + len(facts))), rest.step)
    for term, proof in reversed(learnt):
        step = Lemma(term, fact.kind == "positive", proof, step)
    return step
