"""Search for rational points at which an inequality fails; each is judged by the kernel."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from flint import arb

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term
from boundkit.kernel import balls, intervals
from boundkit.kernel.cover import Box
from boundkit.provers.samples import SAMPLE_PRECISION, samples


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
