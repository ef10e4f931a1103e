"""Points at which the slack of a goal is stationary, to many digits, and simple ones among them.

Newton's method with gradients in balls, and a pseudo-inverse of the Hessian in floating point, so that zeros
along a curve do no harm. Nothing is decided: points are proposed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term, rebuild
from boundkit.kernel import balls
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.intervals import Undecided, Undefined, rational_ball
from boundkit.kernel.steps import Range
from boundkit.provers.inequalities.drawing import as_double
from boundkit.provers.inequalities.points import near

Values = dict[str, Fraction]

PRECISION = 320
ROUNDS = 40
PINNED_ROUNDS = 12
CONVERGED = Fraction(1, 10**45)
ZERO = Fraction(1, 10**30)
"""A height that is taken for that of a point where the sides touch."""
ROUGHLY = Fraction(1, 10**8)
"""Steps of this size are taken for those of a method that has converged, if they grow."""
SLOW, SLOWEST = Fraction(2, 5), Fraction(49, 50)
"""Between which shares of a step the next one shows a zero of higher order."""
GRID = (1, 2, 3, 4, 6)
MOST_NEIGHBOURS = 5
MOST_MISSED = 1
LARGEST_DENOMINATOR = 300
CLOSE = Fraction(1, 10**7)
AT_END = Fraction(1, 10**5)
SHARES = tuple(Fraction(1, 10**k) for k in (30, 12, 8, 6, 5, 4, 3, 2))
PINS = tuple(Fraction(1, k) for k in (3, 10, 30, 100, 1000, 10**5, 10**8))


class Slack:
    """A slack with its derivatives, of the branch of its absolute values and extremes at a point."""

    def __init__(self, term: Term, start: Values, ranges: Mapping[str, Range]) -> None:
        self.ranges = ranges
        self.term = smooth_branch(term, start)
        self.names = [name for name in start if name in self.term.free]
        self.gradient = {name: derivative(self.term, name) for name in self.names}
        self.hessian = {
            (one, two): derivative(self.gradient[one], two)
            for place, one in enumerate(self.names)
            for two in self.names[place:]
        }

    def height(self, point: Values) -> Fraction | None:
        """The slack at a point, to some eighty digits."""
        return value_at(self.term, point)

    def polished(self, start: Values, fixed: frozenset[str], rounds: int) -> Values | None:
        """A stationary point near a point, with the fixed names and those at an end left alone."""
        point = dict(start)
        for name in self.names:
            end = _end(self.ranges.get(name), point[name])
            if end is not None and name not in fixed:
                point[name], fixed = end, fixed | {name}
        free = [name for name in self.names if name not in fixed]
        leap, last = Leap(), Fraction(1)
        for _ in range(rounds if free else 0):
            slopes = [own for name in free if (own := value_at(self.gradient[name], point)) is not None]
            if len(slopes) < len(free):
                return None
            curvature = np.zeros((len(free), len(free)))
            for i, one in enumerate(free):
                for k, two in enumerate(free[i:], i):
                    pair = (one, two) if (one, two) in self.hessian else (two, one)
                    own = value_at(self.hessian[pair], point)
                    if own is None:
                        return None
                    curvature[i, k] = curvature[k, i] = as_double(own)
            scale = max(map(abs, slopes))
            if not scale or not np.isfinite(curvature).all():
                break
            # The slopes relative to the largest, which may be out of the reach of doubles.
            relative = np.array([as_double(slope / scale) for slope in slopes])
            with np.errstate(all="ignore"):
                moves = -np.linalg.pinv(curvature, rcond=1e-13, hermitian=True) @ relative
            if not np.isfinite(moves).all():
                return None
            steps = {name: Fraction(float(move)) * scale for name, move in zip(free, moves, strict=True)}
            reach = max(abs(step) for step in steps.values())
            if reach > last and last < ROUGHLY:
                break  # What is left of the digits does not lead on.
            if any(abs(step) > 2 * (1 + abs(point[name])) for name, step in steps.items()):
                return None
            last = reach
            steps = leap.lengthened(steps)
            for name, step in steps.items():
                point[name] = shortened(point[name] + step)
            if all(abs(step) <= CONVERGED * (1 + abs(point[name])) for name, step in steps.items()):
                break
        return point


class Leap:
    """Longer steps where Newton's method converges slowly, towards a zero of higher order: two steps of which
    one is a constant part of the other are followed by the sum of all to come (Aitken's process)."""

    def __init__(self) -> None:
        self.last: Values = {}

    def lengthened(self, steps: Values) -> Values:
        before, self.last = self.last, steps
        size = sum((own * own for own in before.values()), Fraction(0))
        if not size or set(before) != set(steps):
            return steps
        share = sum((before[name] * own for name, own in steps.items()), Fraction(0)) / size
        if not SLOW < share < SLOWEST:
            return steps
        self.last = {}
        longer = shortened(1 / (1 - share))
        return {name: shortened(own * longer) for name, own in steps.items()}


def slack_at(term: Term, start: Values, ranges: Mapping[str, Range]) -> Slack | None:
    """The slack with derivatives near a point; None where it has none."""
    try:
        return Slack(term, start, ranges)
    except (NotDifferentiable, RecursionError):
        return None


def proposals(
    slack: Slack, point: Values, whole: frozenset[str], admissible: Callable[[Values], bool]
) -> Iterator[Values]:
    """Points near a stationary one at which the slack is least or zero: all numbers rounded alike, and where
    the zeros are more than a point, one of few digits.

    whole: the names that are left alone; admissible: whether a point may be tried."""
    for share in SHARES:
        yield {name: near(value, share) for name, value in point.items()}
    height = slack.height(point)
    if height is None:
        return
    if height < 0:
        yield point
    if height <= ZERO:
        simple = _simple(slack, point, whole, admissible)
        yield {name: near(value, SHARES[1]) for name, value in simple.items()}
        yield simple


def rational_neighbours(
    slack: Slack, point: Values, whole: frozenset[str], admissible: Callable[[Values], bool]
) -> Iterator[Values]:
    """Rational points along the curve of zeros through a point: one variable at a simple number near by, the
    others where they follow, if they seem rational there."""
    for name in slack.names:
        if name in whole:
            continue
        grid = {Fraction(round(point[name] * q) + step, q) for q in GRID for step in (-1, 0, 1)}
        missed = 0
        for value in sorted(grid, key=lambda own: (abs(own - point[name]), own))[:MOST_NEIGHBOURS]:
            moved = slack.polished({**point, name: value}, whole | {name}, PINNED_ROUNDS)
            height = None if moved is None else slack.height(moved)
            if moved is None or height is None or height > ROUGHLY**2:
                missed += 1
                if missed > MOST_MISSED:
                    break
                continue
            # Where zeros are of a higher order, few digits are known.
            values = {own: exact.limit_denominator(LARGEST_DENOMINATOR) for own, exact in moved.items()}
            if all(abs(values[own] - moved[own]) <= CLOSE for own in moved) and admissible(values):
                yield values


def _simple(
    slack: Slack, point: Values, fixed: frozenset[str], admissible: Callable[[Values], bool]
) -> Values:
    """A point of the same height with variables of few digits, one after the other, the rest to many."""
    for name in point:
        if name in fixed:
            continue
        for share in PINS:
            pinned = {**point, name: near(point[name], share)}
            moved = slack.polished(pinned, fixed | {name}, PINNED_ROUNDS)
            height = None if moved is None else slack.height(moved)
            if moved is not None and height is not None and height <= ZERO and admissible(moved):
                point = moved
                break
        fixed = fixed | {name}
    return point


def smooth_branch(term: Term, point: Values) -> Term:
    """The term with the member that counts at a point for each absolute value, maximum and minimum."""
    term = rebuild(term, lambda part: smooth_branch(part, point))
    if not isinstance(term, Apply) or term.head not in ("abs", "max", "min"):
        return term
    if term.head == "abs":
        value = value_at(term.args[0], point)
        return term if value is None else term.args[0] if value >= 0 else Apply("neg", term.args, REAL)
    known = [(value, own) for own in term.args if (value := value_at(own, point)) is not None]
    if len(known) != len(term.args) or not known:
        return term
    return (max if term.head == "max" else min)(known, key=lambda pair: pair[0])[1]


def value_at(term: Term, point: Values) -> Fraction | None:
    try:
        with balls.precisely(PRECISION):
            values = {name: rational_ball(value) for name, value in point.items()}
        found: Any = balls.enclose(term, values, PRECISION)
        if not found.is_finite():
            return None
        mantissa, exponent = found.mid().man_exp()
    except (Undefined, Undecided, NotImplementedError, OverflowError):
        return None
    mantissa, exponent = int(mantissa), int(exponent)
    if abs(exponent) > 5000:
        return None
    return Fraction(mantissa) * Fraction(2) ** exponent


def shortened(value: Fraction) -> Fraction:
    scale = 1 << PRECISION
    return Fraction(round(value * scale), scale)


def _end(extent: Range | None, value: Fraction) -> Fraction | None:
    """The closed end of a range that a value is at, or beyond."""
    if extent is None:
        return None
    low = extent.lower if extent.lower_closed else None
    high = extent.upper if extent.upper_closed else None
    if low is not None and value - low <= AT_END * (1 + abs(low)):
        return low
    return high if high is not None and high - value <= AT_END * (1 + abs(high)) else None


__all__ = [
    "PINNED_ROUNDS",
    "ROUGHLY",
    "ROUNDS",
    "ZERO",
    "Leap",
    "Slack",
    "proposals",
    "rational_neighbours",
    "shortened",
    "slack_at",
    "smooth_branch",
    "value_at",
]
