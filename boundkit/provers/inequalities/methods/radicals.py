"""Roots of several variables and of sums: each variable under roots becomes a power of a new one, each root
that is then a product of variables becomes this product, and any other a new variable with an equation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, number, substitute
from boundkit.kernel.constants import exact
from boundkit.kernel.derivative import minus, over, plus, power, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.rational_functions import RationalFunctions, TooLarge, atoms_of
from boundkit.kernel.steps import (
    Changed,
    Enclosed,
    Evaluated,
    Fact,
    Generalised,
    Known,
    Lemma,
    Product,
    Range,
    Split,
    Step,
    Sum,
    point,
)
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted

COST = 12
NONNEGATIVE = Range(Fraction(0), None)
HIGHEST_ROOT = 6
MOST_ROOTS = 8


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal without roots, if it consists of them and of arithmetic. It has fewer roots."""
    roots = _roots(goal)
    if not roots or len(roots) > MOST_ROOTS:
        return GivenUp("")
    effort.spend(2)
    try:
        return _at_zero(goal, roots, prove, effort) or _without(goal, roots, prove, effort)
    except TooLarge:
        return GivenUp("")


@dataclass(frozen=True)
class _Root:
    """term = base^exponent; powers: those of names, if the base is their product without a factor."""

    term: Term
    base: Term
    exponent: Fraction
    powers: tuple[tuple[str, int], ...] | None


def _roots(goal: Goal) -> list[_Root]:
    """The roots in the goal; none if it has other atoms than names and roots of what has no roots."""
    found: dict[Term, _Root] = {}
    fixed: dict[str, Term] = {name: number(value) for name, value in _fixed(goal).items()}
    for whole in (goal.slack, *(fact.term for fact in goal.facts)):
        for atom in sorted(atoms_of(whole), key=str):
            if isinstance(atom, Name):
                continue
            own = _root(atom, fixed)
            if own is not None:
                found[atom] = own
            elif whole is goal.slack:
                return []
    return list(found.values())


def _root(atom: Term, fixed: Mapping[str, Term]) -> _Root | None:
    if not isinstance(atom, Apply):
        return None
    if atom.head == "sqrt":
        exponent = Fraction(1, 2)
    elif atom.head == "^" and isinstance(atom.args[1], Number):
        exponent = atom.args[1].value
    else:
        return None
    base = substitute(atom.args[0], fixed)
    if exponent.denominator > HIGHEST_ROOT or not all(isinstance(own, Name) for own in atoms_of(base)):
        return None
    return _Root(atom, base, exponent, _powers(base))


def _powers(base: Term) -> tuple[tuple[str, int], ...] | None:
    names = sorted(base.free)
    functions = RationalFunctions([Name(name, REAL) for name in names])
    top, bottom = functions.of(base)
    powers = dict.fromkeys(names, 0)
    for part, sign in ((top, 1), (bottom, -1)):
        if len(part) != 1 or part.leading_coefficient() != 1:
            return None
        for name, own in zip(names, part.monoms()[0], strict=True):
            powers[name] += sign * int(own)
    return tuple((name, own) for name, own in powers.items() if own)


def _fixed(goal: Goal) -> dict[str, Fraction]:
    """The names with one value."""
    return {
        name: extent.lower
        for name, extent in goal.box.items()
        if extent.is_point and extent.lower is not None
    }


def _at_zero(goal: Goal, roots: Sequence[_Root], prove: Prove, effort: Effort) -> Found | None:
    """The goal at 0 and above, for a variable under a root that may be 0."""
    for root in roots:
        for name, _ in root.powers or ():
            extent = goal.box[name]
            if extent.lower == 0 and extent.lower_closed and not extent.is_point and not extent.integral:
                at_zero = prove(replace(goal, box={**goal.box, name: point(Fraction(0))}), effort)
                if at_zero is None:
                    return None
                opened = {**goal.box, name: replace(extent, lower_closed=False)}
                above = prove(replace(goal, box=opened), effort)
                if above is None:
                    return None
                step = Split(name, Fraction(0), at_zero.step, above.step)
                if accepted(goal, step):
                    lines = dict.fromkeys((*above.argument, f"and where {name} = 0:", *at_zero.argument))
                    return Found(step, tuple(lines))
    return None


class _Names:
    """New names for a goal."""

    def __init__(self, goal: Goal) -> None:
        self.taken = set(goal.box)

    def new(self, base: str) -> str:
        """A name that is not taken."""
        count = 0
        while (name := f"{base}{count or ''}") in self.taken:
            count += 1
        self.taken.add(name)
        return name


def _without(goal: Goal, roots: Sequence[_Root], prove: Prove, effort: Effort) -> Found | GivenUp:
    """Variables under roots become powers; then each root is given a name."""
    names = _Names(goal)
    degrees: dict[str, int] = {}
    for root in roots:
        for name, own in root.powers or ():
            degrees[name] = lcm(degrees.get(name, 1), (own * root.exponent).denominator)
    changes: list[tuple[str, Term, str, Term]] = []
    current = goal
    for name, degree in sorted(degrees.items()):
        if degree == 1:
            continue
        if not accepted(Goal(Name(name, REAL), True, goal.box, goal.facts), Enclosed()):
            return GivenUp(f"{name} under a root may be 0")
        new = names.new(name + "_root")
        value = power(Name(new, REAL), number(degree))
        changes.append((name, value, new, power(Name(name, REAL), number(Fraction(1, degree)))))
        current = _substituted(current, name, value, new)
    named: list[_Named] = []
    for root in _roots(current):
        named.append(_named(current, root, names))
        current = named[-1].after
    inner = prove(current, effort)
    if inner is None:
        return GivenUp("the goal without roots is open")
    step = inner.step
    for place in reversed(named):
        step = place.around(step)
    for name, value, new, inverse in reversed(changes):
        step = Changed(name, value, new, POSITIVE, inverse, Enclosed(), Enclosed(), step)
    if not accepted(goal, step):
        return GivenUp("the kernel does not accept the substitution")
    lines = [f"{name} = {value}" for name, value, _, _ in changes]
    return Found(step, (*lines, *(place.line for place in named), *inner.argument))


def _substituted(goal: Goal, name: str, value: Term, new: str) -> Goal:
    """The goal as `Changed` leaves it."""
    extent = goal.box[name]
    box = {key: own for key, own in goal.box.items() if key != name}
    box[new] = POSITIVE
    facts = [Fact(substitute(fact.term, {name: value}), fact.kind) for fact in goal.facts]
    for end, closed, sign in (
        (extent.lower, extent.lower_closed, 1),
        (extent.upper, extent.upper_closed, -1),
    ):
        if end is not None:
            gap = minus(value, number(end)) if sign == 1 else minus(number(end), value)
            facts.append(Fact(gap, "nonnegative" if closed else "positive"))
    return Goal(substitute(goal.slack, {name: value}), goal.strict, box, tuple(facts))


@dataclass(frozen=True)
class _Named:
    """A root that has become a variable, or, if `value` is given, that value.

    places: of the facts that say so."""

    lemmas: tuple[tuple[Term, Step], ...]
    root: Term
    name: str
    extent: Range
    value: Term | None
    zero: str
    places: tuple[int, int]
    after: Goal
    line: str

    def around(self, step: Step) -> Step:
        """The step for the goal with the root, from that without."""
        if self.value is not None:
            gap = minus(Name(self.name, REAL), self.value)
            least, most = (Known(place, ONE) for place in self.places)
            value = plus(self.value, Name(self.zero, REAL))
            step = Changed(self.name, value, self.zero, point(Fraction(0)), gap, least, most, step)
        step = Generalised(self.root, self.name, self.extent, Enclosed(), Enclosed(), step)
        for term, proof in reversed(self.lemmas):
            step = Lemma(term, False, proof, step)
        return step


def _named(goal: Goal, root: _Root, names: _Names) -> _Named:
    strict = accepted(Goal(root.term, True, goal.box, goal.facts), Enclosed())
    extent = POSITIVE if strict else NONNEGATIVE
    value, lemmas = _value(goal, root, strict)
    name = names.new("root")
    line = f"{name} = {root.term}" if value is None else f"{root.term} = {value}"
    places = (len(goal.facts), len(goal.facts) + 1)
    facts = (*goal.facts, *(Fact(term, "nonnegative") for term, _ in lemmas))
    variable = Name(name, REAL)
    after = Goal(
        replaced(goal.slack, root.term, variable),
        goal.strict,
        {**goal.box, name: extent},
        tuple(Fact(replaced(fact.term, root.term, variable), fact.kind) for fact in facts),
    )
    zero = ""
    if value is not None:
        zero = names.new("zero")
        whole = plus(value, Name(zero, REAL))
        box = {key: own for key, own in after.box.items() if key != name}
        box[zero] = point(Fraction(0))
        moved = [Fact(substitute(fact.term, {name: whole}), fact.kind) for fact in after.facts]
        moved.append(Fact(whole, "positive" if strict else "nonnegative"))
        after = Goal(substitute(after.slack, {name: whole}), goal.strict, box, tuple(moved))
    return _Named(lemmas, root.term, name, extent, value, zero, places, after, line)


def _value(goal: Goal, root: _Root, strict: bool) -> tuple[Term | None, tuple[tuple[Term, Step], ...]]:
    """What the root is without roots, if that is known; and two terms that are >= 0, with the steps: the root
    minus this and the other way round, or a power of the root minus what it is and the other way round."""
    degree, exponent = root.exponent.denominator, root.exponent
    constant = None if root.base.free else exact(root.term, _fixed(goal))
    if constant is not None:
        value: Term = number(constant)
        return value, tuple((gap, Evaluated()) for gap in (minus(root.term, value), minus(value, root.term)))
    exponents = [(own, count * exponent) for own, count in root.powers or ()]
    if strict and exponents and all(own.denominator == 1 for _, own in exponents):
        value = times(*(power(Name(own, REAL), number(count)) for own, count in exponents))
        pairs = ((root.term, value), (value, root.term))
        return value, tuple(
            (minus(first, second), equal_by_powers(first, second, degree)) for first, second in pairs
        )
    raised = power(root.term, number(degree))
    if exponent > 0:
        other = power(root.base, number(exponent.numerator))
    else:
        raised, other = times(raised, power(root.base, number(-exponent.numerator))), ONE
    nothing = Sum((ZERO,), (Enclosed(),))
    return None, tuple((gap, nothing) for gap in (minus(raised, other), minus(other, raised)))


def equal_by_powers(first: Term, second: Term, degree: int) -> Step:
    """That u - v >= 0 where u^n = v^n: it is (u^n - v^n)/(u^(n-1) + ... + v^(n-1))."""
    powers = minus(power(first, number(degree)), power(second, number(degree)))
    rest = plus(
        *(
            times(power(first, number(degree - 1 - place)), power(second, number(place)))
            for place in range(degree)
        )
    )
    return Product((powers, over(ONE, rest)), (Sum((ZERO,), (Enclosed(),)), Enclosed()))
