"""Polynomials as terms, in a fixed order."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import INT, NAT, REAL, Sort
from boundkit.ir.terms import Apply, Term, number
from boundkit.kernel.polynomials import LARGEST, UNIT, E, Monomial, Polynomial, TooLarge, as_polynomial


def to_term(polynomial: Polynomial) -> Term:
    """The polynomial as a term, in a fixed order with the constant last."""
    found = polynomial.__dict__.get("term")
    if found is None:
        found = polynomial.__dict__["term"] = _to_term(polynomial)
    return found


def _to_term(polynomial: Polynomial) -> Term:
    if not polynomial.terms:
        return number(0)
    if len(polynomial.terms) > LARGEST:
        raise TooLarge
    ordered = [m for m in polynomial.ordered if m != UNIT]
    if UNIT in polynomial.terms:
        ordered.append(UNIT)
    ordered.sort(key=lambda m: (m == UNIT, polynomial.terms[m] < 0))
    result: Term | None = None
    for monomial in ordered:
        coefficient = polynomial.terms[monomial]
        size = abs(coefficient) if result is not None else coefficient
        part = _monomial_term(monomial, size)
        if result is None:
            result = part
        else:
            sort = _joined(result, part)
            if coefficient < 0:
                result = Apply("-", (result, part), INT if sort == NAT else sort)
            else:
                result = Apply("+", (result, part), sort)
    assert result is not None
    return result


def _joined(left: Term, right: Term) -> Sort:
    if left.sort == NAT and right.sort == NAT:
        return NAT
    if left.sort in (NAT, INT) and right.sort in (NAT, INT):
        return INT
    return REAL


def _monomial_term(monomial: Monomial, coefficient: Fraction) -> Term:
    factors: list[Term] = []
    if coefficient != 1 or not monomial:
        factors.append(number(coefficient))
    for atom, exponent in monomial:
        if atom == E:
            factors.append(Apply("exp", (to_term(as_polynomial(exponent)),), REAL))
        elif exponent == 1:
            factors.append(atom.term)
        else:
            above = to_term(as_polynomial(exponent))
            natural = atom.term.sort == NAT and above.sort == NAT
            whole = atom.term.sort in (NAT, INT) and above.sort == NAT
            factors.append(Apply("^", (atom.term, above), NAT if natural else INT if whole else REAL))
    result = factors[0]
    for factor in factors[1:]:
        result = Apply("*", (result, factor), _joined(result, factor))
    return result
