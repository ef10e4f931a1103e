"""Slacks that are affine in a variable between two ends: between their values there."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Name, Term, number, substitute
from boundkit.kernel.derivative import minus, plus, times
from boundkit.kernel.steps import Enclosed, Evaluated, Monotone, Product, Range, Split, Step, Sum
from boundkit.provers.factors import factorise
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import signs

COST = 10


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """(upper - lower)*slack = (upper - v)*slack(lower) + (v - lower)*slack(upper)."""
    active = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    if len(active) < 2:
        return GivenUp("")
    for name in active:
        extent = goal.box[name]
        if extent.lower is None or extent.upper is None or extent.integral:
            continue
        if any(name in fact.term.free for fact in goal.facts):
            continue
        ends = tuple(substitute(goal.slack, {name: number(end)}) for end in (extent.lower, extent.upper))
        terms = _terms(name, extent, ends)
        gap = factorise(minus(goal.slack, _sum(terms)))
        if gap is None or gap.coefficient or any(-1 in signs(end, goal.box, goal.facts) for end in ends):
            continue
        proofs = []
        for end in ends:
            found = prove(replace(goal, slack=end), effort)
            if found is None:
                break
            proofs.append(found)
        if len(proofs) < 2:
            continue
        step = _step(name, extent, ends, (proofs[0].step, proofs[1].step), goal.strict)
        if accepted(goal, step):
            lines = dict.fromkeys((*proofs[0].argument, *proofs[1].argument))
            return Found(step, (f"affine in {name}, so the ends decide", *lines))
    return GivenUp("")


def _terms(name: str, extent: Range, ends: tuple[Term, ...]) -> tuple[tuple[Term, Term], ...]:
    """The distances to the ends, over the width, each with the value at the other end."""
    lower, upper = extent.lower, extent.upper
    assert lower is not None and upper is not None
    share = number(1 / (upper - lower))
    variable = Name(name, REAL)
    return (
        (times(share, minus(number(upper), variable)), ends[0]),
        (times(share, minus(variable, number(lower))), ends[1]),
    )


def _sum(terms: tuple[tuple[Term, Term], ...]) -> Term:
    return plus(*(times(*pair) for pair in terms))


def _step(name: str, extent: Range, ends: tuple[Term, ...], proofs: tuple[Step, Step], strict: bool) -> Step:
    terms = _terms(name, extent, ends)

    def half(positive: int) -> Step:
        steps = [
            Product(pair, (_distance(name, place == 1, strict and place == positive), proof))
            for place, (pair, proof) in enumerate(zip(terms, proofs, strict=True))
        ]
        return Sum(tuple(times(*pair) for pair in terms), tuple(steps), positive)

    if not strict:
        return half(0)
    assert extent.lower is not None and extent.upper is not None
    # One of the distances may be 0, but not near the other end.
    return Split(name, (extent.lower + extent.upper) / 2, half(0), half(1))


def _distance(name: str, rising: bool, strict: bool) -> Step:
    """That a distance to an end is not negative; an enclosure would round an end that is not dyadic."""
    direction = "increasing" if rising else "decreasing"
    return Monotone(name, direction, Enclosed(), Evaluated(), strict=False) if not strict else Enclosed()
