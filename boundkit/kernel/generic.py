"""Propositions for all vectors, matrices and numbers at once whose sides are polynomials in these, or square
roots of polynomials such as norms: equations by their coefficients, inequalities by positive semidefinite
matrices. True only when certain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from boundkit.ir.sorts import REAL, Matrix
from boundkit.ir.terms import Apply, Bind
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.maps import semidefinite
from boundkit.kernel.values import Absent, Arithmetic, Grid, Truth, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

MOST_TERMS = 2000
Monomial = tuple[int, ...]
"""The numbers of the variables, in order, each as often as its exponent says."""


@dataclass(frozen=True)
class Polynomial:
    """Coefficients by monomial, none of them the rational zero."""

    terms: tuple[tuple[Monomial, Any], ...]

    @property
    def degree(self) -> int:
        """The largest number of factors of a monomial."""
        return max((len(monomial) for monomial, _ in self.terms), default=0)


@dataclass(frozen=True)
class Roots:
    """A number times the square roots of polynomials that are nowhere negative."""

    factor: Any
    radicands: tuple[Polynomial, ...]


class Polynomials:
    """The arithmetic whose numbers are those of another exact one and polynomials over them. Comparing
    polynomials, and what does not lead to polynomials and roots of them, is Unsupported."""

    def __init__(self, base: Arithmetic) -> None:
        self.base = base

    def __getattr__(self, name: str) -> Any:
        return getattr(self.base, name)

    def integer(self, value: Any) -> int | None:
        return None if isinstance(value, Polynomial | Roots) else self.base.integer(value)

    def compare(self, head: str, left: Any, right: Any) -> Truth:
        if isinstance(left, Polynomial | Roots) or isinstance(right, Polynomial | Roots):
            raise Unsupported("a comparison of polynomials")
        return self.base.compare(head, left, right)

    def apply(self, head: str, args: Sequence[Any], *more: Any) -> Any:
        if not any(isinstance(arg, Polynomial | Roots) for arg in args):
            return self.base.apply(head, args, *more)
        match head:
            case "+":
                return self._sum([(self._polynomial(arg), 1) for arg in args])
            case "-":
                return self._sum([(self._polynomial(arg), 1 - 2 * place) for place, arg in enumerate(args)])
            case "neg":
                return self._times(args[0], self.base.rational(Fraction(-1)))
            case "*":
                product = args[0]
                for arg in args[1:]:
                    product = self._times(product, arg)
                return product
            case "/" if not isinstance(args[1], Polynomial | Roots):
                one = self.base.rational(Fraction(1))
                return self._times(args[0], self.base.apply("/", (one, args[1])))
            case "^":
                return self._power(args[0], self.integer(args[1]))
            case "sqrt" if nonnegative(self.base, inside := self._polynomial(args[0])) is True:
                return Roots(self.base.rational(Fraction(1)), (inside,))
            case "abs" if isinstance(args[0], Polynomial):
                return Roots(self.base.rational(Fraction(1)), (self._power(args[0], 2),))
        raise Unsupported(f"`{head}` of polynomials")

    def choose(self, condition: Truth, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        if condition is None:
            raise Unsupported("a case that is not certain")
        return then() if condition else otherwise()

    def polynomial(self, terms: Mapping[Monomial, Any]) -> Polynomial:
        """The polynomial with these coefficients. Raises Unsupported for too many."""
        if not all(isinstance(value, fmpq | arb) for value in terms.values()):
            raise Unsupported("a polynomial with coefficients that are no numbers")
        # a ball around zero is kept
        kept = {key: value for key, value in terms.items() if not (isinstance(value, fmpq) and value == 0)}
        if len(kept) > MOST_TERMS:
            raise Unsupported(f"a polynomial of {len(kept)} terms")
        return Polynomial(tuple(sorted(kept.items(), key=lambda term: term[0])))

    def _polynomial(self, value: Any) -> Polynomial:
        if isinstance(value, Roots):
            raise Unsupported("a sum of square roots of polynomials")
        return value if isinstance(value, Polynomial) else self.polynomial({(): value})

    def _sum(self, parts: Sequence[tuple[Polynomial, int]]) -> Polynomial:
        found: dict[Monomial, Any] = {}
        for polynomial, sign in parts:
            for key, value in polynomial.terms:
                signed = value if sign == 1 else self.base.apply("neg", (value,))
                found[key] = self.base.apply("+", (found[key], signed)) if key in found else signed
        return self.polynomial(found)

    def _times(self, left: Any, right: Any) -> Any:
        if isinstance(left, Roots) or isinstance(right, Roots):
            both = []
            for side in (left, right):
                if isinstance(side, Polynomial):
                    raise Unsupported("a product of a polynomial and a square root")
                both.append(side if isinstance(side, Roots) else Roots(side, ()))
            factor = self.base.apply("*", (both[0].factor, both[1].factor))
            return Roots(factor, both[0].radicands + both[1].radicands)
        found: dict[Monomial, Any] = {}
        first, second = self._polynomial(left), self._polynomial(right)
        if len(first.terms) * len(second.terms) > MOST_TERMS:
            raise Unsupported("a product of large polynomials")
        for one_key, one_value in first.terms:
            for key, value in second.terms:
                both_key = tuple(sorted(one_key + key))
                product = self.base.apply("*", (one_value, value))
                known = found.get(both_key)
                found[both_key] = product if known is None else self.base.apply("+", (known, product))
        return self.polynomial(found)

    def _power(self, base: Any, exponent: int | None) -> Any:
        if isinstance(base, Roots) and exponent == 2 and len(base.radicands) == 1:
            square = self.base.apply("*", (base.factor, base.factor))
            return self._times(base.radicands[0], square)
        if isinstance(base, Roots) or exponent is None or not 1 <= exponent <= 4:
            raise Unsupported("a power of a polynomial")
        product = base
        for _ in range(exponent - 1):
            product = self._times(product, base)
        return product


def holds_for_all(evaluator: Evaluator, term: Bind, scope: Scope) -> Truth:
    """Whether `forall x, …` holds where x and further variables after it run over all vectors, matrices or
    real numbers, and the proposition is an equation or `<=`. None where that is not certain."""
    if not evaluator.arithmetic.exact:
        return None
    arithmetic = Polynomials(evaluator.arithmetic)
    child = evaluator.under({})
    child.arithmetic, child.parent, child.conditionals, child.trail = arithmetic, None, {}, []
    groups: dict[str, tuple[int, ...]] = {}
    inner: dict[str, Value] = dict(scope)
    body: Any = term
    try:
        while isinstance(body, Bind) and body.head == "forall" and _everything(body):
            start = sum(map(len, groups.values()))
            rows, columns = (
                evaluator.size(body.variable.sort, scope) if body.variable.sort != REAL else (1, 1)
            )
            if body.variable.text in groups:
                return None
            numbers = tuple(range(start, start + rows * columns))
            groups[body.variable.text] = numbers
            one = arithmetic.rational(Fraction(1))
            entries = tuple(Polynomial((((k,), one),)) for k in numbers)
            inner[body.variable.text] = (
                entries[0] if body.variable.sort == REAL else Grid(rows, columns, entries)
            )
            body = body.body
        if not (groups and isinstance(body, Apply) and body.head in ("=", "<=") and len(body.args) == 2):
            return None
        left, right = (child.value(side, inner) for side in body.args)
        if body.head == "=":
            return _equal(arithmetic, left, right)
        return _at_most(arithmetic, left, right, list(groups.values()))
    except (Unsupported, Absent, Undecided, Undefined, TypeError, ValueError, AttributeError):
        # what takes only numbers fails in many ways when it is given polynomials
        return None


def _everything(term: Bind) -> bool:
    domain, sort = term.domain, term.variable.sort
    whole = isinstance(domain, Apply) and domain.head == "everything"
    return whole and (sort == REAL or isinstance(sort, Matrix))


def _equal(arithmetic: Polynomials, left: Value, right: Value) -> Truth:
    """Whether both sides are one polynomial, entry by entry."""
    sides = [side.entries if isinstance(side, Grid) else (side,) for side in (left, right)]
    if len(sides[0]) != len(sides[1]):
        return None
    for one, other in zip(*sides, strict=True):
        gap = arithmetic.apply("-", (_lifted(arithmetic, one), other))
        if isinstance(gap, Roots) or gap.terms:
            return None
    return True


def _lifted(arithmetic: Polynomials, value: Any) -> Any:
    """A number as a polynomial."""
    return value if isinstance(value, Polynomial | Roots) else arithmetic.polynomial({(): value})


def _at_most(arithmetic: Polynomials, left: Value, right: Value, groups: Sequence[Monomial]) -> Truth:
    if isinstance(left, Grid) or isinstance(right, Grid):
        return None
    small, large = _lifted(arithmetic, left), _lifted(arithmetic, right)
    if isinstance(large, Polynomial) and isinstance(small, Polynomial):
        return nonnegative(arithmetic.base, arithmetic.apply("-", (large, small)))
    if isinstance(large, Polynomial):
        # a*sqrt(p) <= b for a number b >= 0
        if large.degree > 0 or not large.terms:
            return None
        large = Roots(large.terms[0][1], (arithmetic.polynomial({(): arithmetic.rational(Fraction(1))}),))
    zero = arithmetic.rational(Fraction(0))
    if arithmetic.base.compare("<=", zero, large.factor) is not True:
        return None
    if isinstance(small, Polynomial) and len(large.radicands) == 2:
        return _bilinear(arithmetic, small, large, groups)
    if len(large.radicands) != 1 or (isinstance(small, Roots) and len(small.radicands) != 1):
        return None
    # the square of the left side is at most that of the right one
    squares = [arithmetic.apply("^", (side, arithmetic.rational(Fraction(2)))) for side in (small, large)]
    return nonnegative(arithmetic.base, arithmetic.apply("-", (squares[1], squares[0])))


def nonnegative(base: Arithmetic, polynomial: Polynomial) -> Truth:
    """Whether a polynomial of degree at most 2 is nowhere negative: the matrix of its homogeneous form is
    positive semidefinite."""
    if polynomial.degree > 2:
        return None
    variables = sorted({number for monomial, _ in polynomial.terms for number in monomial})
    places = {number: place for place, number in enumerate(variables)}
    size, zero = len(variables) + 1, base.rational(Fraction(0))
    half = base.rational(Fraction(1, 2))
    rows = [[zero] * size for _ in range(size)]
    for monomial, value in polynomial.terms:
        i, j = ([places[number] for number in monomial] + [size - 1, size - 1])[:2]
        if i == j:
            rows[i][i] = value
        else:
            rows[i][j] = rows[j][i] = base.apply("*", (half, value))
    return True if semidefinite(base, rows) is True else None


def _bilinear(arithmetic: Polynomials, small: Polynomial, large: Roots, groups: Sequence[Monomial]) -> Truth:
    """Whether r^T*M*s <= c*||r||*||s|| for all r and s: c^2*I - M^T*M is positive semidefinite."""
    one, zero = arithmetic.rational(Fraction(1)), arithmetic.rational(Fraction(0))
    squares = [arithmetic.polynomial({(k, k): one for k in group}) for group in groups]
    if len(groups) != 2 or large.radicands not in (tuple(squares), tuple(squares[::-1])):
        return None
    matrix = [[zero] * len(groups[1]) for _ in groups[0]]
    for monomial, value in small.terms:
        if len(monomial) != 2 or monomial[0] not in groups[0] or monomial[1] not in groups[1]:
            return None
        matrix[groups[0].index(monomial[0])][groups[1].index(monomial[1])] = value
    base = arithmetic.base
    bound = base.apply("*", (large.factor, large.factor))
    rows = []
    for i in range(len(groups[1])):
        row = []
        for j in range(len(groups[1])):
            entry = bound if i == j else zero
            for line in matrix:
                entry = base.apply("-", (entry, base.apply("*", (line[i], line[j]))))
            row.append(entry)
        rows.append(row)
    return True if semidefinite(base, rows) is True else None
