"""A goal written for the search in floating point: false at the same points, with less that cancels.

What both sides have in common is left out: summands, and an increasing function around both. Products of
exponentials are one exponential. Nothing is decided with what comes out."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Number, Term, number, rebuild
from boundkit.kernel.derivative import negative, over, plus, times

INCREASING = frozenset({"exp", "ln", "log2", "sqrt", "arctan", "tanh", "sinh", "arcsin", "erf", "Phi"})
"""Functions that grow strictly wherever they are defined."""
ODD = frozenset({"tanh", "sinh", "arctan", "arcsin", "erf", "^"})
"""Those of them that change the sign with their argument."""
MOST_ROUNDS = 4
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
    for _ in range(MOST_ROUNDS):
        before = left, right
        if proposition.head in _ORDERS:
            left, right = _logarithms(*_peeled(left, right))
        left, right = _without_factor(*_without_common(left, right))
        if before == (left, right):
            break
    return Apply(proposition.head, (left, right), proposition.sort)


def gathered(term: Term) -> Term:
    """The term with one exponential for a product of several, also where one stands before a sum of them."""
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
    place = next((k for k, pair in enumerate(others) if pair[1] > 0 and _sums_exponentials(pair[0])), None)
    if not exponents or (len(exponents) < 2 and place is None):
        return term
    total: Term = ZERO
    for own, sign in exponents:
        total = plus(total, times(number(sign), own))
    found: Term = Apply("exp", (total,), REAL)
    if place is not None:
        found = _distributed(found, others.pop(place)[0])
    for factor, sign in others:
        found = Apply("*" if sign > 0 else "/", (found, factor), REAL)
    return found


def _sums_exponentials(term: Term) -> bool:
    """Whether a term is a sum with an exponential as a factor of a summand."""
    if not isinstance(term, Apply) or term.head not in ("+", "-"):
        return False
    factors = [factor for arg in term.args for factor, _ in _factors(arg, 1)]
    return any(isinstance(own, Apply) and (own.head == "exp" or _sums_exponentials(own)) for own in factors)


def _distributed(exponential: Term, term: Term) -> Term:
    """The exponential times each summand."""
    if isinstance(term, Apply) and term.head in ("+", "-", "neg"):
        return Apply(term.head, tuple(_distributed(exponential, arg) for arg in term.args), REAL)
    return gathered(Apply("*", (term, exponential), REAL))


def _factors(term: Term, sign: int) -> list[tuple[Term, int]]:
    if isinstance(term, Apply) and term.head == "*":
        return [pair for arg in term.args for pair in _factors(arg, sign)]
    if isinstance(term, Apply) and term.head == "/":
        return _factors(term.args[0], sign) + _factors(term.args[1], -sign)
    return [(term, sign)]


def _peeled(left: Term, right: Term) -> tuple[Term, Term]:
    """The arguments of an increasing function that is around both sides; a positive number is an
    exponential."""
    while True:
        (first, inner), (second, other) = _outermost(left), _outermost(right)
        if isinstance(left, Number) and isinstance(right, Number):
            return left, right
        if ZERO in (left, right) and (first or second)[:1] and (first or second)[0] in ODD:
            left, right = (left if left == ZERO else inner), (right if right == ZERO else other)
            continue
        if not first or first != second:
            return left, right
        left, right = inner, other


def _logarithms(left: Term, right: Term) -> tuple[Term, Term]:
    """The logarithms of two products of positive factors, if an exponential is among these."""
    factors = [_factors(side, 1) for side in (left, right)]
    heads = [own.head for side in factors for own, _ in side if isinstance(own, Apply)]
    if "exp" not in heads or not all(_is_positive(own) for side in factors for own, _ in side):
        return left, right
    first, second = (plus(*(times(number(sign), _logarithm(own)) for own, sign in side)) for side in factors)
    return first, second


def _is_positive(term: Term) -> bool:
    """Whether a term is positive where it is defined, or 0 at most at an end of its domain."""
    if isinstance(term, Number):
        return term.value > 0
    if not isinstance(term, Apply):
        return False
    if term.head == "^":
        return isinstance(term.args[1], Number) and term.args[1].value.denominator > 1
    return term.head in ("exp", "sqrt")


def _logarithm(term: Term) -> Term:
    if isinstance(term, Number):
        return ZERO if term.value == 1 else Apply("ln", (term,), REAL)
    assert isinstance(term, Apply)
    if term.head == "exp":
        return term.args[0]
    exponent = number(Fraction(1, 2)) if term.head == "sqrt" else term.args[1]
    return times(exponent, Apply("ln", (term.args[0],), REAL))


def _outermost(term: Term) -> tuple[tuple[object, ...], Term]:
    """An increasing function around a term and its argument; () for none."""
    if isinstance(term, Number) and term.value > 0:
        return ("exp",), ZERO if term.value == 1 else Apply("ln", (term,), REAL)
    if not isinstance(term, Apply):
        return (), term
    if term.head == "neg":
        key, inner = _outermost(term.args[0])
        return (key, negative(inner)) if key and key[0] in ODD else ((), term)
    if term.head == "^":
        power = term.args[1]
        odd = (
            isinstance(power, Number) and power.value > 0 and power.value.denominator == 1 and power.value % 2
        )
        return (("^", power), term.args[0]) if odd else ((), term)
    return ((term.head,), term.args[0]) if term.head in INCREASING else ((), term)


def _without_factor(left: Term, right: Term) -> tuple[Term, Term]:
    """The sides without an exponential that is a factor of all summands of both."""
    first, second = _summands(left), _summands(right)
    shared: set[Apply] | None = None
    for own in (*first, *second):
        if own != ZERO and (first.get(own) or second.get(own)):
            found = {part for part in _numerators(own) if isinstance(part, Apply) and part.head == "exp"}
            shared = found if shared is None else shared & found
    if not shared:
        return left, right
    common = min(shared, key=str)
    return _total(_all_divided(first, common)), _total(_all_divided(second, common))


def _numerators(term: Term) -> list[Term]:
    if isinstance(term, Apply) and term.head == "*":
        return [part for arg in term.args for part in _numerators(arg)]
    if isinstance(term, Apply) and term.head == "/":
        return _numerators(term.args[0])
    return [term]


def _all_divided(summands: dict[Term, Fraction], factor: Term) -> dict[Term, Fraction]:
    found: dict[Term, Fraction] = {}
    for own, share in summands.items():
        if share and own != ZERO:
            divided = _divided(own, factor)
            found[divided] = found.get(divided, Fraction(0)) + share
    return found


def _divided(term: Term, factor: Term) -> Term:
    if term == factor:
        return ONE
    if isinstance(term, Apply) and term.head == "*":
        place = next(
            k for k, arg in enumerate(term.args) if any(own == factor for own, _ in _factors(arg, 1))
        )
        inner = _divided(term.args[place], factor)
        return times(*term.args[:place], inner, *term.args[place + 1 :])
    assert isinstance(term, Apply) and term.head == "/"
    return over(_divided(term.args[0], factor), term.args[1])


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
