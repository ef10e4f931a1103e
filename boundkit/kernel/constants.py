"""Exact values of constant terms: sums of rationals times products of exp(q), p^v, ln(p)^n, pi^v and powers
of Euler's constant.

A `Constant` maps each monomial to its rational factor. Two equal maps are equal numbers; that is all that
is relied on, so a number that has several maps costs an answer and never gives a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import comb, factorial

from flint import fmpz

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import INT, NAT
from boundkit.ir.terms import Apply, Bind, Name, Number, Term

LARGEST_BITS = 2**15
LARGEST_COUNT = 10_000
MOST_STEPS = 200_000
MOST_MONOMIALS = 64
_SMALL_PRIMES = [p for p in range(2, 1000) if all(p % q for q in range(2, int(p**0.5) + 1))]

Powers = tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Monomial:
    """exp(exponent) * product of base^power * product of ln(base)^power * (circle constant)^pi * (Euler's
    constant)^euler.

    roots: powers strictly between 0 and 1; logarithms: integer powers, possibly negative. Bases are
    integers >= 2, or that of a logarithm is CIRCLE, for the circle constant; so every factor is a positive
    real number."""

    exponent: Fraction = Fraction(0)
    roots: Powers = ()
    logarithms: Powers = ()
    pi: Fraction = Fraction(0)
    euler: Fraction = Fraction(0)


UNIT = Monomial()
CIRCLE = 0
Constant = dict[Monomial, Fraction]


class NotExact(Exception):
    """The value is undefined, or leaves the numbers that a Constant can write, or is too large."""


def constant(term: Term, values: Mapping[str, Fraction]) -> Constant | None:
    """The value of a scalar term at rational values, as a map without zero factors; None when it is
    undefined, too large, or not of that form."""
    try:
        return _Evaluation(values).constant(term)
    except (NotExact, RecursionError):
        return None


def exact(term: Term, values: Mapping[str, Fraction]) -> Fraction | None:
    """The value of a scalar term at rational values when it is a rational that is found exactly (also
    sqrt of squares, exp(0), ln(1), exp(ln(3)), ...); None when it is undefined, irrational or too large."""
    value = constant(term, values)
    return None if value is None else rational_part(value)


def rational_part(value: Constant) -> Fraction | None:
    """The number as a Fraction if it is written as one."""
    if not value:
        return Fraction(0)
    return value[UNIT] if len(value) == 1 and UNIT in value else None


def difference(left: Constant, right: Constant) -> Constant:
    """left - right."""
    return add(left, _scale(right, Fraction(-1)))


def apply(head: str, value: Constant) -> Constant:
    """A function of one argument at a constant. Raises NotExact."""
    if head not in _FUNCTIONS or SYMBOLS[head].arity != 1:
        raise NotExact
    return _FUNCTIONS[head](value)


def raised(base: Constant, exponent: Fraction) -> Constant:
    """A constant to a rational power. Raises NotExact."""
    return _power(base, rational(exponent), False)


class _Evaluation:
    """One evaluation at given values, of at most MOST_STEPS steps in all its scopes together."""

    def __init__(self, values: Mapping[str, Fraction], spent: list[int] | None = None) -> None:
        self.values = values
        self.spent = [0] if spent is None else spent
        # By identity: the root keeps all subterms alive, and derivatives share them a great deal.
        self.known: dict[int, Constant] = {}

    def truth(self, proposition: Term) -> bool:
        if isinstance(proposition, Apply):
            head, args = proposition.head, proposition.args
            if head in ("<=", "<", "=", "!=") and len(args) == 2:
                gap = rational_part(difference(self.constant(args[1]), self.constant(args[0])))
                if gap is None:
                    raise NotExact
                return {"<=": gap >= 0, "<": gap > 0, "=": gap == 0, "!=": gap != 0}[head]
            if head == "not" and len(args) == 1:
                return not self.truth(args[0])
            if head in ("and", "true"):
                return all(self.truth(arg) for arg in args)
            if head in ("or", "false"):
                return any(self.truth(arg) for arg in args)
        raise NotExact

    def constant(self, term: Term) -> Constant:
        found = self.known.get(id(term))
        if found is None:
            self.spent[0] += 1
            if self.spent[0] > MOST_STEPS:
                raise NotExact
            found = self.known[id(term)] = self._constant(term)
        return found

    def _constant(self, term: Term) -> Constant:
        if isinstance(term, Number):
            return rational(term.value)
        if isinstance(term, Name):
            if term.text not in self.values:
                raise NotExact
            return rational(self.values[term.text])
        if isinstance(term, Bind):
            return self._folded(term)
        if not isinstance(term, Apply):
            raise NotExact
        if term.head == "if" and len(term.args) == 3:
            return self.constant(term.args[1] if self.truth(term.args[0]) else term.args[2])
        symbol = SYMBOLS.get(term.head)
        if symbol is None or symbol.arity not in (None, len(term.args)):
            raise NotExact
        arguments = [self.constant(arg) for arg in term.args]
        if term.head == "^":
            return _power(arguments[0], arguments[1], term.args[1].sort in (NAT, INT))
        if term.head in _FUNCTIONS:
            return _FUNCTIONS[term.head](*arguments)
        return _fold(term.head, arguments)

    def _folded(self, term: Bind) -> Constant:
        domain = term.domain
        if term.head not in ("sum", "prod", "min", "max") or not isinstance(domain, Apply):
            raise NotExact
        if domain.head != "range" or len(domain.args) != 2:
            raise NotExact
        first, last = (_as_rational(self.constant(end)) for end in domain.args)
        if first.denominator != 1 or last.denominator != 1 or last - first >= LARGEST_COUNT:
            raise NotExact
        elements = []
        for index in range(int(first), int(last) + 1):
            inner = {**self.values, term.variable.text: Fraction(index)}
            elements.append(_Evaluation(inner, self.spent).constant(term.body))
        return _fold({"sum": "+", "prod": "*"}.get(term.head, term.head), elements)


def _fold(head: str, arguments: Sequence[Constant]) -> Constant:
    if head == "+":
        return _sum(arguments)
    if head == "*":
        return _product(arguments)
    if head in _RATIONAL_FUNCTIONS and arguments:
        return rational(_RATIONAL_FUNCTIONS[head]([_as_rational(value) for value in arguments]))
    raise NotExact


def rational(value: Fraction) -> Constant:
    """A rational number. Raises NotExact."""
    if value.numerator.bit_length() + value.denominator.bit_length() > LARGEST_BITS:
        raise NotExact
    return {UNIT: value} if value else {}


def _as_rational(value: Constant) -> Fraction:
    found = rational_part(value)
    if found is None:
        raise NotExact
    return found


def _as_natural(value: Constant, limit: int) -> int:
    found = _as_rational(value)
    if found.denominator != 1 or not 0 <= found <= limit:
        raise NotExact
    return int(found)


def _collect(pairs: Sequence[tuple[Monomial, Fraction]]) -> Constant:
    result: Constant = {}
    for monomial, factor in pairs:
        result[monomial] = result.get(monomial, Fraction(0)) + factor
    result = {monomial: factor for monomial, factor in result.items() if factor}
    if len(result) > MOST_MONOMIALS:
        raise NotExact
    for factor in result.values():
        rational(factor)
    return result


def add(left: Constant, right: Constant) -> Constant:
    """left + right. Raises NotExact."""
    return _collect([*left.items(), *right.items()])


def _sum(parts: Sequence[Constant]) -> Constant:
    total: Constant = {}
    for part in parts:
        total = add(total, part)
    return total


def _scale(value: Constant, factor: Fraction) -> Constant:
    return _collect([(monomial, factor * own) for monomial, own in value.items()])


def multiply(left: Constant, right: Constant) -> Constant:
    """left * right. Raises NotExact."""
    if len(left) * len(right) > MOST_MONOMIALS**2:
        raise NotExact
    return _collect(
        [
            _monomial(
                first.exponent + second.exponent,
                [*first.roots, *second.roots],
                [*first.logarithms, *second.logarithms],
                a * b,
                first.pi + second.pi,
                first.euler + second.euler,
            )
            for first, a in left.items()
            for second, b in right.items()
        ]
    )


def _product(parts: Sequence[Constant]) -> Constant:
    total = rational(Fraction(1))
    for part in parts:
        total = multiply(total, part)
    return total


def _monomial(
    exponent: Fraction,
    roots: Sequence[tuple[int, Fraction]],
    logarithms: Sequence[tuple[int, Fraction]],
    factor: Fraction,
    pi: Fraction = Fraction(0),
    euler: Fraction = Fraction(0),
) -> tuple[Monomial, Fraction]:
    """The monomial in normal form, whole powers of the bases moved into the factor."""
    kept = []
    for base, power in _merged(roots):
        whole = power.numerator // power.denominator
        factor *= _rational_power(Fraction(base), whole)
        if power != whole:
            kept.append((base, power - whole))
    return Monomial(exponent, tuple(kept), tuple(_merged(logarithms)), pi, euler), factor


def _merged(powers: Sequence[tuple[int, Fraction]]) -> list[tuple[int, Fraction]]:
    total: dict[int, Fraction] = {}
    for base, power in powers:
        total[base] = total.get(base, Fraction(0)) + power
    return sorted((base, power) for base, power in total.items() if power)


def _rational_power(base: Fraction, exponent: int) -> Fraction:
    bits = base.numerator.bit_length() + base.denominator.bit_length()
    if abs(base) != 1 and bits * abs(exponent) > LARGEST_BITS:
        raise NotExact
    if abs(base) == 1:
        return base if exponent % 2 else Fraction(1)
    return base**exponent


def _single(value: Constant) -> tuple[Monomial, Fraction]:
    if len(value) != 1:
        raise NotExact
    return next(iter(value.items()))


def _reciprocal(value: Constant) -> Constant:
    if len(value) == 2:
        # 1/(a + b) = (a - b)/(a^2 - b^2), if the last is one monomial.
        (first, a), (second, b) = value.items()
        other = {first: a, second: -b}
        product = multiply(value, other)
        _single(product)
        return multiply(other, _reciprocal(product))
    monomial, factor = _single(value)
    return _collect(
        [
            _monomial(
                -monomial.exponent,
                [(base, -power) for base, power in monomial.roots],
                [(base, -power) for base, power in monomial.logarithms],
                1 / factor,
                -monomial.pi,
                -monomial.euler,
            )
        ]
    )


def _power(base: Constant, exponent: Constant, integral: bool) -> Constant:
    power = _as_rational(exponent)
    if not base:
        if power > 0:
            return {}
        if power == 0 and integral:
            return rational(Fraction(1))
        raise NotExact
    if power == 0 and not integral:
        # Several monomials may still cancel, and 0^0 is undefined here.
        _single(base)
    if power.denominator == 1:
        return _whole_power(base, int(power))
    return _real_power(base, power)


def _whole_power(base: Constant, power: int) -> Constant:
    if power < 0:
        return _whole_power(_reciprocal(base), -power)
    if len(base) == 1:
        monomial, factor = _single(base)
        return _collect(
            [
                _monomial(
                    monomial.exponent * power,
                    [(own, exponent * power) for own, exponent in monomial.roots],
                    [(own, exponent * power) for own, exponent in monomial.logarithms],
                    _rational_power(factor, power),
                    monomial.pi * power,
                    monomial.euler * power,
                )
            ]
        )
    if power > MOST_MONOMIALS:
        raise NotExact
    return _product([base] * power)


def _real_power(base: Constant, power: Fraction) -> Constant:
    """base^power for a base that is certainly positive: one monomial without logarithms."""
    monomial, factor = _single(base)
    if factor < 0 or monomial.logarithms or power.denominator > 1000:
        raise NotExact
    rest = _root(factor, power.denominator)
    if rest is not None:
        roots, outside = [], _rational_power(rest, power.numerator)
    else:
        roots, outside = [(own, exponent * power) for own, exponent in _factorisation(factor)], Fraction(1)
    roots.extend((own, exponent * power) for own, exponent in monomial.roots)
    circle, euler = monomial.pi * power, monomial.euler * power
    return _collect([_monomial(monomial.exponent * power, roots, [], outside, circle, euler)])


def _root(value: Fraction, degree: int) -> Fraction | None:
    """The exact degree-th root of a positive rational, if it is rational."""
    top, bottom = (int(fmpz(part).root(degree)) for part in (value.numerator, value.denominator))
    return Fraction(top, bottom) if Fraction(top, bottom) ** degree == value else None


def _factorisation(value: Fraction) -> list[tuple[int, Fraction]]:
    """Bases and whole exponents of a positive rational; what small primes leave over is one base."""
    found: list[tuple[int, Fraction]] = []
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime in _SMALL_PRIMES:
            if prime > part:
                break
            count = 0
            while part % prime == 0:
                part, count = part // prime, count + 1
            if count:
                found.append((prime, Fraction(sign * count)))
        if part > 1:
            found.append((part, Fraction(sign)))
    return found


def _exponential(value: Constant) -> Constant:
    exponent, circle, roots = Fraction(0), Fraction(0), []
    for monomial, factor in value.items():
        if monomial == UNIT:
            exponent = factor
        elif monomial == Monomial(logarithms=monomial.logarithms) and len(monomial.logarithms) == 1:
            ((base, power),) = monomial.logarithms
            if power != 1:
                raise NotExact
            if base == CIRCLE:
                circle = factor
            else:
                roots.append((base, factor))
        else:
            raise NotExact
    return _collect([_monomial(exponent, roots, [], Fraction(1), circle)])


def _logarithm(value: Constant) -> Constant:
    monomial, factor = _single(value)
    if factor <= 0 or monomial.logarithms or monomial.euler:
        raise NotExact
    parts = [*_factorisation(factor), *monomial.roots]
    if monomial.pi:
        parts.append((CIRCLE, monomial.pi))
    return _collect(
        [
            (UNIT, monomial.exponent),
            *((Monomial(logarithms=((base, Fraction(1)),)), power) for base, power in parts),
        ]
    )


def _binary_logarithm(value: Constant) -> Constant:
    return multiply(_logarithm(value), {Monomial(logarithms=((2, Fraction(-1)),)): Fraction(1)})


def _square_root(value: Constant) -> Constant:
    return _real_power(value, Fraction(1, 2)) if value else {}


def divide(left: Constant, right: Constant) -> Constant:
    """left / right. Raises NotExact."""
    return multiply(left, _reciprocal(right))


def _hyperbolic_sine(value: Constant) -> Constant:
    return _scale(difference(_exponential(value), _exponential(_scale(value, Fraction(-1)))), Fraction(1, 2))


def _hyperbolic_cosine(value: Constant) -> Constant:
    return _scale(add(_exponential(value), _exponential(_scale(value, Fraction(-1)))), Fraction(1, 2))


def _at_zero(result: Fraction) -> Callable[[Constant], Constant]:
    """A function of which only the value at 0 is written exactly."""

    def value(argument: Constant) -> Constant:
        if argument:
            raise NotExact
        return rational(result)

    return value


def _turns(angle: Constant) -> int:
    """The angle as a whole number of twelfths of the circle constant."""
    if not angle:
        return 0
    monomial, factor = _single(angle)
    if monomial != Monomial(pi=Fraction(1)):
        raise NotExact
    return _as_natural(rational(12 * abs(factor)), 10**9) * (1 if factor > 0 else -1)


def _angle(turns: int) -> Constant:
    return {Monomial(pi=Fraction(1)): Fraction(turns, 12)} if turns else {}


def _sine_at(turns: int) -> Constant:
    turns %= 24
    if turns >= 12:
        return _scale(_sine_at(turns - 12), Fraction(-1))
    quarter, half = Fraction(1, 4), Fraction(1, 2)
    two, three, six = (Monomial(roots=roots) for roots in (_ROOT_2, _ROOT_3, _ROOT_2 + _ROOT_3))
    values: tuple[Constant, ...] = (
        {},
        {six: quarter, two: -quarter},
        {UNIT: half},
        {two: half},
        {three: half},
        {six: quarter, two: quarter},
        {UNIT: Fraction(1)},
    )
    return values[min(turns, 12 - turns)]


_ROOT_2: Powers = ((2, Fraction(1, 2)),)
_ROOT_3: Powers = ((3, Fraction(1, 2)),)


def _sine(angle: Constant) -> Constant:
    return _sine_at(_turns(angle))


def _cosine(angle: Constant) -> Constant:
    return _sine_at(_turns(angle) + 6)


def _tangent(angle: Constant) -> Constant:
    return divide(_sine(angle), _cosine(angle))


def _arc(function: Callable[[Constant], Constant], first: int, last: int) -> Callable[[Constant], Constant]:
    """The inverse of a function that is one to one from `first` to `last` twelfths of the circle constant."""

    @cache
    def table() -> tuple[tuple[Constant, int], ...]:
        return tuple((function(_angle(turns)), turns) for turns in range(first, last + 1))

    def value(argument: Constant) -> Constant:
        for own, turns in table():
            if own == argument:
                return _angle(turns)
        raise NotExact

    return value


def _lambert(value: Constant) -> Constant:
    """w at w*exp(w), for a rational w of at least -1."""
    if not value:
        return {}
    factor = _factor_of_its_exponential(value)
    if factor < -1:
        raise NotExact
    return rational(factor)


def _lower_lambert(value: Constant) -> Constant:
    """w at w*exp(w), for a rational w of at most -1."""
    factor = _factor_of_its_exponential(value)
    if factor > -1:
        raise NotExact
    return rational(factor)


def _factor_of_its_exponential(value: Constant) -> Fraction:
    """w, of a value that is w*exp(w)."""
    monomial, factor = _single(value)
    if monomial != Monomial(factor):
        raise NotExact
    return factor


def _gamma(value: Constant) -> Constant:
    if _as_rational(value).denominator == 2 and value[UNIT] > 0:
        # Gamma(n + 1/2) = (2n)!/(4^n n!) * sqrt(pi).
        n = _as_natural(rational(value[UNIT] - Fraction(1, 2)), 100)
        share = Fraction(factorial(2 * n), 4**n * factorial(n))
        return {Monomial(pi=Fraction(1, 2)): share}
    whole = _as_natural(value, 500)
    if whole == 0:
        raise NotExact
    return rational(Fraction(factorial(whole - 1)))


def _polygamma(order: Constant, value: Constant) -> Constant:
    """The logarithmic derivative of Gamma, and its derivative, at natural numbers and halves of them (DLMF
    5.4.12-16), by the recurrence (5.5.2, 5.15.5)."""
    place = _as_rational(value)
    first = place - (place.__ceil__() - 1)
    if order not in ({}, {UNIT: Fraction(1)}) or place <= 0 or place > 100 or first.denominator > 2:
        raise NotExact
    whole = first.denominator == 1
    steps = [first + k for k in range(int(place - first))]
    if order:
        square = {Monomial(pi=Fraction(2)): Fraction(1, 6 if whole else 2)}
        return difference(square, rational(sum((1 / own**2 for own in steps), Fraction(0))))
    total = add({_EULER: Fraction(-1)}, rational(sum((1 / own for own in steps), Fraction(0))))
    return total if whole else difference(total, _scale(_logarithm(rational(Fraction(2))), Fraction(2)))


_EULER = Monomial(euler=Fraction(1))


def _binomial(values: Sequence[Fraction]) -> Fraction:
    total, chosen = (_as_natural(rational(value), 1000) for value in values)
    return Fraction(comb(total, chosen))


_FUNCTIONS: dict[str, Callable[..., Constant]] = {
    "-": difference,
    "/": divide,
    "neg": lambda value: _scale(value, Fraction(-1)),
    "sqrt": _square_root,
    "exp": _exponential,
    "ln": _logarithm,
    "log2": _binary_logarithm,
    "xlnx": lambda value: multiply(value, _logarithm(value)) if value else {},
    "sinh": _hyperbolic_sine,
    "cosh": _hyperbolic_cosine,
    "tanh": lambda value: divide(_hyperbolic_sine(value), _hyperbolic_cosine(value)),
    "sin": _sine,
    "cos": _cosine,
    "tan": _tangent,
    "arctan": _arc(_tangent, -5, 5),
    "arcsin": _arc(_sine, -6, 6),
    "arccos": _arc(_cosine, 0, 12),
    "LambertW": _lambert,
    "LambertWm1": _lower_lambert,
    "erf": _at_zero(Fraction(0)),
    "Phi": _at_zero(Fraction(1, 2)),
    "Gamma": _gamma,
    "lnGamma": lambda value: _logarithm(_gamma(value)),
    "polygamma": _polygamma,
    "factorial": lambda value: rational(Fraction(factorial(_as_natural(value, 500)))),
}
_RATIONAL_FUNCTIONS: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "abs": lambda values: abs(values[0]),
    "min": min,
    "max": max,
    "floor": lambda values: Fraction(values[0].__floor__()),
    "ceil": lambda values: Fraction(values[0].__ceil__()),
    "sign": lambda values: Fraction((values[0] > 0) - (values[0] < 0)),
    "binomial": _binomial,
}
