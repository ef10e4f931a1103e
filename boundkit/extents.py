"""Bounds of terms that hold whatever a theorem says: from types and declared ranges alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import NAT, REAL, SetOf, Sort
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Number, Term, canonical, number, substitute
from boundkit.ir.theorems import Theorem
from boundkit.kernel.constants import exact
from boundkit.kernel.facts import infinite
from boundkit.provers.inequalities.problem import SORTS

SIZES = frozenset({"card", "norm"})
"""Functions of what is no number that are numbers, not negative, and as good as parameters."""
MOST_FACTORS = 8
"""Exponents to which the ends of an interval are raised."""


@dataclass(frozen=True)
class Extent:
    """Bounds of a term, terms in the parameters; None for none."""

    low: Term | None = None
    high: Term | None = None

    @property
    def ends(self) -> tuple[Fraction | None, Fraction | None]:
        """The bounds that are constants."""
        low, high = (end.value if isinstance(end, Number) else None for end in (self.low, self.high))
        return low, high


NOTHING = Extent()


def extent(term: Term, theorem: Theorem) -> Extent:
    """Bounds by interval propagation from types and ranges, definitions unfolded; numbers that have a
    declared interval are anywhere in it."""
    return Extents(theorem, numbers_of(theorem) - ranged(theorem)).of(term)


def numbers_of(theorem: Theorem) -> frozenset[str]:
    """The names of the numbers that a theorem is about, draws not among them."""
    numbers = (d.name for d in theorem.declarations if d.kind == "let" and d.name.sort in SORTS)
    return frozenset(name.text for name in numbers)


def ranged(theorem: Theorem) -> frozenset[str]:
    """Those of them that are declared to lie between two constants."""
    extents = Extents(theorem, frozenset())
    names = (theorem.declaration[name].name for name in numbers_of(theorem))
    return frozenset(name.text for name in names if None not in extents.of(name).ends)


@dataclass(frozen=True)
class Extents:
    """Intervals of terms by propagation. `parameters` are the names of numbers that bounds may mention and
    that stand for themselves; every other name has the range of its declaration, or `local` for a bound
    one."""

    theorem: Theorem
    parameters: frozenset[str]
    local: Mapping[str, Extent] | None = None

    def point(self, term: Term) -> Term | None:
        """The term with definitions unfolded, if it is made of parameters and constants alone."""
        if isinstance(term, Number):
            return term
        if isinstance(term, Name):
            if term.text in self.parameters:
                return term
            body = self._body(term)
            return None if body is None else self.point(body)
        if not isinstance(term, Apply):
            return None
        if term.head == "call":
            body = self._body(term)
            return None if body is None else self.point(body)
        if term.head in SIZES:
            declared = self.theorem.declaration
            known = all(name in declared and declared[name].kind != "draw" for name in term.free)
            return term if known else None
        if term.head not in SYMBOLS or term.sort not in SORTS:
            return None
        args = [self.point(arg) for arg in term.args]
        known_args = tuple(arg for arg in args if arg is not None)
        return Apply(term.head, known_args, term.sort) if len(known_args) == len(args) else None

    def of(self, term: Term) -> Extent:
        """The interval of a term."""
        point = self.point(term)
        if point is not None:
            return Extent(point, point)
        if isinstance(term, Name):
            body = self._body(term)
            if body is not None:
                return self.of(body)
            return (self.local or {}).get(term.text) or self._declared(term.text)
        if isinstance(term, Bind):
            return self._of_binder(term)
        return self._of_application(term) if isinstance(term, Apply) else NOTHING

    def _body(self, term: Term) -> Term | None:
        """What a defined constant, or a defined function at arguments, stands for."""
        name = term.args[0] if isinstance(term, Apply) else term
        if not isinstance(name, Name):
            return None
        definition = self.theorem.definition.get(name.text)
        if definition is None or definition.recursive or len(definition.clauses) != 1:
            return None
        clause = definition.clauses[0]
        if isinstance(term, Name):
            return clause.body if definition.style == "constant" else None
        values = dict(zip((p.text for p in clause.parameters), term.args[1:], strict=False))  # type: ignore[attr-defined]
        return substitute(clause.body, values)

    def _of_binder(self, term: Bind) -> Extent:
        if term.head == "probability":
            return Extent(ZERO, ONE)
        variable = term.variable.text
        inside = {**(self.local or {}), variable: self._in(term.domain)}
        inner = Extents(self.theorem, self.parameters - {variable}, inside)
        body = inner.of(term.body)
        if term.head == "variance":
            return _spread(body)
        if term.head in ("expectation", "max", "min", "sup", "inf", "avg"):
            return body
        count = self._count(term.domain) if term.head == "sum" else None
        return NOTHING if count is None else self._scaled(count, body)

    def _in(self, domain: Term) -> Extent:
        """The interval of what is drawn from a law or ranges over a set."""
        if isinstance(domain, Name):
            return self._declared(domain.text)
        if isinstance(domain, Apply) and domain.head == "^" and isinstance(domain.args[0], Name):
            return self._declared(domain.args[0].text)
        return self._interval(domain)

    def _count(self, domain: Term) -> Term | None:
        """The number of elements of a domain of summation."""
        if isinstance(domain, Name) and isinstance(domain.sort, SetOf) and domain.sort.finite:
            return Apply("card", (domain,), NAT)
        if isinstance(domain, Apply) and domain.head == "range" and domain.args[0] in (ZERO, ONE):
            last = self.point(domain.args[1])
            if last is not None and self.is_nonnegative(last):
                return last if domain.args[0] == ONE else plus(last, ONE)
        return None

    def _of_application(self, term: Apply) -> Extent:
        head, args = term.head, term.args
        if head == "call" and isinstance(args[0], Name):
            body = self._body(term)
            return self.of(body) if body is not None else self._declared(args[0].text)
        if head == "index" and isinstance(args[0], Name):
            return self._drawn(args[0].text)
        if head == "expectation":
            return self.of(args[0])
        if head in ("probability", "TV"):
            return Extent(ZERO, ONE)
        if head in ("KL", "W1", *SIZES):
            return Extent(ZERO, None)
        if head == "if":
            return _hull(self.of(args[1]), self.of(args[2]))
        parts = [self.of(arg) for arg in args]
        if head == "variance":
            return _spread(parts[0])
        if head == "+":
            total = parts[0]
            for part in parts[1:]:
                total = Extent(_sum(total.low, part.low), _sum(total.high, part.high))
            return total
        if head == "-" and len(parts) == 2:
            one, other = parts
            return Extent(_sum(one.low, _negated(other.high)), _sum(one.high, _negated(other.low)))
        if head == "neg":
            return Extent(_negated(parts[0].high), _negated(parts[0].low))
        if head == "*" and len(parts) == 2:
            return self._product(*parts)
        if head == "/" and parts[1].low is not None and parts[1].low == parts[1].high:
            return self._scaled(_quotient(ONE, parts[1].low), parts[0])
        return self._of_function(head, parts)

    def _of_function(self, head: str, parts: list[Extent]) -> Extent:
        """Where only constant ends are propagated."""
        ends = [part.ends for part in parts]
        if head == "abs":
            (own,) = parts
            return Extent(ZERO, _greater(self._size(own.low), self._size(own.high)))
        if head in ("max", "min") and all(low is not None and high is not None for low, high in ends):
            choose = max if head == "max" else min
            lows, highs = zip(*ends, strict=True)
            return Extent(number(choose(lows)), number(choose(highs)))
        if head == "^" and parts[1].low == parts[1].high and isinstance(parts[1].low, Number):
            low, high = ends[0]
            power = parts[1].low.value
            if power.denominator == 1 and 1 <= power <= MOST_FACTORS:
                even = power % 2 == 0
                if low is None or high is None:
                    return Extent(ZERO) if even else NOTHING
                corners = [low ** int(power), high ** int(power)]
                floor = Fraction(0) if even and low < 0 < high else min(corners)
                return Extent(number(floor), number(max(corners)))
            return NOTHING
        symbol = SYMBOLS.get(head)
        if symbol is None:
            return NOTHING
        least, most = (None if end is None else number(end) for end in (symbol.lower, symbol.upper))
        return Extent(least, most)

    def _product(self, one: Extent, other: Extent) -> Extent:
        for point, part in ((one, other), (other, one)):
            if point.low is not None and point.low == point.high:
                return self._scaled(point.low, part)
        (a, b), (c, d) = one.ends, other.ends
        if a is not None and b is not None and c is not None and d is not None:
            corners = [x * y for x in (a, b) for y in (c, d)]
            return Extent(number(min(corners)), number(max(corners)))
        lows = [end for end in (one.low, other.low) if end is not None and self.is_nonnegative(end)]
        if len(lows) < 2:
            return NOTHING
        high = None if one.high is None or other.high is None else _times(one.high, other.high)
        return Extent(_times(*lows), high)

    def _scaled(self, factor: Term, part: Extent) -> Extent:
        """The interval of what lies in `part`, times a parameter of known sign."""
        low, high = (None if end is None else _times(factor, end) for end in (part.low, part.high))
        if self.is_nonnegative(factor):
            return Extent(low, high)
        return Extent(high, low) if self.is_nonnegative(minus(factor)) else NOTHING

    def is_nonnegative(self, term: Term) -> bool:
        """Whether a term in the parameters is at least 0 by its form and the declared ranges."""
        if isinstance(term, Number):
            return term.value >= 0
        if isinstance(term, Name):
            if term.sort == NAT:
                return True
            low, _ = self._declared(term.text).ends
            return low is not None and low >= 0
        if not isinstance(term, Apply):
            return False
        if term.head in ("+", "*", "/", "max"):
            return all(map(self.is_nonnegative, term.args))
        if term.head == "^":
            even = isinstance(term.args[1], Number) and term.args[1].value % 2 == 0
            return even or self.is_nonnegative(term.args[0])
        symbol = SYMBOLS.get(term.head)
        return term.head in SIZES or (symbol is not None and symbol.lower is not None and symbol.lower >= 0)

    def _size(self, end: Term | None) -> Term | None:
        """The absolute value of an end."""
        if end is None or self.is_nonnegative(end):
            return end
        return minus(end) if self.is_nonnegative(minus(end)) else Apply("abs", (end,), end.sort)

    def _drawn(self, name: str) -> Extent:
        """The interval of an entry: of a sample from its law, of a sequence from its declaration."""
        declaration = self.theorem.declaration.get(name)
        if declaration is not None and declaration.law is not None:
            return self._in(declaration.law)
        return self._declared(name)

    def _declared(self, name: str) -> Extent:
        """The interval that `name.range` gives a number, the values of a function or the draws of a law."""
        declaration = self.theorem.declaration.get(name)
        if declaration is not None and declaration.law is not None:
            return self._in(declaration.law)
        hypothesis = self.theorem.hypothesis.get(f"{name}.range")
        if hypothesis is None:
            return NOTHING
        core = hypothesis.formula
        while isinstance(core, Bind) and core.head == "forall":
            core = core.body
        match core:
            case Apply("=", (Bind("probability", _, _, Apply("in", (_, domain))), Number(one))) if one == 1:
                return self._interval(domain)
            case Apply("in", (_, domain)):
                return self._interval(domain)
            case Apply("<=" | "<", (Number() as low, Name(text))) if text == name:
                return Extent(low, None)
        return NOTHING

    def _interval(self, domain: Term) -> Extent:
        if isinstance(domain, Apply) and domain.head in ("closed", "open", "left_open", "right_open"):
            low, high = (None if infinite(end) else _number(self.point(end)) for end in domain.args)
            return Extent(low, high)
        return NOTHING


def _number(term: Term | None) -> Term | None:
    """A constant as the number that it is, such as -1, which is written as minus 1."""
    value = None if term is None or term.free else exact(term, {})
    return term if value is None else number(value)


def _sort(one: Term, other: Term) -> Sort:
    return NAT if one.sort == other.sort == NAT else REAL


def plus(one: Term, other: Term) -> Term:
    """The sum, with constants added."""
    if isinstance(one, Number) and isinstance(other, Number):
        return number(one.value + other.value)
    if ZERO in (one, other):
        return other if one == ZERO else one
    return Apply("+", (one, other), _sort(one, other))


def minus(term: Term) -> Term:
    """The negation, without one under another."""
    match term:
        case Number(value):
            return number(-value)
        case Apply("neg", (inner,)):
            return inner
        case Apply("*", (Number(value), rest)):
            return _times(number(-value), rest)
    return _times(number(-1), term)


def _times(one: Term, other: Term) -> Term:
    """The product, with constants multiplied and a divisor that is also a factor left out."""
    if isinstance(one, Number) and isinstance(other, Number):
        return number(one.value * other.value)
    if ZERO in (one, other):
        return ZERO
    if ONE in (one, other):
        return other if one == ONE else one
    for divided, factor in ((one, other), (other, one)):
        if isinstance(divided, Apply) and divided.head == "/":
            above, below = divided.args
            left = _without(factor, below)
            if left is not None:
                return _times(above, left)
    return Apply("*", (one, other), _sort(one, other))


def _without(product: Term, factor: Term) -> Term | None:
    """A product without one of its factors."""
    if canonical(product) == canonical(factor):
        return ONE
    if isinstance(product, Apply) and product.head == "*" and len(product.args) == 2:
        for kept, left in (product.args, product.args[::-1]):
            rest = _without(left, factor)
            if rest is not None:
                return _times(kept, rest)
    return None


def _quotient(above: Term, below: Term) -> Term:
    if isinstance(below, Number) and isinstance(above, Number) and below.value:
        return number(above.value / below.value)
    return Apply("/", (above, below), REAL)


def _sum(one: Term | None, other: Term | None) -> Term | None:
    return None if one is None or other is None else plus(one, other)


def _negated(end: Term | None) -> Term | None:
    return None if end is None else minus(end)


def _greater(one: Term | None, other: Term | None) -> Term | None:
    if one is None or other is None:
        return None
    if isinstance(one, Number) and isinstance(other, Number):
        return max(one, other, key=lambda own: own.value)
    for kept, left in ((one, other), (other, one)):
        if left == ZERO or canonical(kept) == canonical(left):
            return kept
    return Apply("max", (one, other), _sort(one, other))


def _hull(one: Extent, other: Extent) -> Extent:
    lows, highs = (one.low, other.low), (one.high, other.high)
    low = _greater(_negated(lows[0]), _negated(lows[1]))
    return Extent(_negated(low), _greater(*highs))


def _spread(part: Extent) -> Extent:
    """The interval of a variance (Popoviciu 1935)."""
    if part.low is None or part.high is None:
        return Extent(ZERO)
    width = _sum(part.high, minus(part.low))
    assert width is not None
    if isinstance(width, Number):
        return Extent(ZERO, number(width.value**2 / 4))
    return Extent(ZERO, Apply("/", (Apply("^", (width, number(2)), width.sort), number(4)), REAL))
