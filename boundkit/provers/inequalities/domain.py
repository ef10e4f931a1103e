"""The ranges that the hypotheses give to single variables."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import NAT
from boundkit.ir.terms import Apply, Name, Term
from boundkit.kernel.constants import exact
from boundkit.kernel.cover import Range
from boundkit.kernel.derivative import minus
from boundkit.provers.inequalities.problem import Problem
from boundkit.provers.inequalities.solving import coefficients


def domain_of(problem: Problem) -> dict[str, Range]:
    """For each variable the rational numbers that single hypotheses bound it by: those of the form
    `name <= constant` and the like. Contradictory ones leave the wider range."""
    found: dict[str, Range] = {
        name.text: Range(Fraction(0) if name.sort == NAT else None, None) for name in problem.names
    }
    for fact in problem.facts:
        bound = bound_of(fact) or _linear_bound(fact)
        if bound is not None:
            _narrow(found, *bound)
    return found


def _linear_bound(fact: Term) -> tuple[str, int, Fraction, bool] | None:
    """As `bound_of`, of a fact that is linear in the one name it speaks of."""
    if not isinstance(fact, Apply) or fact.head not in ("<=", "<", "=") or len(fact.free) != 1:
        return None
    (name,) = fact.free
    line = coefficients(minus(fact.args[1], fact.args[0]), name)
    if line is None or len(line) != 2:
        return None
    constant, slope = exact(line[0], {}), exact(line[1], {})
    if constant is None or not slope:
        return None
    side = 0 if fact.head == "=" else 1 if slope > 0 else -1
    return name, side, -constant / slope, fact.head != "<"


def bound_of(fact: Term) -> tuple[str, int, Fraction, bool] | None:
    """Of a fact `name <= constant` or the like: the name, 1 for a lower and -1 for an upper bound (0 for a
    value), the constant, and whether it is attained."""
    if not isinstance(fact, Apply) or fact.head not in ("<=", "<", "="):
        return None
    left, right = fact.args
    for name, value, side in ((left, right, -1), (right, left, 1)):
        if isinstance(name, Name) and not value.free:
            constant = exact(value, {})
            if constant is not None:
                return name.text, 0 if fact.head == "=" else side, constant, fact.head != "<"
    return None


def _narrow(found: dict[str, Range], name: str, side: int, value: Fraction, closed: bool) -> None:
    own = found[name]
    lower, upper, lower_closed, upper_closed = own.lower, own.upper, own.lower_closed, own.upper_closed
    if side >= 0 and (lower is None or value > lower or (value == lower and not closed)):
        lower, lower_closed = value, closed
    if side <= 0 and (upper is None or value < upper or (value == upper and not closed)):
        upper, upper_closed = value, closed
    empty = lower is not None and upper is not None and lower > upper
    if empty or (lower is not None and lower == upper and not (lower_closed and upper_closed)):
        return
    found[name] = Range(lower, upper, lower_closed, upper_closed)
