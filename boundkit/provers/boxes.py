"""Search for cover certificates of inequalities between elementary functions on products of intervals.

The search looks at signs in sample points and proposes; every step that closes is tried in the kernel at
once, and the whole certificate is checked before it is returned. No decision depends on the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from flint import arb

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, number, relation, substitute
from boundkit.kernel import balls, intervals
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
from boundkit.kernel.derivative import NotDifferentiable, derivative, negative, over, power, times
from boundkit.kernel.quotients import Algebra, TooLarge
from boundkit.provers import factors

DEFAULT_BUDGET = 4000
DEEPEST = 24
MOST_HALVINGS = 10
SAMPLE_PRECISION = 160
COMMON_POINTS = (Fraction(0), Fraction(1), Fraction(1, 2), Fraction(-1))
ROOT_STEPS = 60
ROOT_DENOMINATORS = (1, 2, 6, 12, 60, 1000)


def prove(proposition: Term, domain: Box, budget: int = DEFAULT_BUDGET) -> Step | None:
    """A certificate that `check_cover` accepts for `left <= right` or `left < right` on the domain, or None
    when none was found within `budget` attempts of the kernel."""
    if not isinstance(proposition, Apply) or proposition.head not in ("<=", "<"):
        return None
    left, right = proposition.args
    slack = right if left == ZERO else Apply("-", (right, left), REAL)
    try:
        found = _Search(budget).goal(slack, proposition.head == "<", dict(domain), 0)
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

    def __init__(self, budget: int) -> None:
        self.left = budget
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
        fixed = {n: Number(e.lower) for n, e in box.items() if e.is_point and e.lower is not None}
        found = factors.factorise(substitute(slack, fixed))
        if found is None:
            return self.core(slack, strict, box, active, depth)
        if not found.coefficient:
            step = Product((ZERO,), (Enclosed(),))
            return step if self.closes(step, slack, strict, box) else None
        return self.factored(slack, strict, box, active, found, depth)

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
        square = completed_squares(slack, active)
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
            ranked.append((rank(slope), len(ranked), divisor, quotient, slope))
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
        for name in active:
            try:
                slope = derivative(slack, name)
            except NotDifferentiable:
                continue
            if {1, -1} <= signs(slope, {**box, name: box[name].interior}):
                step = self.valley(slack, slope, strict, box, name, depth) or self.pieces(
                    slack, strict, box, name, common_zeros(slope, box, name), depth
                )
            else:
                step = self.monotone(slack, slope, strict, box, name, depth)
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
            if bottom is None:
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


def completed_squares(term: Term, names: list[str]) -> Term | None:
    """A polynomial of degree 2 as a sum of squares with rational weights and a rest, by completing the
    square in one name after the other; None when it is none."""
    parts: list[Term] = []
    rest = term
    for name in names:
        values = _quadratic(rest, name)
        if values is None:
            return None
        low, middle, high = values
        if high <= 0:
            continue
        root = Apply("+", (Name(name, REAL), times(number(1 / (2 * high)), middle)), REAL)
        parts.append(times(number(high), power(root, number(2))))
        smaller = factors.expanded(
            Apply("-", (low, times(number(1 / (4 * high)), power(middle, number(2)))), REAL)
        )
        if smaller is None:
            return None
        rest = smaller
    return Apply("+", (*parts, rest), REAL) if parts else None


def _quadratic(term: Term, name: str) -> tuple[Term, Term, Fraction] | None:
    """Coefficients of 1, x and x^2 of a polynomial of degree 2 in x whose x^2 has a rational one."""
    try:
        slope = derivative(term, name)
        second = factors.expanded(derivative(slope, name))
    except NotDifferentiable:
        return None
    if not isinstance(second, Number):
        return None
    low = factors.expanded(substitute(term, {name: ZERO}))
    middle = factors.expanded(substitute(slope, {name: ZERO}))
    return None if low is None or middle is None else (low, middle, second.value / 2)


def rank(term: Term) -> tuple[int, int]:
    """How hard a slope looks: monomials with atoms other than names, and monomials, of its factors."""
    found = factors.factorise(term)
    if found is None:
        return (10**6, 0)
    algebra = Algebra()
    hard = total = 0
    for factor, count in found.factors:
        top = algebra.of(factor).top
        if len(top) == 1 or count % 2 == 0:
            continue
        total += len(top)
        hard += sum(any(not isinstance(atom, Name) for atom, _ in monomial) for monomial in top)
    return hard, total


def sample(extent: Range) -> list[Fraction]:
    """Points of a range in increasing order, dense at finite ends and far out on rays."""
    if extent.is_point and extent.lower is not None:
        return [extent.lower]
    far = [Fraction(1, 2**k) for k in (12, 8, 5, 3, 2, 1)] + [Fraction(3, 4), Fraction(1)]
    far += [Fraction(k) for k in (Fraction(3, 2), 2, 3, 5, 8, 16, 40)]
    if extent.lower is not None and extent.upper is not None:
        width = extent.upper - extent.lower
        near = [Fraction(1, 2**k) for k in (20, 12, 8, 6, 5)] + [Fraction(k, 16) for k in range(1, 8)]
        inner = [*near, Fraction(1, 2), *(1 - step for step in reversed(near))]
        return [extent.lower + width * step for step in inner]
    if extent.lower is not None:
        return [extent.lower + step for step in far]
    if extent.upper is not None:
        return [extent.upper - step for step in reversed(far)]
    return [*(-step for step in reversed(far)), Fraction(0), *far]


def samples(box: Box) -> Iterator[dict[str, Fraction]]:
    """Points of the box: for one range its sample, for several ranges samples at unequal strides."""
    lists = {name: sample(extent) for name, extent in box.items()}
    wide = [name for name in lists if len(lists[name]) > 1]
    if len(wide) <= 1:
        for place in range(max(map(len, lists.values()), default=0)):
            yield {name: values[place % len(values)] for name, values in lists.items()}
        return
    strides = (1, 7, 11, 13, 17, 19, 23)
    for place in range(150):
        yield {
            name: values[(place * strides[k % 7] + place // len(values) * k) % len(values)]
            for k, (name, values) in enumerate(lists.items())
        }


def sign_at(term: Term, values: dict[str, Fraction]) -> int | None:
    """Certain sign of the term at a point: 1 or -1, 0 when it cannot be told from 0, None if undefined."""
    with balls.precisely(SAMPLE_PRECISION):
        box = {name: intervals.rational_ball(value) for name, value in values.items() if name in term.free}
    try:
        value = balls.enclose(term, box, SAMPLE_PRECISION)
    except (intervals.Undefined, intervals.Undecided):
        return None
    return 1 if value > 0 else -1 if value < 0 else 0


def signs(term: Term, box: Box) -> set[int | None]:
    """Signs seen at the sample points."""
    relevant = {name: extent for name, extent in box.items() if name in term.free}
    return {sign_at(term, values) for values in samples(relevant)}


def sign_changes(term: Term, box: Box, name: str) -> list[Fraction]:
    """Where the sign changes between sample points: an exact zero with a small denominator, or two
    points around the zero."""
    values = {own: extent.lower for own, extent in box.items() if own != name and extent.lower is not None}
    cuts: list[Fraction] = []
    last: tuple[Fraction, int] | None = None
    for place in sample(box[name]):
        sign = sign_at(term, {**values, name: place})
        if sign == 0:
            cuts.append(place)
        if sign is None:
            continue
        if last is not None and sign * last[1] < 0:
            cuts.extend(_root(term, values, name, last[0], place, last[1]))
        last = (place, sign) if sign else None
    return cuts


def common_zeros(term: Term, box: Box, name: str) -> list[Fraction]:
    """A simple number for the name at which the term is 0 whatever the other names are, if one is seen."""
    for place in COMMON_POINTS:
        fixed = {**box, name: point(place)}
        if signs(term, fixed) <= {0}:
            return [place]
    return []


def _root(
    term: Term, values: dict[str, Fraction], name: str, low: Fraction, high: Fraction, sign: int
) -> list[Fraction]:
    start, stop = low, high
    for _ in range(ROOT_STEPS):
        middle = (low + high) / 2
        found = sign_at(term, {**values, name: middle})
        if found == 0 or found is None:
            break
        low, high = (middle, high) if found == sign else (low, middle)
    middle = (low + high) / 2
    for denominator in ROOT_DENOMINATORS:
        near = middle.limit_denominator(denominator)
        if start < near < stop and sign_at(term, {**values, name: near}) == 0:
            return [near]
    width = (stop - start) / 64
    around = [(middle - width).limit_denominator(10_000), (middle + width).limit_denominator(10_000)]
    return [cut for cut in around if start < cut < stop]


def refute(proposition: Term, domain: Box, seed: int = 0, budget: int = 400) -> dict[str, Fraction] | None:
    """Rational values in the domain at which the relation is certainly false, or None. Candidates come
    from samples, from a log-scaled pseudo-random sequence fixed by the seed, and from descent; each is
    judged by `balls.decide`."""
    if not isinstance(proposition, Apply) or proposition.head not in ("<=", "<"):
        return None
    left, right = proposition.args
    slack = Apply("-", (right, left), REAL)
    best: tuple[float, dict[str, Fraction]] | None = None
    for values in [*samples(domain), *islice(_scattered(domain, seed), budget)]:
        if _is_false(proposition, values, domain):
            return values
        height = _height(slack, values)
        if height is not None and (best is None or height < best[0]):
            best = (height, values)
    return None if best is None else _descend(proposition, slack, domain, best, budget)


def _descend(
    proposition: Term, slack: Term, domain: Box, best: tuple[float, dict[str, Fraction]], budget: int
) -> dict[str, Fraction] | None:
    step = Fraction(1, 4)
    for _ in range(budget // 8):
        height, values = best
        for name in domain:
            scale = max(abs(values[name]), Fraction(1, 1000)) * step
            for moved in (values[name] + scale, values[name] - scale):
                nearby = {**values, name: moved.limit_denominator(10**9)}
                if not _within(nearby, domain):
                    continue
                if _is_false(proposition, nearby, domain):
                    return nearby
                found = _height(slack, nearby)
                if found is not None and found < best[0]:
                    best = (found, nearby)
        if best[0] == height:
            step /= 2
    return None


def _height(slack: Term, values: dict[str, Fraction]) -> float | None:
    try:
        value = balls.enclose(slack, {name: _ball(own) for name, own in values.items()}, SAMPLE_PRECISION)
    except (intervals.Undefined, intervals.Undecided):
        return None
    return float(value.mid()) if value.is_finite() else None


def _ball(value: Fraction) -> arb:
    with balls.precisely(SAMPLE_PRECISION):
        return intervals.rational_ball(value)


def _within(values: dict[str, Fraction], domain: Box) -> bool:
    for name, extent in domain.items():
        low, high, own = extent.lower, extent.upper, values[name]
        if low is not None and (own < low or (own == low and not extent.lower_closed)):
            return False
        if high is not None and (own > high or (own == high and not extent.upper_closed)):
            return False
    return True


def _is_false(proposition: Term, values: dict[str, Fraction], domain: Box) -> bool:
    if not _within(values, domain):
        return False
    try:
        return balls.decide(proposition, values, 512) is False
    except intervals.Undefined:
        return False


def _scattered(domain: Box, seed: int) -> Iterator[dict[str, Fraction]]:
    state = seed * 2 + 1
    while True:
        values = {}
        for name, extent in domain.items():
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            fraction = Fraction(state >> 40, 2**24)
            spread = Fraction(2) ** int(24 * (Fraction((state >> 8) % 2**16, 2**16)) - 12)
            low, high = extent.lower, extent.upper
            if low is not None and high is not None:
                values[name] = low + (high - low) * fraction
            elif low is not None:
                values[name] = low + spread * (1 + fraction)
            elif high is not None:
                values[name] = high - spread * (1 + fraction)
            else:
                values[name] = spread * (2 * fraction - 1)
        yield values
