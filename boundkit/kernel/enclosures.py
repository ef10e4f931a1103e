"""What holds on a box where facts hold: enclosures of terms, and so that they are defined; and what terms and
boxes a cover certificate may name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, rebuild
from boundkit.kernel import balls, intervals
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.intervals import Interval, Undecided, Undefined
from boundkit.kernel.steps import Box, Fact, Range, Rejected

DEFINEDNESS_PRECISION = 64
LARGEST_PRECISION = 4096
LARGEST_TERM = 30_000
_KINDS = {
    "nonnegative": Interval(intervals.ZERO.lower, intervals.PLUS_INFINITY),
    "positive": Interval(intervals.ZERO.lower, intervals.PLUS_INFINITY, lower_open=True),
    "zero": intervals.ZERO,
}
_DOMAINS = {"positive": "positive", "nonnegative": "nonnegative"}


def enclosure(term: Term, box: Box, facts: Sequence[Fact], precision: int) -> Interval:
    """Encloses the term at all points of the box where the facts hold; that it exists shows that the term is
    defined there. Raises Undecided."""
    with balls.precisely(precision):
        extents = {name: extent.interval() for name, extent in box.items()}
    return balls.enclose_interval(term, extents, precision, _narrowed(facts))


def require_defined(term: Term, box: Box, facts: Sequence[Fact] = ()) -> None:
    """Raises Undecided unless the term is certainly defined where the facts hold."""
    enclosure(term, box, facts, DEFINEDNESS_PRECISION)


def _narrowed(facts: Sequence[Fact]) -> dict[Term, Interval]:
    """Intervals for subterms: what the facts say of their terms, and what these presuppose, being defined."""
    found: dict[Term, Interval] = {}

    def narrow(term: Term, kind: str) -> None:
        own = _KINDS[kind]
        try:
            found[term] = intervals.common(found[term], own) if term in found else own
        except Undecided:
            return  # The facts contradict each other; any of them may be used.

    for fact in facts:
        narrow(fact.term, fact.kind)
        stack = [fact.term]
        while stack:
            part = stack.pop()
            symbol = SYMBOLS.get(part.head) if isinstance(part, Apply) else None
            if isinstance(part, Apply) and symbol is not None:
                if symbol.domain in _DOMAINS:
                    narrow(part.args[0], _DOMAINS[symbol.domain])
                stack.extend(part.args)
    return found


def facts_towards(facts: Sequence[Fact], variable: str, down: bool, box: Box) -> tuple[Fact, ...]:
    """Those facts that, where they hold, hold for all smaller (`down`; else greater) values of the variable
    in its closed range as well: they do not speak of it, or their terms are defined for all of these values
    and do not fall on the way, as the sign of the slope shows on the whole box."""
    found = []
    extent = box[variable]
    closed = {**box, variable: Range(extent.lower, extent.upper)}
    for fact in facts:
        if variable in fact.term.free:
            if fact.kind == "zero":
                continue
            try:
                require_defined(fact.term, closed)
                slope = enclosure(derivative(fact.term, variable), closed, (), DEFINEDNESS_PRECISION)
            except (Undecided, Undefined, NotDifferentiable):
                continue
            if not (slope.upper <= 0 if down else slope.lower >= 0):
                continue
        found.append(fact)
    return tuple(found)


def contains(extent: Range, values: Interval) -> bool:
    """Whether all the values are certainly in the range."""
    with balls.precisely(DEFINEDNESS_PRECISION):
        above = extent.lower is None
        if extent.lower is not None:
            gap = intervals.apply("-", (values, Range(extent.lower, extent.lower).interval()))
            above = gap.is_positive or (extent.lower_closed and bool(gap.lower >= 0))
        below = extent.upper is None
        if extent.upper is not None:
            gap = intervals.apply("-", (Range(extent.upper, extent.upper).interval(), values))
            below = gap.is_positive or (extent.upper_closed and bool(gap.lower >= 0))
        return above and below


def inside(extent: Range, place: Fraction) -> bool:
    """Whether a number lies strictly between the ends."""
    return (extent.lower is None or extent.lower < place) and (extent.upper is None or place < extent.upper)


def positive_definite(rows: Sequence[Sequence[Interval]]) -> bool:
    """Whether each symmetric matrix with entries in the intervals is positive definite; a single entry need
    only be >= 0. By elimination with interval arithmetic at the precision in force: all pivots are > 0."""
    if len(rows) == 1:
        return bool(rows[0][0].lower >= 0)
    rest = [list(row) for row in rows]
    while rest:
        pivot, *first = rest[0]
        if not pivot.is_positive:
            return False
        rest = [
            [_eliminated(entry, left, top, pivot) for entry, top in zip(row[1:], first, strict=True)]
            for row, left in zip(rest[1:], first, strict=True)
        ]
    return True


def _eliminated(entry: Interval, left: Interval, top: Interval, pivot: Interval) -> Interval:
    share = intervals.apply("/", (intervals.apply("*", (left, top)), pivot))
    return intervals.apply("-", (entry, share))


def replaced(term: Term, old: Term, new: Term) -> Term:
    """The term with `new` for each occurrence of `old`, a scalar term none of whose names is bound there; but
    not where another sort could define a power, or make an integer of what is none."""
    if term == old:
        return new
    if isinstance(term, Bind) and term.variable.text in old.free | new.free:
        return term
    if isinstance(term, Apply):
        args = [replaced(arg, old, new) for arg in term.args]
        if term.head == "^" and term.args[1] == old and not _same_powers(old, new):
            args[1] = old
        if term.head == "in" and term.args[0] == old and not _same_integers(old, new):
            args[0] = old
        if all(own is arg for own, arg in zip(args, term.args, strict=True)):
            return term
        return Apply(term.head, tuple(args), term.sort, term.span)
    return rebuild(term, lambda part: replaced(part, old, new))


def _same_powers(old: Term, new: Term) -> bool:
    """Whether equal exponents give the same powers of 0: 0^0 is 1 for one of sort Nat or Int alone."""
    nonzero = any(isinstance(own, Number) and own.value for own in (old, new))
    return nonzero or (old.sort in (NAT, INT)) == (new.sort in (NAT, INT))


def _same_integers(old: Term, new: Term) -> bool:
    """Whether the new term says by its sort that it is an integer only if the old one does, or it is seen."""
    return isinstance(new, Number) or new.sort not in (NAT, INT) or old.sort in (NAT, INT)


def check_precision(precision: object) -> None:
    """Raises Rejected for what is no working precision."""
    if type(precision) is not int or not 2 <= precision <= LARGEST_PRECISION:
        raise Rejected("no such precision")


def check_range(name: object, extent: object) -> None:
    """Raises Rejected for a range that is malformed or empty."""
    if not isinstance(name, str) or not isinstance(extent, Range):
        raise Rejected("the domain is not one of names and ranges")
    ends = (extent.lower, extent.upper)
    if not all(end is None or type(end) is Fraction for end in ends):
        raise Rejected("an end of a range is not rational")
    if extent.lower is not None and extent.upper is not None:
        closed = extent.lower_closed and extent.upper_closed
        if extent.lower > extent.upper or (extent.lower == extent.upper and not closed):
            raise Rejected("an empty range")
    if extent.integral:
        closed = extent.lower_closed and extent.upper_closed
        if not closed or any(end is not None and end.denominator != 1 for end in ends):
            raise Rejected("an end of a range of integers is not one of them")


def check_names(term: Term, box: Box) -> None:
    """Free names are real variables of the box; raises Rejected."""
    stack: list[tuple[Term, frozenset[str]]] = [(term, frozenset())]
    while stack:
        part, bound = stack.pop()
        if isinstance(part, Name) and part.text not in bound:
            if part.text not in box:
                raise Rejected(f"no range for {part.text}")
            if part.sort != REAL:
                raise Rejected(f"{part.text} is not of sort Real")
        elif isinstance(part, Apply):
            stack.extend((arg, bound) for arg in part.args)
        elif isinstance(part, Bind):
            stack.append((part.domain, bound))
            stack.append((part.body, bound | {part.variable.text}))


def check_term(term: object, box: Box) -> None:
    """A term of a certificate: built of numbers, real variables of the box and known symbols."""
    if not isinstance(term, Term):
        raise Rejected("not a term")
    stack: list[Term] = [term]
    count = 0
    while stack:
        part = stack.pop()
        count += 1
        if count > LARGEST_TERM:
            raise Rejected("a term is too large")
        if isinstance(part, Apply):
            symbol = SYMBOLS.get(part.head)
            fits = symbol is not None and symbol.arity in (None, len(part.args))
            # The sort says no more than that 0^0 = 1 for exponents that are integers.
            if not fits or part.sort not in (REAL, INT, NAT):
                raise Rejected(f"no symbol {part.head!r} of this kind")
            stack.extend(part.args)
        elif not isinstance(part, Name | Number):
            raise Rejected("not a scalar term without binders")
    check_names(term, box)


def check_new(name: object, terms: Iterable[Term], box: Box) -> None:
    """A name that a certificate introduces occurs nowhere yet, bound names included; raises Rejected."""
    if not isinstance(name, str) or not name.isidentifier() or name in box:
        raise Rejected("not a new name")
    stack = list(terms)
    while stack:
        part = stack.pop()
        if isinstance(part, Name) and part.text == name:
            raise Rejected("not a new name")
        if isinstance(part, Apply):
            stack.extend(part.args)
        elif isinstance(part, Bind):
            stack.extend((part.variable, part.domain, part.body))


def size_of(term: Term) -> int:
    """Nodes of the term written out, found without writing it out."""
    known: dict[int, int] = {}

    def size(part: Term) -> int:
        if id(part) not in known:
            inner: tuple[Term, ...] = ()
            if isinstance(part, Apply):
                inner = part.args
            elif isinstance(part, Bind):
                inner = (part.domain, part.body)
            known[id(part)] = 1 + sum(map(size, inner))
        return known[id(part)]

    return size(term)
