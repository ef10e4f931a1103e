"""The two sides of a slack: its summands, each a number times powers of what are not products themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Number, Term, number
from boundkit.kernel.derivative import power, times


@dataclass(frozen=True)
class Summand:
    """coefficient * product of base^exponent."""

    coefficient: Fraction
    factors: tuple[tuple[Term, Fraction], ...]

    @property
    def term(self) -> Term:
        return times(number(self.coefficient), *(raised(*factor) for factor in self.factors))


def raised(base: Term, exponent: Fraction) -> Term:
    """base^exponent, a square root written as such."""
    if exponent == Fraction(1, 2):
        return Apply("sqrt", (base,), REAL)
    return power(base, number(exponent))


def sides(slack: Term) -> tuple[list[Summand], list[Summand], bool]:
    """The summands with a positive and, negated, with a negative coefficient; and whether some cancelled."""
    total: dict[tuple[tuple[Term, Fraction], ...], Fraction] = {}
    count = 0
    for summand in _summands(slack, Fraction(1)):
        count += 1
        key = summand.factors
        total[key] = total.get(key, Fraction(0)) + summand.coefficient
    above = [Summand(value, key) for key, value in total.items() if value > 0]
    below = [Summand(-value, key) for key, value in total.items() if value < 0]
    return above, below, len(above) + len(below) < count


def _summands(term: Term, sign: Fraction) -> Iterator[Summand]:
    if isinstance(term, Apply) and term.head in ("+", "-", "neg"):
        for place, arg in enumerate(term.args):
            turned = term.head == "neg" or (term.head == "-" and place == 1)
            yield from _summands(arg, -sign if turned else sign)
        return
    coefficient, factors = sign, dict[Term, Fraction]()
    for base, exponent in _factors(term, Fraction(1)):
        if isinstance(base, Number) and exponent.denominator == 1 and (base.value or exponent > 0):
            coefficient *= base.value ** int(exponent)
        else:
            factors[base] = factors.get(base, Fraction(0)) + exponent
    if coefficient:
        kept = ((base, exponent) for base, exponent in factors.items() if exponent)
        yield Summand(coefficient, tuple(sorted(kept, key=lambda pair: str(pair[0]))))


def _factors(term: Term, exponent: Fraction) -> Iterator[tuple[Term, Fraction]]:
    if isinstance(term, Apply) and exponent.denominator == 1:
        head, args = term.head, term.args
        if head == "*":
            for arg in args:
                yield from _factors(arg, exponent)
            return
        if head == "neg":
            yield number(-1), exponent
            yield from _factors(args[0], exponent)
            return
        if head == "/":
            yield from _factors(args[0], exponent)
            yield from _factors(args[1], -exponent)
            return
        if head == "sqrt":
            yield args[0], exponent / 2
            return
        if head == "^" and isinstance(args[1], Number):
            if args[1].value.denominator == 1 and args[1].value > 0:
                yield from _factors(args[0], exponent * args[1].value)
            else:
                yield args[0], exponent * args[1].value
            return
    yield term, exponent
