"""Goals in one variable by Taylor models of the slack: at points where it vanishes, or has a root or a pole,
far out, and in the middle of pieces elsewhere. Nothing here is trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, gcd, lcm, log2

from boundkit.ir.terms import ZERO, Apply, Number, Term, relation, subterms
from boundkit.kernel.cover import Rejected, check_cover
from boundkit.kernel.exact_series import exact_series, leading_zeros
from boundkit.kernel.series import Chart
from boundkit.kernel.steps import Enclosed, Evaluated, Expanded, Range, Split, Step, point
from boundkit.provers.samples import sign_at, value_at

MOST_ZEROS = 14
ORDER = 6
"""Coefficients besides those that vanish."""
DEEPEST = 12
MOST_ATTEMPTS = 80
MOST_FAR = 6
LARGEST_ROOT = 6
WIDEST = 8
DENOMINATORS = (1, 2, 3, 4, 6)
"""Of points where the sides may touch."""
FAR = tuple(map(Fraction, (1, 3, 8, 32, 200, 2000)))


def cover(slack: Term, strict: bool, name: str, extent: Range, attempts: int = MOST_ATTEMPTS) -> Step | None:
    """A step for the slack, in this name alone, on its range; None if none was found with so many attempts of
    the kernel."""
    if slack.free != {name} or extent.is_point or extent.integral:
        return None
    return _Cover(slack, strict, name, attempts).whole(extent)


@dataclass(frozen=True)
class _Leading:
    """The slack is about t^order where x = end + t^power, or end - t^power."""

    order: int
    power: int

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing special about the end."""
        return self.order == 0 and self.power == 1


class _Cover:
    """One search."""

    def __init__(self, slack: Term, strict: bool, name: str, attempts: int) -> None:
        self.slack, self.strict, self.name, self.left = slack, strict, name, attempts
        self.ends: dict[tuple[Fraction, int], _Leading] = {}
        root = _root_of(slack)
        self.powers = (1, root) if root > 1 else (1,)

    def closes(self, step: Step, extent: Range) -> bool:
        self.left -= 1
        if self.left < 0:
            return False
        wanted = relation("<" if self.strict else "<=", ZERO, self.slack)
        try:
            check_cover(wanted, {self.name: extent}, step)
        except Rejected:
            return False
        return True

    def whole(self, extent: Range) -> Step | None:
        """Infinite ends are cut off first; then the finite ones are looked at."""
        if extent.lower is None or extent.upper is None:
            return self.far(extent)
        cut = self.touching(extent)
        if cut is not None:
            low = self.whole(replace(extent, upper=cut, upper_closed=True))
            high = None if low is None else self.whole(replace(extent, lower=cut, lower_closed=True))
            return None if low is None or high is None else Split(self.name, cut, low, high)
        for end, sign, closed in (
            (extent.lower, 1, extent.lower_closed),
            (extent.upper, -1, extent.upper_closed),
        ):
            leading = self.leading(end, sign, self.powers)
            if leading is None or (leading.is_plain and value_at(self.slack, {self.name: end}) is not None):
                continue
            if closed:
                return self.without_end(extent, end, sign)
            self.ends[end, sign] = leading
        return self.piece(extent, 0)

    def touching(self, extent: Range) -> Fraction | None:
        """A simple number inside a bounded range at which the slack seems to vanish."""
        low, high = extent.lower, extent.upper
        assert low is not None and high is not None
        if high - low > WIDEST:
            return None
        for below in DENOMINATORS:
            for top in range(floor(low * below) + 1, ceil(high * below)):
                if gcd(top, below) == 1 and sign_at(self.slack, {self.name: Fraction(top, below)}) == 0:
                    return Fraction(top, below)
        return None

    def without_end(self, extent: Range, end: Fraction, sign: int) -> Step | None:
        """The value at an end, and the rest."""
        if not self.closes(Evaluated(), point(end)):
            return None
        rest = replace(extent, lower_closed=False) if sign == 1 else replace(extent, upper_closed=False)
        step = self.whole(rest)
        if step is None:
            return None
        return Split(self.name, end, *((Evaluated(), step) if sign == 1 else (step, Evaluated())))

    def leading(self, at: Fraction, sign: int, powers: tuple[int, ...]) -> _Leading | None:
        """The order of the slack at an end, as far as exact series tell."""
        for power in powers:
            for count in (2, MOST_ZEROS):
                series = exact_series(self.slack, Chart(self.name, at, power, sign), count)
                if series is None:
                    continue
                zeros = leading_zeros(series)
                if zeros < len(series.coefficients):
                    return _Leading(series.valuation + zeros, power)
        return self.seen(at, sign, powers[-1])

    def seen(self, at: Fraction, sign: int, power: int) -> _Leading | None:
        """The order at an end as values next to it tell, if that is clear; x = at + t^power for one that is
        even, so that logarithms are small next to powers."""
        power = 2 * power if power % 2 else power
        values = []
        for exponent in (24, 48):
            place = at + sign * Fraction(2) ** (-exponent * power)
            value = value_at(self.slack, {self.name: place})
            if value is None or value <= 0:
                return None
            values.append(log2(value))
        return _Leading(floor((values[0] - values[1]) / 24 + 1 / 4), power)

    def far(self, extent: Range) -> Step | None:
        """A cut beyond which one model, or one enclosure, is enough, and the rest."""
        up = extent.upper is None
        near = extent.lower if up else extent.upper
        leading = self.leading(Fraction(0), 1 if up else -1, tuple(-own for own in self.powers))
        for distance in FAR:
            cut = distance if near is None else max(near + distance, distance)
            if not up:
                cut = -distance if near is None else min(near - distance, -distance)
            beyond = Range(cut, None) if up else Range(None, cut)
            steps: list[Step] = [Enclosed()]
            if leading is not None:
                length = max(leading.order, 0) + ORDER - leading.power
                steps.append(Expanded(self.name, Fraction(0), leading.order, length, leading.power))
            if sign_at(self.slack, {self.name: cut}) == -1:
                return None
            step = next((own for own in steps if self.closes(own, beyond)), None)
            if step is None:
                continue
            rest = replace(extent, upper=cut, upper_closed=True)
            if not up:
                rest = replace(extent, lower=cut, lower_closed=True)
            inner = self.whole(rest)
            if inner is None:
                return None
            return Split(self.name, cut, *((inner, step) if up else (step, inner)))
        return None

    def piece(self, extent: Range, depth: int) -> Step | None:
        """A bounded range, or its halves."""
        low, high = extent.lower, extent.upper
        assert low is not None and high is not None
        middle = (low + high) / 2
        special = [(end, own) for end, sign in ((low, 1), (high, -1)) if (own := self.ends.get((end, sign)))]
        steps: list[Step] = [
            Expanded(self.name, end, own.order, max(own.order, 0) + ORDER * own.power, own.power)
            for end, own in special
        ]
        if not special:
            steps = [Enclosed(), Expanded(self.name, middle, 0, ORDER)]
        for step in steps:
            if self.closes(step, extent):
                return step
        if depth >= DEEPEST or self.left <= 0 or sign_at(self.slack, {self.name: middle}) != 1:
            return None
        below = self.piece(replace(extent, upper=middle, upper_closed=True), depth + 1)
        if below is None:
            return None
        above = self.piece(replace(extent, lower=middle, lower_closed=True), depth + 1)
        return None if above is None else Split(self.name, middle, below, above)


def _root_of(term: Term) -> int:
    """The common denominator of the exponents in the term, two where there are arcs; 1 if it is large."""
    found = 1
    for part in subterms(term):
        if isinstance(part, Apply) and part.free:
            if part.head in ("sqrt", "arcsin", "arccos"):
                found = lcm(found, 2)
            elif part.head == "^" and isinstance(part.args[1], Number):
                found = lcm(found, part.args[1].value.denominator)
    return found if found <= LARGEST_ROOT else 1
