"""What is certain of a problem about numbers at one point: its hypotheses first, then its goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number, rebuild, substitute, subterms
from boundkit.kernel import balls
from boundkit.kernel.constants import exact
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.quotients import same

ODD = frozenset({"arctan", "arcsin", "sinh", "tanh", "sin", "tan", "erf"})
MOST_BITS = 6000
"""Bits of a number beyond which equal sides are not looked for."""
THOROUGH = 4096


def judge_point(
    names: Sequence[Name], facts: Sequence[Term], goal: Term, point: Mapping[str, Term], limit: int
) -> str:
    """What holds at a point, a closed term for each name, with up to `limit` bits.

    `violated`: all facts certainly hold and the goal is certainly false; `undefined`: they hold, and the goal
    is certainly undefined; `holds`; `inadmissible`: a fact is false or undefined, or a value is none of its
    sort; `undecided`."""
    rational = {name: value.value for name, value in point.items() if isinstance(value, Number)}
    closed = {name: value for name, value in point.items() if not isinstance(value, Number)}
    try:
        for name in names:
            if name.sort in (INT, NAT):
                value = rational.get(name.text)
                if value is None:
                    return "undecided"
                if value.denominator != 1 or (name.sort == NAT and value < 0):
                    return "inadmissible"
        for fact in facts:
            truth = balls.decide(substitute(fact, closed), rational, limit)
            if truth is None:
                truth = _at_equal_sides(substitute(fact, dict(point)))
            if truth is not True:
                return "undecided" if truth is None else "inadmissible"
    except Undefined:
        return "inadmissible"
    except (Undecided, MemoryError, OverflowError):
        return "undecided"
    try:
        truth = balls.decide(substitute(goal, closed), rational, limit)
    except Undefined:
        return "undefined"
    except (Undecided, MemoryError, OverflowError):
        return "undecided"
    if truth is None:
        truth = _at_equal_sides(substitute(goal, dict(point)))
    return {True: "holds", False: "violated", None: "undecided"}[truth]


def _at_equal_sides(relation: Term) -> bool | None:
    """Whether a closed relation holds, if both sides are defined and the same by `quotients.same`, with the
    rational numbers in them worked out; else None."""
    if not isinstance(relation, Apply) or relation.head not in ("<=", "<", "=", "!="):
        return None
    left, right = map(_worked_out, relation.args)
    numbers = [part.value for side in (left, right) for part in subterms(side) if isinstance(part, Number)]
    large = any(own.numerator.bit_length() + own.denominator.bit_length() > MOST_BITS for own in numbers)
    if large or not same(left, right):
        return None
    try:
        for side in (*relation.args, left, right):
            if not balls.enclose(side, {}, THOROUGH).is_finite():
                return None
    except (Undefined, Undecided):
        return None
    return relation.head in ("<=", "=")


def _worked_out(term: Term) -> Term:
    """A closed term with the number for every part that is rational, f(-u) = -f(u) for odd functions, u^c for
    exp(c*ln(u)) with a number c, and exp(u*v) for exp(u)^v; equal to it where it is defined."""
    value = exact(term, {})
    if value is not None:
        return Number(value)
    term = rebuild(term, _worked_out)
    if isinstance(term, Apply) and term.head == "exp":
        return _power_of(term)
    if isinstance(term, Apply) and term.head == "^":
        base, exponent = term.args
        if isinstance(base, Apply) and base.head == "exp" and not isinstance(exponent, Number):
            return Apply("exp", (Apply("*", (*base.args, exponent), REAL),), REAL)
    if isinstance(term, Apply) and term.head in ODD and isinstance(term.args[0], Number):
        size = Apply(term.head, (Number(abs(term.args[0].value)),), REAL)
        sign = number(-1 if term.args[0].value < 0 else 1)
        return size if sign == ONE else Apply("*", (sign, size), REAL)
    return term


def _power_of(term: Apply) -> Term:
    """u^c for exp(c*ln(u)), which is defined for positive u alone."""
    inner, exponent = term.args[0], Fraction(1)
    if isinstance(inner, Apply) and inner.head == "neg":
        inner, exponent = inner.args[0], -exponent
    if isinstance(inner, Apply) and inner.head == "*" and isinstance(inner.args[0], Number):
        exponent *= inner.args[0].value
        inner = inner.args[1] if len(inner.args) == 2 else inner
    if not (isinstance(inner, Apply) and inner.head == "ln" and exponent):
        return term
    base = inner.args[0]
    return base if exponent == 1 else Apply("^", (base, number(exponent)), REAL)
