"""What may add up to a goal: a product of facts, signs and squares, with the certificate of each."""

from __future__ import annotations

from dataclasses import dataclass

from boundkit.ir.terms import Apply, Bind, Name, Number, Term, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.polynomials import Atom, Composite, Monomial, Polynomial, Rational


@dataclass(frozen=True)
class Candidate:
    """A summand without its coefficient, its value, and whether it is positive; `free` ones (from
    equations) may have either sign."""

    summand: c.Summand
    value: Polynomial
    strict: bool = False
    free: bool = False
    cost: float = 1.0


@dataclass(frozen=True)
class Source:
    """A relation among the facts with values for its variables, under the binders of a summation."""

    factors: tuple[c.Factor, ...]
    slack: Polynomial
    strict: bool
    equation: bool
    binders: tuple[tuple[Name, Term, Term], ...] = ()
    sides: tuple[Term, Term] | None = None
    plain: Polynomial | None = None


def by_objects(polynomial: Polynomial) -> dict[Monomial, Polynomial]:
    """The polynomial as a sum of products of objects, each times a polynomial in names."""
    found: dict[Monomial, Polynomial] = {}
    for monomial, coefficient in polynomial.terms.items():
        own = tuple(
            p for p in monomial if isinstance(p[0].term, Apply | Bind) and not isinstance(p[0], Composite)
        )
        rest = tuple(p for p in monomial if p not in own)
        found[own] = found.get(own, Polynomial({})) + Polynomial({rest: coefficient})
    return found


def objects(polynomial: Polynomial) -> set[Atom]:
    """The atoms of a polynomial that are no plain names, those under its sums included."""
    found: set[Atom] = set()
    for atom in polynomial.atoms:
        if isinstance(atom, Composite):
            found |= objects(atom.polynomial)
        if isinstance(atom.term, Bind):
            found.update(Atom(part) for part in subterms(atom.term.body) if isinstance(part, Apply))
        if not isinstance(atom.term, Name | Number) and not isinstance(atom, Composite):
            found.add(atom)
    return found


def moderate(monomial: Monomial) -> bool:
    """Exponents of a size that a multiplier could have."""
    return all(not isinstance(e, Rational) or -4 <= e <= 4 for _, e in monomial)
