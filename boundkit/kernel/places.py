"""Where the goals of a cover certificate are to be shown, and what the checks of its steps share."""

from __future__ import annotations

from dataclasses import dataclass, field

from boundkit.ir.terms import Number, Term, number, substitute
from boundkit.kernel import quotients
from boundkit.kernel.derivative import derivative, minus
from boundkit.kernel.enclosures import LARGEST_TERM, check_term, replaced, require_defined, size_of
from boundkit.kernel.interpolation import is_integer
from boundkit.kernel.steps import Box, Fact, Range, Rejected, Step

MOST_WORK = 10_000_000
MOST_FACTS = 200


@dataclass(frozen=True)
class Place:
    """Where a goal is to be shown."""

    box: dict[str, Range]
    facts: tuple[Fact, ...]

    def with_range(self, name: str, extent: Range) -> Place:
        return Place({**self.box, name: extent}, self.facts)

    def with_fact(self, term: Term, kind: str) -> Place:
        if len(self.facts) >= MOST_FACTS:
            raise Rejected("too many facts")
        return Place(self.box, (*self.facts, Fact(term, kind)))

    def without(self, name: str) -> Place:
        """Without the facts that speak of a name."""
        return Place(self.box, tuple(fact for fact in self.facts if name not in fact.term.free))

    def substituted(self, name: str, value: Term, box: dict[str, Range]) -> Place:
        facts = tuple(Fact(substitute(fact.term, {name: value}), fact.kind) for fact in self.facts)
        return Place(box, facts)

    def rewritten(self, old: Term, new: Term) -> tuple[Fact, ...]:
        return tuple(Fact(replaced(fact.term, old, new), fact.kind) for fact in self.facts)

    def within(self, term: Term, extent: Range) -> Place:
        """With the facts that a term keeps to the ends of a range."""
        place = self
        for fact in kept_ends(term, extent):
            place = place.with_fact(fact.term, fact.kind)
        return place

    @property
    def integral(self) -> frozenset[str]:
        """The names of integral ranges."""
        return frozenset(name for name, extent in self.box.items() if extent.integral)

    def extent(self, variable: object) -> Range:
        """The range of a variable that the certificate names."""
        if not isinstance(variable, str) or variable not in self.box or self.box[variable].is_point:
            raise Rejected("not a variable with a range")
        return self.box[variable]

    def fact(self, number: object) -> Fact:
        if type(number) is not int or not 0 <= number < len(self.facts):
            raise Rejected("no such fact")
        return self.facts[number]

    def terms(self, slack: Term) -> list[Term]:
        return [slack, *(fact.term for fact in self.facts)]


@dataclass
class Goals:
    """One check, with its count of steps and of the nodes of their terms; `kernel.cover` has `goal`."""

    nodes: int = 0
    work: int = 0
    slopes: dict[tuple[Term, str], Term] = field(default_factory=dict)

    def goal(self, slack: Term, strict: bool, place: Place, step: Step, depth: int) -> None:
        """Raises unless the step shows that the slack is defined and >= 0 (> 0 if strict) at the place."""
        raise NotImplementedError

    def member(self, value: Term, extent: Range, place: Place, lower: Step, upper: Step, depth: int) -> None:
        """The value is defined, and in a range."""
        if extent.integral and not is_integer(value, place.integral):
            raise Rejected("no integer for certain")
        require_defined(value, place.box, place.facts)
        if extent.lower is not None:
            self.goal(minus(value, number(extent.lower)), not extent.lower_closed, place, lower, depth)
        if extent.upper is not None:
            self.goal(minus(number(extent.upper), value), not extent.upper_closed, place, upper, depth)

    def parts(self, parts: object, steps: object, place: Place) -> None:
        """As many terms as steps, and terms that a certificate may name."""
        if not isinstance(parts, tuple) or not isinstance(steps, tuple) or len(parts) != len(steps):
            raise Rejected("not as many parts as steps")
        for part in parts:
            check_term(part, place.box)

    def same(self, left: Term, right: Term, box: Box, reason: str = "the terms may differ") -> None:
        """The terms are equal where both are defined."""
        if size_of(left) + size_of(right) > 10 * LARGEST_TERM:
            raise Rejected("a term is too large")
        fixed = fixed_values(box)
        if not quotients.same(substitute(left, fixed), substitute(right, fixed)):
            raise Rejected(reason)

    def at(self, slack: Term, name: str, value: Term) -> Term:
        """The slack with a value for a name."""
        if size_of(slack) * (1 + size_of(value)) > LARGEST_TERM**2:
            raise Rejected("a term is too large")
        return substitute(slack, {name: value})

    def slope(self, term: Term, name: str) -> Term:
        """The derivative, as part of the work."""
        found = self.slopes.get((term, name))
        if found is None:
            found = self.slopes[term, name] = derivative(term, name)
        self.work += size_of(found)
        if self.work > MOST_WORK:
            raise Rejected("the terms are too large")
        return found


def kept_ends(term: Term, extent: Range) -> tuple[Fact, ...]:
    """That a term keeps to the ends of a range."""
    found = []
    if extent.lower is not None:
        kind = "nonnegative" if extent.lower_closed else "positive"
        found.append(Fact(minus(term, number(extent.lower)), kind))
    if extent.upper is not None:
        kind = "nonnegative" if extent.upper_closed else "positive"
        found.append(Fact(minus(number(extent.upper), term), kind))
    return tuple(found)


def fixed_values(box: Box) -> dict[str, Term]:
    """The values of the names whose ranges are points."""
    ends = ((name, extent.lower) for name, extent in box.items() if extent.is_point)
    return {name: Number(end) for name, end in ends if end is not None}
