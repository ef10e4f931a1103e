"""Checks of the steps that write a goal in other terms or other variables."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, fresh_name, number, substitute
from boundkit.kernel import interpolation
from boundkit.kernel.derivative import minus, negative, power, times
from boundkit.kernel.enclosures import check_new, check_range, check_term, replaced, require_defined
from boundkit.kernel.periods import is_periodic
from boundkit.kernel.places import Goals, Place, fixed_values
from boundkit.kernel.steps import (
    Cancelled,
    Changed,
    Chosen,
    Fact,
    Generalised,
    Instance,
    Interpolated,
    Periodic,
    Powered,
    Range,
    Rejected,
    Rewritten,
    Rooted,
    Rounded,
    Scaled,
    Step,
    point,
)


class Rewritings(Goals):
    """Adds the steps from Rewritten and Scaled to Cancelled."""

    def rewritten(self, slack: Term, strict: bool, place: Place, step: Rewritten, depth: int) -> None:
        fact = place.fact(step.fact)
        for term in (step.old, step.new):
            check_term(term, place.box)
            require_defined(term, place.box, place.facts)
        if fact.kind != "zero":
            raise Rejected("the fact is no equation")
        gap = minus(step.old, step.new)
        try:
            self.same(gap, fact.term, place.box)
        except Rejected:
            self.same(gap, negative(fact.term), place.box)
        rest = Place(place.box, place.rewritten(step.old, step.new))
        if isinstance(step.old, Name):
            rest = rest.within(step.new, place.box[step.old.text])
        self.goal(replaced(slack, step.old, step.new), strict, rest, step.rest, depth)

    def scaled(self, slack: Term, strict: bool, place: Place, step: Scaled, depth: int) -> None:
        weights = dict(step.weights)
        extent = place.extent(step.variable)
        if weights.get(step.variable) != 1 or extent.lower != 0 or extent.lower_closed:
            raise Rejected("the variable is not scaled, or not all positive numbers")
        for name, weight in weights.items():
            own = place.box.get(name)
            cone = own is not None and own.upper is None and own.lower in (None, 0) and not own.integral
            if type(weight) is not Fraction or not cone:
                raise Rejected(f"{name} cannot be scaled")
        # A positive number for certain.
        scale = Apply("exp", (Name(fresh_name("scale", set(place.box)), REAL),), REAL)
        moved: dict[str, Term] = {
            name: times(power(scale, number(weight)), Name(name, REAL)) for name, weight in weights.items()
        }
        require_defined(slack, place.box, place.facts)
        facts = tuple(place.fact(number_) for number_ in step.kept)
        for fact in facts:
            require_defined(fact.term, place.box)
        degrees = (step.degree, *step.degrees)
        if len(degrees) != len(facts) + 1 or not all(isinstance(degree, Fraction) for degree in degrees):
            raise Rejected("not one degree for each fact")
        for term, degree in zip((slack, *(fact.term for fact in facts)), degrees, strict=True):
            self.same(substitute(term, moved), times(power(scale, number(degree)), term), place.box)
        box = {**place.box, step.variable: point(Fraction(1))}
        self.goal(slack, strict, Place(box, facts), step.rest, depth)

    def changed(self, slack: Term, strict: bool, place: Place, step: Changed, depth: int) -> None:
        extent = place.extent(step.variable)
        check_new(step.name, place.terms(slack), place.box)
        check_range(step.name, step.extent)
        box = {name: own for name, own in place.box.items() if name != step.variable}
        box[step.name] = step.extent
        check_term(step.value, box)
        check_term(step.inverse, place.box)
        if step.value.sort != REAL:
            raise Rejected("a value of another sort than Real")
        require_defined(step.value, box)
        old = Name(step.variable, REAL)
        self.same(substitute(step.value, {step.name: step.inverse}), old, place.box)
        self.member(step.inverse, step.extent, place, step.lower, step.upper, depth)
        moved = place.substituted(step.variable, step.value, box)
        rest = moved.within(step.value, extent)
        self.goal(self.at(slack, step.variable, step.value), strict, rest, step.rest, depth)

    def periodic(self, slack: Term, strict: bool, place: Place, step: Periodic, depth: int) -> None:
        extent, turns = place.extent(step.variable), step.turns
        if extent.lower is not None or extent.upper is not None or extent.integral:
            raise Rejected("the range is not that of all real numbers")
        if type(turns) is not int or turns < 1 or not is_periodic(slack, step.variable, turns):
            raise Rejected("not shown to be periodic")
        kept = tuple(fact for fact in place.facts if is_periodic(fact.term, step.variable, turns))
        # A full period, since 22/7 is more than half the length of the circle.
        reach = Range(Fraction(-22 * turns, 7), Fraction(22 * turns, 7))
        rest = Place(place.box, kept).with_range(step.variable, reach)
        self.goal(slack, strict, rest, step.rest, depth)

    def fixed(self, slack: Term, strict: bool, place: Place, rest: Step, depth: int) -> None:
        for text, value in fixed_values(place.box).items():
            name = Name(text, REAL)
            slack = replaced(slack, name, value)
            place = Place(place.box, place.rewritten(name, value))
        # A name stays that is an exponent and 0.
        left = frozenset().union(*(term.free for term in place.terms(slack)))
        box = {name: own for name, own in place.box.items() if not own.is_point or name in left}
        self.goal(slack, strict, Place(box, place.facts), rest, depth)

    def generalised(self, slack: Term, strict: bool, place: Place, step: Generalised, depth: int) -> None:
        check_new(step.name, place.terms(slack), place.box)
        check_range(step.name, step.extent)
        check_term(step.term, place.box)
        self.member(step.term, step.extent, place, step.lower, step.upper, depth)
        name = Name(step.name, REAL)
        box = {**place.box, step.name: step.extent}
        rest = Place(box, place.rewritten(step.term, name))
        self.goal(replaced(slack, step.term, name), strict, rest, step.rest, depth)

    def instance(self, slack: Term, strict: bool, place: Place, step: Instance, depth: int) -> None:
        check_new(step.name, place.terms(slack), place.box)
        check_range(step.name, step.extent)
        own = {step.name: step.extent}
        check_term(step.term, own)
        check_term(step.value, place.box)
        self.goal(step.term, step.strict is True, Place(own, ()), step.proof, depth)
        self.member(step.value, step.extent, place, step.lower, step.upper, depth)
        found = self.at(step.term, step.name, step.value)
        kind = "positive" if step.strict is True else "nonnegative"
        self.goal(slack, strict, place.with_fact(found, kind), step.rest, depth)

    def chosen(self, slack: Term, strict: bool, place: Place, step: Chosen, depth: int) -> None:
        check_term(step.term, place.box)
        term, member = step.term, step.member
        if not isinstance(term, Apply) or term.head not in ("abs", "max", "min"):
            raise Rejected("no choice")
        if term.head == "abs":
            if member not in (term.args[0], negative(term.args[0])):
                raise Rejected("not a member of the choice")
            if member == ZERO:
                require_defined(term, place.box, place.facts)  # A product with 0 is written 0.
            wanted = [member]
        elif member not in term.args:
            raise Rejected("not a member of the choice")
        else:
            sign = 1 if term.head == "max" else -1
            wanted = [times(number(sign), Apply("-", (member, other), REAL)) for other in term.args]
        if len(wanted) != len(step.steps):
            raise Rejected("not as many parts as steps")
        for gap, own in zip(wanted, step.steps, strict=True):
            self.goal(gap, False, place, own, depth)
        rest = Place(place.box, place.rewritten(term, member))
        self.goal(replaced(slack, term, member), strict, rest, step.rest, depth)

    def rounded(self, slack: Term, strict: bool, place: Place, step: Rounded, depth: int) -> None:
        check_new(step.name, place.terms(slack), place.box)
        check_term(step.term, place.box)
        if not isinstance(step.term, Apply) or step.term.head not in ("floor", "ceil"):
            raise Rejected("nothing is rounded")
        require_defined(step.term, place.box, place.facts)
        name, (inner,) = Name(step.name, REAL), step.term.args
        gap = minus(inner, name) if step.term.head == "floor" else minus(name, inner)
        box = {**place.box, step.name: Range(None, None, integral=True)}
        own = (Fact(gap, "nonnegative"), Fact(minus(ONE, gap), "positive"))
        rest = Place(box, (*place.rewritten(step.term, name), *own))
        self.goal(replaced(slack, step.term, name), strict, rest, step.rest, depth)

    def interpolated(self, slack: Term, strict: bool, place: Place, step: Interpolated, depth: int) -> None:
        check_term(step.term, place.box)
        wanted, new = interpolation.interpolated(step.term, place.integral)
        if not isinstance(step.steps, tuple) or len(step.steps) != len(wanted):
            raise Rejected("not as many parts as steps")
        for gap, own in zip(wanted, step.steps, strict=True):
            self.goal(gap, False, place, own, depth)
        rest = Place(place.box, place.rewritten(step.term, new))
        self.goal(replaced(slack, step.term, new), strict, rest, step.rest, depth)

    def rooted(self, slack: Term, strict: bool, place: Place, step: Rooted, depth: int) -> None:
        for term in (step.term, step.root):
            check_term(term, place.box)
            require_defined(term, place.box, place.facts)
        term = step.term
        if isinstance(term, Apply) and term.head == "sqrt":
            exponent = Fraction(1, 2)
        elif isinstance(term, Apply) and term.head == "^" and isinstance(term.args[1], Number):
            exponent = term.args[1].value
        else:
            raise Rejected("no power with a rational exponent")
        if not 1 <= step.degree <= 40:
            raise Rejected("the degree of a root is a small positive integer")
        self.same(power(step.root, number(step.degree)), term.args[0], place.box)
        total = step.degree * exponent
        self.goal(step.root, total <= 0, place, step.proof, depth)
        new = power(step.root, number(total))
        rest = Place(place.box, place.rewritten(term, new))
        self.goal(replaced(slack, term, new), strict, rest, step.rest, depth)

    def cancelled(self, slack: Term, strict: bool, place: Place, step: Cancelled, depth: int) -> None:
        check_term(step.term, place.box)
        require_defined(step.term, place.box, place.facts)
        new = _cancelled(step.term)
        rest = Place(place.box, place.rewritten(step.term, new))
        self.goal(replaced(slack, step.term, new), strict, rest, step.rest, depth)

    def powered(self, slack: Term, strict: bool, place: Place, step: Powered, depth: int) -> None:
        check_term(step.term, place.box)
        if not isinstance(step.term, Apply) or step.term.head != "^":
            raise Rejected("no power")
        base, exponent = step.term.args
        self.goal(base, True, place, step.proof, depth)
        new = Apply("exp", (Apply("*", (exponent, Apply("ln", (base,), REAL)), REAL),), REAL)
        rest = Place(place.box, place.rewritten(step.term, new))
        self.goal(replaced(slack, step.term, new), strict, rest, step.rest, depth)


def _cancelled(term: Term) -> Term:
    """u^c for exp(c*ln(u)), u for exp(ln(u))."""
    inner = term.args[0] if isinstance(term, Apply) and term.head == "exp" else None
    exponent: Term = ONE
    if isinstance(inner, Apply) and inner.head == "*" and len(inner.args) == 2:
        exponent, inner = inner.args
    if not isinstance(exponent, Number) or not isinstance(inner, Apply) or inner.head != "ln":
        raise Rejected("no exponential of a logarithm")
    return power(inner.args[0], exponent)
