"""Sides that are built alike: a common factor, equal monotone functions, products factor by factor, sums term
by term. Each leaves goals about the parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, number
from boundkit.kernel.derivative import minus, negative, plus, times
from boundkit.kernel.steps import (
    Changed,
    Enclosed,
    Fact,
    Generalised,
    Known,
    Lemma,
    Lowered,
    Monotone,
    Product,
    Range,
    Step,
    Sum,
)
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.logarithms import compared
from boundkit.provers.inequalities.sampling import signs
from boundkit.provers.inequalities.summands import Summand, raised, sides

COST = 4
MOST_FACTORS = 4
MOST_SUMMANDS = 8
MOST_MATCHINGS = 3
LINE = Range(None, None, False, False)
RAY = Range(Fraction(0), None)
BETWEEN = Range(Fraction(-1), Fraction(1))

INCREASING: Mapping[str, Range] = {
    "exp": LINE,
    "arctan": LINE,
    "tanh": LINE,
    "sinh": LINE,
    "erf": LINE,
    "Phi": LINE,
    "ln": POSITIVE,
    "log2": POSITIVE,
    "cosh": RAY,
    "LambertW": RAY,
    "arcsin": BETWEEN,
}
"""Functions, and where they increase."""


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The two sides, taken apart by one level."""
    above, below, cancelled = sides(goal.slack)
    if len(above) != 1 or len(below) != 1:
        if 2 <= len(above) + len(below) <= MOST_SUMMANDS:
            return term_by_term(goal, above, below, prove, effort) or GivenUp("")
        return GivenUp("")
    (greater,), (less,) = above, below
    common, first, second = _shared(greater, less)
    if common.factors or common.coefficient != 1:
        return _divided(goal, common, first, second, prove, effort) or GivenUp("")
    if cancelled:
        return _replaced(goal, minus(greater.term, less.term), prove, effort) or GivenUp("")
    own = _function(first), _function(second)
    if own[0] is not None and own[1] is not None and own[0][:2] == own[1][:2]:
        head, exponent, argument = own[0]
        return _monotone(goal, head, exponent, argument, own[1][2], prove, effort) or GivenUp("")
    found = None
    if len(first.factors) + len(second.factors) > 2:
        found = _factor_by_factor(goal, first, second, prove, effort)
    return found or _by_logarithms(goal, first, second, prove, effort) or GivenUp("")


def _shared(greater: Summand, less: Summand) -> tuple[Summand, Summand, Summand]:
    """A common factor, and what is left of both."""
    first, second = dict(greater.factors), dict(less.factors)
    common: dict[Term, Fraction] = {}
    for base, exponent in first.items():
        other = second.get(base)
        if other is not None and (exponent > 0) == (other > 0):
            common[base] = min(exponent, other) if exponent > 0 else max(exponent, other)
    for base, exponent in common.items():
        first[base] -= exponent
        second[base] -= exponent
    equal = greater.coefficient == less.coefficient
    front = greater.coefficient if equal else Fraction(1)
    rests = [
        Summand(side.coefficient / front, tuple((b, e) for b, e in own.items() if e))
        for side, own in ((greater, first), (less, second))
    ]
    return Summand(front, tuple(common.items())), rests[0], rests[1]


def _function(summand: Summand) -> tuple[str, Fraction, Term] | None:
    """The monotone function that a side is: its head, an exponent, and the argument."""
    if summand.coefficient != 1 or len(summand.factors) != 1:
        return None
    ((base, exponent),) = summand.factors
    if exponent == 1 and isinstance(base, Apply) and base.head in INCREASING:
        return base.head, exponent, base.args[0]
    return None if exponent == 1 else ("^", exponent, base)


def _replaced(goal: Goal, slack: Term, prove: Prove, effort: Effort) -> Found | None:
    """The goal with an equal slack."""
    found = prove(replace(goal, slack=slack), effort)
    if found is None:
        return None
    step = Product((slack,), (found.step,))
    return Found(step, found.argument) if accepted(goal, step) else None


def _divided(
    goal: Goal, common: Summand, first: Summand, second: Summand, prove: Prove, effort: Effort
) -> Found | None:
    """A common factor of known sign is divided out."""
    factor, rest = common.term, minus(first.term, second.term)
    seen = signs(factor, goal.box, goal.facts)
    if len(seen) > 1:
        return None
    if -1 in seen:
        factor, rest = negative(factor), minus(second.term, first.term)
    weight = prove(replace(goal, slack=factor), effort)
    found = weight and prove(replace(goal, slack=rest), effort)
    if weight is None or found is None:
        return None
    step = Product((factor, rest), (weight.step, found.step))
    return Found(step, found.argument) if accepted(goal, step) else None


def _monotone(
    goal: Goal, head: str, exponent: Fraction, greater: Term, less: Term, prove: Prove, effort: Effort
) -> Found | None:
    """f(greater) >= f(less) from the order of the arguments."""
    extent = INCREASING.get(head, RAY if exponent > 0 else POSITIVE)
    if head == "^" and exponent.denominator == 1 and exponent > 0 and exponent.numerator % 2:
        extent = LINE
    falls = head == "^" and exponent < 0
    high, low = (less, greater) if falls else (greater, less)
    gap = Apply("-", (high, low), REAL)
    found = prove(Goal(gap, goal.strict, goal.box, goal.facts), effort)
    if found is None:
        return None
    place = len(goal.facts)
    inner = replace(goal, facts=(*goal.facts, Fact(gap, "positive" if goal.strict else "nonnegative")))
    ends: dict[Term, tuple[Step, Step]] = {}
    for one, other, sign in ((low, high, 1), (high, low, -1)):
        steps = _member(inner, one, other, sign, extent, place, prove, effort)
        if steps is None:
            return None
        ends[one] = steps
    values: dict[Term, Term] = {}
    wrappers: list[tuple[Term, str]] = []
    taken = set(goal.box)
    ordered = [high, low] if str(low) in str(high) else [low, high]
    for one, base in zip(ordered, ("u", "v"), strict=True):
        if isinstance(one, Number):
            values[one] = one
            continue
        name = base
        while name in taken or name in {str(part) for part in inner.slack.free}:
            name += "_"
        taken.add(name)
        values[one] = Name(name, REAL)
        wrappers.append((one, name))
    if not wrappers:
        return None
    function = _applied(head, exponent)
    new_high, new_low = values[high], values[low]
    slack = minus(
        *((function(new_low), function(new_high)) if falls else (function(new_high), function(new_low)))
    )
    core = _compared(slack, new_high, new_low, place, goal.strict, extent, taken)
    step: Step = Product((slack,), (core,))
    for one, name in reversed(wrappers):
        step = Generalised(one, name, extent, *ends[one], step)
    step = Lemma(gap, goal.strict, found.step, step)
    if not accepted(goal, step):
        return None
    shown = "falls" if falls else "increases"
    own = head if head != "^" else f"u^({exponent})"
    return Found(step, (f"{own} {shown}, so it suffices that {low} <= {high}", *found.argument))


def _applied(head: str, exponent: Fraction) -> Callable[[Term], Term]:
    def function(argument: Term) -> Term:
        return raised(argument, exponent) if head == "^" else Apply(head, (argument,), REAL)

    return function


def _member(
    goal: Goal, one: Term, other: Term, sign: int, extent: Range, place: int, prove: Prove, effort: Effort
) -> tuple[Step, Step] | None:
    """That a term is in the range of the function: an end on the far side of the other term follows."""
    steps: list[Step] = []
    for end, closed, own in ((extent.lower, extent.lower_closed, 1), (extent.upper, extent.upper_closed, -1)):
        if end is None or isinstance(one, Number):
            steps.append(Enclosed())
            continue
        wanted = minus(one, number(end)) if own == 1 else minus(number(end), one)
        reach = minus(other, number(end)) if own == 1 else minus(number(end), other)
        target = Goal(wanted, not closed, goal.box, goal.facts)
        if accepted(target, Enclosed()):
            steps.append(Enclosed())
        elif own == sign:
            found = prove(replace(target, facts=goal.facts[:place]), effort)
            if found is None:
                return None
            steps.append(found.step)
        else:
            found = prove(Goal(reach, not closed, goal.box, goal.facts[:place]), effort)
            if found is None:
                return None
            steps.append(Sum((goal.facts[place].term, reach), (Known(place, ONE), found.step), 1))
    return steps[0], steps[1]


def _compared(
    slack: Term, high: Term, low: Term, place: int, strict: bool, extent: Range, taken: set[str]
) -> Step:
    """f at `high` against f at `low`, of which one at least is a name; that high - low is not negative (or
    positive) is the fact at the place."""
    rising = isinstance(high, Name)
    moving, bottom = (high, low) if rising else (low, high)
    assert isinstance(moving, Name)
    direction = "increasing" if rising else "decreasing"
    if not strict:
        face = Product((ZERO,), (Enclosed(),))
        return Lowered(moving.text, direction, bottom, Known(place, ONE), Enclosed(), face)
    name = "d"
    while name in taken:
        name += "_"
    gap = Name(name, REAL)
    value = plus(bottom, gap) if rising else minus(bottom, gap)
    inverse = minus(moving, bottom) if rising else minus(bottom, moving)
    rest = Monotone(name, "increasing", Enclosed(), Product((ZERO,), (Enclosed(),)), True)
    return Changed(moving.text, value, name, POSITIVE, inverse, Known(place, ONE), Enclosed(), rest)


def _factor_by_factor(
    goal: Goal, first: Summand, second: Summand, prove: Prove, effort: Effort
) -> Found | None:
    """Products of non-negative factors: each of one side is at most one of the other."""
    if goal.strict:
        return None
    above = [raised(*factor) for factor in first.factors]
    below = [raised(*factor) for factor in second.factors]
    if max(len(above), len(below)) > MOST_FACTORS:
        return None
    if first.coefficient != 1 or second.coefficient != 1:
        above.append(number(first.coefficient))
        below.append(number(second.coefficient))
    count = max(len(above), len(below))
    above += [ONE] * (count - len(above))
    below += [ONE] * (count - len(below))
    if any(-1 in signs(term, goal.box, goal.facts) for term in (*above, *below)):
        return None
    holds = {
        (i, j): -1 not in signs(minus(above[i], below[j]), goal.box, goal.facts)
        for i in range(count)
        for j in range(count)
    }
    tried = 0
    for order in permutations(range(count)):
        if not all(holds[i, j] for i, j in enumerate(order)):
            continue
        tried += 1
        if tried > MOST_MATCHINGS:
            return None
        found = _telescoped(goal, above, [below[j] for j in order], prove, effort)
        if found is not None:
            return found
    return None


def _telescoped(
    goal: Goal, above: list[Term], below: list[Term], prove: Prove, effort: Effort
) -> Found | None:
    """P1*P2 - Q1*Q2 = (P1 - Q1)*P2 + Q1*(P2 - Q2)."""
    known: dict[Term, Step] = {}
    lines: list[str] = []
    gaps = [minus(*pair) for pair in zip(above, below, strict=True) if pair[0] != pair[1]]
    for term in (*gaps, *below, *above):
        if term not in known and term != ONE:
            found = prove(replace(goal, slack=term), effort)
            if found is None:
                return None
            known[term] = found.step
            lines.extend(found.argument if term in gaps else ())
    parts, steps = [], []
    for place, (one, two) in enumerate(zip(above, below, strict=True)):
        if one == two:
            continue
        factors = [own for own in (*below[:place], minus(one, two), *above[place + 1 :]) if own != ONE]
        parts.append(times(*factors))
        steps.append(Product(tuple(factors), tuple(known[own] for own in factors)))
    step = Sum(tuple(parts), tuple(steps))
    if not accepted(goal, step):
        return None
    return Found(step, ("factor by factor", *lines))


def _by_logarithms(goal: Goal, first: Summand, second: Summand, prove: Prove, effort: Effort) -> Found | None:
    """Products of positive factors, an exponential among them, by the sums of their logarithms."""
    factors = (*first.factors, *second.factors)
    if not any(isinstance(base, Apply) and base.head == "exp" and base.free for base, _ in factors):
        return None
    # The logarithm of a side that is a logarithm itself would say less.
    if any(len(side.factors) == 1 and _is_logarithm(side.factors[0][0]) for side in (first, second)):
        return None
    if any(signs(side.term, goal.box, goal.facts) != {1} for side in (first, second)):
        return None
    return compared(goal, first.term, second.term, prove, effort)


def _is_logarithm(term: Term) -> bool:
    return isinstance(term, Apply) and term.head == "ln" and bool(term.free)


def term_by_term(
    goal: Goal, above: list[Summand], below: list[Summand], prove: Prove, effort: Effort
) -> Found | None:
    """Each summand of the smaller side is at most one of the greater; what is left over is not negative."""
    if not above or len(above) + len(below) < 3:
        return None
    plain = [summand.term for summand in above]
    held = [summand.term for summand in below]

    def seems(term: Term) -> bool:
        return -1 not in signs(term, goal.box, goal.facts)

    free = [place for place, term in enumerate(plain) if seems(term)]
    falling = {place for place, term in enumerate(held) if seems(negative(term))}
    fits = [
        [i for i, term in enumerate(plain) if _alike(above[i], own) and seems(minus(term, own.term))]
        for own in below
    ]
    for tried, matching in enumerate(_matchings(fits, falling, 0, frozenset())):
        if tried >= MOST_MATCHINGS:
            return None
        used = {i for i in matching if i is not None}
        if any(i not in free for i in range(len(plain)) if i not in used):
            continue
        parts = [
            negative(held[place]) if i is None else minus(plain[i], held[place])
            for place, i in enumerate(matching)
        ]
        parts += [plain[i] for i in range(len(plain)) if i not in used]
        found = _summed(goal, parts, prove, effort)
        if found is not None:
            return found
    return None


def _alike(greater: Summand, less: Summand) -> bool:
    """Whether the two are, but for a common factor, equal functions."""
    _, *rests = _shared(greater, less)
    first, second = (_function(rest) for rest in rests)
    return first is not None and second is not None and first[:2] == second[:2]


def _matchings(
    fits: list[list[int]], falling: set[int], place: int, used: frozenset[int]
) -> Iterator[tuple[int | None, ...]]:
    if place == len(fits):
        yield ()
        return
    if place in falling:
        for rest in _matchings(fits, falling, place + 1, used):
            yield (None, *rest)
    for i in fits[place]:
        if i not in used:
            for rest in _matchings(fits, falling, place + 1, used | {i}):
                yield (i, *rest)


def _summed(goal: Goal, parts: list[Term], prove: Prove, effort: Effort) -> Found | None:
    if len(parts) < 2:
        return None
    steps: list[Step] = []
    lines: list[str] = []
    positive: int | None = None
    for place, part in enumerate(parts):
        found = None
        if goal.strict and positive is None:
            found = prove(replace(goal, slack=part), effort)
            if found is not None:
                positive = place
        found = found or prove(replace(goal, slack=part, strict=False), effort)
        if found is None:
            return None
        steps.append(found.step)
        lines.extend(found.argument)
    if goal.strict and positive is None:
        return None
    step = Sum(tuple(parts), tuple(steps), positive or 0)
    return Found(step, ("term by term", *lines)) if accepted(goal, step) else None
