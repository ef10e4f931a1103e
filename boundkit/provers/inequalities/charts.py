"""Charts of signs: a term in one variable, over a positive part of it, rises and falls between the roots of
its slope, whose own chart is found in the same way; so it is least at ends, at limits, and at valleys.

A function such as erf, ln or LambertW that is made to stand alone is gone from the slope; of a square root
the conjugate is taken. So Mills' ratio is bounded (Sampford, 1953)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from boundkit.ir.terms import ONE, ZERO, Term, number, subterms
from boundkit.kernel.derivative import (
    NotDifferentiable,
    derivative,
    minus,
    negative,
    over,
    plus,
    power,
    times,
)
from boundkit.kernel.descents import limit_is_not_negative
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.quotients import TooLarge
from boundkit.kernel.steps import (
    Enclosed,
    Evaluated,
    Falling,
    Lemma,
    Monotone,
    Product,
    Range,
    Split,
    Step,
    Sum,
    point,
)
from boundkit.provers.factors import expanded, factorise
from boundkit.provers.inequalities.goal import Goal, accepted
from boundkit.provers.inequalities.standing_alone import divided, is_alone, isolated, rank, with_root
from boundkit.provers.inequalities.turning_points import sign_at, turning_points
from boundkit.provers.samples import signs

LARGEST = 500
LARGEST_SLOPE = 1000
DEEPEST = 12
MOST_DIVISORS = 3
MOST_HALVINGS = 7
FEW_HALVINGS = 3
NOTHING = Product((ZERO,), (Enclosed(),))


class Charts:
    """One search in one variable; `left` is how many nodes the terms may have that the kernel is still asked
    about, `work` how many those of slopes that are compared."""

    def __init__(self, name: str, left: int, work: int) -> None:
        self.name = name
        self.left = left
        self.failed: set[tuple[Term, bool, Range]] = set()
        self.slopes: dict[Term, Term | None] = {}
        self.forms: dict[tuple[Term, Range], list[tuple[tuple[int, int, int], Term, Term]]] = {}
        self.work = work

    def closes(self, step: Step, term: Term, strict: bool, extent: Range) -> bool:
        """Whether the kernel accepts a step."""
        self.left -= size_of(term)
        return self.left >= 0 and accepted(Goal(term, strict, {self.name: extent}), step)

    def settle(self, term: Term, strict: bool, extent: Range, depth: int = 0) -> Step | None:
        """That a term is >= 0 (> 0 if strict) on a range."""
        key = (term, strict, extent)
        if self.left <= 0 or depth > DEEPEST or key in self.failed or size_of(term) > LARGEST:
            return None
        step: Step | None = Evaluated() if extent.is_point or not term.free else Enclosed()
        assert step is not None
        if not self.closes(step, term, strict, extent):
            step = None
            if not extent.is_point and term.free and -1 not in signs(term, {self.name: extent}):
                step = self.factored(term, strict, extent, depth)
        if step is None:
            self.failed.add(key)
        return step

    def factored(self, term: Term, strict: bool, extent: Range, depth: int) -> Step | None:
        """By the signs of the factors."""
        found = factorise(term)
        if found is None:
            return None
        if not found.coefficient:
            return None if strict else NOTHING
        if found.factors == ((term, 1),) and found.coefficient == 1:
            return self.core(term, strict, extent, depth)
        sign = 1 if found.coefficient > 0 else -1
        parts: list[Term] = [number(abs(found.coefficient))]
        steps: list[Step] = [Enclosed()]
        rest: list[tuple[Term, int]] = []
        for factor, count in found.factors:
            if count % 2 == 0 and count > 0 and not strict:
                parts.append(power(factor, number(count)))
                steps.append(Enclosed())
                continue
            own = self.sign(factor, extent)
            if own:
                sign *= own if count % 2 else 1
                parts.append(power(factor if own > 0 else negative(factor), number(count)))
                steps.append(Enclosed())
            else:
                rest.append((factor, count))
        for place, (factor, count) in enumerate(rest):
            seen = signs(factor, {self.name: extent})
            if {1, -1} <= seen:
                return self.core(term, strict, extent, depth)
            turned = -1 if -1 in seen else 1
            sign *= turned if count % 2 else 1
            rest[place] = (factor if turned > 0 else negative(factor), count)
        if sign < 0:
            return None
        if len(rest) == 1 and self.is_simpler(term, rest[0][0], extent):
            step = self.core(term, strict, extent, depth)
            if step is not None:
                return step
        for factor, count in rest:
            step = self.core(factor, strict or count < 0, extent, depth)
            if step is None:
                return (
                    self.core(term, strict, extent, depth)
                    if any(own < 0 for _, own in found.factors)
                    else None
                )
            parts.append(power(factor, number(count)))
            steps.append(_raised(factor, count, step))
        return Product(tuple(parts), tuple(steps))

    def sign(self, term: Term, extent: Range) -> int:
        """The sign that an enclosure shows, or 0."""
        if self.closes(Enclosed(), term, True, extent):
            return 1
        return -1 if self.closes(Enclosed(), negative(term), True, extent) else 0

    def core(self, term: Term, strict: bool, extent: Range, depth: int) -> Step | None:
        """A term without factors of a known sign."""
        step = self.halved(term, strict, extent, FEW_HALVINGS)
        if step is not None:
            return step
        step = self.conjugate(term, strict, extent, depth)
        if step is not None:
            return step
        for _, divisor, quotient in self.ranked(term, extent)[:MOST_DIVISORS]:
            step = self.chart(quotient, strict, extent, depth)
            if step is not None:
                return step if divisor == ONE else Product((divisor, quotient), (Enclosed(), step))
        return self.halved(term, strict, extent, MOST_HALVINGS)

    def ranked(self, term: Term, extent: Range) -> list[tuple[tuple[int, int, int], Term, Term]]:
        """Positive divisors, with the quotients, those of the simplest slopes first."""
        key = (term, extent)
        if key not in self.forms:
            found = []
            for divisor, quotient in self.divisors(term, extent):
                slope = self.slope(quotient)
                own = 0 if slope is None else size_of(slope)
                if slope is not None and own <= LARGEST_SLOPE and self.work >= own:
                    self.work -= own
                    found.append((rank(slope, self.name), divisor, quotient))
            self.forms[key] = sorted(found, key=lambda own: own[0])
        return self.forms[key]

    def divisors(self, term: Term, extent: Range) -> Iterator[tuple[Term, Term]]:
        """Positive divisors, with the quotients."""

        def sign(own: Term) -> int:
            return self.sign(own, extent)

        yield from isolated(term, self.name, sign)
        yield from divided(term, self.name, sign)

    def is_simpler(self, term: Term, factor: Term, extent: Range) -> bool:
        """Whether forms of a term have simpler slopes than those of its one open factor."""
        whole, part = (
            min((form[0] for form in self.ranked(own, extent)), default=(10**6, 0, 0))
            for own in (term, factor)
        )
        return whole <= part

    def slope(self, term: Term) -> Term | None:
        """The derivative of a term; None where there is none."""
        if term not in self.slopes:
            try:
                self.slopes[term] = derivative(term, self.name)
            except NotDifferentiable:
                self.slopes[term] = None
        return self.slopes[term]

    def chart(self, term: Term, strict: bool, extent: Range, depth: int) -> Step | None:
        """The pieces between the roots of the slope."""
        slope = self.slope(term)
        assert slope is not None
        within = {self.name: extent.interior}
        seen = signs(slope, within) if slope.free else {sign_at(slope, self.name, Fraction(0)) or 0}
        if {1, -1} <= seen:
            cuts = turning_points(slope, self.name, extent)
            if not cuts or (extent.upper is None and not self.has_tail(term, slope, cuts[-1])):
                return None
            return self.pieces(term, strict, extent, cuts, depth)
        if 1 in seen and extent.lower is not None:
            return self.monotone(term, slope, True, strict, extent, depth)
        if 1 not in seen and extent.upper is not None:
            return self.monotone(term, slope, False, strict, extent, depth)
        if 1 not in seen and self.has_limit(term):
            step = self.settle(negative(slope), strict, extent.interior, depth + 1)
            return None if step is None else Falling(self.name, step)
        return None

    def has_tail(self, term: Term, slope: Term, start: Fraction) -> bool:
        """Whether the term rises far out, or falls to a limit that is not negative."""
        return -1 not in signs(slope, {self.name: Range(start, None, False)}) or self.has_limit(term)

    def has_limit(self, term: Term) -> bool:
        """Whether the limit at infinity is not negative."""
        try:
            return limit_is_not_negative(term, self.name)
        except (Undecided, Undefined, TooLarge):
            return False

    def monotone(
        self, term: Term, slope: Term, rising: bool, strict: bool, extent: Range, depth: int
    ) -> Step | None:
        """From the end at which the term is least."""
        end = extent.lower if rising else extent.upper
        assert end is not None
        attained = extent.lower_closed if rising else extent.upper_closed
        by_slope = False
        if not self.closes(Evaluated(), term, strict, point(end)):
            by_slope = strict and not attained and self.closes(Evaluated(), term, False, point(end))
            if not by_slope:
                return None
        if not self.reaches(term, rising, extent):
            return None
        step = self.settle(slope if rising else negative(slope), by_slope, extent.interior, depth + 1)
        direction = "increasing" if rising else "decreasing"
        return None if step is None else Monotone(self.name, direction, step, Evaluated(), by_slope)

    def reaches(self, term: Term, rising: bool, extent: Range) -> bool:
        """Whether the term is defined on the range with the end."""
        closed = replace(extent, lower_closed=True) if rising else replace(extent, upper_closed=True)
        return self.closes(Enclosed(), plus(power(term, number(2)), ONE), True, closed)

    def pieces(
        self, term: Term, strict: bool, extent: Range, cuts: Sequence[Fraction], depth: int
    ) -> Step | None:
        """The goal between cuts."""
        if not cuts:
            return None
        middle = cuts[len(cuts) // 2]
        steps = []
        for part, own in (
            (replace(extent, upper=middle, upper_closed=True), [cut for cut in cuts if cut < middle]),
            (replace(extent, lower=middle, lower_closed=True), [cut for cut in cuts if cut > middle]),
        ):
            step = (
                self.pieces(term, strict, part, own, depth) if own else self.piece(term, strict, part, depth)
            )
            if step is None:
                return None
            steps.append(step)
        return Split(self.name, middle, steps[0], steps[1])

    def piece(self, term: Term, strict: bool, extent: Range, depth: int) -> Step | None:
        """A range on which the slope keeps its sign, or a short one around a root of it."""
        return self.halved(term, strict, extent, 0) or self.chart_within(term, strict, extent, depth)

    def chart_within(self, term: Term, strict: bool, extent: Range, depth: int) -> Step | None:
        slope = self.slope(term)
        assert slope is not None
        if {1, -1} <= signs(slope, {self.name: extent.interior}):
            return self.halved(term, strict, extent, MOST_HALVINGS)
        return self.chart(term, strict, extent, depth + 1)

    def halved(self, term: Term, strict: bool, extent: Range, most: int) -> Step | None:
        """Enclosures of smaller and smaller parts of a bounded range."""
        if self.closes(Enclosed(), term, strict, extent):
            return Enclosed()
        low, high = extent.lower, extent.upper
        if low is None or high is None or self.left <= 0:
            return None
        form = Enclosed(form="mean value")
        if self.closes(form, term, strict, extent):
            return form
        if most <= 0:
            return None
        middle = (low + high) / 2
        if sign_at(term, self.name, middle) != 1:
            return None
        below = self.halved(term, strict, replace(extent, upper=middle, upper_closed=True), most - 1)
        if below is None:
            return None
        above = self.halved(term, strict, replace(extent, lower=middle, lower_closed=True), most - 1)
        return None if above is None else Split(self.name, middle, below, above)

    def conjugate(self, term: Term, strict: bool, extent: Range, depth: int) -> Step | None:
        """A*r + B for a square root r of one polynomial, by the signs of A, B and A^2*r^2 - B^2."""
        found = with_root(term, self.name)
        if found is None:
            return None
        root, share, rest = found
        if any(is_alone(part) and self.name in part.free for part in subterms(term)):
            return None
        for end, closed in ((extent.lower, extent.lower_closed), (extent.upper, extent.upper_closed)):
            if end is not None and closed and sign_at(term, self.name, end) == 0:
                return self.without_end(term, strict, extent, end, depth)
        first, second = times(share, root), rest
        seen = [signs(part, {self.name: extent}) for part in (share, rest)]
        mixed = [part for part, own in zip((share, rest), seen, strict=True) if {1, -1} <= own]
        if mixed:
            cuts = sorted({cut for part in mixed for cut in turning_points(part, self.name, extent)})
            return self.cut_at(term, strict, extent, cuts, depth) if cuts else None
        if -1 not in seen[0] and -1 not in seen[1]:
            return self.sum(first, second, strict, extent, depth)
        if -1 in seen[0] and -1 in seen[1]:
            return None
        greater, smaller = (first, second) if -1 in seen[1] else (second, first)
        below = minus(greater, smaller)
        gap = expanded(minus(power(greater, number(2)), power(smaller, number(2))))
        if gap is None or -1 in signs(gap, {self.name: extent}):
            return None
        divisor = self.sum(greater, negative(smaller), True, extent, depth)
        if divisor is None:
            return None
        step = self.settle(gap, strict, extent, depth + 1)
        if step is None:
            return None
        return Product((gap, over(ONE, below)), (step, Lemma(below, True, divisor, Enclosed())))

    def without_end(self, term: Term, strict: bool, extent: Range, end: Fraction, depth: int) -> Step | None:
        """The end, where the term is 0, and the rest."""
        if not self.closes(Evaluated(), term, strict, point(end)):
            return None
        if end == extent.lower:
            step = self.core(term, strict, replace(extent, lower_closed=False), depth + 1)
            return step and Split(self.name, end, Evaluated(), step)
        step = self.core(term, strict, replace(extent, upper_closed=False), depth + 1)
        return step and Split(self.name, end, step, Evaluated())

    def cut_at(
        self, term: Term, strict: bool, extent: Range, cuts: Sequence[Fraction], depth: int
    ) -> Step | None:
        middle = cuts[len(cuts) // 2]
        parts = (
            replace(extent, upper=middle, upper_closed=True),
            replace(extent, lower=middle, lower_closed=True),
        )
        steps = []
        for part in parts:
            step = self.settle(term, strict, part, depth + 1)
            if step is None:
                return None
            steps.append(step)
        return Split(self.name, middle, steps[0], steps[1])

    def sum(self, first: Term, second: Term, strict: bool, extent: Range, depth: int) -> Step | None:
        """Two parts that are not negative, of which one is positive for a strict goal."""
        for place in (0, 1) if strict else (0,):
            steps = []
            for number_, part in enumerate((first, second)):
                step = self.settle(part, strict and number_ == place, extent, depth + 1)
                if step is None:
                    break
                steps.append(step)
            if len(steps) == 2:
                return Sum((first, second), tuple(steps), place)
        return None


def _raised(term: Term, count: int, proof: Step) -> Step:
    """That a power of a term with a proof is not negative."""
    if count == 1:
        return proof
    if count < 0:
        return Lemma(term, True, proof, Enclosed())
    return Product((term,) * count, (proof,) * count)
