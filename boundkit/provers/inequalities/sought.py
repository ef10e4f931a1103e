"""A goal written for the search in floating point: false at the same points, with less that cancels.

What both sides have in common is left out: summands, and an increasing function around both. Products of
exponentials are one exponential. Nothing is decided with what comes out."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ZERO, Apply, Number, Term, number, rebuild
from boundkit.kernel.derivative import plus, times

INCREASING = frozenset({"exp", "ln", "log2", "sqrt", "arctan", "tanh", "sinh", "arcsin", "erf", "Phi"})
"""Functions that grow strictly wherever they are defined."""
_ORDERS = frozenset({"<=", "<"})


def sought(proposition: Term) -> Term:
    """The proposition with both sides of its relations made shorter."""
    if not isinstance(proposition, Apply):
        return proposition
    if proposition.head in ("and", "or", "not", "implies"):
        return rebuild(proposition, sought)
    if proposition.head not in ("<=", "<", "=", "!="):
        return proposition
    left, right = (gathered(side) for side in proposition.args)
    if proposition.head in _ORDERS:
        left, right = _peeled(left, right)
    left, right = _without_common(left, right)
    return Apply(proposition.head, (left, right), proposition.sort)


def gathered(term: Term) -> Term:
    """The term with one exponential for a product of several."""
    term = rebuild(term, gathered)
    if not isinstance(term, Apply) or term.head not in ("*", "/"):
        return term
    exponents: list[tuple[Term, int]] = []
    others: list[tuple[Term, int]] = []
    for factor, sign in _factors(term, 1):
        if isinstance(factor, Apply) and factor.head == "exp":
            exponents.append((factor.args[0], sign))
        else:
            others.append((factor, sign))
    if len(exponents) < 2:
        return term
    total: Term = ZERO
    for own, sign in exponents:
        total = plus(total, times(number(sign), own))
    found: Term = Apply("exp", (total,), REAL)
    for factor, sign in others:
        found = Apply("*" if sign > 0 else "/", (found, factor), REAL)
    return found


def _factors(term: Term, sign: int) -> list[tuple[Term, int]]:
    if isinstance(term, Apply) and term.head == "*":
        return [pair for arg in term.args for pair in _factors(arg, sign)]
    if isinstance(term, Apply) and term.head == "/":
        return _factors(term.args[0], sign) + _factors(term.args[1], -sign)
    return [(term, sign)]


def _peeled(left: Term, right: Term) -> tuple[Term, Term]:
    while isinstance(left, Apply) and isinstance(right, Apply) and left.head == right.head:
        odd = (
            left.head == "^"
            and left.args[1] == right.args[1]
            and isinstance(left.args[1], Number)
            and left.args[1].value > 0
            and left.args[1].value.denominator == 1
            and left.args[1].value.numerator % 2 == 1
        )
        if not odd and left.head not in INCREASING:
            break
        left, right = left.args[0], right.args[0]
    return left, right


def _without_common(left: Term, right: Term) -> tuple[Term, Term]:
    """The sides without the summands that they share."""
    first, second = _summands(left), _summands(right)
    if not any(own in second for own in first if not isinstance(own, Number)):
        return left, right
    for own in list(first):
        if own in second:
            shared = second[own]
            first[own] -= shared
            del second[own]
    return _total(first), _total(second)


def _summands(term: Term) -> dict[Term, Fraction]:
    """The summands of a term, each with a rational factor."""
    found: dict[Term, Fraction] = {}
    stack: list[tuple[Term, Fraction]] = [(term, Fraction(1))]
    while stack:
        part, factor = stack.pop()
        if isinstance(part, Apply) and part.head == "+":
            stack.extend((arg, factor) for arg in reversed(part.args))
        elif isinstance(part, Apply) and part.head == "-":
            stack += [(part.args[1], -factor), (part.args[0], factor)]
        elif isinstance(part, Apply) and part.head == "neg":
            stack.append((part.args[0], -factor))
        else:
            found[part] = found.get(part, Fraction(0)) + factor
    return found


def _total(summands: dict[Term, Fraction]) -> Term:
    total: Term = ZERO
    for own, factor in summands.items():
        if factor:
            total = plus(total, times(number(factor), own))
    return total
