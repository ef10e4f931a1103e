"""Limits of terms in one name as it grows beyond all bounds, by the calculus of limits.

For a term without the name that is all that is known of it, its enclosure. Every function here is continuous
where it is defined, so that a limit point of f(u) is a value of f at a limit point of u; the limits at the
infinities are in the rows of `_AT_INFINITY`. What is indeterminate by these rules may have an order of growth
that tells (`kernel.scales`)."""

from __future__ import annotations

from flint import arb

from boundkit.ir.terms import Apply, Name, Number, Term
from boundkit.kernel import intervals
from boundkit.kernel.intervals import Interval, Undecided, Undefined
from boundkit.kernel.scales import growth

UP, DOWN = 1, -1
Limit = Interval | int
"""All limit points lie in the bounded interval; or the values grow, or fall, beyond all bounds."""

_CONTINUOUS = frozenset(
    {"exp", "ln", "sqrt", "sin", "cos", "arctan", "sinh", "cosh", "tanh", "erf", "Phi", "abs"}
)
_AT_INFINITY: dict[tuple[str, int], Limit] = {
    ("exp", UP): UP,
    ("exp", DOWN): intervals.ZERO,
    ("ln", UP): UP,
    ("sqrt", UP): UP,
    ("abs", UP): UP,
    ("abs", DOWN): UP,
    ("sinh", UP): UP,
    ("sinh", DOWN): DOWN,
    ("cosh", UP): UP,
    ("cosh", DOWN): UP,
    ("tanh", UP): intervals.ONE,
    ("tanh", DOWN): Interval(arb(-1), arb(-1)),
    ("erf", UP): intervals.ONE,
    ("erf", DOWN): Interval(arb(-1), arb(-1)),
    ("Phi", UP): intervals.ONE,
    ("Phi", DOWN): intervals.ZERO,
    ("sin", UP): Interval(arb(-1), arb(1)),
    ("sin", DOWN): Interval(arb(-1), arb(1)),
    ("cos", UP): Interval(arb(-1), arb(1)),
    ("cos", DOWN): Interval(arb(-1), arb(1)),
}


def limit(term: Term, name: str) -> Limit:
    """What the values of a term, which is defined for all large values of its one name, tend to as this
    grows. Raises Undecided, or Undefined, where the rules do not tell."""
    try:
        return _Limits(name).of(term)
    except RecursionError:
        raise Undecided("the term is too deep") from None


class _Limits:
    """The limits of a term and its parts, each found once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.known: dict[Term, Limit | Undecided | Undefined] = {}

    def of(self, term: Term) -> Limit:
        """By the rules, else by the order of growth."""
        if term not in self.known:
            try:
                self.known[term] = self.by_rules(term)
            except (Undecided, Undefined) as failure:
                own = growth(term, self.name, self.of_part)
                found: Limit | Undecided | Undefined = failure
                if own.upper is not None and own.upper.sign < 0:
                    found = intervals.ZERO
                elif own.lower is not None and own.lower.sign > 0 and own.sign:
                    found = own.sign
                self.known[term] = found
        result = self.known[term]
        if isinstance(result, Undecided | Undefined):
            raise result
        return result

    def of_part(self, term: Term) -> Limit:
        """For the order of growth: of a term itself by the rules alone."""
        return self.of(term) if term in self.known else self.by_rules(term)

    def by_rules(self, term: Term) -> Limit:
        if isinstance(term, Number):
            return intervals.from_rational(term.value)
        if isinstance(term, Name):
            if term.text != self.name:
                raise Undecided(f"no limit for {term.text}")
            return UP
        if not isinstance(term, Apply):
            raise Undecided("no rule for such a term")
        head = term.head
        if head == "^" and len(term.args) == 2 and isinstance(term.args[1], Number):
            return _power(self.of(term.args[0]), term.args[1])
        values = [self.of(arg) for arg in term.args]
        if head in ("+", "*") and values:
            total = values[0]
            for value in values[1:]:
                total = _sum(total, value) if head == "+" else _product(total, value)
            return total
        if head == "neg" and len(values) == 1:
            return _negative(values[0])
        if head == "-" and len(values) == 2:
            return _sum(values[0], _negative(values[1]))
        if head == "/" and len(values) == 2:
            return _product(values[0], _reciprocal(values[1]))
        if head in _CONTINUOUS and len(values) == 1:
            (value,) = values
            if isinstance(value, Interval):
                return _bounded(intervals.apply(head, [value]))
            if (head, value) in _AT_INFINITY:
                return _AT_INFINITY[head, value]
        raise Undecided(f"no limit of {head}")


def _bounded(value: Interval) -> Interval:
    """The interval with its ends, which limits may reach."""
    if not value.is_bounded:
        raise Undecided("what may grow")
    return Interval(value.lower, value.upper)


def _negative(value: Limit) -> Limit:
    return _bounded(intervals.apply("neg", [value])) if isinstance(value, Interval) else -value


def _sum(left: Limit, right: Limit) -> Limit:
    if isinstance(left, Interval) and isinstance(right, Interval):
        return _bounded(intervals.apply("+", [left, right]))
    infinite = [value for value in (left, right) if not isinstance(value, Interval)]
    if len(infinite) == 2 and infinite[0] != infinite[1]:
        raise Undecided("infinity less infinity")
    return infinite[0]


def _sign(value: Limit) -> int:
    """1 or -1 for a limit that is certainly not 0."""
    if not isinstance(value, Interval):
        return value
    if value.lower > 0:
        return 1
    if value.upper < 0:
        return -1
    raise Undecided("zero times infinity")


def _product(left: Limit, right: Limit) -> Limit:
    if isinstance(left, Interval) and isinstance(right, Interval):
        return _bounded(intervals.apply("*", [left, right]))
    return _sign(left) * _sign(right)


def _reciprocal(value: Limit) -> Limit:
    if not isinstance(value, Interval):
        return intervals.ZERO
    _sign(value)
    return _bounded(intervals.apply("/", [intervals.ONE, value]))


def _power(base: Limit, exponent: Number) -> Limit:
    power = exponent.value
    if isinstance(base, Interval):
        if not base.lower > 0 and not (power > 0 and power.denominator == 1):
            raise Undecided("a power of what may not be positive")
        return _bounded(intervals.apply("^", [base, intervals.from_rational(power)]))
    if power == 0:
        raise Undecided("infinity to the power 0")
    if power < 0:
        return intervals.ZERO
    if base == DOWN and power.denominator != 1:
        raise Undecided("a power of a negative number")
    return UP if base == UP or power.numerator % 2 == 0 else DOWN
