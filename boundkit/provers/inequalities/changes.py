"""Changes of a variable: the goal with a term in a new name for it, and the step back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Name, Term, number, substitute
from boundkit.kernel.derivative import minus, over
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.steps import Changed, Enclosed, Evaluated, Fact, Kept, Known, Product, Range, Step, Sum
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, Goal, Prove, accepted

ENCLOSED = Enclosed()


@dataclass(frozen=True)
class Change:
    """value for the variable, whose inverse lies in the range `extent` of the new name by two steps."""

    variable: str
    value: Term
    name: str
    extent: Range
    inverse: Term
    lower: Step = ENCLOSED
    upper: Step = ENCLOSED

    def step(self, rest: Step) -> Changed:
        """The change before a step for the goal that it leaves."""
        return Changed(
            self.variable, self.value, self.name, self.extent, self.inverse, self.lower, self.upper, rest
        )


def changed(
    goal: Goal,
    change: Change,
    prove: Prove,
    effort: Effort,
    dropped: Iterable[int] = (),
    shorter: bool = True,
) -> Found | None:
    """The goal after the change, without the facts of the numbers `dropped`; the slack multiplied out if that
    is `shorter`, or in any case."""
    if change.name in goal.box:
        return None
    own = {change.variable: change.value}
    box = {name: extent for name, extent in goal.box.items() if name != change.variable}
    box[change.name] = change.extent
    raw = substitute(goal.slack, own)
    slack = expanded(raw)
    if slack is None or (shorter and size_of(slack) > size_of(raw)):
        slack = raw
    kept = tuple(place for place in range(len(goal.facts)) if place not in dropped)
    facts = tuple(Fact(substitute(goal.facts[place].term, own), goal.facts[place].kind) for place in kept)
    inner = Goal(slack, goal.strict, box, facts)
    found = prove(inner, effort)
    if found is None:
        return None
    rest = found.step if slack == raw else Product((slack,), (found.step,))
    step = change.step(Kept(kept, rest))
    if not accepted(goal, step):
        return None
    return Found(step, (f"with {change.variable} = {change.value}", *found.argument))


def membership(goal: Goal, value: Term, extent: Range, facts: Iterable[int] = ()) -> tuple[Step, Step] | None:
    """Why a value lies in a range: by its enclosure, or by a fact of the numbers given, of which the gap to
    the end is a multiple up to a constant. None if neither shows it."""
    lower = _side(goal, value, extent.lower, extent.lower_closed, 1, facts)
    upper = _side(goal, value, extent.upper, extent.upper_closed, -1, facts)
    return None if lower is None or upper is None else (lower, upper)


def _side(
    goal: Goal, value: Term, end: Fraction | None, closed: bool, side: int, facts: Iterable[int]
) -> Step | None:
    if end is None:
        return Enclosed()
    gap = minus(value, number(end)) if side == 1 else minus(number(end), value)
    wanted = Goal(gap, not closed, goal.box, goal.facts)
    if accepted(wanted, Enclosed()):
        return Enclosed()
    for place in facts:
        fact = goal.facts[place].term
        ratio = _ratio(gap, fact)
        if ratio is None or ratio.free:
            continue
        step: Step = Product((ratio, fact), (Evaluated(), Known(place, ONE)))
        if accepted(wanted, step):
            return step
        rest = expanded(minus(gap, fact))
        if rest is not None and not rest.free:
            step = Sum((fact, rest), (Known(place, ONE), Evaluated()), 0)
            if accepted(wanted, step):
                return step
    return None


def _ratio(gap: Term, fact: Term) -> Term | None:
    """A constant c with gap = c*fact, by the slopes of two terms that are linear in one name."""
    (name,) = sorted(gap.free) if len(gap.free) == 1 else ("",)
    if not name or fact.free != {name}:
        return None
    slopes = []
    for term in (gap, fact):
        one, none = (substitute(term, {name: number(at)}) for at in (1, 0))
        slopes.append(minus(one, none))
    return expanded(over(*slopes))


def fresh(base: str, goal: Goal) -> Name:
    """A name that the goal does not use."""
    text = base
    while text in goal.box:
        text += "_"
    return Name(text, REAL)
