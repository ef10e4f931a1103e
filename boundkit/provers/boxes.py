"""Search for cover certificates of inequalities between elementary functions on products of intervals.

The search looks at signs in sample points and proposes; every step that closes is tried in the kernel at
once, and the whole certificate is checked before it is returned. No decision depends on the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, number, relation, substitute
from boundkit.kernel.cover import (
    Box,
    Enclosed,
    Evaluated,
    Monotone,
    Product,
    Range,
    Rejected,
    Split,
    Step,
    Valley,
    check_cover,
    point,
)
from boundkit.kernel.derivative import NotDifferentiable, derivative, negative, over, plus, power, times
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.quotients import Algebra, TooLarge
from boundkit.provers import factors
from boundkit.provers.descent import refute
from boundkit.provers.samples import common_zeros, defined, sign_changes, signs

__all__ = ["DEFAULT_BUDGET", "prove", "refute"]

DEFAULT_BUDGET = 4000
DEEPEST = 24
DEEPEST_WHERE_UNDEFINED = 4
MOST_HALVINGS = 10


def prove(
    proposition: Term, domain: Box, budget: int = DEFAULT_BUDGET, nodes: int | None = None
) -> Step | None:
    """A certificate that `check_cover` accepts for `left <= right` or `left < right` on the domain, or None
    when none was found within `budget` attempts of the kernel, on goals that have so many `nodes` in all."""
    if not isinstance(proposition, Apply) or proposition.head not in ("<=", "<"):
        return None
    left, right = proposition.args
    slack = right if left == ZERO else Apply("-", (right, left), REAL)
    try:
        found = _Search(budget, nodes).goal(slack, proposition.head == "<", dict(domain), 0)
    except (RecursionError, TooLarge):
        return None
    if found is None:
        return None
    try:
        check_cover(proposition, domain, found)
    except Rejected:
        return None
    return found


class _Search:
    """One search with its budget of kernel attempts."""

    def __init__(self, budget: int, nodes: int | None) -> None:
        self.left = budget
        self.nodes = nodes
        self.failed: set[tuple[object, ...]] = set()

    def closes(self, step: Step, slack: Term, strict: bool, box: Box) -> bool:
        """Whether the kernel accepts the step for this goal."""
        self.left -= 1
        if self.left < 0:
            return False
        try:
            check_cover(relation("<" if strict else "<=", ZERO, slack), box, step)
        except Rejected:
            return False
        return True

    def goal(self, slack: Term, strict: bool, box: dict[str, Range], depth: int) -> Step | None:
        """A step for the goal, or None."""
        key = (slack, strict, *sorted(box.items(), key=lambda item: item[0]))
        if self.left <= 0 or depth > DEEPEST or key in self.failed:
            return None
        if self.nodes is not None:
            self.nodes -= size_of(slack)
            if self.nodes < 0:
                return None
        found = self.attempt(slack, strict, box, depth)
        if found is None:
            self.failed.add(key)
        return found

    def attempt(self, slack: Term, strict: bool, box: dict[str, Range], depth: int) -> Step | None:
        active = [name for name, extent in box.items() if name in slack.free and not extent.is_point]
        if not active:
            leaf: Step = Evaluated()
            return leaf if self.closes(leaf, slack, strict, box) else None
        if self.closes(Enclosed(), slack, strict, box):
            return Enclosed()
        if -1 in signs(slack, box):
            return None
        if not defined(slack, box):
            return self.until_defined(slack, strict, box, active, depth)
        fixed = {n: Number(e.lower) for n, e in box.items() if e.is_point and e.lower is not None}
        found = factors.factorise(substitute(slack, fixed))
        if found is None:
            return self.core(slack, strict, box, active, depth)
        if not found.coefficient:
            step = Product((ZERO,), (Enclosed(),))
            return step if self.closes(step, slack, strict, box) else None
        step_by_factors = self.factored(slack, strict, box, active, found, depth)
        if step_by_factors is not None or not any(count < 0 for _, count in found.factors):
            return step_by_factors
        # A common denominator may have hidden a slope that is simpler without it.
        return self.core(slack, strict, box, active, depth)

    def until_defined(
        self, slack: Term, strict: bool, box: dict[str, Range], active: list[str], depth: int
    ) -> Step | None:
        """The goal on the halves of a bounded range, on which more may be known to be defined."""
        for name in active:
            low, high = box[name].lower, box[name].upper
            if low is not None and high is not None and depth < DEEPEST_WHERE_UNDEFINED:
                step = self.pieces(slack, strict, box, name, [(low + high) / 2], depth)
                if step is not None:
                    return step
        return None

    def factored(
        self,
        slack: Term,
        strict: bool,
        box: dict[str, Range],
        active: list[str],
        found: factors.Factored,
        depth: int,
    ) -> Step | None:
        """The goal through the factors of the slack, each of one sign."""
        definite: list[Term] = [number(abs(found.coefficient))]
        parts: list[tuple[Term, Step]] = []
        rest: list[tuple[Term, int]] = []
        sign = 1 if found.coefficient > 0 else -1
        for factor, count in found.factors:
            if count % 2 == 0 and count > 0 and not strict:
                parts.append((power(factor, number(count)), Enclosed()))
                continue
            for own in (1, -1):
                turned = factor if own == 1 else negative(factor)
                if self.closes(Enclosed(), turned, strict or count < 0, box):
                    definite.append(power(turned, number(count)))
                    sign *= own if count % 2 else 1
                    break
            else:
                rest.append((factor, count))
        parts.append((times(*definite), Enclosed()))
        open_parts: list[Term] = []
        for factor, count in rest:
            seen = signs(factor, box)
            if {1, -1} <= seen:
                return self.cut_at_root(factor, slack, strict, box, active, depth)
            if count < 0:
                return self.core(slack, strict, box, active, depth)
            own = -1 if -1 in seen else 1
            sign *= own if count % 2 else 1
            turned = factor if own == 1 else negative(factor)
            open_parts.extend([turned] * count)
        if sign < 0:
            if len(open_parts) != 1:
                return None
            open_parts = [negative(open_parts[0])]
        if len(parts) == 1 and definite == [ONE] and len(open_parts) == 1:
            return self.core(open_parts[0], strict, box, active, depth, slack)
        for turned in open_parts:
            step = self.core(turned, strict, box, active, depth)
            if step is None:
                return self.halved(slack, strict, box, active, depth)
            parts.append((turned, step))
        whole = Product(tuple(term for term, _ in parts), tuple(step for _, step in parts))
        return (
            whole
            if self.closes(whole, slack, strict, box)
            else self.halved(slack, strict, box, active, depth)
        )

    def cut_at_root(
        self, factor: Term, slack: Term, strict: bool, box: dict[str, Range], active: list[str], depth: int
    ) -> Step | None:
        if len(active) != 1:
            return self.core(slack, strict, box, active, depth)
        cuts = sign_changes(factor, box, active[0])
        return self.pieces(slack, strict, box, active[0], cuts, depth)

    def core(
        self,
        slack: Term,
        strict: bool,
        box: dict[str, Range],
        active: list[str],
        depth: int,
        original: Term | None = None,
    ) -> Step | None:
        """The goal for a slack that has no factors left to take out; `original` is the slack it stands
        for, of which it is another form."""
        target = slack if original is None else original
        for shape in self.shapes(slack, box, active):
            step: Step = Product((shape,), (Enclosed(),))
            if self.closes(step, target, strict, box):
                return step
        found: Step | None
        if len(active) == 1:
            found = self.polynomial(slack, strict, box, active[0], depth) or self.by_slope(
                slack, strict, box, active[0], depth
            )
        else:
            found = self.several(slack, strict, box, active, depth)
        if found is None:
            return self.halved(target, strict, box, active, depth)
        if target == slack:
            return found
        whole = Product((slack,), (found,))
        return whole if self.closes(whole, target, strict, box) else None

    def shapes(self, slack: Term, box: dict[str, Range], active: list[str]) -> Iterator[Term]:
        yield from factors.shifted_sums(slack, box)
        if len(active) == 1:
            values = factors.coefficients(slack, active[0])
            if values is not None:
                yield from factors.polynomial_sums(values, active[0], box[active[0]])
        square = factors.completed_squares(slack, active)
        if square is not None:
            yield square

    def polynomial(
        self, slack: Term, strict: bool, box: dict[str, Range], name: str, depth: int
    ) -> Step | None:
        """A polynomial on a range where one sum did not do: smaller ranges."""
        values = factors.coefficients(slack, name)
        extent = box[name]
        if values is None:
            return None
        if extent.lower is None and extent.upper is None:
            middle = Fraction(0)
        elif extent.lower is None and extent.upper is not None:
            middle = extent.upper - 1 - 2 * abs(extent.upper)
        elif extent.upper is None and extent.lower is not None:
            middle = extent.lower + 1 + 2 * abs(extent.lower)
        else:
            return None
        return self.pieces(slack, strict, box, name, [middle], depth)

    def by_slope(
        self, slack: Term, strict: bool, box: dict[str, Range], name: str, depth: int
    ) -> Step | None:
        """Monotone pieces of the slack, or of the slack over one of its positive parts."""
        if self.closes(Enclosed(form="mean value"), slack, strict, box):
            return Enclosed(form="mean value")
        ranked: list[tuple[tuple[int, int], int, Term, Term, Term]] = []
        for divisor, quotient in self.divided(slack, box, name):
            try:
                slope = derivative(quotient, name)
            except NotDifferentiable:
                continue
            ranked.append((factors.rank(slope), len(ranked), divisor, quotient, slope))
        ranked.sort(key=lambda entry: entry[:2])
        for _, _, divisor, quotient, slope in ranked[:3]:
            step = self.monotone(quotient, slope, strict, box, name, depth)
            if step is None:
                continue
            if divisor == ONE and quotient == slack:
                return step
            whole = Product((divisor, quotient), (Enclosed(), step))
            if self.closes(whole, slack, strict, box):
                return whole
        return None

    def divided(self, slack: Term, box: dict[str, Range], name: str) -> Iterator[tuple[Term, Term]]:
        """Positive divisors that make an atom stand alone, with the quotients; the slack itself first."""
        yield ONE, slack
        algebra = Algebra()
        try:
            quotient = algebra.of(slack)
        except TooLarge:
            return
        if quotient.below:
            return
        groups: dict[Term, list[Term]] = {}
        for monomial, value in quotient.top.items():
            hard = [(atom, own) for atom, own in monomial if not isinstance(atom, Name) and name in atom.free]
            easy = [pair for pair in monomial if pair not in hard]
            key = algebra.monomial_term(tuple(hard))
            groups.setdefault(key, []).append(times(number(value), algebra.monomial_term(tuple(easy))))
        for atom, shares in groups.items():
            share = factors.expanded(Apply("+", tuple(shares), REAL))
            if share is None:
                continue
            choices = [share, times(atom, share), atom] if atom != ONE else [share]
            for choice in choices:
                for divisor in (choice, negative(choice)):
                    if isinstance(divisor, Number) or not self.closes(Enclosed(), divisor, True, box):
                        continue
                    found = factors.expanded(over(slack, divisor))
                    if found is not None:
                        yield divisor, found

    def monotone(
        self, slack: Term, slope: Term, strict: bool, box: dict[str, Range], name: str, depth: int
    ) -> Step | None:
        extent = box[name]
        inside = {**box, name: extent.interior}
        seen = signs(slope, inside)
        if {1, -1} <= seen:
            return self.pieces(slack, strict, box, name, sign_changes(slope, inside, name), depth)
        rising = -1 not in seen
        end = extent.lower if rising else extent.upper
        if end is None:
            return None
        face_box = {**box, name: point(end)}
        attained = extent.lower_closed if rising else extent.upper_closed
        face = self.goal(slack, strict, face_box, depth + 1)
        by_slope = False
        if face is None and strict and not attained:
            by_slope = True
            face = self.goal(slack, False, face_box, depth + 1)
        if face is None:
            return None
        slope_step = self.goal(slope if rising else negative(slope), by_slope, inside, depth + 1)
        if slope_step is None:
            return None
        step = Monotone(name, "increasing" if rising else "decreasing", slope_step, face, by_slope)
        return step if self.closes(step, slack, strict, box) else None

    def pieces(
        self, slack: Term, strict: bool, box: dict[str, Range], name: str, cuts: list[Fraction], depth: int
    ) -> Step | None:
        """The goal between the cuts, each piece by its own step."""
        extent = box[name]
        cuts = sorted(
            cut
            for cut in set(cuts)
            if (extent.lower is None or cut > extent.lower) and (extent.upper is None or cut < extent.upper)
        )
        if not cuts:
            return None
        cut = cuts[len(cuts) // 2]
        below = {**box, name: replace(extent, upper=cut, upper_closed=True)}
        above = {**box, name: replace(extent, lower=cut, lower_closed=True)}
        steps = []
        for part in (below, above):
            step = self.pieces(slack, strict, part, name, cuts, depth + 1) or self.goal(
                slack, strict, part, depth + 1
            )
            if step is None:
                return None
            steps.append(step)
        return Split(name, cut, steps[0], steps[1])

    def halved(
        self, slack: Term, strict: bool, box: dict[str, Range], active: list[str], depth: int, level: int = 0
    ) -> Step | None:
        """Bounded boxes by enclosures of smaller and smaller parts."""
        for form in ("natural", "mean value"):
            if self.closes(Enclosed(form=form), slack, strict, box):
                return Enclosed(form=form)
        widths = []
        for name in active:
            extent = box[name]
            if extent.lower is None or extent.upper is None:
                return None
            widths.append((extent.upper - extent.lower, name, (extent.lower + extent.upper) / 2))
        if level >= MOST_HALVINGS or self.left <= 0:
            return None
        _, name, middle = max(widths, key=lambda entry: entry[0])
        extent = box[name]
        steps = []
        for part in (
            replace(extent, upper=middle, upper_closed=True),
            replace(extent, lower=middle, lower_closed=True),
        ):
            step = self.halved(slack, strict, {**box, name: part}, active, depth, level + 1)
            if step is None:
                return None
            steps.append(step)
        return Split(name, middle, steps[0], steps[1])

    def several(
        self, slack: Term, strict: bool, box: dict[str, Range], active: list[str], depth: int
    ) -> Step | None:
        """Goals in several variables, by a direction in which the slack falls to an end or to a valley."""
        slopes = []
        for name in active:
            try:
                slope = derivative(slack, name)
            except NotDifferentiable:
                continue
            slopes.append((factors.rank(slope), name, slope))
        slopes.sort(key=lambda entry: entry[:2])
        mixed = []
        for _, name, slope in slopes:
            if {1, -1} <= signs(slope, {**box, name: box[name].interior}):
                mixed.append((name, slope))
                continue
            step = self.monotone(slack, slope, strict, box, name, depth)
            if step is not None:
                return step
        for name, slope in mixed:
            zeros = common_zeros(slope, box, name)
            step = self.pieces(slack, strict, box, name, zeros, depth) or self.valley(
                slack, slope, strict, box, name, depth
            )
            if step is not None:
                return step
        return None

    def valley(
        self, slack: Term, slope: Term, strict: bool, box: dict[str, Range], name: str, depth: int
    ) -> Step | None:
        found = factors.factorise(slope)
        others = {own: extent for own, extent in box.items() if own != name}
        for factor, count in found.factors if found is not None else ():
            if name not in factor.free or count % 2 == 0:
                continue
            bottom = factors.solved(factor, name)
            if bottom is None or not self.stays(bottom, name, box):
                continue
            gap = Apply("-", (Name(name, REAL), bottom), REAL)
            slope_step = self.goal(times(gap, slope), False, box, depth + 1)
            if slope_step is None:
                continue
            face = self.goal(substitute(slack, {name: bottom}), strict, others, depth + 1)
            if face is None:
                continue
            step = Valley(name, bottom, slope_step, face)
            if self.closes(step, slack, strict, box):
                return step
        return None

    def stays(self, bottom: Term, name: str, box: Box) -> bool:
        """Whether a term certainly has its values in the range of the name."""
        extent = box[name]
        ends = ((extent.lower, extent.lower_closed, 1), (extent.upper, extent.upper_closed, -1))
        for end, closed, side in ends:
            gap = Apply("-", (bottom, ZERO if end is None else number(end)), REAL)
            turned: Term = times(number(side), gap)
            if end is None:
                turned = plus(power(turned, number(2)), ONE)
            if not self.closes(Enclosed(), turned, not closed and end is not None, box):
                return False
        return True
