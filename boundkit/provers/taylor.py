"""Goals in one variable on bounded ranges by Taylor models of the slack: at ends where it vanishes, and in
the middle of pieces elsewhere. Nothing here is trusted."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.terms import ZERO, Term, relation
from boundkit.kernel.cover import Rejected, check_cover
from boundkit.kernel.series import exact_series, leading_zeros
from boundkit.kernel.steps import Enclosed, Expanded, Range, Split, Step
from boundkit.provers.samples import sign_at

MOST_ZEROS = 12
ORDER = 6
"""Coefficients besides those that vanish."""
DEEPEST = 12
MOST_ATTEMPTS = 160


def cover(slack: Term, strict: bool, name: str, extent: Range, attempts: int = MOST_ATTEMPTS) -> Step | None:
    """A step for the slack, in this name alone, on its range, which is bounded; None if none was found with
    so many attempts of the kernel."""
    if slack.free != {name} or extent.is_point or extent.integral:
        return None
    if extent.lower is None or extent.upper is None:
        return None
    return _Cover(slack, strict, name, attempts).whole(extent)


class _Cover:
    """One search."""

    def __init__(self, slack: Term, strict: bool, name: str, attempts: int) -> None:
        self.slack, self.strict, self.name, self.left = slack, strict, name, attempts
        self.zeros: dict[Fraction, int] = {}

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
        """The ends are looked at first: how often the slack vanishes there."""
        for end, closed in ((extent.lower, extent.lower_closed), (extent.upper, extent.upper_closed)):
            assert end is not None
            zeros = vanishing(self.slack, self.name, end)
            if zeros and closed and self.strict:
                return None
            self.zeros[end] = zeros
        return self.piece(extent, 0)

    def piece(self, extent: Range, depth: int) -> Step | None:
        """A range, or its halves."""
        low, high = extent.lower, extent.upper
        assert low is not None and high is not None
        middle = (low + high) / 2
        touching = [end for end in (low, high) if self.zeros.get(end)]
        step: Step
        for end in touching:
            step = Expanded(self.name, end, self.zeros[end], self.zeros[end] + ORDER)
            if self.closes(step, extent):
                return step
        if not touching:
            for step in (Enclosed(), Expanded(self.name, middle, 0, ORDER)):
                if self.closes(step, extent):
                    return step
        if depth >= DEEPEST or self.left <= 0 or sign_at(self.slack, {self.name: middle}) != 1:
            return None
        below = self.piece(replace(extent, upper=middle, upper_closed=True), depth + 1)
        if below is None:
            return None
        above = self.piece(replace(extent, lower=middle, lower_closed=True), depth + 1)
        return None if above is None else Split(self.name, middle, below, above)


def vanishing(slack: Term, name: str, at: Fraction) -> int:
    """To which order the slack vanishes at a point, as far as exact series tell."""
    for count in (2, MOST_ZEROS):
        series = exact_series(slack, name, at, count)
        if series is None:
            return 0
        zeros = leading_zeros(series)
        if zeros < len(series):
            return zeros
    return 0
