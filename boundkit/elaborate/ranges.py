"""Ranges of indices: of which arguments a definition speaks, and what arithmetic on integers shows of an
index that is bound to a range. Pure functions on terms."""

from __future__ import annotations

from boundkit.elaborate import sizes
from boundkit.elaborate.places import place_of
from boundkit.elaborate.recursion import lower_and_upper
from boundkit.ir.exact import truth
from boundkit.ir.sorts import INT, NAT, PROP, SetOf, Sort
from boundkit.ir.terms import ONE, TRUE, ZERO, Apply, Bind, Name, Term, conjunction, relation
from boundkit.ir.theorems import Clause, Definition
from boundkit.source import Span

Conditions = tuple[Term, ...]


def natural(argument: Term, sort: Sort) -> Conditions:
    """That an argument of a place for naturals is not negative."""
    if sort == NAT and argument.sort != NAT:
        return (relation("<=", ZERO, argument, place_of(argument)),)
    return ()


def over_parameters(clause: Clause, found: Conditions) -> list[Term]:
    """Conditions of the body of a clause, for all its parameters in their ranges."""
    result = []
    for condition in found:
        span = place_of(condition)
        for parameter in reversed(clause.parameters):
            if parameter.text not in condition.free and not clause.guard:
                continue
            ends = _ends(clause, parameter.text)
            if None not in ends:
                domain = Apply("range", tuple(end for end in ends if end is not None), SetOf(parameter.sort))
            elif parameter.text in condition.free:
                domain = Apply("everything", (), SetOf(parameter.sort))
            else:
                continue
            condition = Bind("forall", parameter, domain, condition, PROP, span)
        result.append(condition)
    return result


def _ends(clause: Clause, name: str) -> tuple[Term | None, Term | None]:
    low: Term | None = None
    high: Term | None = None
    for guard in clause.guard:
        if isinstance(guard, Apply) and guard.head == "<=":
            left, right = guard.args
            if isinstance(right, Name) and right.text == name:
                low = left
            elif isinstance(left, Name) and left.text == name:
                high = right
    return low, high


def in_range(definition: Definition, arguments: tuple[Term, ...], span: Span) -> Conditions:
    """That some clause speaks of these arguments. The intervals of the clauses are joined where one
    begins next to the end of another."""
    found: list[Term] = []
    for place, argument in enumerate(arguments):
        patterns = [clause.patterns[place] for clause in definition.clauses]
        guarded = any(
            isinstance(pattern, Name) and _guarded(clause, pattern.text)
            for clause, pattern in zip(definition.clauses, patterns, strict=True)
        )
        if any(isinstance(pattern, Name) for pattern in patterns) and not guarded:
            for pattern in patterns:
                if isinstance(pattern, Name):
                    found.extend(natural(argument, pattern.sort))
                    break
            continue
        intervals = _joined([lower_and_upper(clause, place) for clause in definition.clauses])
        options = []
        for low, high in intervals:
            parts = []
            if low is not None:
                parts.append(relation("<=", low, argument, span))
            if high is not None:
                parts.append(relation("<=", argument, high, span))
            options.append(conjunction(tuple(part for part in parts if not holds(part))))
        if TRUE in options:
            continue
        condition = options[0] if len(options) == 1 else Apply("or", tuple(options), PROP, span)
        if isinstance(condition, Apply):
            condition = Apply(condition.head, condition.args, PROP, span)
        found.append(condition)
    return tuple(found)


def _guarded(clause: Clause, name: str) -> bool:
    return any(name in guard.free for guard in clause.guard)


Interval = tuple[Term | None, Term | None]


def _joined(intervals: list[Interval]) -> list[Interval]:
    result = list(intervals)
    merged = True
    while merged:
        merged = False
        for one in range(len(result)):
            for two in range(len(result)):
                high, low = result[one][1], result[two][0]
                if one == two or high is None or low is None:
                    continue
                if sizes.difference(low, high) == 1:
                    joined = (result[one][0], result[two][1])
                    result = [part for place, part in enumerate(result) if place not in (one, two)]
                    result.append(joined)
                    merged = True
                    break
            if merged:
                break
    return result


Ranges = tuple[tuple[Name, Term, Term], ...]


def holds(condition: Term, ranges: Ranges = ()) -> bool:
    """Whether the condition is true by arithmetic: on numerals, since a Nat is not negative, or since a bound
    index lies in its range."""
    if isinstance(condition, Bind) and condition.head == "forall":
        domain = condition.domain
        if isinstance(domain, Apply) and domain.head == "range":
            ranges = (*ranges, (condition.variable, domain.args[0], domain.args[1]))
        return holds(condition.body, ranges)
    if isinstance(condition, Apply) and condition.head == "implies":
        return holds(condition.args[1], ranges)
    if isinstance(condition, Apply) and condition.head == "and":
        return all(holds(part, ranges) for part in condition.args)
    if truth(condition, {}) is True:
        return True
    if isinstance(condition, Apply) and condition.head in ("<=", "<"):
        left, right = condition.args
        if left.sort in (NAT, INT) and right.sort in (NAT, INT):
            return _at_least(
                sizes.polynomial(right).plus(sizes.polynomial(left), -ONE.value), ranges, condition.head
            )
    return False


def _at_least(gap: sizes.Polynomial, ranges: Ranges, head: str) -> bool:
    for variable, first, last in reversed(ranges):
        slope = gap.coefficients.get(((variable.text, 1),))
        if slope is None:
            continue
        end = first if slope > 0 else last
        if isinstance(end, Apply) and end.head in ("infinity", "neg"):
            continue
        own = sizes.polynomial(Name(variable.text, INT))
        gap = gap.plus(sizes.polynomial(end).plus(own, -ONE.value), slope)
    never_negative = all(gap.atoms[atom].sort == NAT for monomial in gap.coefficients for atom, _ in monomial)
    signs = all(coefficient >= 0 for coefficient in gap.coefficients.values())
    return never_negative and signs and (head == "<=" or gap.coefficients.get((), ZERO.value) > 0)
