"""Leading terms of expressions as parameters grow or vanish: proposals, by growth of summands where they do
not cancel, else from the series of computer algebra."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Number, Term, number
from boundkit.provers.algebra import FAILURES, Algebra, Untranslatable, coefficients

STEPS = (Fraction(2), Fraction(1), Fraction(1, 2))


@dataclass(frozen=True)
class Remainder:
    """A leading term, and a term of lower order that may bound what is left out up to a constant."""

    leading: Term
    rest: Term


def leading_terms(term: Term, limits: Sequence[tuple[Name, bool]]) -> list[Remainder]:
    """Proposals for the leading term as each name goes to infinity (to 0 where the flag is set)."""
    found = []
    by_growth = _by_growth(term, limits)
    if by_growth is not None:
        found.append(by_growth)
    if len(limits) == 1:
        found += _by_series(term, *limits[0])
    return found


def _by_growth(term: Term, limits: Sequence[tuple[Name, bool]]) -> Remainder | None:
    """The summands that no other one dominates in every parameter, and the others."""
    summands = _summands(term)
    growths = [_growth(own, limits) for own in summands]
    if len(summands) < 2 or any(own is None for own in growths):
        return None
    known = [own for own in growths if own is not None]
    kept: list[Term] = []
    dropped: list[Term] = []
    for place, own in enumerate(known):
        (dropped if any(_below(own, other) for other in known[:place] + known[place + 1 :]) else kept).append(
            summands[place]
        )
    if not dropped or not kept:
        return None
    return Remainder(_total(kept), _total([_positive(own) for own in dropped]))


def _summands(term: Term) -> list[Term]:
    if isinstance(term, Apply) and term.head == "+":
        return [part for arg in term.args for part in _summands(arg)]
    if isinstance(term, Apply) and term.head == "-":
        return _summands(term.args[0]) + [Apply("neg", (own,), REAL) for own in _summands(term.args[1])]
    return [term]


def _positive(term: Term) -> Term:
    return term.args[0] if isinstance(term, Apply) and term.head == "neg" else term


def _total(parts: Sequence[Term]) -> Term:
    whole = parts[0]
    for part in parts[1:]:
        if isinstance(part, Apply) and part.head == "neg":
            whole = Apply("-", (whole, part.args[0]), REAL)
        else:
            whole = Apply("+", (whole, part), REAL)
    return whole


Growth = tuple[tuple[Fraction, Fraction], ...]
"""For each parameter the powers of it and of its logarithm."""


def _below(one: Growth, other: Growth) -> bool:
    """Whether one is of lower order in every parameter in which they differ, and in one at least."""
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def _growth(term: Term, limits: Sequence[tuple[Name, bool]]) -> Growth | None:
    found = [_order(term, name.text) for name, _ in limits]
    if any(own is None for own in found):
        return None
    signs = [-1 if zero else 1 for _, zero in limits]
    return tuple((own[0] * sign, own[1]) for own, sign in zip(found, signs, strict=True) if own is not None)


def _order(term: Term, name: str) -> tuple[Fraction, Fraction] | None:
    """The powers of a name and of its logarithm in a product of powers; None for anything else."""
    if name not in term.free:
        return Fraction(0), Fraction(0)
    if isinstance(term, Name):
        return Fraction(1), Fraction(0)
    if not isinstance(term, Apply):
        return None
    orders = [_order(arg, name) for arg in term.args]
    match term.head:
        case "neg":
            return orders[0]
        case "sqrt" | "^":
            power = term.args[1] if term.head == "^" else number(Fraction(1, 2))
            if orders[0] is None or not isinstance(power, Number):
                return None
            return orders[0][0] * power.value, orders[0][1] * power.value
        case "*" | "/":
            if any(own is None for own in orders):
                return None
            known = [own for own in orders if own is not None]
            signs = [1, *([-1 if term.head == "/" else 1] * (len(known) - 1))]
            pairs = list(zip(known, signs, strict=True))
            return sum((a * s for (a, _), s in pairs), Fraction(0)), sum(
                (b * s for (_, b), s in pairs), Fraction(0)
            )
        case "ln":
            inner = orders[0]
            return None if inner is None or not inner[0] else (Fraction(0), Fraction(1))
        case "+":
            known = [own for own in orders if own is not None]
            return max(known) if len(known) == len(orders) and len(set(known)) == len(known) else None
    return None


def _by_series(term: Term, name: Name, zero: bool) -> list[Remainder]:
    """From the series in the small parameter; the remainder one order below."""
    algebra = Algebra(name.text, False, coefficients((term,), name.text))
    try:
        import sympy

        whole, unknown = algebra.read(term), algebra.unknown
        small = sympy.Symbol("small", positive=True)
        inner = whole.subs(unknown, small if zero else 1 / small)
        first: Any = sympy.expand(inner).as_leading_term(small)
        if first.has(sympy.log) or first == 0:
            return []
        back = first.subs(small, unknown if zero else 1 / unknown)
        order = first.as_coeff_exponent(small)[1]
        forms = [back]
        forms += [
            abs(back) * (unknown if zero else 1 / unknown) ** sympy.Rational(s.numerator, s.denominator)
            for s in STEPS
        ]
        if not order.is_Rational:
            return []
        written = algebra.written(forms, limit=len(forms))
        return [Remainder(written[0], own) for own in written[1:]] if len(written) == len(forms) else []
    except (Untranslatable, *FAILURES):
        return []
