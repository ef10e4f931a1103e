"""Checks of the steps that rest on integers, and on what Gamma and LambertW satisfy."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, substitute
from boundkit.kernel import interpolation
from boundkit.kernel.derivative import minus, plus, times
from boundkit.kernel.enclosures import (
    LARGEST_TERM,
    check_new,
    check_range,
    check_term,
    require_defined,
    size_of,
)
from boundkit.kernel.places import Goals, Place
from boundkit.kernel.steps import (
    Induction,
    Lambert,
    Lattice,
    Range,
    Recurrence,
    Rejected,
    Residues,
    Stirling,
    Whole,
    point,
)

MOST_BASES = 12


class Integers(Goals):
    """Adds the steps from Induction to Lambert, and Stirling."""

    def induction(self, slack: Term, strict: bool, place: Place, step: Induction, depth: int) -> None:
        variable, extent = step.variable, place.extent(step.variable)
        if not isinstance(step.bases, tuple) or not 1 <= len(step.bases) <= MOST_BASES:
            raise Rejected("no number of first values")
        count = len(step.bases)
        start = extent.lower
        if not extent.integral or start is None:
            raise Rejected("no range of integers with a lower end")
        last = None if extent.upper is None else extent.upper - count
        if last is not None and last < start:
            raise Rejected("as many first values as values")
        # Without the facts that speak of the variable, also at the first values: what is shown there is used
        # at others.
        kept = place.without(variable)
        for k, base in enumerate(step.bases):
            self.goal(slack, strict, kept.with_range(variable, point(start + k)), base, depth)
        inner = kept.with_range(variable, Range(start, last, integral=True))
        for k in range(count):
            inner = inner.with_fact(later(slack, (variable,), k), "positive" if strict else "nonnegative")
        self.goal(later(slack, (variable,), count), strict, inner, step.rest, depth)

    def lattice(self, slack: Term, strict: bool, place: Place, step: Lattice, depth: int) -> None:
        if not isinstance(step.variables, tuple) or len(step.variables) != 2 or len(set(step.variables)) != 2:
            raise Rejected("not two variables")
        if not isinstance(step.bases, tuple) or len(step.bases) != 2:
            raise Rejected("not one base for each variable")
        kept, starts = place, []
        for variable in step.variables:
            extent = place.extent(variable)
            if not extent.integral or extent.lower is None or extent.upper is not None:
                raise Rejected("no range of integers with a lower end alone")
            starts.append(extent.lower)
            kept = kept.without(variable)
        for variable, start, base in zip(step.variables, starts, step.bases, strict=True):
            self.goal(slack, strict, kept.with_range(variable, point(start)), base, depth)
        for moved in (step.variables[:1], step.variables[1:], ()):
            kept = kept.with_fact(later(slack, moved, 1), "positive" if strict else "nonnegative")
        self.goal(later(slack, step.variables, 1), strict, kept, step.rest, depth)

    def residues(self, slack: Term, strict: bool, place: Place, step: Residues, depth: int) -> None:
        extent = place.extent(step.variable)
        check_new(step.name, place.terms(slack), place.box)
        if not extent.integral or not isinstance(step.steps, tuple) or not 2 <= len(step.steps) <= MOST_BASES:
            raise Rejected("no range of integers, or no number of remainders")
        count = len(step.steps)
        others = {name: own for name, own in place.box.items() if name != step.variable}
        for remainder, own in enumerate(step.steps):
            lower = None if extent.lower is None else Fraction(ceil((extent.lower - remainder) / count))
            upper = None if extent.upper is None else Fraction(floor((extent.upper - remainder) / count))
            inner = Range(lower, upper, integral=True)
            check_range(step.name, inner)
            value = plus(times(number(count), Name(step.name, REAL)), number(remainder))
            moved = place.substituted(step.variable, value, {**others, step.name: inner})
            self.goal(self.at(slack, step.variable, value), strict, moved, own, depth)

    def whole(self, slack: Term, strict: bool, place: Place, step: Whole, depth: int) -> None:
        if strict or not interpolation.is_integer(slack, place.integral):
            raise Rejected("a strict goal, or no integer for certain")
        self.goal(plus(slack, ONE), True, place, step.rest, depth)

    def stirling(self, slack: Term, strict: bool, place: Place, step: Stirling, depth: int) -> None:
        check_term(step.value, place.box)
        found = interpolation.stirling(step.value, step.shift, step.order, step.derivative)
        least = plus(step.value, number(min(step.shift, 0)))
        self.goal(least, True, place, step.proof, depth)
        self.goal(slack, strict, place.with_fact(found, "positive"), step.rest, depth)

    def recurrence(self, slack: Term, strict: bool, place: Place, step: Recurrence, depth: int) -> None:
        check_term(step.value, place.box)
        found = interpolation.recurrence(step.value, step.shift, step.derivative)
        self.goal(step.value, True, place, step.proof, depth)
        self.goal(slack, strict, place.with_fact(found, "zero"), step.rest, depth)

    def lambert(self, slack: Term, strict: bool, place: Place, step: Lambert, depth: int) -> None:
        check_term(step.value, place.box)
        if step.branch not in (0, -1):
            raise Rejected("there are two real branches, 0 and -1")
        inverse = Apply("LambertWm1" if step.branch else "LambertW", (step.value,), REAL)
        require_defined(inverse, place.box, place.facts)
        found = minus(times(inverse, Apply("exp", (inverse,), REAL)), step.value)
        self.goal(slack, strict, place.with_fact(found, "zero"), step.rest, depth)


def later(slack: Term, variables: tuple[str, ...], count: int) -> Term:
    """The slack with the variables greater by a number."""
    if size_of(slack) > LARGEST_TERM // 3:
        raise Rejected("a term is too large")
    moved = {variable: plus(Name(variable, REAL), number(count)) for variable in variables}
    return substitute(slack, moved) if count else slack
