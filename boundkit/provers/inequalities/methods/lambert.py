"""LambertW by what it solves: w*exp(w) = c*x for w = LambertW(c*x), so that a goal in x becomes one in w."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Term, number, substitute, subterms
from boundkit.kernel.constants import exact
from boundkit.kernel.derivative import minus, negative, over, times
from boundkit.kernel.enclosures import enclosure, replaced
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.steps import (
    Enclosed,
    Equation,
    Evaluated,
    Excluded,
    Fact,
    Generalised,
    Kept,
    Known,
    Lambert,
    Monotone,
    Product,
    Range,
    Rewritten,
    Split,
    Step,
    point,
)
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.changes import fresh
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 9
LARGEST_DENOMINATOR = 12


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal in w, for a variable x of which facts do not speak and that has no upper end."""
    for term in dict.fromkeys(subterms(goal.slack)):
        if not isinstance(term, Apply) or term.head != "LambertW" or len(term.free) != 1:
            continue
        (text,) = term.free
        variable = Name(text, REAL)
        factor = expanded(over(term.args[0], variable))
        extent = goal.box[text]
        if factor is None or factor.free or extent.upper is not None or extent.lower is None:
            continue
        if any(text in fact.term.free for fact in goal.facts):
            continue
        found = _solved(goal, term, variable, factor, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _solved(
    goal: Goal, term: Apply, variable: Name, factor: Term, prove: Prove, effort: Effort
) -> Found | None:
    """The goal with w*exp(w)/factor for the variable, on the range of w."""
    name, extent = fresh("w", goal), goal.box[variable.text]
    assert extent.lower is not None
    try:
        least = enclosure(term, goal.box, goal.facts, 64).lower
    except (Undecided, Undefined):
        return None
    rough = Range(
        Fraction(int(float(least) * 1024 - 1), 1024) if least > 0 or least < 0 else Fraction(0), None
    )
    value = over(times(name, Apply("exp", (name,), REAL)), factor)
    end = Fact(minus(value, number(extent.lower)), "nonnegative" if extent.lower_closed else "positive")
    box = {own: held for own, held in goal.box.items() if own != variable.text}
    raw = substitute(replaced(goal.slack, term, name), {variable.text: value})
    shorter = expanded(raw) or raw
    inner = Goal(shorter, goal.strict, {**box, name.text: rough}, (*goal.facts, end))
    found = _from_end(inner, name, prove, effort)
    if found is None:
        return None
    count = len(goal.facts)
    kept = (*range(count), count + 2)
    step: Step = Kept(kept, Product((shorter,), (found.step,)))
    step = Rewritten(count + 1, variable, value, step)
    inverse = over(number(1), factor)
    gap = minus(variable, value)
    step = Equation(gap, Known(count, negative(inverse)), Known(count, inverse), step)
    step = Lambert(term.args[0], Generalised(term, name.text, rough, Enclosed(), Enclosed(), step))
    if not accepted(goal, step):
        return None
    return Found(step, (f"with {name} = {term}, so that {variable} = {value}", *found.argument))


def _from_end(goal: Goal, name: Name, prove: Prove, effort: Effort) -> Found | None:
    """The goal from the place on where its last fact, which increases with the name, begins to hold."""
    place, end = len(goal.facts) - 1, goal.facts[-1]
    start = goal.box[name.text].lower
    assert start is not None
    first = _root(end.term, name, start)
    if first is None or first <= start:
        return prove(goal, effort)
    extent = Range(first, None, lower_closed=end.kind == "nonnegative")
    high = prove(replace(goal, box={**goal.box, name.text: extent}), effort)
    if high is None:
        return None
    before = Excluded(place, 1, Monotone(name.text, "decreasing", Enclosed(), Evaluated(), True))
    above = high.step
    at_end: Step
    if extent.lower_closed:
        last = prove(replace(goal, box={**goal.box, name.text: point(first)}), effort)
        if last is None:
            return None
        at_end = last.step
    else:
        at_end = Excluded(place, 1, Evaluated())
        above = Split(name.text, first, at_end, above)
    step = Split(name.text, first, Split(name.text, first, before, at_end), above)
    return Found(step, high.argument) if accepted(goal, step) else None


def _root(term: Term, name: Name, start: Fraction) -> Fraction | None:
    """A rational above the start, with a small denominator, at which the term is 0."""
    for denominator in range(1, LARGEST_DENOMINATOR + 1):
        for top in range(int(start * denominator), 4 * denominator + 1):
            if exact(substitute(term, {name.text: number(Fraction(top, denominator))}), {}) == 0:
                return Fraction(top, denominator)
    return None
