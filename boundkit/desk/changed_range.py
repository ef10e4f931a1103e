"""Steps in another variable, for a range with an end that depends on parameters: the share of the end, or the
distance to it, whose range has constant ends. Each is only a proposal to the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from boundkit.desk.second_order import by_search, least_at, lemmas_of_definedness, reached, with_lemmas
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Name, Term, fresh_name, substitute
from boundkit.kernel.derivative import minus, negative, over, plus, times
from boundkit.kernel.places import kept_ends
from boundkit.kernel.steps import Changed, Enclosed, Fact, Kept, Product, Range, Step
from boundkit.provers.algebra import simpler
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Goal, accepted
from boundkit.provers.inequalities.sampling import signs


@dataclass(frozen=True)
class _Change:
    """The old variable as `value` of the new one, whose range is `extent`; `inverse` is the new one in the
    old."""

    value: Term
    name: Name
    extent: Range
    inverse: Term


def rescaled(variable: Name, bottom: Term, end: Term) -> Callable[[Goal], Step | None]:
    """The builder for goals whose slack is least at `bottom`, in parts of an end of the variable's range."""

    def build(goal: Goal) -> Step | None:
        for change in _changes(goal, Name(variable.text, REAL), end):
            step = _changed(goal, Name(variable.text, REAL), bottom, change)
            if step is not None:
                return step
        return None

    return build


def _changes(goal: Goal, variable: Name, end: Term) -> Iterator[_Change]:
    """The share of a positive end, where the range begins at 0 or at the end; the distance to the end."""
    extent = replace(goal.box[variable.text], integral=False)
    gap = minus(end, variable)
    seen = signs(gap, goal.box, goal.facts) if goal.facts else frozenset()
    if len(seen) != 1:
        return
    (upper,) = (sign > 0 for sign in seen)
    name = Name(fresh_name("part", set(goal.box)), REAL)
    zero, one = Fraction(0), Fraction(1)
    if extent.lower == 0 and signs(end, goal.box, goal.facts) == {1}:
        for open_ in (True, False):
            own = (
                Range(zero, one, extent.lower_closed, not open_)
                if upper
                else Range(one, None, lower_closed=not open_)
            )
            yield _Change(times(end, name), name, own, over(variable, end))
    for open_ in (True, False):
        own = Range(zero, None, lower_closed=not open_)
        value, inverse = (minus(end, name), gap) if upper else (plus(end, name), minus(variable, end))
        yield _Change(value, name, own, inverse)


def _changed(goal: Goal, variable: Name, bottom: Term, change: _Change) -> Step | None:
    extent = change.extent
    lower, upper = reached(replace(goal, slack=change.inverse), extent)
    if lower is None or upper is None:
        return None
    text = variable.text
    box = {name: own for name, own in goal.box.items() if name != text}
    facts = tuple(Fact(substitute(own.term, {text: change.value}), own.kind) for own in goal.facts)
    inner = Goal(
        substitute(goal.slack, {text: change.value}),
        goal.strict,
        {**box, change.name.text: extent},
        (*facts, *kept_ends(change.value, goal.box[text])),
    )
    place = substitute(change.inverse, {text: bottom})
    rest = _settled(inner, change.name, simpler(place)[0])
    if rest is None:
        return None
    return Changed(text, change.value, change.name.text, extent, change.inverse, lower, upper, rest)


def _settled(goal: Goal, variable: Name, bottom: Term) -> Step | None:
    """A step for the goal with summands multiplied out, in which what the facts say of the variable is no
    longer needed, once they have shown that all is defined."""
    lemmas = lemmas_of_definedness(goal)
    if lemmas is None:
        return None
    goal = replace(goal, facts=(*goal.facts, *(fact for fact, _ in lemmas)))
    moving = _multiplied_out(goal.slack, variable.text)
    # The slack vanishes at the bottom, so that what does not move is what moves there.
    shorter = None if moving is None else minus(moving, substitute(moving, {variable.text: bottom}))
    kept = tuple(k for k, own in enumerate(goal.facts) if variable.text not in own.term.free)
    facts = tuple(goal.facts[k] for k in kept)
    for slack in (shorter, goal.slack):
        if slack is None:
            continue
        plain = replace(goal, slack=slack, facts=facts)
        for builder in (
            least_at(variable, bottom),
            by_search,
        ):
            found = builder(plain)
            step: Step = Product((slack,), (Kept(kept, found or Enclosed()),))
            if found is not None and accepted(goal, step):
                return with_lemmas(lemmas, step)
    return None


def _multiplied_out(term: Term, name: str) -> Term | None:
    """The sum of those summands that mention a name, each multiplied out by itself."""
    if name not in term.free:
        return ZERO
    if isinstance(term, Apply) and term.head in ("+", "-", "neg"):
        parts = [own for arg in term.args if (own := _multiplied_out(arg, name)) is not None]
        if len(parts) < len(term.args):
            return None
        return negative(parts[0]) if term.head == "neg" else (plus if term.head == "+" else minus)(*parts)
    return expanded(term)
