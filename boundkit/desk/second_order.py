"""Steps that show where a function is least: by the sign of its slope on both sides of a place, which follows
from its second derivative; and by names for what does not depend on the variable.

Each is put together from goals for the prover of inequalities and is only a proposal to the kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, substitute
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus, negative
from boundkit.kernel.enclosures import facts_towards, replaced
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.quotients import TooLarge
from boundkit.kernel.steps import (
    Cases,
    Enclosed,
    Equation,
    Fact,
    Generalised,
    Kept,
    Known,
    Lemma,
    Lowered,
    Range,
    Step,
    Sum,
)
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Exhausted, Goal
from boundkit.provers.inequalities.methods.definedness import undecided
from boundkit.provers.inequalities.sampling import signs
from boundkit.provers.inequalities.search import Search

SIGN = 60
SLOPE = 250
ELIMINATION = 600
LONG = 1200
MOST_NAMES = 6
MOST_ARGUMENTS = 6


def sought(goal: Goal, effort: int) -> Step | None:
    """A step for a goal by search, or None. Names that nothing speaks of only distract."""
    used = goal.slack.free.union(*(fact.term.free for fact in goal.facts))
    goal = replace(goal, box={name: extent for name, extent in goal.box.items() if name in used})
    try:
        found = Search().prove(goal, Effort(effort))
    except (Exhausted, Undecided, Undefined, TooLarge, NotDifferentiable):
        return None
    return None if found is None else found.step


def least_at(variable: Name, bottom: Term) -> Callable[[Goal], Step | None]:
    """The builder of steps for goals whose slack is least where the variable equals `bottom`."""

    def build(goal: Goal) -> Step | None:
        if variable.text not in goal.slack.free or variable.text in bottom.free:
            return None
        own = Name(variable.text, REAL)
        return _named(goal, own, bottom) or _two_sided(goal, own, bottom)

    return build


def _named(goal: Goal, variable: Name, bottom: Term) -> Step | None:
    """With a name for the bottom, of which is known that it is in the range and that the slope vanishes."""
    if not isinstance(bottom, Apply) or not bottom.free:
        return None
    name = variable.text
    others = {own: range_ for own, range_ in goal.box.items() if own != name}
    free = tuple(fact for fact in goal.facts if name not in fact.term.free)
    try:
        slope = substitute(derivative(goal.slack, name), {name: bottom})
    except NotDifferentiable:
        return None
    sides = [sought(Goal(own, False, others, free), SLOPE) for own in (slope, negative(slope))]
    if None in sides:
        return None
    # Without the ends that do not belong to the range more is defined.
    extent = replace(goal.box[name], integral=False)
    ends = reached(Goal(bottom, False, others, free), extent)
    if None in ends:
        extent = extent.closed
        ends = reached(Goal(bottom, False, others, free), extent)
    if None in ends:
        return None
    lemmas: list[tuple[Fact, Step]] = []
    for fact in goal.facts:
        if name in fact.term.free and fact.kind != "zero":
            there = Fact(substitute(fact.term, {name: bottom}), fact.kind)
            shown = sought(Goal(there.term, there.kind == "positive", others, free), SLOPE)
            if shown is None:
                return None
            lemmas.append((there, shown))
    known = (*goal.facts, *(fact for fact, _ in lemmas), Fact(slope, "zero"))
    fresh = _fresh("bottom", set(goal.box) | goal.slack.free)
    inner = Goal(
        replaced(goal.slack, bottom, fresh),
        goal.strict,
        {**goal.box, fresh.text: extent},
        tuple(Fact(replaced(fact.term, bottom, fresh), fact.kind) for fact in known),
    )
    rest = _two_sided(inner, variable, fresh) if not lemmas else None
    rest = rest or sought(inner, ELIMINATION)
    if rest is None:
        return None
    above, below = sides
    lower, upper = ends
    assert above is not None and below is not None and lower is not None and upper is not None
    step: Step = Generalised(bottom, fresh.text, extent, lower, upper, rest)
    step = Equation(slope, above, below, step)
    for fact, shown in reversed(lemmas):
        step = Lemma(fact.term, fact.kind == "positive", shown, step)
    return step


def reached(goal: Goal, extent: Range) -> list[Step | None]:
    """That the slack of the goal is in a range."""
    return [
        Enclosed() if end is None else sought(replace(goal, slack=gap, strict=not closed), SLOPE)
        for end, gap, closed in (
            (extent.lower, minus(goal.slack, number(extent.lower or 0)), extent.lower_closed),
            (extent.upper, minus(number(extent.upper or 0), goal.slack), extent.upper_closed),
        )
    ]


def lowest_end(
    variable: Name, bottom: Term, rising: bool, flat: Term | None = None
) -> Callable[[Goal], Step | None]:
    """The builder for goals that rise (fall) in the variable from (towards) `bottom`, on one side of it; the
    slope vanishes at `flat`, which lies beyond, or at the bottom."""

    def build(goal: Goal) -> Step | None:
        if variable.text not in goal.slack.free:
            return None
        gap = _gap(Name(variable.text, REAL), bottom, rising)
        reach = sought(Goal(gap, False, goal.box, goal.facts), SLOPE)
        own = Name(variable.text, REAL)
        return None if reach is None else _lowered(goal, own, bottom, rising, reach, flat or bottom)

    return build


def _two_sided(goal: Goal, variable: Name, bottom: Term) -> Step | None:
    sides = []
    for rising in (True, False):
        gap = minus(variable, bottom)
        own = Fact(gap if rising else negative(gap), "nonnegative" if rising else "positive")
        place = replace(goal, facts=(*goal.facts, own))
        reach = Known(len(goal.facts), ONE)
        step = _lowered(place, variable, bottom, rising, reach, bottom)
        if step is None:
            return None
        sides.append(step)
    return Cases(minus(variable, bottom), *sides)


def _gap(variable: Name, bottom: Term, rising: bool) -> Term:
    return minus(variable, bottom) if rising else minus(bottom, variable)


def _lowered(goal: Goal, variable: Name, bottom: Term, rising: bool, reach: Step, flat: Term) -> Step | None:
    """The step down (up) to the bottom, where the goal is shown."""
    name, direction = variable.text, "increasing" if rising else "decreasing"
    extent = replace(goal.box[name], integral=False)
    try:
        towards = facts_towards(goal.facts, name, rising, goal.box)
        slope = derivative(goal.slack, name)
    except (NotDifferentiable, Undecided, Undefined, TooLarge):
        return None
    inner = Goal(
        slope if rising else negative(slope),
        False,
        {**goal.box, name: extent.interior},
        (Fact(_gap(variable, bottom, rising), "nonnegative"), *towards),
    )
    below = _slope(inner, variable, bottom, flat, rising)
    if below is None:
        return None
    others = {own: range_ for own, range_ in goal.box.items() if own != name}
    at = tuple(Fact(substitute(fact.term, {name: bottom}), fact.kind) for fact in towards)
    face = sought(Goal(substitute(goal.slack, {name: bottom}), goal.strict, others, at), SLOPE)
    return None if face is None else Lowered(name, direction, bottom, reach, below, face)


def _slope(goal: Goal, variable: Name, bottom: Term, flat: Term, rising: bool) -> Step | None:
    """That the slope (minus it) is not negative beyond the bottom, which the first fact says of the variable:
    it vanishes at `flat`, which the bottom is beyond, and the second derivative is not negative; else by
    search."""
    name = variable.text
    reach: Step = Known(0, ONE)
    if flat != bottom:
        gap = minus(bottom, flat) if rising else minus(flat, bottom)
        further = sought(replace(goal, slack=gap), SLOPE)
        if further is None:
            return None
        reach = Sum((_gap(variable, bottom, rising), gap), (reach, further))
    try:
        towards = facts_towards(goal.facts, name, rising, goal.box)
        curvature = derivative(goal.slack, name)
    except (NotDifferentiable, Undecided, Undefined, TooLarge):
        return None
    extent = replace(goal.box[name], integral=False)
    inner = Goal(
        curvature if rising else negative(curvature),
        False,
        {**goal.box, name: extent.interior},
        (Fact(_gap(variable, flat, rising), "nonnegative"), *towards),
    )
    second = sought(inner, SLOPE)
    if second is not None:
        others = {own: range_ for own, range_ in goal.box.items() if own != name}
        at = tuple(Fact(substitute(fact.term, {name: flat}), fact.kind) for fact in towards)
        face = sought(Goal(substitute(goal.slack, {name: flat}), False, others, at), SLOPE)
        if face is not None:
            direction = "increasing" if rising else "decreasing"
            return Lowered(name, direction, flat, reach, second, face)
    return sought(goal, SLOPE)


Written = Callable[[Term], Term]
"""How to write a term with names for some of its parts."""


def naming(
    parts: Sequence[Term], inner: Callable[[Written], Callable[[Goal], Step | None]]
) -> Callable[[Goal], Step | None]:
    """The builder with a name for each of the parts, in the range that their signs give."""

    def build(goal: Goal) -> Step | None:
        names: list[tuple[Term, Name, Range, Step, Step]] = []
        current = goal
        for part in parts:
            taken = set(current.box) | {n for own in (goal.slack, part) for n in own.free}
            name = _fresh("u", taken)
            for known, own, *_ in names:
                part = replaced(part, known, own)
            if not isinstance(part, Apply):
                continue
            extent, lower, upper = extent_of(replace(current, slack=part))
            names.append((part, name, extent, lower, upper))
            current = Goal(
                replaced(current.slack, part, name),
                current.strict,
                {**current.box, name.text: extent},
                tuple(Fact(replaced(fact.term, part, name), fact.kind) for fact in current.facts),
            )

        def write(term: Term) -> Term:
            for part, name, *_ in names:
                term = replaced(term, part, name)
            return term

        step = inner(write)(current)
        if step is None:
            return None
        for part, name, extent, lower, upper in reversed(names):
            step = Generalised(part, name.text, extent, lower, upper, step)
        return step

    return build


def extent_of(goal: Goal) -> tuple[Range, Step, Step]:
    """The positive (non-negative) numbers, with what shows that the slack is one; else all numbers."""
    part = goal.slack
    seen = signs(part, goal.box, goal.facts)
    # Facts about other names only distract.
    kept = tuple(place for place, fact in enumerate(goal.facts) if fact.term.free <= part.free)
    goal = replace(goal, facts=tuple(goal.facts[place] for place in kept))
    for value, strict in ((part, True), (part, False)) if -1 not in seen else ():
        lower = sought(replace(goal, slack=value, strict=strict), SIGN)
        if lower is not None:
            return replace(POSITIVE, lower_closed=not strict), Kept(kept, lower), Enclosed()
    return Range(None, None), Enclosed(), Enclosed()


def _fresh(base: str, taken: set[str]) -> Name:
    """A new name that a step may introduce."""
    place = 1
    while f"{base}{place}" in taken:
        place += 1
    return Name(f"{base}{place}", REAL)


def by_search(goal: Goal) -> Step | None:
    """The step that search finds."""
    return sought(goal, LONG)


Lemmas = list[tuple[Fact, Step]]


def lemmas_of_definedness(goal: Goal) -> Lemmas | None:
    """Facts, each with a step from those before it, under which enclosures see that the slack is defined."""
    found: Lemmas = []
    for _ in range(MOST_ARGUMENTS):
        argument, needed = next(undecided(goal.slack, goal), (None, False))
        if argument is None:
            break
        shown = sought(replace(goal, slack=argument, strict=needed), SLOPE)
        if shown is None:
            return None
        fact = Fact(argument, "positive" if needed else "nonnegative")
        found.append((fact, shown))
        goal = replace(goal, facts=(*goal.facts, fact))
    return found


def with_lemmas(lemmas: Lemmas, step: Step) -> Step:
    """The step after these lemmas."""
    for fact, shown in reversed(lemmas):
        step = Lemma(fact.term, fact.kind == "positive", shown, step)
    return step
