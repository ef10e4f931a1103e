"""Recursive definitions: every call of the name itself is on a smaller index, and no two clauses speak
of the same index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Listed
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from boundkit.elaborate import sizes
from boundkit.elaborate.scope import mistake
from boundkit.ir.show import show
from boundkit.ir.sorts import NAT
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, number, substitute
from boundkit.ir.theorems import Clause, Definition
from boundkit.syntax.tree import Define

if TYPE_CHECKING:
    from boundkit.elaborate.reading import Context


def check_recursion(context: Context, definition: Definition, written: Listed[Define]) -> None:
    """E0209 when a recursion does not descend or two clauses overlap."""
    for (one, first), (two, second) in combinations(enumerate(definition.clauses), 2):
        if not disjoint(first, second):
            name = definition.name.text
            line = context.source.position(written[one].span.start)[0]
            message = f"two clauses of `{name}` may speak of the same index (the other is on line {line})"
            help = "let the clauses range over different indices"
            raise mistake("E0209", message, written[two].target.span, help)
    if definition.recursive:
        _check_descent(definition, written)


def lower_and_upper(clause: Clause, place: int) -> tuple[Term | None, Term | None]:
    """The least and greatest index that the clause speaks of at an argument, None where it is not known:
    a numeral is both, `k + c` runs over the shifted range of `k` (from 0 when no range is given)."""
    pattern = clause.patterns[place]
    if isinstance(pattern, Number):
        return pattern, pattern
    names = [parameter.text for parameter in clause.parameters if parameter.text in pattern.free]
    if len(names) != 1:
        return None, None
    name = names[0]
    low: Term | None = number(0)
    high: Term | None = None
    for guard in clause.guard:
        if isinstance(guard, Apply) and guard.head == "<=":
            left, right = guard.args
            if isinstance(right, Name) and right.text == name:
                low = left
            if isinstance(left, Name) and left.text == name:
                high = right
    shift = substitute(pattern, {name: number(0)})
    return (
        sizes.as_term(sizes.polynomial(low).plus(sizes.polynomial(shift))) if low is not None else None,
        sizes.as_term(sizes.polynomial(high).plus(sizes.polynomial(shift))) if high is not None else None,
    )


def disjoint(first: Clause, second: Clause) -> bool:
    """Whether some argument shows that the clauses speak of different indices."""
    for place in range(len(first.patterns)):
        low1, high1 = lower_and_upper(first, place)
        low2, high2 = lower_and_upper(second, place)
        for high, low in ((high1, low2), (high2, low1)):
            if high is not None and low is not None:
                gap = sizes.difference(low, high)
                if gap is not None and gap > 0:
                    return True
    return False


def _check_descent(definition: Definition, written: Listed[Define]) -> None:
    name = definition.name.text
    places = [
        place
        for place in range(len(definition.clauses[0].patterns))
        if all(clause.patterns[place].sort == NAT for clause in definition.clauses)
    ]
    count = len(definition.clauses[0].patterns)
    worst: tuple[Term, Define] | None = None
    for clause, define in zip(definition.clauses, written, strict=True):
        for arguments, ranges, span_term in _calls(clause.body, name, count, {}):
            if arguments is None:
                message = f"`{name}` is used without all its arguments in its own definition"
                raise mistake("E0209", message, define.body.span, "give it a smaller index")
            good = [place for place in places if _descends(arguments[place], clause.patterns[place], ranges)]
            if not set(good) & set(places):
                worst = worst or (span_term, define)
            places = [place for place in places if place in good]
            if not places:
                _, where = worst or (span_term, define)
                message = f"`{show(span_term)}` is not at a smaller index than the clause that it stands in"
                span = getattr(span_term, "span", where.body.span)
                raise mistake("E0209", message, span, "a recursion may use smaller indices only")


def _descends(argument: Term, pattern: Term, ranges: Mapping[str, Term]) -> bool:
    for name, last in ranges.items():
        if name in argument.free:
            slope = sizes.difference(
                substitute(argument, {name: number(1)}), substitute(argument, {name: number(0)})
            )
            if slope is None or slope < 0:
                return False
            argument = substitute(argument, {name: last})
    gap = sizes.difference(pattern, argument)
    return gap is not None and gap >= Fraction(1)


def _calls(
    term: Term, name: str, count: int, ranges: Mapping[str, Term]
) -> Iterator[tuple[tuple[Term, ...] | None, Mapping[str, Term], Term]]:
    """Each use of the name: its arguments, and the last value of each range bound around it."""
    if name not in term.free:
        return
    if isinstance(term, Name):
        yield None, ranges, term
    elif isinstance(term, Apply):
        arguments: list[Term] = []
        base: Term = term
        if term.head == "index":
            while isinstance(base, Apply) and base.head == "index":
                arguments[:0] = [base.args[1]]
                base = base.args[0]
        elif term.head == "call":
            base, arguments = term.args[0], list(term.args[1:])
        if isinstance(base, Name) and base.text == name and len(arguments) >= count:
            yield tuple(arguments[:count]), ranges, term
            for argument in arguments:
                yield from _calls(argument, name, count, ranges)
            return
        for arg in term.args:
            yield from _calls(arg, name, count, ranges)
    elif isinstance(term, Bind):
        yield from _calls(term.domain, name, count, ranges)
        inside = {key: last for key, last in ranges.items() if key != term.variable.text}
        if isinstance(term.domain, Apply) and term.domain.head == "range":
            inside[term.variable.text] = term.domain.args[1]
        yield from _calls(term.body, name, count, inside)
