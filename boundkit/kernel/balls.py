"""Enclosures of scalar terms, and the truth of propositions about numbers when it is certain.

All that is returned was computed with outward rounding or exactly; `None` and `Undecided` mean that
nothing is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from flint import arb, ctx

from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import Apply, Bind, Name, Number, Term
from boundkit.kernel import intervals
from boundkit.kernel.constants import NotExact, constant, difference, exact, rational_part
from boundkit.kernel.intervals import Interval, Undecided, Undefined

__all__ = [
    "Undecided",
    "Undefined",
    "apply_head",
    "decide",
    "enclose",
    "enclose_interval",
    "exact",
    "precisely",
]

FIRST_PRECISION = 64
LARGEST_PRECISION = 1 << 16
MOST_TERMS = 100_000
MOST_STEPS = 2_000_000


class precisely:
    """Working precision in bits for the balls inside a `with` block; the former one is restored.

    Raises Undecided for a precision that is out of reach."""

    def __init__(self, precision: int) -> None:
        if not 2 <= precision <= LARGEST_PRECISION:
            raise Undecided(f"precision {precision} is not between 2 and {LARGEST_PRECISION} bits")
        self.precision = precision

    def __enter__(self) -> None:
        self.former = ctx.prec
        ctx.prec = self.precision

    def __exit__(self, *failure: object) -> None:
        ctx.prec = self.former


def apply_head(head: str, arguments: Sequence[arb], integral_exponent: bool = False) -> arb:
    """A ball that contains head(x1, x2, ...) for all xi in the arguments, at the precision in force.

    integral_exponent: the exponent of `^` is of sort Nat or Int, so that 0^0 = 1.
    Raises Undefined when all the arguments are certainly outside the domain, Undecided when some may be
    or when the head is not known. The answer is never NaN; it may be the whole line."""
    sets = [intervals.from_ball(argument) for argument in arguments]
    return intervals.to_ball(intervals.apply(head, sets, integral_exponent))


def enclose(term: Term, values: Mapping[str, arb], precision: int) -> arb:
    """A ball that contains the value of a scalar term at all points of the balls given for its names.

    Terms: numbers, names, the symbols of `ir.functions`, `if` (the hull of both branches when its
    condition is not certain), and `sum prod min max` over a `range` whose ends are certain integers.
    Raises Undefined when the term is certainly undefined; Undecided when definedness is not certain, a
    name has no value, a head is not known, sums have more than MOST_TERMS terms in all, or the term is
    too deep."""
    with precisely(precision):
        box = {name: intervals.from_ball(value) for name, value in values.items()}
        return intervals.to_ball(_evaluate(term, box, {}))


def enclose_interval(
    term: Term,
    box: Mapping[str, Interval],
    precision: int,
    known: Mapping[Term, Interval] | None = None,
) -> Interval:
    """As `enclose`, from intervals to an interval, so that half lines are possible.

    known: intervals in which the values of some subterms lie at the points that matter; the enclosure is
    then one of the values at these points."""
    with precisely(precision):
        return _evaluate(term, box, known or {})


def decide(proposition: Term, values: Mapping[str, arb | Fraction | int], limit: int = 4096) -> bool | None:
    """Whether a proposition about numbers holds at the given values: True or False when certain, None when
    not settled with up to `limit` bits.

    Propositions: `<= < = != and or not implies iff true false`, `in` an interval, a range or an
    enumeration, `forall exists` over a finite range. Connectives are read from the left: what a false
    premise, a false part of `and` or a true part of `or` guards need not be defined.
    Rational values are tried exactly first, which alone can confirm an equality of irrational numbers.
    Raises Undefined when the proposition is certainly undefined."""
    rational = {name: Fraction(value) for name, value in values.items() if isinstance(value, Fraction | int)}
    precision = FIRST_PRECISION
    while True:
        with precisely(precision):
            box = {
                name: intervals.from_ball(value)
                if isinstance(value, arb)
                else intervals.from_rational(Fraction(value))
                for name, value in values.items()
            }
            try:
                answer = _Evaluation(box, rational).truth(proposition)
            except (Undecided, RecursionError):
                answer = None
        if answer is not None or precision >= limit:
            return answer
        precision = min(2 * precision, limit)


def _evaluate(term: Term, box: Mapping[str, Interval], known: Mapping[Term, Interval]) -> Interval:
    try:
        return _Evaluation(box, {}, None, known).value(term)
    except RecursionError:
        raise Undecided("the term is too deep") from None


class _Evaluation:
    """One pass over a term or proposition at the precision in force.

    rational: exact values of some of the names in the box; narrowed: intervals in which the values of
    some subterms, outside of binders, lie."""

    def __init__(
        self,
        box: Mapping[str, Interval],
        rational: Mapping[str, Fraction],
        spent: dict[str, int] | None = None,
        narrowed: Mapping[Term, Interval] | None = None,
    ) -> None:
        self.box = box
        self.rational = rational
        self.narrowed = narrowed or {}
        self.spent = {"terms": 0, "steps": 0} if spent is None else spent
        # By identity: the root keeps all subterms alive, and derivatives share them a great deal.
        self.known: dict[int, Interval] = {}

    def spend(self, kind: str, limit: int) -> None:
        self.spent[kind] += 1
        if self.spent[kind] > limit:
            raise Undecided(f"more than {limit} {kind}")

    def value(self, term: Term) -> Interval:
        found = self.known.get(id(term))
        if found is None:
            self.spend("steps", MOST_STEPS)
            found = self._value(term)
            if self.narrowed and term in self.narrowed:
                found = intervals.common(found, self.narrowed[term])
            self.known[id(term)] = found
        return found

    def _value(self, term: Term) -> Interval:
        if isinstance(term, Number):
            return intervals.from_rational(term.value)
        if isinstance(term, Name):
            if term.text not in self.box:
                raise Undecided(f"no value for {term.text}")
            return self.box[term.text]
        if isinstance(term, Bind):
            head = {"sum": "+", "prod": "*", "min": "min", "max": "max"}.get(term.head)
            if head is None:
                raise Undecided(f"no enclosure for {term.head}")
            return intervals.apply(head, [inner.value(term.body) for inner in self.instances(term)])
        if isinstance(term, Apply) and term.head == "if" and len(term.args) == 3:
            condition = self.truth(term.args[0])
            if condition is None:
                return intervals.hull(self.value(term.args[1]), self.value(term.args[2]))
            return self.value(term.args[1] if condition else term.args[2])
        if isinstance(term, Apply):
            arguments = [self.value(arg) for arg in term.args]
            if term.head == "tan" and len(arguments) == 1 and self.narrowed:
                cosine = self.narrowed.get(Apply("cos", term.args, REAL))
                if cosine is not None and (cosine.is_positive or cosine.is_negative):
                    return self.tangent(arguments, cosine)
            return intervals.apply(term.head, arguments, bool(term.args) and term.args[-1].sort in (NAT, INT))
        raise Undecided("not a scalar term")

    def tangent(self, argument: list[Interval], known: Interval) -> Interval:
        """The tangent where it is known in which interval without 0 the cosine lies."""
        try:
            return intervals.apply("tan", argument)
        except Undecided:
            cosine = intervals.common(intervals.apply("cos", argument), known)
            return intervals.apply("/", [intervals.apply("sin", argument), cosine])

    def instances(self, term: Bind) -> Iterator[_Evaluation]:
        """The evaluations of a binder's body, one for each integer of its range."""
        domain = term.domain
        if not isinstance(domain, Apply) or domain.head != "range" or len(domain.args) != 2:
            raise Undecided(f"{term.head} over what is not a range")
        first, last = (intervals.integer_in(self.value(end)) for end in domain.args)
        if first is None or last is None or last - first >= MOST_TERMS:
            raise Undecided("the ends of a range are not certain, or too far apart")
        for index in range(first, last + 1):
            self.spend("terms", MOST_TERMS)
            name = term.variable.text
            point = intervals.from_rational(Fraction(index))
            yield _Evaluation({**self.box, name: point}, {**self.rational, name: Fraction(index)}, self.spent)

    def truth(self, proposition: Term) -> bool | None:
        if isinstance(proposition, Bind):
            if proposition.head == "forall":
                return self.every(inner.truth(proposition.body) for inner in self.instances(proposition))
            if proposition.head == "exists":
                parts = (inner.truth(proposition.body) for inner in self.instances(proposition))
                return _negation(self.every(_negation(part) for part in parts))
        if not isinstance(proposition, Apply):
            raise Undecided("not a proposition about numbers")
        head, args = proposition.head, proposition.args
        if head in ("and", "true"):
            return self.every(self.truth(arg) for arg in args)
        if head in ("or", "false"):
            return _negation(self.every(_negation(self.truth(arg)) for arg in args))
        if head == "not" and len(args) == 1:
            return _negation(self.truth(args[0]))
        if head == "implies" and len(args) == 2:
            parts = (test(arg) for test, arg in ((self.truth, args[0]), (self.falsity, args[1])))
            return _negation(self.every(parts))
        if head == "iff" and len(args) == 2:
            left, right = self.truth(args[0]), self.truth(args[1])
            return None if left is None or right is None else left == right
        if head in ("<=", "<", "=", "!=") and len(args) == 2:
            return self.compared(head, args[0], args[1])
        if head == "in" and len(args) == 2:
            return self.member(args[0], args[1])
        raise Undecided(f"no way to decide {head}")

    def falsity(self, proposition: Term) -> bool | None:
        return _negation(self.truth(proposition))

    def every(self, parts: Iterable[bool | None]) -> bool | None:
        """Kleene's conjunction from the left: false at the first false part. None means that all is
        defined, but the truth is not settled; where even definedness is open, Undecided is raised."""
        settled = True
        try:
            for part in parts:
                if part is False:
                    return False
                settled = settled and part is True
        except Undefined:
            if settled:
                raise
            raise Undecided("undefined unless an earlier part is false") from None
        return True if settled else None

    def compared(self, head: str, left: Term, right: Term) -> bool | None:
        if head == "!=":
            return _negation(self.compared("=", left, right))
        first, second = constant(left, self.rational), constant(right, self.rational)
        if first is not None and second is not None:
            try:
                gap = rational_part(difference(second, first))
            except NotExact:
                gap = None  # The difference is too long to be written.
            if gap is not None:
                return {"<=": gap >= 0, "<": gap > 0, "=": gap == 0}[head]
        low, high = self.value(left), self.value(right)
        if low.upper < high.lower:
            return head != "="
        if high.upper < low.lower:
            return False
        if head == "<=" and low.upper <= high.lower:
            return True
        if head == "<" and high.upper <= low.lower:
            return False
        if head == "=" and low.is_point and high.is_point and low.lower == high.lower:
            return True
        return None

    def member(self, element: Term, domain: Term) -> bool | None:
        if not isinstance(domain, Apply):
            raise Undecided("not a set of numbers")
        if domain.head == "enumeration":
            parts = (self.compared("!=", element, arg) for arg in domain.args)
            return _negation(self.every(parts))
        if domain.head not in _ENDS or len(domain.args) != 2:
            raise Undecided(f"no way to decide membership in {domain.head}")
        # The element must be defined even where no end is compared with it.
        self.value(element)
        return self.every(self.memberships(element, domain.args[0], domain.args[1], domain.head))

    def memberships(self, element: Term, first: Term, last: Term, kind: str) -> Iterator[bool | None]:
        """What together says that the element is in the interval or range."""
        below, above = _ENDS[kind]
        if not _is_infinite(first, below=True):
            yield self.compared(below, first, element)
        if not _is_infinite(last, below=False):
            yield self.compared(above, element, last)
        if kind == "range":
            yield self.integral(element)

    def integral(self, element: Term) -> bool | None:
        if element.sort in (NAT, INT):
            return True
        value = exact(element, self.rational)
        if value is not None:
            return value.denominator == 1
        found = self.value(element)
        if intervals.integer_in(found) is not None:
            return True
        return False if intervals.without_integers(found) else None


_ENDS = {
    "closed": ("<=", "<="),
    "open": ("<", "<"),
    "left_open": ("<", "<="),
    "right_open": ("<=", "<"),
    "range": ("<=", "<="),
}


def _is_infinite(end: Term, below: bool) -> bool:
    if below:
        return isinstance(end, Apply) and end.head == "neg" and _is_infinite(end.args[0], below=False)
    return isinstance(end, Apply) and end.head == "infinity"


def _negation(truth: bool | None) -> bool | None:
    return None if truth is None else not truth
