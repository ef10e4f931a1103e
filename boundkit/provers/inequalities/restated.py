"""A goal under one fact, restated for the method of separation: with the logarithm of an equation between
products, and with sums of variables that an equation makes functions of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Name, Term, number, substitute
from boundkit.kernel.derivative import minus, negative, plus, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.quotients import Algebra, TooLarge
from boundkit.kernel.steps import Enclosed, Equation, Fact, Known, Lemma, Product, Rewritten, Step, Sum
from boundkit.provers.factors import solved
from boundkit.provers.inequalities.goal import Effort, Goal, Prove, accepted
from boundkit.provers.inequalities.summands import sides


@dataclass(frozen=True)
class Used:
    """A fact that is used: its number, its term, whether it is an equation."""

    place: int
    term: Term
    is_equation: bool


@dataclass(frozen=True)
class Restated:
    """Another form of a goal, and the steps that lead there: a fact more, that is proved by one step, or an
    equation by two; then a rewriting."""

    after: Goal
    term: Term
    steps: tuple[Step, ...]
    strict: bool = False
    rewriting: tuple[int, Term, Term] | None = None

    def around(self, step: Step) -> Step:
        """The step for the goal before."""
        if self.rewriting is not None:
            step = Rewritten(*self.rewriting, step)
        if len(self.steps) == 1:
            return Lemma(self.term, self.strict, self.steps[0], step)
        above, below = self.steps
        return Equation(self.term, above, below, step)


def logarithmic(goal: Goal, used: Used, prove: Prove, effort: Effort) -> tuple[Restated, Used] | None:
    """Of u = v, or u >= v, with products of positive variables, the logarithms."""
    above, below, _ = sides(used.term)
    if len(above) != 1 or len(below) != 1 or all(len(own.term.free) < 2 for own in (*above, *below)):
        return None
    total: dict[Term, Fraction] = {}
    for own, sign in ((above[0], 1), (below[0], -1)):
        for base, exponent in own.factors:
            if not isinstance(base, Name) or not accepted(replace(goal, slack=base, strict=True), Enclosed()):
                return None
            total[base] = total.get(base, Fraction(0)) + sign * exponent
    if len(total) < 2:
        return None
    parts = [times(number(own), _ln(base)) for base, own in total.items() if own]
    constant = above[0].coefficient / below[0].coefficient
    if constant != 1:
        parts.append(_ln(number(constant)))
    whole = plus(*parts)
    left, right = above[0].term, below[0].term
    gap = minus(_ln(left), _ln(right))
    moved = Used(len(goal.facts), whole, used.is_equation)
    if used.is_equation:
        nothing = Rewritten(used.place, left, right, Sum((ZERO,), (Enclosed(),)))
        steps = (Product((gap,), (nothing,)), Product((minus(_ln(right), _ln(left)),), (nothing,)))
        after = replace(goal, facts=(*goal.facts, Fact(whole, "zero")))
        for slack, step in zip((whole, negative(whole)), steps, strict=True):
            if not accepted(replace(goal, slack=slack, strict=False), step):
                return None
        return Restated(after, whole, steps), moved
    found = prove(replace(goal, slack=gap, strict=False), effort)
    if found is None:
        return None
    after = replace(goal, facts=(*goal.facts, Fact(whole, "nonnegative")))
    return Restated(after, whole, (Product((gap,), (found.step,)),)), moved


def _ln(term: Term) -> Term:
    return Apply("ln", (term,), REAL)


def rewritten(goal: Goal, used: Used) -> Iterator[Restated]:
    """Sums of variables in the slack that are one variable's function by a linear equation."""
    olds = [(old, new) for old in _sums(goal.slack) if (new := _shorter(old, used)) is not None]
    if not olds:
        return
    current = goal
    # Written as one sum, the equation has none of these sums as a part.
    plain = simple(used.term)
    if plain is None:
        return
    if plain != used.term:
        if any(fact.term == plain for fact in goal.facts):
            return
        steps = tuple(Known(used.place, number(sign)) for sign in (1, -1))
        current = replace(current, facts=(*current.facts, Fact(plain, "zero")))
        yield Restated(current, plain, steps)
        used = Used(len(current.facts) - 1, plain, True)
    for old, new in olds:
        gap = minus(old, new)
        multiple = _multiple(gap, plain)
        if multiple is None:
            continue
        if accepted(Goal(old, True, goal.box), Enclosed()):
            proof = Sum(
                (old, times(number(-multiple), plain)), (Enclosed(), Known(used.place, number(-multiple)))
            )
            current = replace(current, facts=(*current.facts, Fact(new, "positive")))
            yield Restated(current, new, (proof,), True)
        proofs = (Known(used.place, number(multiple)), Known(used.place, number(-multiple)))
        facts = (*current.facts, Fact(gap, "zero"))
        current = Goal(
            replaced(current.slack, old, new),
            current.strict,
            current.box,
            tuple(Fact(replaced(own.term, old, new), own.kind) for own in facts),
        )
        yield Restated(current, gap, proofs, False, (len(facts) - 1, old, new))


def _shorter(old: Term, used: Used) -> Term | None:
    """The sum with one variable less by the equation, or several."""
    for name in sorted(old.free & used.term.free):
        value = solved(used.term, name)
        if value is None or name in value.free:
            continue
        new = simple(substitute(old, {name: value}))
        if new is not None and len(new.free) < len(old.free):
            return new
    return None


def _sums(term: Term) -> list[Term]:
    """Polynomial subterms inside of functions and denominators, large ones first."""
    found: dict[Term, None] = {}

    def walk(own: Term, inside: bool) -> None:
        if not isinstance(own, Apply):
            return
        if own.head in ("+", "-") and len(own.free) > 1:
            if inside:
                found[own] = None
            for arg in own.args:
                walk(arg, False)
            return
        for place, arg in enumerate(own.args):
            walk(arg, inside or own.head not in ("*", "/", "neg") or (own.head == "/" and place == 1))

    walk(term, False)
    return sorted(found, key=lambda own: -len(str(own)))


def simple(term: Term) -> Term | None:
    algebra = Algebra()
    try:
        return algebra.to_term(algebra.of(term))
    except TooLarge:
        return None


def _multiple(term: Term, other: Term) -> Fraction | None:
    """The number m with term = m * other."""
    algebra = Algebra()
    left, right = algebra.of(term), algebra.of(other)
    if not right.top or left.below or right.below:
        return None
    monomial = min(right.top, key=algebra.monomial_order)
    value = left.top.get(monomial, Fraction(0)) / right.top[monomial]
    gone = algebra.add(left, right, -value)
    return value if value and not gone.top else None
