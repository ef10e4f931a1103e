"""What is known in relations: facts, universal facts, bounds of atoms, and what membership of an
interval says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeGuard

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import INT, NAT, Abstract, SetOf
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, canonical, relation, subterms
from boundkit.kernel.polynomials import Polynomial


class NotNormal(Exception):
    """A term has no normal form here (sizes that do not fit, an unknown matrix operation)."""


@dataclass(frozen=True)
class Fact:
    """`slack >= 0`, or `slack > 0` when strict; `reference` names where it comes from."""

    slack: Polynomial
    strict: bool
    reference: str


@dataclass(frozen=True)
class Universal:
    """`for all variables in their domains, formula`, with a relation as formula."""

    variables: tuple[tuple[Name, Term], ...]
    formula: Term
    conditions: tuple[Term, ...]
    reference: str


@dataclass(frozen=True)
class Bounds:
    """Constant bounds of an atom, with strictness and the references of the facts used."""

    lower: Fraction | None = None
    lower_strict: bool = False
    lower_from: tuple[str, ...] = ()
    upper: Fraction | None = None
    upper_strict: bool = False
    upper_from: tuple[str, ...] = ()


SETS_KNOWN = frozenset({"range", "closed", "open", "left_open", "right_open", "everything"})


def is_type(domain: Term) -> bool:
    """Whether a set is a declared type, of all whose values it consists."""
    return (
        isinstance(domain, Name)
        and isinstance(domain.sort, SetOf)
        and domain.sort.element == Abstract(domain.text)
    )


def elementary(formula: Term) -> Iterator[Apply]:
    """The relations that a proposition says of numbers or matrices, memberships in intervals included."""
    if isinstance(formula, Apply):
        if formula.head in ("<=", "<", "=", "!="):
            yield formula
        elif formula.head == "in":
            value, domain = formula.args
            for part in domain_facts_of(value, domain):
                yield from elementary(part)


def domain_facts_of(value: Term, domain: Term) -> Iterator[Term]:
    """What `value in domain` says in relations: all that it says of an interval, the ends of a set that is
    given by numbers, and nothing of other sets."""
    if not isinstance(domain, Apply):
        return
    if domain.head == "range":
        yield relation("<=", domain.args[0], value)
        if not infinite(domain.args[1]):
            yield relation("<=", value, domain.args[1])
    elif domain.head in ("closed", "open", "left_open", "right_open"):
        lower, upper = domain.args
        if not infinite(lower):
            yield relation("<" if domain.head in ("open", "left_open") else "<=", lower, value)
        if not infinite(upper):
            yield relation("<" if domain.head in ("open", "right_open") else "<=", value, upper)
    elif domain.head == "enumeration":
        numbers = [element for element in domain.args if isinstance(element, Number)]
        if numbers and len(numbers) == len(domain.args):
            yield relation("<=", min(numbers, key=lambda own: own.value), value)
            yield relation("<=", value, max(numbers, key=lambda own: own.value))


def is_declared_finite(domain: Term) -> TypeGuard[Name]:
    """Whether a domain is the name of a set of the sort of finite ones."""
    return isinstance(domain, Name) and isinstance(domain.sort, SetOf) and domain.sort.finite


def infinite(term: Term) -> bool:
    """Whether a term is plus or minus infinity, as the end of an interval."""
    return isinstance(term, Apply) and (
        term.head == "infinity" or (term.head == "neg" and infinite(term.args[0]))
    )


def integral(term: Term) -> bool:
    """Whether a term certainly has integer values."""
    if term.sort in (NAT, INT):
        return True
    if isinstance(term, Apply) and term.head in SYMBOLS and SYMBOLS[term.head].integral:
        if term.head in ("floor", "ceil", "sign"):
            return True
        return all(map(integral, term.args))
    return isinstance(term, Number) and term.value.denominator == 1


def is_gram_square(polynomial: Polynomial) -> bool:
    """Whether the polynomial is a quadratic form in vectors, `sum c[i][j] <u[i], u[j]>`, with a positive
    semidefinite rational matrix: it is then a sum of squares of norms."""
    places: dict[str, int] = {}
    entries: dict[tuple[int, int], Fraction] = {}
    for monomial, coefficient in polynomial.terms.items():
        if len(monomial) != 1 or monomial[0][1] != 1:
            return False
        term = monomial[0][0].term
        if not (isinstance(term, Apply) and term.head == "inner"):
            return False
        i, j = (places.setdefault(canonical(arg), len(places)) for arg in term.args)
        for key in ((i, j), (j, i)):
            entries[key] = entries.get(key, Fraction(0)) + coefficient / 2
    size = len(places)
    matrix = [[entries.get((i, j), Fraction(0)) for j in range(size)] for i in range(size)]
    for k in range(size):
        pivot = matrix[k][k]
        if pivot < 0 or (pivot == 0 and any(matrix[k][j] for j in range(k + 1, size))):
            return False
        if pivot == 0:
            continue
        for i in range(k + 1, size):
            factor = matrix[i][k] / pivot
            for j in range(k + 1, size):
                matrix[i][j] -= factor * matrix[k][j]
    return True


def candidates(side: Term) -> Iterator[Term]:
    """Subterms that could be the atom of a simple bound: the side itself, or under `neg` and
    multiplication by a number."""
    yield side
    if isinstance(side, Apply) and side.head in ("neg", "*", "/", "+", "-", "abs"):
        for part in side.args:
            yield from candidates(part)


def patterns(side: Term, formula: Term, names: Iterable[str]) -> Iterator[Term]:
    """The `candidates` of a side of a universal fact. Its variable alone fits every atom; where that has it
    inside a binder, that would put the atom into a new atom, and this one into the next."""
    bound = {name for part in subterms(formula) if isinstance(part, Bind) for name in part.free & set(names)}
    for pattern in candidates(side):
        if not (isinstance(pattern, Name) and pattern.text in bound):
            yield pattern


def tightened(bounds: Bounds, factor: Fraction, offset: Fraction, strict: bool, reference: str) -> Bounds:
    """The bounds with `factor*x + offset >= 0` taken in."""
    limit = -offset / factor
    if factor > 0:
        if bounds.lower is None or limit > bounds.lower or (limit == bounds.lower and strict):
            return Bounds(
                limit,
                strict,
                (reference,) if reference else (),
                bounds.upper,
                bounds.upper_strict,
                bounds.upper_from,
            )
        return bounds
    if bounds.upper is None or limit < bounds.upper or (limit == bounds.upper and strict):
        return Bounds(
            bounds.lower,
            bounds.lower_strict,
            bounds.lower_from,
            limit,
            strict,
            (reference,) if reference else (),
        )
    return bounds


def negation(formula: Term) -> Term:
    """The negation of a relation between numbers, pushed inside; other formulas under `not`."""
    if isinstance(formula, Apply):
        match formula.head:
            case "<=":
                return Apply("<", (formula.args[1], formula.args[0]), formula.sort)
            case "<":
                return Apply("<=", (formula.args[1], formula.args[0]), formula.sort)
            case "=":
                return Apply("!=", formula.args, formula.sort)
            case "!=":
                return Apply("=", formula.args, formula.sort)
            case "not":
                return formula.args[0]
    return Apply("not", (formula,), formula.sort)
