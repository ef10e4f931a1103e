"""Several variables under functions: each function replaced by a polynomial or quotient that is a bound of
it, a truncated series or continued fraction, so that a rational goal is left (Akbarpour and Paulson 2010,
MetiTarski), or one with what stands under the outermost functions alone.

Which bounds suffice is seen at pseudo-random points; that they are bounds is a lemma in one variable each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from math import inf
from typing import Any

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, number
from boundkit.kernel.derivative import minus, over, plus, power, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.quotients import Algebra
from boundkit.kernel.steps import Enclosed, Instance, Kept, Known, Product, Range, Step, Sum
from boundkit.provers.inequalities.doubles import Unknown, all_values, values
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import signs
from boundkit.provers.inequalities.transcendental import has_functions

COST = 14
DEEPEST = 2
MOST_FUNCTIONS = 4
MOST_VARIABLES = 4
MOST_CHOICES = 300
MOST_GOALS = 3
SAMPLES = 600
TINY = 1e-12
VARIABLE = Name("t_truncation", REAL)
EVERYWHERE = Range(None, None)
RIGHT, LEFT = Range(Fraction(0), None), Range(None, Fraction(0))
POSITIVE = Range(Fraction(0), None, lower_closed=False)
BEYOND_ONE = Range(Fraction(1), None)
UP_TO_ONE = Range(Fraction(0), Fraction(1), lower_closed=False)
BELOW_ONE = Range(None, Fraction(1), upper_closed=False)
BELOW_TWO = Range(Fraction(0), Fraction(2), upper_closed=False)

Array = Any
Sequences = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


@dataclass(frozen=True)
class Bound:
    """A bound of a function of one variable on a range, below it (sign 1) or above it (sign -1), as a
    quotient of polynomials: coefficients from the constant on."""

    head: str
    sign: int
    extent: Range
    top: tuple[Fraction, ...]
    below: tuple[Fraction, ...] = (Fraction(1),)

    def at(self, value: Term) -> Term:
        """The bound at a value."""
        top = _polynomial(self.top, value)
        return top if self.below == (Fraction(1),) else over(top, _polynomial(self.below, value))

    def gap(self, value: Term) -> Term:
        """What is not negative where the value is in the range."""
        function = Apply(self.head, (value,), REAL)
        return minus(function, self.at(value)) if self.sign > 0 else minus(self.at(value), function)

    def mirrored(self) -> Bound:
        """The same of an odd function on the other side of 0."""
        top = tuple(own * (-1) ** (place + 1) for place, own in enumerate(self.top))
        below = tuple(own * (-1) ** place for place, own in enumerate(self.below))
        return Bound(self.head, -self.sign, LEFT, top, below)


def _polynomial(coefficients: Sequence[Fraction], value: Term) -> Term:
    powers = (ONE, value, *(power(value, number(k)) for k in range(2, len(coefficients))))
    terms = [times(number(own), part) for own, part in zip(coefficients, powers, strict=False) if own]
    return plus(*terms) if terms else ZERO


def _read(head: str, sign: int, extent: Range, top: str, below: str = "1") -> Bound:
    first, second = (tuple(map(Fraction, text.split())) for text in (top, below))
    return Bound(head, sign, extent, first, second)


_ODD = (
    _read("sin", 1, RIGHT, "0 1 0 -1/6"),
    _read("sin", -1, RIGHT, "0 1"),
    _read("sin", -1, RIGHT, "0 1 0 -1/6 0 1/120"),
    _read("arctan", -1, RIGHT, "0 1"),
    _read("arctan", 1, RIGHT, "0 3", "3 0 1"),
    _read("arctan", -1, RIGHT, "0 15 0 4", "15 0 9"),
    _read("arctan", 1, RIGHT, "0 1 0 -1/3"),
    _read("tanh", -1, RIGHT, "0 1"),
    _read("tanh", 1, RIGHT, "0 3", "3 0 1"),
    _read("tanh", -1, RIGHT, "0 15 0 1", "15 0 6"),
    _read("sinh", 1, RIGHT, "0 1"),
    _read("sinh", 1, RIGHT, "0 1 0 1/6"),
)
BOUNDS = (
    _read("exp", 1, EVERYWHERE, "1 1"),
    _read("exp", 1, RIGHT, "1 1 1/2"),
    _read("exp", 1, EVERYWHERE, "1 1 1/2 1/6"),
    _read("exp", 1, RIGHT, "1 1 1/2 1/6 1/24"),
    _read("exp", 1, LEFT, "2 1", "2 -1"),
    _read("exp", -1, LEFT, "1"),
    _read("exp", -1, BELOW_ONE, "1", "1 -1"),
    _read("exp", -1, LEFT, "1 1 1/2"),
    _read("exp", -1, LEFT, "2", "2 -2 1"),
    _read("exp", -1, BELOW_TWO, "2 1", "2 -1"),
    _read("exp", -1, BELOW_ONE, "1 1 1"),
    _read("ln", -1, POSITIVE, "-1 1"),
    _read("ln", -1, BEYOND_ONE, "-1 0 1", "0 2"),
    _read("ln", -1, BEYOND_ONE, "-5 4 1", "2 4"),
    _read("ln", -1, UP_TO_ONE, "-2 2", "1 1"),
    _read("ln", 1, POSITIVE, "-1 1", "0 1"),
    _read("ln", 1, BEYOND_ONE, "-2 2", "1 1"),
    _read("ln", 1, BEYOND_ONE, "-3 0 3", "1 4 1"),
    _read("ln", 1, UP_TO_ONE, "-1 0 1", "0 2"),
    _read("cos", 1, EVERYWHERE, "1 0 -1/2"),
    _read("cos", -1, EVERYWHERE, "1"),
    _read("cos", -1, EVERYWHERE, "1 0 -1/2 0 1/24"),
    _read("cosh", 1, EVERYWHERE, "1 0 1/2"),
    _read("sqrt", -1, RIGHT, "1/2 1/2"),
    _read("sqrt", 1, RIGHT, "0 2", "1 1"),
    *_ODD,
    *(own.mirrored() for own in _ODD),
)
HEADS = frozenset(own.head for own in BOUNDS)


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """All functions at once, by the first choices of bounds that seem to suffice."""
    names = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    # The large ones first: a small one may stand under them too.
    functions = sorted(dict.fromkeys(_outermost(goal.slack)), key=lambda own: -own.size)
    if not 2 <= len(names) <= MOST_VARIABLES or not 1 <= len(functions) <= MOST_FUNCTIONS:
        return GivenUp("")
    # What functions are compared with in a fact is lost on a rational goal.
    if not _is_rational(goal.slack, functions) or any(has_functions(fact.term) for fact in goal.facts):
        return GivenUp("")
    try:
        chosen = list(islice(_choices(goal, functions), MOST_GOALS))
    except Unknown:
        return GivenUp("")
    for bounds in chosen:
        effort.spend(5)
        pairs = [(own, bound) for own, bound in zip(functions, bounds, strict=True) if bound is not None]
        found = _bounded(goal, pairs, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _outermost(term: Term) -> Iterator[Apply]:
    """The functions of variables that stand under no other one."""
    if not isinstance(term, Apply) or not term.free:
        return
    if term.head in HEADS:
        yield term
    else:
        for arg in term.args:
            yield from _outermost(arg)


def _is_rational(term: Term, known: Sequence[Apply]) -> bool:
    """Whether a term is a rational function of variables and of the known terms."""
    if term in known or not isinstance(term, Apply):
        return True
    whole = term.head == "^" and isinstance(term.args[1], Number) and term.args[1].value.denominator == 1
    if term.head not in ("+", "-", "*", "/", "neg") and not whole:
        return False
    return all(_is_rational(arg, known) for arg in term.args)


def _choices(goal: Goal, functions: Sequence[Apply]) -> Iterator[tuple[Bound | None, ...]]:
    """Bounds, one of each function or none where it stays, with which the slack seems to be at least 0.
    Raises Unknown."""
    columns = _drawn(goal)
    count = len(next(iter(columns.values())))
    heights = values(goal.slack, columns, count)
    holds = np.isfinite(heights)
    for fact in goal.facts:
        with np.errstate(all="ignore"):
            holds &= values(fact.term, columns, count) >= 0
    if holds.sum() < 20:
        return
    columns = {name: own[holds] for name, own in columns.items()}
    count = int(holds.sum())
    stand_ins = [Name(f"t_{place}", REAL) for place in range(len(functions))]
    slack = goal.slack
    for function, stand_in in zip(functions, stand_ins, strict=True):
        slack = replaced(slack, function, stand_in)
    exactly = {
        stand_in.text: values(function, columns, count)
        for function, stand_in in zip(functions, stand_ins, strict=True)
    }
    lists: list[list[Bound | None]] = []
    for function, stand_in in zip(functions, stand_ins, strict=True):
        argument = values(function.args[0], columns, count)
        ends = [{**columns, **exactly, stand_in.text: np.full(count, end)} for end in (0.0, 1.0)]
        change = values(slack, ends[1], count) - values(slack, ends[0], count)
        signs_ = {int(own) for own in np.unique(np.sign(change[np.isfinite(change)]))} - {0}
        if len(signs_) > 1:
            return
        lists.append(
            [
                bound
                for bound in BOUNDS
                if bound.head == function.head and {bound.sign} >= signs_ and _within(argument, bound.extent)
            ]
        )
    tables = [
        [values(bound.at(function.args[0]), columns, count) for bound in own if bound is not None]
        for function, own in zip(functions, lists, strict=True)
    ]
    nested = any(next(_outermost(function.args[0]), None) is not None for function in functions)
    if nested:
        # With the outermost functions gone that have others under them, a goal of fewer functions is left.
        for function, own, table in zip(functions, lists, tables, strict=True):
            if next(_outermost(function.args[0]), None) is None:
                own.append(None)
                table.append(values(function, columns, count))
    ways = product(*(range(len(own)) for own in lists))
    for way in islice(sorted(ways, key=sum), MOST_CHOICES):
        replacing = {
            stand_in.text: tables[place][pick]
            for place, (stand_in, pick) in enumerate(zip(stand_ins, way, strict=True))
        }
        sides = all_values((slack,), {**columns, **replacing}, count)[0]
        if (sides >= -TINY * (1 + np.abs(heights[holds]))).all():
            yield tuple(own[pick] for own, pick in zip(lists, way, strict=True))


def _drawn(goal: Goal) -> dict[str, Array]:
    random = np.random.default_rng(len(goal.box))
    found: dict[str, Array] = {}
    scale = 10.0 ** random.uniform(-4, 3, SAMPLES)
    for name, extent in sorted(goal.box.items()):
        low = -inf if extent.lower is None else float(extent.lower)
        high = inf if extent.upper is None else float(extent.upper)
        # Half of the points have all variables of one size.
        size = np.where(random.random(SAMPLES) < 0.5, scale, 10.0 ** random.uniform(-2, 1.5, SAMPLES))
        size = size * random.uniform(0.5, 2, SAMPLES)
        if low > -inf and high < inf:
            share = random.random(SAMPLES)
            near = np.minimum(share, scale / 10)
            pick = random.integers(0, 3, SAMPLES)
            share = np.where(pick == 0, share, np.where(pick == 1, near, 1 - near))
            found[name] = low + (high - low) * share
        elif low > -inf:
            found[name] = low + size
        elif high < inf:
            found[name] = high - size
        else:
            found[name] = random.choice([-1.0, 1.0], SAMPLES) * size
    return found


def _within(own: Array, extent: Range) -> bool:
    low = extent.lower is None or bool((own >= float(extent.lower)).all())
    return low and (extent.upper is None or bool((own <= float(extent.upper)).all()))


def _bounded(goal: Goal, chosen: Sequence[tuple[Apply, Bound]], prove: Prove, effort: Effort) -> Found | None:
    algebra = Algebra()
    rest, parts, lines = goal.slack, list[tuple[Term, Term]](), list[str]()
    for function, bound in chosen:
        weight = minus(replaced(rest, function, ONE), replaced(rest, function, ZERO))
        line = plus(times(weight, function), replaced(rest, function, ZERO))
        if not algebra.equal(line, rest):
            return None
        signed = algebra.to_term(algebra.of(times(number(bound.sign), weight)))
        if -1 in signs(signed, goal.box, goal.facts):
            return None
        parts.append((signed, bound.gap(function.args[0])))
        rest = replaced(rest, function, bound.at(function.args[0]))
        lines.append(f"{function} {'>=' if bound.sign > 0 else '<='} {bound.at(function.args[0])}")
    places: list[tuple[Step, Step]] = []
    for function, bound in chosen:
        placed = _placed(goal, function.args[0], bound.extent, prove, effort)
        if placed is None:
            return None
        places.append(placed)
    count = len(goal.facts)
    terms, steps = list[Term](), list[Step]()
    for place, (weight, gap) in enumerate(parts):
        known = prove(replace(goal, slack=weight, strict=False), effort)
        if known is None:
            return None
        terms.append(times(weight, gap))
        steps.append(Product((weight, gap), (_kept(goal, known.step), Known(count + place, ONE))))
    rest = algebra.to_term(algebra.of(rest))
    inner = prove(replace(goal, slack=rest), effort)
    if inner is None:
        return None
    step: Step = Sum((rest, *terms), (_kept(goal, inner.step), *steps), 0)
    for function, bound, (lower, upper) in reversed(
        [(*pair, own) for pair, own in zip(chosen, places, strict=True)]
    ):
        lemma = bound.gap(VARIABLE)
        shown = prove(Goal(lemma, False, {VARIABLE.text: bound.extent}, ()), effort)
        if shown is None:
            return None
        value = function.args[0]
        step = Instance(VARIABLE.text, bound.extent, lemma, False, value, shown.step, lower, upper, step)
    if not accepted(goal, step):
        return None
    return Found(step, (*lines, *inner.argument))


def _kept(goal: Goal, step: Step) -> Step:
    """The step under the facts of the goal alone."""
    return Kept(tuple(range(len(goal.facts))), step)


def _placed(goal: Goal, value: Term, extent: Range, prove: Prove, effort: Effort) -> tuple[Step, Step] | None:
    """That a value is in a range."""
    rooms: list[tuple[Term, bool]] = [(value, True), (value, True)]
    if extent.lower is not None:
        rooms[0] = (minus(value, number(extent.lower)), extent.lower_closed)
    if extent.upper is not None:
        rooms[1] = (minus(number(extent.upper), value), extent.upper_closed)
    found: list[Step] = []
    for end, (room, closed) in zip((extent.lower, extent.upper), rooms, strict=True):
        if end is None:
            found.append(Enclosed())
            continue
        shown = prove(replace(goal, slack=room, strict=not closed), effort)
        if shown is None:
            return None
        found.append(_kept(goal, shown.step))
    return found[0], found[1]


__all__ = ["BOUNDS", "attempt"]
