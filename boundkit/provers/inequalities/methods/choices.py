"""Absolute values, maxima, minima by cases; floors and ceilings by integers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Term, fresh_name, number, subterms
from boundkit.kernel.derivative import minus, negative, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.steps import (
    Cases,
    Chosen,
    Enclosed,
    Fact,
    Known,
    Product,
    Range,
    Rounded,
    Step,
    Sum,
)
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove

COST = 5


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One term abs(u), max(u, v), min(u, v), floor(u), ceil(u), an innermost one, is resolved."""
    for term in _innermost(goal):
        resolve = _rounded if term.head in ("floor", "ceil") else _cases
        found = resolve(goal, term, prove, effort)
        return found or GivenUp(f"the cases of {term} stay open")
    return GivenUp("")


def _innermost(goal: Goal) -> Iterator[Apply]:
    for whole in (goal.slack, *(fact.term for fact in goal.facts)):
        for term in subterms(whole):
            if isinstance(term, Apply) and term.head in HEADS and not any(map(_is_choice, term.args)):
                yield term


HEADS = frozenset({"abs", "max", "min", "floor", "ceil"})


def _is_choice(term: Term) -> bool:
    return any(isinstance(part, Apply) and part.head in HEADS for part in subterms(term))


def _cases(goal: Goal, term: Apply, prove: Prove, effort: Effort) -> Found | None:
    if term.head == "abs":
        gap, members = term.args[0], (term.args[0], negative(term.args[0]))
    elif term.head in ("max", "min") and len(term.args) == 2:
        gap = minus(*term.args)
        members = term.args if term.head == "max" else term.args[::-1]
    elif term.args:
        whole = _of_several(goal, term, term.args[0], {}, term.args[1:], prove, effort)
        return None if whole is None else Found(whole, (f"by cases on which argument is {term}",))
    else:
        return None
    steps: list[Step] = []
    lines: list[str] = []
    for member, fact in zip(
        members, (Fact(gap, "nonnegative"), Fact(negative(gap), "positive")), strict=True
    ):
        here = Goal(goal.slack, goal.strict, goal.box, (*goal.facts, fact))
        step = chosen(here, term, member, prove, effort)
        if step is None:
            return None
        steps.append(step.step)
        lines.extend(line for line in step.argument if line not in lines)
    return Found(Cases(gap, *steps), (f"by cases on the sign of {gap}", *lines))


def _of_several(
    goal: Goal,
    term: Apply,
    leader: Term,
    beaten: dict[Term, tuple[int, ...]],
    left: tuple[Term, ...],
    prove: Prove,
    effort: Effort,
) -> Step | None:
    """The leader among the first arguments against those that are left; it beats each of the others by the
    sum of some facts."""
    sign = 1 if term.head == "max" else -1
    if left:
        other, *rest = left
        if other == leader or other in beaten:
            return _of_several(goal, term, leader, beaten, tuple(rest), prove, effort)
        gap = times(number(sign), minus(leader, other))
        place = len(goal.facts)
        steps: list[Step] = []
        for fact, best, chains in (
            (Fact(gap, "nonnegative"), leader, {**beaten, other: (place,)}),
            (
                Fact(negative(gap), "positive"),
                other,
                {**{own: (*held, place) for own, held in beaten.items()}, leader: (place,)},
            ),
        ):
            here = replace(goal, facts=(*goal.facts, fact))
            step = _of_several(here, term, best, chains, tuple(rest), prove, effort)
            if step is None:
                return None
            steps.append(step)
        return Cases(gap, *steps)
    facts = tuple(Fact(replaced(fact.term, term, leader), fact.kind) for fact in goal.facts)
    found = prove(replace(goal, slack=replaced(goal.slack, term, leader), facts=facts), effort)
    if found is None:
        return None
    why: list[Step] = []
    for arg in term.args:
        chain = beaten.get(arg, ())
        known = tuple(Known(place, ONE) for place in chain)
        equal = Product((ZERO,), (Enclosed(),))
        why.append(Sum(tuple(goal.facts[place].term for place in chain), known) if chain else equal)
    return Chosen(term, leader, tuple(why), found.step)


def chosen(goal: Goal, term: Apply, member: Term, prove: Prove, effort: Effort) -> Found | None:
    """The goal with a member for a choice that the last fact decides."""
    if term.head == "abs":
        wanted = [member]
    else:
        sides = [(member, other) if term.head == "max" else (other, member) for other in term.args]
        wanted = [Apply("-", pair, REAL) for pair in sides]
        if term.head == "min":
            wanted = [negative(Apply("-", (member, other), REAL)) for other in term.args]
    steps = []
    for gap in wanted:
        found = prove(Goal(gap, False, goal.box, goal.facts), effort)
        if found is None:
            return None
        steps.append(found.step)
    facts = tuple(Fact(replaced(fact.term, term, member), fact.kind) for fact in goal.facts)
    rest = prove(Goal(replaced(goal.slack, term, member), goal.strict, goal.box, facts), effort)
    if rest is None:
        return None
    return Found(Chosen(term, member, tuple(steps), rest.step), rest.argument)


def _rounded(goal: Goal, term: Apply, prove: Prove, effort: Effort) -> Found | None:
    taken = set(goal.box)
    name = Name(fresh_name("k", taken).replace("'", "_"), REAL)
    while name.text in taken:
        name = Name(name.text + "_", REAL)
    (inner,) = term.args
    gap = minus(inner, name) if term.head == "floor" else minus(name, inner)
    box = {**goal.box, name.text: Range(None, None, integral=True)}
    facts = tuple(Fact(replaced(fact.term, term, name), fact.kind) for fact in goal.facts)
    facts = (*facts, Fact(gap, "nonnegative"), Fact(minus(ONE, gap), "positive"))
    rest = prove(Goal(replaced(goal.slack, term, name), goal.strict, box, facts), effort)
    if rest is None:
        return None
    return Found(Rounded(term, name.text, rest.step), (f"{name.text} for {term}", *rest.argument))
