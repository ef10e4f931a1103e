"""An equation that is linear in a variable gives the variable in terms of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import fmpq, fmpq_mpoly

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Name, Term, fresh_name, number, substitute
from boundkit.kernel.derivative import minus, negative, over, plus, times
from boundkit.kernel.rational_functions import TooLarge
from boundkit.kernel.steps import Changed, Enclosed, Fact, Known, Lemma, Product, Step, Sum, point
from boundkit.provers.inequalities.forms import (
    Equation,
    Reader,
    equations_of,
    is_homogeneous,
    raw_product,
    written,
)
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 40
MOST_TRIED = 2


@dataclass(frozen=True)
class Solved:
    """factor * variable = value, the factor positive, which is shown by the lemma if there is one."""

    variable: Name
    factor: Term
    value: Term
    equation: Equation
    sign: int
    weight: tuple[int, int]
    lemma: Step | None = None


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal in one variable less."""
    if len(goal.slack.free) < 2 or not goal.facts:
        return GivenUp("")
    try:
        reader = Reader(goal)
        slack = reader.polynomial(goal.slack)
        if slack is not None and is_homogeneous(slack) and _is_cone(goal):
            return GivenUp("the goal does not depend on the scale that the equation sets")
        solved = sorted(solutions(goal, reader), key=lambda own: (own.weight, own.variable.text))
    except TooLarge:
        return GivenUp("")
    return first_eliminated(goal, reader, solved[:MOST_TRIED], prove, effort)


def first_eliminated(
    goal: Goal, reader: Reader, solved: Sequence[Solved], prove: Prove, effort: Effort
) -> Found | GivenUp:
    """The goal in one variable less, for the first of these for which it is proved."""
    for own in solved:
        effort.spend(2)
        found = _eliminated(goal, reader, own, prove, effort)
        if found is not None:
            return found
    return GivenUp("the goal in one variable less is open" if solved else "")


def _is_cone(goal: Goal) -> bool:
    return all(
        extent.upper is None and not extent.lower
        for name, extent in goal.box.items()
        if name in goal.slack.free
    )


def solutions(goal: Goal, reader: Reader) -> Iterator[Solved]:
    """What the equations that are linear in a variable say of it. Raises TooLarge."""
    for equation in equations_of(goal, reader):
        for place, variable in enumerate(reader.atoms):
            if not isinstance(variable, Name) or variable.text not in goal.slack.free:
                continue
            if any(variable.text in atom.free for atom in reader.atoms if atom != variable):
                continue
            split = _linear(equation.polynomial, place)
            if split is None:
                continue
            factor, value = split
            for sign in (1, -1):
                term = written(sign * factor, reader.atoms)
                weight = (int(factor.total_degree()), len(value))
                own = Solved(variable, term, written(sign * value, reader.atoms), equation, sign, weight)
                if accepted(Goal(term, True, goal.box, goal.facts), Enclosed()):
                    yield own
                    break
                lemma = _positive(goal, reader, own)
                if lemma is not None:
                    yield replace(own, lemma=lemma)
                    break


def _positive(goal: Goal, reader: Reader, own: Solved) -> Step | None:
    """That the factor is positive where variable and value are: it is value/variable + a multiple of the
    equation."""
    if own.equation.opposite is not None:
        return None
    quotient = over(own.value, own.variable)
    multiplier = over(written(own.sign * own.equation.denominator, reader.atoms), own.variable)
    known = Known(own.equation.fact, multiplier)
    step = Sum((quotient, times(multiplier, own.equation.term)), (Enclosed(), known))
    return step if accepted(Goal(own.factor, True, goal.box, goal.facts), step) else None


def _linear(polynomial: fmpq_mpoly, place: int) -> tuple[fmpq_mpoly, fmpq_mpoly] | None:
    """A and B of a polynomial A*x - B."""
    context = polynomial.context()
    top: dict[tuple[int, ...], fmpq] = {}
    rest: dict[tuple[int, ...], fmpq] = {}
    for monomial, value in polynomial.terms():
        own = list(map(int, monomial))
        if own[place] > 1:
            return None
        if own[place] == 1:
            own[place] = 0
            top[tuple(own)] = value
        else:
            rest[tuple(own)] = -value
    return (context.from_dict(top), context.from_dict(rest)) if top else None


def _eliminated(goal: Goal, reader: Reader, own: Solved, prove: Prove, effort: Effort) -> Found | None:
    if own.lemma is not None:
        known = replace(goal, facts=(*goal.facts, Fact(own.factor, "positive")))
        found = _eliminated(known, reader, replace(own, lemma=None), prove, effort)
        return found and Found(Lemma(own.factor, True, own.lemma, found.step), found.argument)
    taken = set(goal.box) | goal.slack.free
    name = fresh_name("zero", taken).replace("'", "0")
    if name in taken:
        return None
    quotient = over(own.value, own.factor)
    value = plus(quotient, Name(name, REAL))
    inverse = minus(own.variable, quotient)
    zero = Fraction(0)
    steps = _vanishing(reader, own)
    extent = goal.box[own.variable.text]
    box = {key: range_ for key, range_ in goal.box.items() if key != own.variable.text}
    box[name] = point(zero)
    facts = [Fact(substitute(fact.term, {own.variable.text: value}), fact.kind) for fact in goal.facts]
    for end, closed, sign in (
        (extent.lower, extent.lower_closed, 1),
        (extent.upper, extent.upper_closed, -1),
    ):
        if end is not None:
            gap = minus(value, number(end)) if sign == 1 else minus(number(end), value)
            facts.append(Fact(gap, "nonnegative" if closed else "positive"))
    rest = Goal(substitute(goal.slack, {own.variable.text: value}), goal.strict, box, tuple(facts))
    inner = prove(rest, effort)
    if inner is None:
        return None
    step = Changed(own.variable.text, value, name, point(zero), inverse, *steps, inner.step)
    if not accepted(goal, step):
        return None
    return Found(step, (f"{own.variable} = {quotient}", *inner.argument))


def _vanishing(reader: Reader, own: Solved) -> tuple[Step, Step]:
    """That variable - value/factor is at least 0, and at most 0."""
    equation = own.equation
    multiplier = over(written(own.sign * equation.denominator, reader.atoms), own.factor)
    if equation.opposite is None:
        return Known(equation.fact, multiplier), Known(equation.fact, negative(multiplier))
    inverse = over(ONE, own.factor)
    sides = [
        Product((raw_product([term]), inverse), (Enclosed(), Enclosed()))
        for term in (equation.term, equation.opposite)
    ]
    return (sides[0], sides[1]) if own.sign == 1 else (sides[1], sides[0])
