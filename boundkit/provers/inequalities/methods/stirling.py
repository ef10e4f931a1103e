"""lnGamma and its derivatives bounded by Stirling's series; few natural numbers one by one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Number, Term, number, subterms
from boundkit.kernel.derivative import negative, plus, times
from boundkit.kernel.interpolation import stirling
from boundkit.kernel.quotients import Algebra, Polynomial, Quotient
from boundkit.kernel.steps import (
    Enclosed,
    Evaluated,
    Kept,
    Known,
    Product,
    Split,
    Step,
    Stirling,
    Sum,
    point,
)
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.recurrence import collected, derivative_of_log_gamma, written_out
from boundkit.provers.inequalities.sampling import signs

COST = 9
BOUNDS = ((-1, 0), (-1, 1), (0, 0), (0, 1), (1, 1), (2, 2), (6, 3))
"""Shifts of the argument, and orders of the lower bound halved: 2*order below, 2*order + 1 above."""
FEW = (0, 1, 3, 8)


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Sums with values of lnGamma and its derivatives which the recurrence leaves as they are."""
    if not _has_gamma(goal.slack) or written_out(goal.slack, goal) != goal.slack:
        return GivenUp("")
    return _bounded(goal, prove, effort) or GivenUp("no bound of Gamma suffices")


def _bounded(goal: Goal, prove: Prove, effort: Effort) -> Found | None:
    """Bounds of each lnGamma from the side that its coefficient asks for; natural numbers that these leave
    out one by one."""
    parts = _coefficients(goal)
    if parts is None:
        return None
    active = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    lone = active[0] if len(active) == 1 and goal.box[active[0]].integral else ""
    start = goal.box[lone].lower if lone else None
    for skipped in FEW if start is not None else (0,):
        here = goal
        if skipped and start is not None:
            extent = replace(goal.box[lone], lower=start + skipped)
            here = replace(goal, box={**goal.box, lone: extent})
        found = _by_series(here, parts, prove, effort)
        if found is None:
            continue
        step = found.step
        for k in range(skipped - 1, -1, -1):
            assert start is not None
            own = _value(replace(goal, box={**goal.box, lone: point(start + k)}))
            if own is None:
                return None
            step = Split(lone, start + k + Fraction(1, 2), own, step)
        return Found(step, found.argument) if accepted(goal, step) else None
    return None


def _value(goal: Goal) -> Step | None:
    """The goal at a point."""
    step = Evaluated()
    return step if accepted(goal, step) else None


def _coefficients(goal: Goal) -> tuple[list[tuple[Term, Term, int]], Term] | None:
    """The values of lnGamma and its derivatives with their coefficients and the signs of these, and the rest
    of the slack."""
    algebra = Algebra()
    quotient = algebra.of(goal.slack)
    if quotient.below:
        return None
    shares: dict[Term, Polynomial] = {}
    rest: Polynomial = {}
    for monomial, value in quotient.top.items():
        hard = [pair for pair in monomial if _has_gamma(pair[0])]
        if not hard:
            rest[monomial] = value
            continue
        (atom, exponent), *more = hard
        if more or exponent != 1 or derivative_of_log_gamma(atom) is None:
            return None
        easy = tuple(pair for pair in monomial if pair[0] != atom)
        shares.setdefault(atom, {})[easy] = value
    several = sum(not goal.box[name].is_point for name in goal.slack.free) > 1
    if several and any(len(share) > 1 for share in shares.values()):
        return None  # Cleared denominators: the bounds would be long, and the quotient itself is bounded.
    found = []
    for atom, share in shares.items():
        coefficient = algebra.to_term(Quotient(share))
        for sign in (1, -1):
            signed = coefficient if sign == 1 else negative(coefficient)
            if accepted(Goal(signed, False, goal.box, goal.facts), Enclosed()):
                found.append((atom, signed, sign))
                break
        else:
            return None
    return found, algebra.to_term(Quotient(rest))


def _has_gamma(term: Term) -> bool:
    return any(derivative_of_log_gamma(part) is not None and bool(part.free) for part in subterms(term))


def _by_series(
    goal: Goal, parts: tuple[list[tuple[Term, Term, int]], Term], prove: Prove, effort: Effort
) -> Found | None:
    for shift, order in BOUNDS:
        named = [_argument(atom, sign, order) for atom, _, sign in parts[0]]
        least = [plus(argument, number(min(shift, 0))) for argument, _, _ in named]
        if not all(accepted(replace(goal, slack=own, strict=True), Enclosed()) for own in least):
            continue
        bounds = [stirling(argument, shift, count, own) for argument, count, own in named]
        gaps = [times(own[1], bound) for own, bound in zip(parts[0], bounds, strict=True)]
        total: Term = goal.slack
        for gap in gaps:
            total = Apply("-", (total, gap), REAL)
        rest = collected(total)
        if rest is None or _has_gamma(rest) or -1 in signs(rest, goal.box, goal.facts):
            continue
        found = prove(replace(goal, slack=rest), effort)
        if found is None:
            continue
        count = len(goal.facts)
        steps = tuple(
            _multiple(own[1], bound, count + place)
            for place, (own, bound) in enumerate(zip(parts[0], bounds, strict=True))
        )
        kept = Kept(tuple(range(count)), found.step)
        step: Step = Sum((*gaps, rest), (*steps, kept), len(gaps))
        for argument, terms, own in reversed(named):
            step = Stirling(argument, shift, terms, Enclosed(), step, own)
        if accepted(goal, step):
            line = f"by Stirling's series, {2 * order} or {2 * order + 1} terms, arguments greater by {shift}"
            return Found(step, (line, *found.argument))
    return None


def _argument(atom: Term, sign: int, order: int) -> tuple[Term, int, int]:
    """The argument of a value of lnGamma or a derivative, how many terms of the series bound it from the side
    that its sign asks for, and the number of the derivative."""
    derivative = derivative_of_log_gamma(atom)
    assert isinstance(atom, Apply) and derivative is not None
    return atom.args[-1], 2 * order + ((sign < 0) != (derivative % 2 == 1)), derivative


def _multiple(coefficient: Term, gap: Term, place: int) -> Step:
    if isinstance(coefficient, Number):
        return Known(place, coefficient)
    return Product((coefficient, gap), (Enclosed(), Known(place, ONE)))
