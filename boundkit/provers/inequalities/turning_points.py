"""Where a term in one variable changes its sign, also where its values are tiny. Nothing is proved here."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.terms import ZERO, Term, relation
from boundkit.kernel import balls, intervals
from boundkit.kernel.enclosures import inside
from boundkit.kernel.steps import Range
from boundkit.provers.clear_signs import clear_signs
from boundkit.provers.samples import sample

PRECISIONS = (160, 640, 2560)
BISECTIONS = 40
DENOMINATORS = (1, 2, 6, 12, 60, 1000)
WIDTH = Fraction(1, 64)
LARGEST_DENOMINATOR = 10_000


def sign_at(term: Term, name: str, place: Fraction) -> int | None:
    """The sign at a point: 0 if it cannot be told from 0, None where the term is undefined."""
    (clear,) = clear_signs(term, [{name: place}])
    if clear:
        return clear
    for precision in PRECISIONS:
        with balls.precisely(precision):
            box = {name: intervals.rational_ball(place)}
        try:
            value = balls.enclose(term, box, precision)
        except (intervals.Undefined, intervals.Undecided):
            return None
        if value > 0 or value < 0:
            return 1 if value > 0 else -1
    return 0


def turning_points(term: Term, name: str, extent: Range) -> list[Fraction]:
    """Rational zeros at which the sign changes, and two points around each other one."""
    cuts: set[Fraction] = set()
    last: tuple[Fraction, int] | None = None
    for place in sample(extent):
        sign = sign_at(term, name, place)
        if not sign:
            continue
        if last is not None and sign != last[1]:
            cuts |= _around(term, name, last[0], place, last[1])
        last = (place, sign)
    return sorted(cut for cut in cuts if inside(extent, cut))


def _around(term: Term, name: str, start: Fraction, stop: Fraction, sign: int) -> set[Fraction]:
    low, high = start, stop
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        found = sign_at(term, name, middle)
        if not found:
            break
        low, high = (middle, high) if found == sign else (low, middle)
    middle = (low + high) / 2
    for denominator in DENOMINATORS:
        near = middle.limit_denominator(denominator)
        if start < near < stop and abs(near - middle) < (stop - start) * WIDTH and _is_zero(term, name, near):
            return {near}
    width = (stop - start) * WIDTH
    around = ((middle + side * width).limit_denominator(LARGEST_DENOMINATOR) for side in (-1, 1))
    return {cut for cut in around if start < cut < stop}


def _is_zero(term: Term, name: str, place: Fraction) -> bool:
    try:
        return balls.decide(relation("=", ZERO, term), {name: place}, PRECISIONS[0]) is True
    except (intervals.Undefined, intervals.Undecided):
        return False
