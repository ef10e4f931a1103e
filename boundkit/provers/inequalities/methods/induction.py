"""Induction for integers: the goal at the first value, and from each value to the next, or from neighbours
on a lattice to the next point.

The slack of the next value is r times the slack plus a rest that is shown to be >= 0, where r is 1, so that
the rest is a difference, or the ratio in which an exponential of the slack grows. Graham, Knuth, Patashnik,
Concrete Mathematics, chapter 5."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from boundkit.ir.terms import ONE, Apply, Number, Term, subterms
from boundkit.kernel.derivative import minus, over, power, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.integers import later
from boundkit.kernel.quotients import Algebra, Monomial, Quotient
from boundkit.kernel.steps import (
    Enclosed,
    Induction,
    Kept,
    Known,
    Lattice,
    Product,
    Range,
    Split,
    Step,
    Sum,
    point,
)
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.recurrence import written_out
from boundkit.provers.inequalities.sampling import signs

COST = 24
FIRST = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12)
"""How many first values are shown one by one."""
MOST_TRIED = 2
LARGEST = 400
MOST_TERMS = 3
SHORT = 40
"""What two neighbours leave of a slack, if they do settle it, is short."""


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Slacks in which a variable is in exponents: induction on each, then on the sum of two."""
    names = _names(goal)
    if not names or goal.slack.size > LARGEST:
        return GivenUp("")
    exponents = [part for part in subterms(goal.slack) if _is_exponential(part)]
    names = [name for name in names if any(name in part.free for part in exponents)]
    for name in names:
        found = _in_one(goal, name, (ONE, *_ratios(goal, name)), prove, effort)
        if found is not None:
            return found
    return GivenUp("no induction succeeds" if names else "")


def by_neighbours(goal: Goal, prove: Prove, effort: Effort) -> Found | None:
    """Short slacks in which two variables are in exponents, by induction on their sum."""
    if len(_monomials(goal.slack)) > MOST_TERMS:
        return None
    exponents = [part for part in subterms(goal.slack) if _is_exponential(part)]
    names = [name for name in _names(goal) if any(name in part.free for part in exponents)]
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            found = _in_two(goal, (first, second), prove, effort)
            if found is not None:
                return found
    return None


def by_differences(goal: Goal, prove: Prove, effort: Effort) -> Found | None:
    """Sums with values of lnGamma, whose differences have none."""
    for name in _names(goal):
        arguments = [part for part in subterms(goal.slack) if _is_log_gamma(part)]
        if any(name in part.free for part in arguments) and not any(
            map(_is_exponential, subterms(goal.slack))
        ):
            found = _in_one(goal, name, (ONE,), prove, effort)
            if found is not None:
                return found
    return None


def _names(goal: Goal) -> list[str]:
    return [
        name
        for name, extent in sorted(goal.box.items())
        if extent.integral and extent.lower is not None and not extent.is_point and name in goal.slack.free
    ]


def _in_one(goal: Goal, name: str, factors: tuple[Term, ...], prove: Prove, effort: Effort) -> Found | None:
    """The goal at first values one by one, then by induction."""
    extent = goal.box[name]
    start = extent.lower
    assert start is not None
    numbers = tuple(place for place, fact in enumerate(goal.facts) if name not in fact.term.free)
    free = replace(goal, facts=tuple(goal.facts[place] for place in numbers))
    after = later(goal.slack, (name,), 1)
    tried = 0
    for skipped in FIRST:
        first = start + skipped
        last = None if extent.upper is None else extent.upper - 1
        if tried == MOST_TRIED or (last is not None and first > last):
            break
        here = replace(free, box={**goal.box, name: Range(first, last, integral=True)})
        for factor in factors:
            rest = minus(after, times(factor, goal.slack))
            if -1 in signs(rest, here.box, here.facts):
                continue
            tried += 1
            base = prove(replace(free, box={**goal.box, name: point(first)}), effort)
            found = base and prove(replace(here, slack=rest, strict=False), effort)
            if base is None or found is None:
                continue
            count = len(numbers)
            parts = (times(factor, goal.slack), rest)
            grown = _multiple(factor, goal.slack, count)
            step: Step = Sum(parts, (grown, Kept(tuple(range(count)), found.step)), 0)
            step = Kept(numbers, Induction(name, (base.step,), step))
            whole = _with_first(goal, name, skipped, step, prove, effort)
            if whole is not None and accepted(goal, whole):
                return Found(whole, (f"by induction on {name} from {first} on", *found.argument))
    return None


def _with_first(goal: Goal, name: str, count: int, step: Step, prove: Prove, effort: Effort) -> Step | None:
    """The goal at so many first values, and the step for the others."""
    start = goal.box[name].lower
    assert start is not None
    for k in range(count - 1, -1, -1):
        own = prove(replace(goal, box={**goal.box, name: point(start + k)}), effort)
        if own is None:
            return None
        step = Split(name, start + k + Fraction(1, 2), own.step, step)
    return step


def _in_two(goal: Goal, names: tuple[str, str], prove: Prove, effort: Effort) -> Found | None:
    """From (i + 1, j) and (i, j + 1) to (i + 1, j + 1)."""
    if any(goal.box[name].upper is not None for name in names):
        return None
    numbers = tuple(place for place, fact in enumerate(goal.facts) if not fact.term.free & set(names))
    free = replace(goal, facts=tuple(goal.facts[place] for place in numbers))
    both = later(goal.slack, names, 1)
    sides = [later(goal.slack, (name,), 1) for name in names]
    for weights in _weights(goal, names):
        parts = [times(weight, side) for weight, side in zip(weights, sides, strict=True)]
        rest = minus(minus(both, parts[0]), parts[1])
        left = _short(rest, goal)
        if left is None or any(map(_is_log_gamma, subterms(left))):
            continue
        seen = signs(left, free.box, free.facts)
        if -1 in seen or (seen and left.size > SHORT):
            continue
        found = prove(replace(free, slack=rest, strict=False), effort)
        if found is None:
            continue
        bases = []
        for name in names:
            start = goal.box[name].lower
            assert start is not None
            base = prove(replace(free, box={**goal.box, name: point(start)}), effort)
            if base is None:
                return None
            bases.append(base.step)
        count = len(numbers)
        grown = [
            _multiple(weight, side, count + place)
            for place, (weight, side) in enumerate(zip(weights, sides, strict=True))
        ]
        step: Step = Sum((*parts, rest), (*grown, Kept(tuple(range(count)), found.step)), 0)
        step = Kept(numbers, Lattice(names, tuple(bases), step))
        if accepted(goal, step):
            return Found(step, (f"by induction on {names[0]} + {names[1]}", *found.argument))
    return None


def _multiple(factor: Term, term: Term, fact: int) -> Step:
    if isinstance(factor, Number):
        return Known(fact, factor)
    return Product((factor, term), (Enclosed(), Known(fact, ONE)))


def _ratios(goal: Goal, name: str) -> Iterator[Term]:
    """The ratios in which the exponentials of the slack grow from one value to the next."""
    for monomial in _monomials(goal.slack):
        exponentials = tuple(pair for pair in monomial if _is_exponential(pair[0]))
        if any(name in atom.free for atom, _ in exponentials):
            ratio = _ratio(exponentials, name, goal)
            if ratio is not None and ratio != ONE:
                yield ratio


def _weights(goal: Goal, names: tuple[str, str]) -> Iterator[tuple[Term, Term]]:
    """1 and 1, and the ratios in which what stands beside values of lnGamma grows."""
    yield ONE, ONE
    for monomial in _monomials(goal.slack):
        others = tuple(pair for pair in monomial if not any(map(_is_log_gamma, subterms(pair[0]))))
        if others and len(others) < len(monomial):
            first, second = (_ratio(others, name, goal) for name in names)
            if first is not None and second is not None:
                yield first, second


def _monomials(slack: Term) -> list[Monomial]:
    return list(Algebra().of(slack).top)


def _ratio(monomial: Monomial, name: str, goal: Goal) -> Term | None:
    """A monomial at the next value divided by itself, multiplied out."""
    term = Algebra().to_term(Quotient({monomial: Fraction(1)}))
    return _short(over(later(term, (name,), 1), term), goal)


def _short(term: Term, goal: Goal) -> Term | None:
    """An equal term, multiplied out, with as few values of lnGamma and exponentials of logarithms."""
    found = expanded(written_out(term, goal))
    while found is not None:
        old = next((part for part in subterms(found) if _is_power_of_logarithm(part)), None)
        if old is None:
            break
        assert isinstance(old, Apply)
        inner: Term = old.args[0]
        exponent: Term = ONE
        if isinstance(inner, Apply) and inner.head == "*":
            exponent, inner = inner.args
        assert isinstance(inner, Apply)
        found = expanded(replaced(found, old, power(inner.args[0], exponent)))
    return found


def _is_power_of_logarithm(term: Term) -> bool:
    inner = term.args[0] if isinstance(term, Apply) and term.head == "exp" else None
    if isinstance(inner, Apply) and inner.head == "*" and len(inner.args) == 2:
        inner = inner.args[1] if isinstance(inner.args[0], Number) else None
    return isinstance(inner, Apply) and inner.head == "ln"


def _is_exponential(term: Term) -> bool:
    if not isinstance(term, Apply) or not term.free:
        return False
    return term.head == "exp" or (term.head == "^" and not isinstance(term.args[1], Number))


def _is_log_gamma(term: Term) -> bool:
    return isinstance(term, Apply) and term.head == "lnGamma"
