"""Samples: `replace`, `others`, `neighbours`, the listing of tuples and subsets, and the types of a sample,
by which a symmetric sum over k^n outcomes has at most binomial(n+k-1, n) terms."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations, combinations_with_replacement, product
from typing import TYPE_CHECKING, Any

from boundkit.ir.sorts import Abstract, Power, Product, SetOf, Sort
from boundkit.ir.terms import TRUE, Apply, Bind, Name, Term
from boundkit.kernel.values import Absent, Extent, Grid, Listed, Pair, Truth, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

MOST_LISTED = 4096
SYMMETRIC_FOLDS = frozenset({"sum", "prod", "min", "max", "sup", "inf", "avg", "forall", "exists"})


def items_of(value: Value) -> tuple[Value, ...]:
    """The members of a tuple or sample; Unsupported for anything else."""
    if isinstance(value, Listed):
        return value.items
    if isinstance(value, Grid) and value.columns == 1:
        return value.entries
    raise Unsupported("a sample that is no tuple")


def like(sample: Value, items: Sequence[Value]) -> Value:
    """The items as a tuple of the kind of `sample`."""
    return Grid(len(items), 1, tuple(items)) if isinstance(sample, Grid) else Listed(1, tuple(items))


def replaced(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Value:
    """The sample with its i-th member replaced; Absent when it has none."""
    sample = evaluator.value(args[0], scope)
    items, place = list(items_of(sample)), evaluator.integer(args[1], scope)
    if not 1 <= place <= len(items):
        raise Absent(f"member {place} of a sample of {len(items)}")
    items[place - 1] = evaluator.value(args[2], scope)
    return like(sample, items)


def others(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Value:
    """The sample without its i-th member; Absent when it has none."""
    sample = evaluator.value(args[0], scope)
    items, place = items_of(sample), evaluator.integer(args[1], scope)
    if not 1 <= place <= len(items):
        raise Absent(f"member {place} of a sample of {len(items)}")
    return like(sample, items[: place - 1] + items[place:])


def neighbours(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Truth:
    """Whether two samples agree in all places but at most one."""
    left, right = (items_of(evaluator.value(arg, scope)) for arg in args)
    if len(left) != len(right):
        raise Absent("samples of different sizes compared")
    equal = [same(evaluator.arithmetic, *pair) for pair in zip(left, right, strict=True)]
    arithmetic = evaluator.arithmetic
    if all(isinstance(truth, bool) for truth in equal):
        return arithmetic.constant(equal.count(False) <= 1)

    def elsewhere(place: int) -> Truth:
        rest = [partial(arithmetic.constant, truth) for k, truth in enumerate(equal) if k != place]
        return arithmetic.every(rest)

    return arithmetic.some([partial(elsewhere, place) for place in range(len(equal))])


DIFFERENCES = frozenset({"is_bounded_differences", "is_bounded_differences_except"})


def bounded_differences(evaluator: Evaluator, term: Apply, scope: Scope) -> Truth:
    """`X is bounded_differences(c, S)`: |X(s) - X(s')| <= c for all samples that differ in one place; with
    `_except` and i, for those that differ in one place other than i. X is a term in the draw S."""
    body, bound, sample, *place = term.args
    if not isinstance(sample, Name):
        raise Unsupported(f"bounded differences in `{sample}`")
    listed = everything(evaluator, sample.sort)
    if listed is None:
        raise Unsupported(f"all samples `{sample}`")
    arithmetic = evaluator.arithmetic
    most = evaluator.value(bound, scope)
    kept = evaluator.integer(place[0], scope) if place else 0
    known = [(items_of(s), evaluator.under({sample.text: s}).value(body, scope)) for s in listed]
    parts = []
    for (one, left), (other, right) in combinations(known, 2):
        differing = [k for k, pair in enumerate(zip(one, other, strict=True), 1) if pair[0] != pair[1]]
        if len(differing) == 1 and differing != [kept]:
            gap = arithmetic.apply("abs", (arithmetic.apply("-", (left, right)),))
            parts.append(partial(arithmetic.compare, "<=", gap, most))
    return arithmetic.every(parts)


def same(arithmetic: Any, left: Value, right: Value) -> Truth:
    """Whether two values of one sort are equal, place by place."""
    if isinstance(left, Grid) and isinstance(right, Grid):
        if (left.rows, left.columns) != (right.rows, right.columns):
            raise Absent("matrices of different sizes compared")
        pairs = list(zip(left.entries, right.entries, strict=True))
        return arithmetic.every([partial(arithmetic.compare, "=", *pair) for pair in pairs])
    if isinstance(left, Listed) and isinstance(right, Listed):
        if (left.first, len(left.items)) != (right.first, len(right.items)):
            raise Absent("tuples of different sizes compared")
        pairs = list(zip(left.items, right.items, strict=True))
        return arithmetic.every([partial(same, arithmetic, *pair) for pair in pairs])
    if isinstance(left, Pair) and isinstance(right, Pair):
        sides = ((left.left, right.left), (left.right, right.right))
        return arithmetic.every([partial(same, arithmetic, *side) for side in sides])
    if any(isinstance(value, Grid | Listed | Pair | Extent) for value in (left, right)):
        raise Unsupported("the equality of these values")
    return arithmetic.compare("=", left, right)


def everything(evaluator: Evaluator, sort: Sort) -> Iterator[Value] | None:
    """All values of a sort, when it is a finite type, or tuples, pairs or subsets of what can be listed, of
    at most MOST_LISTED; None for any other."""
    found = _members(evaluator, sort)
    return None if found is None else iter(found)


def _members(evaluator: Evaluator, sort: Sort) -> Sequence[Value] | None:
    match sort:
        case Abstract(name):
            found = evaluator.names.get(name)
            return found.parts if isinstance(found, Extent) else None
        case Power(element, times):
            base, count = _members(evaluator, element), evaluator.integer(times, {})
            if base is None or count < 0 or len(base) ** count > MOST_LISTED:
                return None
            return [Listed(1, items) for items in product(base, repeat=count)]
        case Product(left, right):
            first, second = _members(evaluator, left), _members(evaluator, right)
            if first is None or second is None or len(first) * len(second) > MOST_LISTED:
                return None
            return [Pair(*pair) for pair in product(first, second)]
        case SetOf(element, finite):
            base = _members(evaluator, element)
            if base is None or 2 ** len(base) > MOST_LISTED:
                return None
            sizes = range(1 if finite else 0, len(base) + 1)
            return [Extent("enumeration", part, TRUE) for size in sizes for part in combinations(base, size)]
    return None


def types_of(
    arithmetic: Any, outcomes: Sequence[Value], weights: Sequence[Any], count: int
) -> Iterator[tuple[tuple[Value, ...], Any]]:
    """Each multiset of `count` outcomes in order, with the probability of all samples that are its
    rearrangements."""
    for places in combinations_with_replacement(range(len(outcomes)), count):
        shares = [weights[place] for place in places]
        ways = math.factorial(count)
        for place in set(places):
            ways //= math.factorial(places.count(place))
        weight = arithmetic.rational(Fraction(ways))
        for share in shares:
            weight = arithmetic.apply("*", (weight, share))
        yield tuple(outcomes[place] for place in places), weight


def is_symmetric(evaluator: Evaluator, terms: Sequence[Term], sample: Name, bound: frozenset[str]) -> bool:
    """Whether the values of terms do not change when the members of a sample are rearranged: it occurs,
    also in definitions, only as `sample[i]` under a sum or its kin over all i, and i only so."""
    if not isinstance(sample.sort, Power) and not hasattr(sample.sort, "rows"):
        return False
    count = sample.sort.count if isinstance(sample.sort, Power) else sample.sort.rows
    theorem = evaluator.theorem
    seen: set[str] = set()
    pending: list[tuple[Term, frozenset[str]]] = [(term, bound) for term in terms]
    while pending:
        term, hidden = pending.pop()
        names: set[str] = set()
        if not _rearranges(term, sample.text, _whole(evaluator, count), names.add):
            return False
        for name in names - hidden - seen:
            seen.add(name)
            if name in theorem.definition:
                for clause in theorem.definition[name].clauses:
                    parameters = frozenset(parameter.text for parameter in clause.parameters)
                    pending.append((clause.body, parameters))
                    pending.extend((guard, parameters) for guard in clause.guard)
    return True


def _whole(evaluator: Evaluator, count: Term) -> Callable[[Term], bool]:
    """Whether a range is 1..count."""

    def whole(domain: Term) -> bool:
        if not (isinstance(domain, Apply) and domain.head == "range"):
            return False
        first, last = domain.args
        if last == count:
            return evaluator.integer(first, {}) == 1 if not first.free else False
        try:
            return [evaluator.integer(end, {}) for end in domain.args] == [1, evaluator.integer(count, {})]
        except Unsupported:
            return False

    return whole


def _rearranges(
    term: Term, sample: str, whole: Callable[[Term], bool], mention: Callable[[str], Any]
) -> bool:
    match term:
        case Name(text):
            mention(text)
            return text != sample
        case Apply(head, args):
            return all(_rearranges(arg, sample, whole, mention) for arg in args)
        case Bind(head, variable, domain, body):
            if not _rearranges(domain, sample, whole, mention):
                return False
            if head in SYMMETRIC_FOLDS and sample in body.free and whole(domain):
                rest = _without(body, sample, variable.text)
                return variable.text not in rest.free and _rearranges(rest, sample, whole, mention)
            return _rearranges(body, sample, whole, mention)
    return True


def _without(term: Term, sample: str, place: str) -> Term:
    """The term with `true` for `sample[place]`."""
    if isinstance(term, Apply):
        named = tuple(arg.text for arg in term.args if isinstance(arg, Name))
        if term.head == "index" and named == (sample, place) and len(term.args) == 2:
            return TRUE
        return Apply(term.head, tuple(_without(arg, sample, place) for arg in term.args), term.sort)
    if isinstance(term, Bind) and term.variable.text not in (sample, place):
        body = _without(term.body, sample, place)
        return Bind(term.head, term.variable, _without(term.domain, sample, place), body, term.sort)
    return term


__all__ = [
    "everything", "is_symmetric", "items_of", "neighbours", "others", "replaced", "same", "types_of",
]  # fmt: skip
