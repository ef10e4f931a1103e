"""Exact differentiation of scalar terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Number, Term, number

MOST_FACTORS = 500


class NotDifferentiable(Exception):
    """No rule differentiates this term in this name."""


def derivative(term: Term, name: str) -> Term:
    """The partial derivative of a scalar term in the real variable `name`.

    At every point where `term` is defined for all values of `name` in some open interval around the
    point's, and the result is defined, `term` is differentiable in `name` and the result is its
    derivative. The result may be undefined where `term` is defined (sqrt(x^2) at 0).
    It may also be defined, and means nothing, where `term` is not (ln(x) at -1): hence 0*u, 1*u and u+0
    are written 0, u and u, which is sound because definedness is always that of `term`.

    Heads: + - * / ^ neg sqrt exp ln log2 xlnx sin cos tan arctan arcsin arccos sinh cosh tanh erf Phi
    LambertW LambertWm1 Gamma lnGamma, polygamma in its second argument, and `sum` over a range in which
    `name` does not occur. A term without `name` has derivative 0.
    Raises NotDifferentiable for every other head above an occurrence of `name`, for `name` of another sort
    than Real, and for terms too deep to recurse into."""
    try:
        return _Differentiation(name).of(term)
    except RecursionError:
        raise NotDifferentiable("the term is too deep") from None


class _Differentiation:
    """The derivatives in one name, each subterm's computed once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.known: dict[int, Term] = {}

    def of(self, term: Term) -> Term:
        # By identity: the root keeps all subterms alive.
        found = self.known.get(id(term))
        if found is None:
            found = self.known[id(term)] = self._of(term)
        return found

    def _of(self, term: Term) -> Term:
        if self.name not in term.free:
            return ZERO
        if isinstance(term, Name) and term.text == self.name:
            if term.sort != REAL:
                raise NotDifferentiable(f"{self.name} is not of sort Real")
            return ONE
        if isinstance(term, Bind):
            if term.head == "sum" and self.name not in term.domain.free and _is_range(term.domain):
                return Bind("sum", term.variable, term.domain, self.of(term.body), REAL)
            raise NotDifferentiable(f"{term.head} over what depends on {self.name}, or no finite sum")
        if isinstance(term, Apply):
            args = term.args
            if term.head == "+":
                return plus(*(self.of(arg) for arg in args))
            if term.head == "*":
                return self.product(args)
            if term.head == "neg" and len(args) == 1:
                return negative(self.of(args[0]))
            if term.head == "-" and len(args) == 2:
                return minus(self.of(args[0]), self.of(args[1]))
            if term.head == "/" and len(args) == 2:
                return self.quotient(args[0], args[1])
            if term.head == "^" and len(args) == 2:
                return self.power(term, args[0], args[1])
            if term.head in _SLOPES and len(args) == 1:
                return times(_SLOPES[term.head](args[0]), self.of(args[0]))
            if term.head == "polygamma" and len(args) == 2 and is_order(args[0]):
                order = int(args[0].value) + 1  # type: ignore[attr-defined]
                return times(polygamma(order, args[1]), self.of(args[1]))
            raise NotDifferentiable(term.head)
        raise NotDifferentiable(f"{self.name} occurs in a sort")

    def product(self, factors: Sequence[Term]) -> Term:
        if len(factors) > MOST_FACTORS:
            raise NotDifferentiable("a product of too many factors")
        return plus(
            *(
                times(*factors[:place], self.of(factor), *factors[place + 1 :])
                for place, factor in enumerate(factors)
            )
        )

    def quotient(self, top: Term, bottom: Term) -> Term:
        first = over(self.of(top), bottom)
        if self.name not in bottom.free:
            return first
        return minus(first, over(times(top, self.of(bottom)), power(bottom, number(2))))

    def power(self, term: Term, base: Term, exponent: Term) -> Term:
        if self.name not in exponent.free:
            return times(exponent, power(base, _predecessor(exponent)), self.of(base))
        # f^g = exp(g*ln(f)); ln(f) in the result confines it to f > 0.
        inner = plus(
            times(self.of(exponent), _real("ln", base)),
            times(exponent, over(self.of(base), base)),
        )
        if self.name not in base.free:
            inner = times(self.of(exponent), _real("ln", base))
        return times(term, inner)


def _is_range(domain: Term) -> bool:
    return isinstance(domain, Apply) and domain.head == "range"


def _predecessor(exponent: Term) -> Term:
    if isinstance(exponent, Number):
        return Number(exponent.value - 1)
    return Apply("-", (exponent, ONE), INT if exponent.sort in (NAT, INT) else REAL)


def _real(head: str, *args: Term) -> Term:
    return Apply(head, args, REAL)


def plus(*parts: Term) -> Term:
    """The sum without the parts that are the number 0, the numbers added up."""
    constant = sum((part.value for part in parts if isinstance(part, Number)), Fraction(0))
    rest = [part for part in parts if not isinstance(part, Number)]
    if constant:
        rest.insert(0, Number(constant))
    if not rest:
        return ZERO
    return rest[0] if len(rest) == 1 else _real("+", *rest)


def times(*factors: Term) -> Term:
    """The product without the factors that are the number 1, the numbers multiplied; 0 if one is 0."""
    constant = Fraction(1)
    rest: list[Term] = []
    for factor in factors:
        inner = factor.args if isinstance(factor, Apply) and factor.head == "*" else (factor,)
        for part in inner:
            if isinstance(part, Number):
                constant *= part.value
            else:
                rest.append(part)
    if not constant:
        return ZERO
    if constant != 1:
        rest.insert(0, Number(constant))
    if not rest:
        return ONE
    return rest[0] if len(rest) == 1 else _real("*", *rest)


def negative(term: Term) -> Term:
    """-u, with the sign of a number taken in."""
    return times(number(-1), term)


def minus(left: Term, right: Term) -> Term:
    """u - v without a 0 on either side."""
    if right == ZERO:
        return left
    return negative(right) if left == ZERO else _real("-", left, right)


def over(top: Term, bottom: Term) -> Term:
    """u/v without a 0 above or a 1 below."""
    if top == ZERO:
        return ZERO
    return top if bottom == ONE else _real("/", top, bottom)


def power(base: Term, exponent: Term) -> Term:
    """u^v; u^0 = 1 and u^1 = u for integers, and (u^m)^n = u^(m*n) for positive integers."""
    if exponent == ZERO:
        return ONE
    if exponent == ONE:
        return base
    if isinstance(base, Apply) and base.head == "^" and _is_positive(exponent) and _is_positive(base.args[1]):
        return _real("^", base.args[0], times(base.args[1], exponent))
    return _real("^", base, exponent)


def _is_positive(exponent: Term) -> bool:
    return isinstance(exponent, Number) and exponent.value.denominator == 1 and exponent.value > 0


def _square(term: Term) -> Term:
    return power(term, number(2))


def _of_lambert(w: Term) -> Term:
    """The slope of either branch, whose value is w: 1/(exp(w)*(1 + w)); Corless et al. (1996), (3.2)."""
    return over(_real("exp", negative(w)), plus(ONE, w))


def polygamma(order: int, term: Term) -> Term:
    """The derivative number order + 1 of lnGamma at a term."""
    return _real("polygamma", number(order), term)


def is_order(term: Term) -> bool:
    """Whether a term is the number of a derivative."""
    return isinstance(term, Number) and term.value.denominator == 1 and term.value >= 0


# The square root of pi, for which the language has no constant: pi is 4*arctan(1).
_ROOT_OF_PI = _real("sqrt", times(number(4), _real("arctan", ONE)))

_SLOPES: dict[str, Callable[[Term], Term]] = {
    "sqrt": lambda u: over(ONE, times(number(2), _real("sqrt", u))),
    "exp": lambda u: _real("exp", u),
    "ln": lambda u: over(ONE, u),
    "log2": lambda u: over(ONE, times(u, _real("ln", number(2)))),
    "xlnx": lambda u: plus(_real("ln", u), ONE),
    "sin": lambda u: _real("cos", u),
    "cos": lambda u: negative(_real("sin", u)),
    "tan": lambda u: over(ONE, _square(_real("cos", u))),
    "arctan": lambda u: over(ONE, plus(ONE, _square(u))),
    "arcsin": lambda u: over(ONE, _real("sqrt", minus(ONE, _square(u)))),
    "arccos": lambda u: over(number(-1), _real("sqrt", minus(ONE, _square(u)))),
    "LambertW": lambda u: _of_lambert(_real("LambertW", u)),
    "LambertWm1": lambda u: _of_lambert(_real("LambertWm1", u)),
    "sinh": lambda u: _real("cosh", u),
    "cosh": lambda u: _real("sinh", u),
    "tanh": lambda u: over(ONE, _square(_real("cosh", u))),
    "erf": lambda u: times(over(number(2), _ROOT_OF_PI), _real("exp", negative(_square(u)))),
    "Gamma": lambda u: times(_real("Gamma", u), polygamma(0, u)),
    "lnGamma": lambda u: polygamma(0, u),
    "Phi": lambda u: over(
        _real("exp", times(number(Fraction(-1, 2)), _square(u))),
        times(_real("sqrt", number(2)), _ROOT_OF_PI),
    ),
}
