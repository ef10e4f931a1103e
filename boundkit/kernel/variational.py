"""Suprema over all laws on a finite type, in closed form: of what is affine in the law, less a multiple of
its divergence from a fixed one.

sup over Q of E_Q[g] - t*KL(Q, P) = t*ln(E_P[exp(g/t)]) for t > 0, attained at the law with weights in
proportion to P(h)*exp(g(h)/t) (Donsker and Varadhan 1975; Boucheron, Lugosi and Massart 2013, corollary
4.15); without the divergence it is the largest value of g. So `for all Q` of an inequality between such terms
is decided too, one way or the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from boundkit.ir.sorts import Abstract, Distribution
from boundkit.ir.terms import Apply, Bind, Name, Term, substitute
from boundkit.kernel import extended, laws
from boundkit.kernel.grids import total
from boundkit.kernel.values import Extent, Grid, Truth

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

MOST_ELEMENTS = 64
DEEPEST = 32


class _NotAffine(Exception):
    """A term that is not of the shape that has a closed form."""


@dataclass(frozen=True)
class _Affine:
    """constant + E_Q[gains] + price*KL(Q, prior): a gain and the mass of the prior for each element of the
    type; no gains stand for zeros, and no prior for no divergence."""

    constant: Any
    gains: tuple[Any, ...] = ()
    price: Any = None
    prior: tuple[Any, ...] = ()


def extremum(evaluator: Evaluator, term: Bind, scope: Scope) -> Any:
    """The supremum or infimum over all laws; None where no closed form is known."""
    try:
        sign = 1 if term.head in ("sup", "max") else -1
        found = _Reader(evaluator, term.variable).affine(term.body, scope)
        best = _largest(evaluator, _scaled(evaluator, found, _rational(evaluator, sign)))
        whole = evaluator.arithmetic.apply("*", (_rational(evaluator, sign), best))
        return evaluator.arithmetic.apply("+", (found.constant, whole))
    except _NotAffine:
        return None


def holds_for_all(evaluator: Evaluator, term: Bind, scope: Scope) -> Truth:
    """Whether an inequality holds for all laws Q on a type; None where no closed form says. The supremum is
    attained, so a strict inequality holds for all where it holds for the supremum, and only there."""
    body = term.body
    if not (isinstance(body, Apply) and body.head in ("<=", "<") and len(body.args) == 2):
        return None
    try:
        reader = _Reader(evaluator, term.variable)
        left, right = (reader.affine(side, scope) for side in body.args)
        if body.head == "<" and None not in (left.price, right.price):
            return None  # both sides may be infinite, and then neither is less
        gap = _sum(evaluator, [left, _scaled(evaluator, right, _rational(evaluator, -1))], apart=True)
        best = _largest(evaluator, gap)
    except _NotAffine:
        return None
    arithmetic: Any = evaluator.arithmetic
    room = arithmetic.apply("neg", (gap.constant,))
    if arithmetic.exact and not evaluator.nested[0]:
        arithmetic.outermost(body.head, best, room)
    return arithmetic.compare(body.head, best, room)


class _Reader:
    """Reads terms in a variable that ranges over the laws on a finite type."""

    def __init__(self, evaluator: Evaluator, variable: Name) -> None:
        sort = variable.sort
        element = sort.element if isinstance(sort, Distribution) else None
        extent = evaluator.names.get(element.name) if isinstance(element, Abstract) else None
        if not isinstance(extent, Extent) or not 1 <= len(extent.parts) <= MOST_ELEMENTS:
            raise _NotAffine
        self.evaluator = evaluator
        self.law = variable.text
        self.elements = extent.parts

    def affine(self, term: Term, scope: Scope, depth: int = 0) -> _Affine:
        """The term as an affine one; raises _NotAffine, and what its evaluation raises."""
        evaluator, arithmetic = self.evaluator, self.evaluator.arithmetic
        if depth > DEEPEST:
            raise _NotAffine
        if self.law not in term.free:
            return _Affine(self._number(term, scope))
        if isinstance(term, Bind):
            return self._bound(term, scope, depth)
        if not isinstance(term, Apply):
            raise _NotAffine
        each = [arg for arg in term.args if self.law in arg.free]
        match term.head:
            case "+" | "-":
                parts = [self.affine(arg, scope, depth + 1) for arg in term.args]
                if term.head == "-":
                    parts[1:] = [_scaled(evaluator, part, _rational(evaluator, -1)) for part in parts[1:]]
                return _sum(evaluator, parts)
            case "neg":
                inner = self.affine(term.args[0], scope, depth + 1)
                return _scaled(evaluator, inner, _rational(evaluator, -1))
            case "*" if len(each) == 1:
                factor = _rational(evaluator, 1)
                for arg in term.args:
                    if arg is not each[0]:
                        factor = arithmetic.apply("*", (factor, self._number(arg, scope)))
                return _scaled(evaluator, self.affine(each[0], scope, depth + 1), factor)
            case "/" if self.law not in term.args[1].free:
                divisor = self._number(term.args[1], scope)
                inverse = arithmetic.apply("/", (_rational(evaluator, 1), divisor))
                return _scaled(evaluator, self.affine(term.args[0], scope, depth + 1), inverse)
            case "KL" if self._is_law(term.args[0]) and self.law not in term.args[1].free:
                one, zero = _rational(evaluator, 1), _rational(evaluator, 0)
                return _Affine(zero, (), one, self._masses(laws.law_of(evaluator, term.args[1], scope)))
            case "call":
                return self.affine(self._unfolded(term), scope, depth + 1)
        raise _NotAffine

    def _bound(self, term: Bind, scope: Scope, depth: int) -> _Affine:
        """A mean over the law, or a sum of affine terms."""
        evaluator, name = self.evaluator, term.variable.text
        if term.head == "expectation" and self._is_law(term.domain) and self.law not in term.body.free:
            gains = (self._number(term.body, {**scope, name: element}) for element in self.elements)
            return _Affine(_rational(evaluator, 0), tuple(gains))
        if term.head == "sum" and self.law not in term.domain.free:
            listed = evaluator.elements(term.domain, scope)
            if listed is not None:
                inner = [self.affine(term.body, {**scope, name: one}, depth + 1) for one in listed]
                return _sum(evaluator, inner)
        raise _NotAffine

    def _number(self, term: Term, scope: Scope) -> Any:
        value = self.evaluator.value(term, scope)
        if isinstance(value, Grid) or extended.is_extended(value):
            raise _NotAffine
        return value

    def _is_law(self, term: Term) -> bool:
        return isinstance(term, Name) and term.text == self.law

    def _masses(self, law: laws.FiniteLaw) -> tuple[Any, ...]:
        """The probability of each element."""
        found: list[list[Any]] = [[] for _ in self.elements]
        places = {element: place for place, element in enumerate(self.elements)}
        for outcome, weight in zip(law.outcomes, law.weights, strict=True):
            if not laws.is_exact(outcome) and outcome not in places:
                raise _NotAffine
            found[places[outcome]].append(weight)
        return tuple(total(self.evaluator.arithmetic, parts) for parts in found)

    def _unfolded(self, term: Apply) -> Term:
        """The body of a defined function that takes the law."""
        function, *args = term.args
        known = self.evaluator.theorem.definition
        definition = known.get(function.text) if isinstance(function, Name) else None
        if definition is None or definition.style != "call" or len(definition.clauses) != 1:
            raise _NotAffine
        clause = definition.clauses[0]
        if clause.guard or clause.patterns != clause.parameters or len(args) != len(clause.parameters):
            raise _NotAffine
        return substitute(clause.body, dict(zip((p.text for p in clause.parameters), args, strict=True)))


def _rational(evaluator: Evaluator, value: int) -> Any:
    return evaluator.arithmetic.rational(Fraction(value))


def _scaled(evaluator: Evaluator, one: _Affine, factor: Any) -> _Affine:
    """The product with a number, which for a divergence is not to be 0: 0*inf is nothing."""
    arithmetic = evaluator.arithmetic
    if one.price is not None:
        other = arithmetic.compare("!=", factor, _rational(evaluator, 0))
        if other is not True and (arithmetic.exact or other is False):
            raise _NotAffine

    def times(value: Any) -> Any:
        return arithmetic.apply("*", (factor, value))

    price = None if one.price is None else times(one.price)
    return _Affine(times(one.constant), tuple(map(times, one.gains)), price, one.prior)


def _sum(evaluator: Evaluator, parts: Sequence[_Affine], apart: bool = False) -> _Affine:
    """The sum; raises _NotAffine for more than one divergence, since inf - inf is nothing, unless they are on
    the two sides of a relation, and then for those from different laws."""
    arithmetic = evaluator.arithmetic
    gains = [part.gains for part in parts if part.gains]
    priced = [part for part in parts if part.price is not None]
    if len(priced) > 1 and not (apart and all(part.prior == priced[0].prior for part in priced)):
        raise _NotAffine
    return _Affine(
        total(arithmetic, (part.constant for part in parts)),
        tuple(total(arithmetic, column) for column in zip(*gains, strict=True)),
        total(arithmetic, (part.price for part in priced)) if priced else None,
        priced[0].prior if priced else (),
    )


def _largest(evaluator: Evaluator, one: _Affine) -> Any:
    """The supremum over all laws, less the constant. Raises _NotAffine unless the divergence is certainly
    subtracted; on lanes, the value is undefined where it is not."""
    arithmetic = evaluator.arithmetic
    zero = _rational(evaluator, 0)
    if one.price is None:
        if not one.gains:
            return zero
        return one.gains[0] if len(one.gains) == 1 else arithmetic.apply("max", one.gains)
    rate = arithmetic.apply("neg", (one.price,))
    positive = arithmetic.compare("<", zero, rate)
    if positive is not True and (arithmetic.exact or positive is False):
        raise _NotAffine
    kept: list[tuple[Any, Any]] = []
    for place, mass in enumerate(one.prior):
        null = arithmetic.compare("=", mass, zero)
        if arithmetic.exact and not isinstance(null, bool):
            raise _NotAffine
        if null is not True:
            kept.append((mass, one.gains[place] if one.gains else zero))
    top = kept[0][1] if len(kept) == 1 else arithmetic.apply("max", [gain for _, gain in kept])
    shares = []
    for mass, gain in kept:
        exponent = arithmetic.apply("/", (arithmetic.apply("-", (gain, top)), rate))
        shares.append(arithmetic.apply("*", (mass, arithmetic.apply("exp", (exponent,)))))
    logarithm = arithmetic.apply("ln", (total(arithmetic, shares),))
    found = arithmetic.apply("+", (top, arithmetic.apply("*", (rate, logarithm))))
    if positive is True:
        return found
    # ln of a rate that is not positive is no number
    guard = arithmetic.apply("*", (zero, arithmetic.apply("ln", (rate,))))
    return arithmetic.apply("+", (found, guard))


__all__ = ["extremum", "holds_for_all"]
