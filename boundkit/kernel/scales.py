"""Orders of growth of terms in one name x, by Hardy's calculus (Orders of Infinity, 1910).

For all large x the absolute value of a term lies between positive multiples of two scales, each of which is
exp(c*x^p + ... ) * x^q with rational c and positive rational p. Coefficients that are not rational are
rounded to the safe side. The term must be defined for all large x."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Number, Term, number
from boundkit.kernel import balls
from boundkit.kernel.derivative import negative
from boundkit.kernel.intervals import Interval, Undecided, Undefined
from boundkit.kernel.quotients import Algebra, Quotient, TooLarge

PRECISION = 128
SLOW = Fraction(1, 64)
"""A logarithm of what grows like a power of x is at most this power of x."""

_BOUNDED = frozenset({"erf", "Phi", "tanh", "arctan", "arcsin", "arccos", "sin", "cos"})


@dataclass(frozen=True)
class Scale:
    """exp(sum of c*x^p) * x^power; the pairs (p, c) by falling p, no c being 0."""

    exponent: tuple[tuple[Fraction, Fraction], ...] = ()
    power: Fraction = Fraction(0)

    @property
    def sign(self) -> int:
        """1 if it grows beyond all bounds, -1 if it tends to 0, 0 if it is 1."""
        leading = self.exponent[0][1] if self.exponent else self.power
        return (leading > 0) - (leading < 0)

    def times(self, other: Scale) -> Scale:
        """The product."""
        sums = dict(self.exponent)
        for place, value in other.exponent:
            sums[place] = sums.get(place, Fraction(0)) + value
        return _scale(sums, self.power + other.power)

    def raised(self, exponent: Fraction) -> Scale:
        """A power."""
        return _scale({place: value * exponent for place, value in self.exponent}, self.power * exponent)

    def exceeds(self, other: Scale) -> bool:
        """Whether the quotient by the other one grows beyond all bounds."""
        return self.times(other.raised(Fraction(-1))).sign > 0


def _scale(sums: dict[Fraction, Fraction], power: Fraction) -> Scale:
    return Scale(tuple(sorted(((p, c) for p, c in sums.items() if c), reverse=True)), power)


ONE_SCALE = Scale()


@dataclass(frozen=True)
class Growth:
    """Scales that bound the absolute value from above and from below, None where none is known, and the sign
    for all large x, 0 if it is not known. With a scale below, the term is not 0."""

    upper: Scale | None = None
    lower: Scale | None = None
    sign: int = 0


Limits = Callable[[Term], object]
"""What the values of a term tend to, as `limits.limit` tells; an interval for those that are bounded."""


def growth(term: Term, name: str, limits: Limits) -> Growth:
    """What is known of a term as the name grows."""
    if name not in term.free:
        return _constant(term)
    if isinstance(term, Name):
        own = Scale(power=Fraction(1))
        return Growth(own, own, 1)
    if not isinstance(term, Apply):
        return Growth()
    head, args = term.head, term.args
    if head == "exp" and len(args) == 1:
        return _exponential(args[0], name)
    if head in ("sinh", "cosh") and len(args) == 1:
        up, down = _exponential(args[0], name), _exponential(negative(args[0]), name)
        return _sum([up, down if head == "cosh" else _turned(down)])
    if head in _BOUNDED:
        return _bounded(term, limits)
    parts = [growth(arg, name, limits) for arg in args]
    if head == "+":
        return _sum(parts)
    if head == "-" and len(parts) == 2:
        return _sum([parts[0], _turned(parts[1])])
    if head == "neg" and len(parts) == 1:
        return _turned(parts[0])
    if head == "*":
        return _product(parts)
    if head == "/" and len(parts) == 2:
        return _product([parts[0], _power(parts[1], Fraction(-1))])
    if head == "sqrt" and len(parts) == 1:
        return _power(parts[0], Fraction(1, 2))
    if head == "^" and len(parts) == 2 and isinstance(args[1], Number):
        return _power(parts[0], args[1].value)
    if head == "abs" and len(parts) == 1:
        return Growth(parts[0].upper, parts[0].lower, abs(parts[0].sign) or int(parts[0].lower is not None))
    if head == "ln" and len(parts) == 1:
        return _logarithm(parts[0])
    return Growth()


def _constant(term: Term) -> Growth:
    try:
        value = balls.enclose(term, {}, PRECISION)
    except (Undecided, Undefined):
        return Growth()
    if not value.is_finite():
        return Growth()
    sign = 1 if value > 0 else -1 if value < 0 else 0
    return Growth(ONE_SCALE, ONE_SCALE if sign else None, sign)


def _turned(own: Growth) -> Growth:
    return Growth(own.upper, own.lower, -own.sign)


def _sum(parts: Sequence[Growth]) -> Growth:
    """At most the greatest part; at least one that exceeds all others that have not its sign."""
    upper: Scale | None = None
    for part in parts:
        if part.upper is None:
            upper = None
            break
        if upper is None or part.upper.exceeds(upper):
            upper = part.upper
    best: Growth | None = None
    for place, part in enumerate(parts):
        low = part.lower
        others = (other for number_, other in enumerate(parts) if number_ != place)
        if low is None or not all(
            (part.sign and other.sign == part.sign) or (other.upper is not None and low.exceeds(other.upper))
            for other in others
        ):
            continue
        if best is None or best.lower is None or low.exceeds(best.lower):
            best = part
    return Growth(upper, best.lower if best else None, best.sign if best else 0)


def _product(parts: Sequence[Growth]) -> Growth:
    upper: Scale | None = ONE_SCALE
    lower: Scale | None = ONE_SCALE
    sign = 1
    for part in parts:
        upper = None if upper is None or part.upper is None else upper.times(part.upper)
        lower = None if lower is None or part.lower is None else lower.times(part.lower)
        sign *= part.sign
    return Growth(upper, lower, sign)


def _power(base: Growth, exponent: Fraction) -> Growth:
    ends = (base.upper, base.lower) if exponent > 0 else (base.lower, base.upper)
    upper, lower = (None if end is None else end.raised(exponent) for end in ends)
    if exponent.denominator == 1 and exponent.numerator % 2 == 0:
        sign = int(base.lower is not None)
    elif exponent.denominator == 1:
        sign = base.sign
    else:
        sign = max(base.sign, 0)
    return Growth(upper, lower, sign)


def _exponential(argument: Term, name: str) -> Growth:
    """exp of a sum of powers of x and logarithms of x with constant coefficients."""
    algebra = Algebra()
    try:
        quotient = algebra.of(argument)
    except (TooLarge, RecursionError, ValueError):
        return Growth(sign=1)
    below = algebra.to_term(Quotient({(): Fraction(1)}, quotient.below))
    if name in below.free:
        return Growth(sign=1)
    sums: tuple[dict[Fraction, Fraction], dict[Fraction, Fraction]] = ({}, {})
    powers = [Fraction(0), Fraction(0)]
    groups: dict[tuple[Term | None, Fraction], list[Term]] = {}
    for monomial, value in quotient.top.items():
        own = [(atom, exponent) for atom, exponent in monomial if name in atom.free]
        rest = tuple(pair for pair in monomial if name not in pair[0].free)
        if len(own) > 1:
            return Growth(sign=1)
        key = own[0] if own else (None, Fraction(0))
        share = Apply("*", (number(value), algebra.monomial_term(rest), below), REAL)
        groups.setdefault(key, []).append(share)
    for (atom, exponent), shares in groups.items():
        ends = _ends(Apply("+", tuple(shares), REAL))
        if ends is None:
            return Growth(sign=1)
        if atom is None:
            continue
        if isinstance(atom, Name):
            for place, end in enumerate(ends):
                if exponent > 0:
                    sums[place][exponent] = end
        elif atom == Apply("ln", (Name(name, REAL),), REAL) and exponent == 1:
            powers = [power + end for power, end in zip(powers, ends, strict=True)]
        else:
            return Growth(sign=1)
    lower, upper = (_scale(own, power) for own, power in zip(sums, powers, strict=True))
    return Growth(upper, lower, 1)


def _ends(term: Term) -> tuple[Fraction, Fraction] | None:
    """Rationals below and above a constant."""
    try:
        value = balls.enclose(term, {}, PRECISION)
    except (Undecided, Undefined):
        return None
    if not value.is_finite():
        return None
    found = []
    for end in (value.lower(), value.upper()):
        top, exponent = end.man_exp()
        found.append(Fraction(int(top)) * Fraction(2) ** int(exponent))
    return found[0], found[1]


def _bounded(term: Apply, limits: Limits) -> Growth:
    try:
        found = limits(term)
    except (Undecided, Undefined):
        return Growth(ONE_SCALE)
    if isinstance(found, Interval) and found.lower > 0:
        return Growth(ONE_SCALE, ONE_SCALE, 1)
    if isinstance(found, Interval) and found.upper < 0:
        return Growth(ONE_SCALE, ONE_SCALE, -1)
    return Growth(ONE_SCALE)


def _logarithm(base: Growth) -> Growth:
    """At most a power of x; and beyond 1 in absolute value if its argument tends to infinity or to 0."""
    if base.upper is None or base.lower is None:
        return Growth()
    degrees = [place for end in (base.upper, base.lower) for place, _ in end.exponent]
    upper = Scale(power=max([SLOW, *degrees]))
    if base.lower.sign > 0:
        return Growth(upper, ONE_SCALE, 1)
    if base.upper.sign < 0:
        return Growth(upper, ONE_SCALE, -1)
    return Growth(upper)
