"""Exact values of closed rational terms and truth of propositions about them, at given values of names.
Nothing is rounded: what cannot be computed in rationals has no value."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from boundkit.ir.terms import Apply, Bind, Name, Number, Term

LARGEST_POWER = 64
MOST_BITS = 4096
LONGEST_RANGE = 64

Values = Mapping[str, Fraction]


def value(term: Term, values: Values) -> Fraction | None:
    """The value, or None when it is not rational, undefined, or too large to be worth computing."""
    if isinstance(term, Number):
        return term.value
    if isinstance(term, Name):
        return values.get(term.text)
    if not isinstance(term, Apply):
        return None
    if term.head in ("+", "-", "*", "/") and len(term.args) == 2:
        return _along_the_spine(term, values)
    if term.head not in ("neg", "^", "abs", "min", "max"):
        return None
    found = []
    for arg in term.args:
        part = value(arg, values)
        if part is None:
            return None
        found.append(part)
    if term.head == "neg":
        return -found[0]
    if term.head == "abs":
        return abs(found[0])
    if term.head == "min":
        return min(found)
    if term.head == "max":
        return max(found)
    base, exponent = found
    if exponent.denominator != 1 or abs(exponent) > LARGEST_POWER or (base == 0 and exponent < 0):
        return None
    return _bounded(base ** int(exponent))


def _along_the_spine(term: Term, values: Values) -> Fraction | None:
    spine: list[tuple[str, Term]] = []
    while isinstance(term, Apply) and term.head in ("+", "-", "*", "/") and len(term.args) == 2:
        spine.append((term.head, term.args[1]))
        term = term.args[0]
    total = value(term, values)
    for head, part in reversed(spine):
        right = value(part, values)
        if total is None or right is None or (head == "/" and right == 0):
            return None
        if head == "+":
            total = total + right
        elif head == "-":
            total = total - right
        elif head == "*":
            total = total * right
        else:
            total = total / right
        total = _bounded(total)
    return total


def _bounded(number: Fraction) -> Fraction | None:
    size = number.numerator.bit_length() + number.denominator.bit_length()
    return number if size <= MOST_BITS else None


def truth(proposition: Term, values: Values) -> bool | None:
    """Whether the proposition holds, or None when it cannot be decided by exact evaluation."""
    if isinstance(proposition, Bind):
        return _over_range(proposition, values)
    if not isinstance(proposition, Apply):
        return None
    head, args = proposition.head, proposition.args
    if head in ("true", "false"):
        return head == "true"
    if head in ("<=", "<", "=", "!="):
        left, right = value(args[0], values), value(args[1], values)
        if left is None or right is None:
            return None
        return {"<=": left <= right, "<": left < right, "=": left == right, "!=": left != right}[head]
    if head == "in":
        return _member(args[0], args[1], values)
    if head not in ("and", "or", "not", "implies", "iff"):
        return None
    found = [truth(arg, values) for arg in args]
    if head == "not":
        return None if found[0] is None else not found[0]
    if head == "implies":
        found = [None if found[0] is None else not found[0], found[1]]
        head = "or"
    if head == "iff":
        return None if None in found else found[0] == found[1]
    decisive = head == "or"
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def _member(element: Term, domain: Term, values: Values) -> bool | None:
    point = value(element, values)
    if point is None or not isinstance(domain, Apply):
        return None
    if domain.head == "enumeration":
        members = [value(arg, values) for arg in domain.args]
        return True if point in members else (None if None in members else False)
    if domain.head not in ("range", "closed", "open", "left_open", "right_open"):
        return None
    low, high = domain.args
    strict_below = domain.head in ("open", "left_open")
    strict_above = domain.head in ("open", "right_open")
    above = _below(low, point, strict_below, values, -1)
    under = _below(high, point, strict_above, values, 1)
    if domain.head == "range" and point.denominator != 1:
        return False
    if above is False or under is False:
        return False
    return None if above is None or under is None else True


def _below(end: Term, point: Fraction, strict: bool, values: Values, side: int) -> bool | None:
    """Whether the point is inside of an end of an interval: the lower end for side -1, else the upper."""
    infinite = _infinite(end)
    if infinite:
        return infinite == side
    limit = value(end, values)
    if limit is None:
        return None
    gap = side * (limit - point)
    return gap > 0 if strict else gap >= 0


def _infinite(end: Term) -> int:
    if isinstance(end, Apply) and end.head == "infinity":
        return 1
    if isinstance(end, Apply) and end.head == "neg":
        return -_infinite(end.args[0])
    return 0


def _over_range(term: Bind, values: Values) -> bool | None:
    domain = term.domain
    if term.head not in ("forall", "exists") or not (isinstance(domain, Apply) and domain.head == "range"):
        return None
    first, last = value(domain.args[0], values), value(domain.args[1], values)
    if first is None or last is None or last - first > LONGEST_RANGE:
        return None
    decisive = term.head == "exists"
    found: list[bool | None] = []
    place = first
    while place <= last:
        found.append(truth(term.body, {**values, term.variable.text: place}))
        if found[-1] is decisive:
            return decisive
        place += 1
    return None if None in found else not decisive
