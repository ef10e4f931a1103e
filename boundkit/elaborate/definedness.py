"""Conditions under which a proposition or term is defined. Pure functions on terms: the kernel's planner
asks for them as well as the elaborator.

A condition carries the binders and guards of the place where it arises, so its free names are names of
the theorem. Random names stand for any of their values, that is, conditions hold at every outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from boundkit.elaborate.places import place_of
from boundkit.elaborate.ranges import holds, in_range, natural, over_parameters
from boundkit.errors import Diagnostic, LimitReached
from boundkit.ir import sorts
from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import INT, NAT, PROP, REAL, Distribution, Matrix, SetOf, is_numeric
from boundkit.ir.terms import (
    ONE,
    TRUE,
    ZERO,
    Apply,
    Bind,
    Name,
    Number,
    Term,
    conjunction,
    fresh_name,
    number,
    relation,
    substitute,
)
from boundkit.ir.theorems import Clause, Definition
from boundkit.source import Span

MOST_CONDITIONS = 4000


def conditions(term: Term, definitions: Mapping[str, Definition]) -> tuple[Term, ...]:
    """The conditions of a term or proposition, in the order of its text and without duplicates.

    Denominators are not 0, arguments of `ln` are positive, of `sqrt` not negative, powers have a
    positive base, or a whole exponent that is not negative, or a whole exponent and a base that is not
    0; indices lie in the range of the definition, tuple or matrix; extrema are attained and means are
    over something. Definitions are unfolded where they are used; of a recursive one the index is
    checked and its clauses once. Conditions that hold by arithmetic on numerals are left out, and one that
    fails by it stays. Existence of expectations is not among them.

    Raises LimitReached when there are more than any written formula has."""
    collector = _Collector(definitions)
    try:
        own = collector.of(term)
    except RecursionError:
        message = "the definitions are nested too deep"
        raise LimitReached(Diagnostic("E0220", "error", message, place_of(term))) from None
    found = tuple(dict.fromkeys((*collector.closed, *own)))
    return tuple(condition for condition in found if not _repeats(condition, found))


Conditions = tuple[Term, ...]


class _Collector:
    """One traversal; `known` keeps the conditions of terms met before, `closed` those of the clauses of
    definitions, which hold for all their parameters and need no binder from outside."""

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self.definitions = definitions
        self.known: dict[Term, Conditions] = {}
        self.entered: set[str] = set()
        self.closed: list[Term] = []
        self.count = 0

    def of(self, term: Term) -> Conditions:
        """The conditions of a term, dropping those that a guarded copy repeats."""
        if isinstance(term, Number):
            return ()
        if term in self.known:
            return self.known[term]
        found = self._of(term)
        found = tuple(dict.fromkeys(part for part in found if not holds(part)))
        self.count += len(found)
        if self.count > MOST_CONDITIONS:
            message = f"more than {MOST_CONDITIONS} conditions of definedness"
            raise LimitReached(Diagnostic("E0220", "error", message, help="split the definitions"))
        self.known[term] = found
        return found

    def _of(self, term: Term) -> Conditions:
        if isinstance(term, Name):
            definition = self.definitions.get(term.text)
            if definition is None or definition.style != "constant":
                return ()
            return self.of(definition.clauses[0].body)
        if isinstance(term, Bind):
            return self._bind(term)
        assert isinstance(term, Apply)
        rule = _RULES.get(term.head)
        if rule is not None:
            return rule(self, term)
        return self._parts(term)

    def _parts(self, term: Apply) -> Conditions:
        found: list[Term] = []
        for arg in term.args:
            found.extend(self.of(arg))
        return (*found, *self._own(term))

    def _own(self, term: Apply) -> Conditions:
        symbol = SYMBOLS.get(term.head)
        if symbol is None or not is_numeric(term.sort):
            return ()
        return _symbol_conditions(symbol.domain, term)

    def arithmetic(self, term: Apply) -> Conditions:
        """Sums and products, along the left spine, which may be long."""
        spine: list[Apply] = []
        current: Term = term
        while isinstance(current, Apply) and current.head in ("+", "-", "*", "/") and len(current.args) == 2:
            spine.append(current)
            current = current.args[0]
        found = list(self.of(current))
        for part in reversed(spine):
            found.extend(self.of(part.args[1]))
            if part.head == "/":
                divisor = part.args[1]
                found.append(relation("!=", divisor, ZERO, place_of(divisor)))
        return tuple(found)

    def conjunction(self, term: Apply) -> Conditions:
        """Each part under those before it; the links of a chain stand on their own."""
        parts = _flat(term, "and")
        chained = all(
            isinstance(one, Apply) and isinstance(two, Apply) and len(one.args) > 1 < len(two.args)
            and one.args[1] == two.args[0]
            for one, two in pairwise(parts)
        )  # fmt: skip
        found: list[Term] = list(self.of(parts[0]))
        for place, part in enumerate(parts[1:], 1):
            own = self.of(part)
            before = conjunction(tuple(parts[:place]))
            found.extend(own if chained else _under(before, own, found))
        return tuple(found)

    def disjunction(self, term: Apply) -> Conditions:
        """Each part where those before it fail."""
        parts = _flat(term, "or")
        found: list[Term] = list(self.of(parts[0]))
        for place, part in enumerate(parts[1:], 1):
            before = parts[0] if place == 1 else Apply("or", tuple(parts[:place]), PROP)
            found.extend(_under(Apply("not", (before,), PROP), self.of(part), found))
        return tuple(found)

    def implication(self, term: Apply) -> Conditions:
        """The conclusion where the premise holds."""
        premise, conclusion = term.args
        found = list(self.of(premise))
        return (*found, *_under(premise, self.of(conclusion), found))

    def choice(self, term: Apply) -> Conditions:
        """The first value under the condition, the second under its negation."""
        condition, then, otherwise = term.args
        found = list(self.of(condition))
        found.extend(_under(condition, self.of(then), found))
        found.extend(_under(Apply("not", (condition,), PROP), self.of(otherwise), found))
        return tuple(found)

    def call(self, term: Apply) -> Conditions:
        """The arguments, then the definition at them."""
        function, *arguments = term.args
        found: list[Term] = []
        for argument in arguments:
            found.extend(self.of(argument))
        definition = self.definitions.get(function.text) if isinstance(function, Name) else None
        if definition is None:
            found.extend(self.of(function))
            if isinstance(function.sort, sorts.Function):
                for argument, sort in zip(arguments, function.sort.arguments, strict=True):
                    found.extend(natural(argument, sort))
        else:
            found.extend(self._defined(definition, tuple(arguments), term))
        return tuple(found)

    def index(self, term: Apply) -> Conditions:
        """The index, and that it lies in range."""
        base: Term = term
        places: list[Term] = []
        while isinstance(base, Apply) and base.head == "index":
            places[:0] = [base.args[1]]
            base = base.args[0]
        definition = self.definitions.get(base.text) if isinstance(base, Name) else None
        if definition is not None and definition.style == "index":
            count = len(definition.clauses[0].patterns)
            found = [part for place in places for part in self.of(place)]
            found.extend(self._defined(definition, tuple(places[:count]), term))
            return tuple(found)
        sequence, place = term.args
        found = [*self.of(sequence), *self.of(place)]
        size = _length(sequence)
        if size is not None:
            found.append(_within(place, ONE, size, term.span))
        return tuple(part for part in found if not holds(part))

    def _defined(self, definition: Definition, arguments: tuple[Term, ...], term: Apply) -> Conditions:
        found: list[Term] = list(in_range(definition, arguments, term.span))
        clause = definition.clauses[0]
        plain = len(definition.clauses) == 1 and all(isinstance(pattern, Name) for pattern in clause.patterns)
        if plain and not definition.recursive:
            found.extend(self.of(substitute(clause.body, _values(clause, arguments))))
        elif definition.name.text not in self.entered:
            self.entered.add(definition.name.text)
            for each in definition.clauses:
                self.closed.extend(
                    part for part in over_parameters(each, self.of(each.body)) if not holds(part)
                )
        return tuple(found)

    def gradient(self, term: Apply) -> Conditions:
        """The function at the point."""
        function, *points = term.args
        result = function.sort.result if isinstance(function.sort, sorts.Function) else REAL
        return self.of(Apply("call", (function, *points), result, term.span))

    def derivative(self, term: Apply) -> Conditions:
        """What is differentiated; that it is differentiable is for calculus to show."""
        return self.of(term.args[0])

    def at_point(self, term: Apply) -> Conditions:
        """The value, and the body there."""
        body, variable, value = term.args
        assert isinstance(variable, Name)
        return (*self.of(value), *self.of(substitute(body, {variable.text: value})))

    def nearest(self, term: Apply) -> Conditions:
        """A nearest point needs a set that is not empty."""
        domain, point = term.args
        return (*self.of(domain), *self.of(point), *self._not_empty(domain, term.span))

    def slice(self, term: Apply) -> Conditions:
        """The ends of a part of a sequence."""
        return (*self.of(term.args[0]), *self.of(term.args[1]))

    def where(self, term: Apply) -> Conditions:
        """The element of a set builder, where its condition holds."""
        element, condition = term.args
        found = list(self.of(condition))
        found.extend(_under(condition, self.of(element), found))
        return tuple(found)

    def _bind(self, term: Bind) -> Conditions:
        found: list[Term] = list(self.of(term.domain))
        inside = self.of(term.body)
        if isinstance(term.domain.sort, Distribution):
            found.extend(_almost_all(term, part) for part in inside)
        else:
            found.extend(_for_all(term, part) for part in inside)
        wants_set = isinstance(term.sort, SetOf)
        if term.head in ("max", "min", "argmax", "argmin", "avg") and not wants_set:
            found.extend(self._attained(term))
        return tuple(found)

    def _attained(self, term: Bind) -> Conditions:
        domain = term.domain
        if isinstance(domain, Apply) and domain.head == "range":
            if any(isinstance(end, Apply) and end.head in ("infinity", "neg") for end in domain.args):
                return (_extremum_exists(term),)
            return (relation("<=", domain.args[0], domain.args[1], term.span),)
        finite = isinstance(domain.sort, SetOf) and domain.sort.finite
        if finite or term.head == "avg":
            return self._not_empty(domain, term.span)
        return (_extremum_exists(term),)

    def _not_empty(self, domain: Term, span: Span) -> Conditions:
        if self._surely_filled(domain, 0):
            return ()
        element = domain.sort.element if isinstance(domain.sort, SetOf) else REAL
        member = Name(fresh_name("x", domain.free), element)
        return (Bind("exists", member, domain, TRUE, PROP, span),)

    def _surely_filled(self, domain: Term, depth: int) -> bool:
        base = domain
        while isinstance(base, Apply) and base.head in ("index", "call"):
            base = base.args[0]
        if isinstance(base, Name):
            definition = self.definitions.get(base.text)
            if definition is None:
                return isinstance(domain.sort, SetOf) and (
                    domain.sort.finite or isinstance(domain.sort.element, sorts.Abstract)
                )
            return depth < 8 and all(self._surely_filled(c.body, depth + 1) for c in definition.clauses)
        if isinstance(domain, Apply):
            return domain.head in ("minimal_cover", "everything") or (
                domain.head == "enumeration" and bool(domain.args)
            )
        return False


_RULES: dict[str, Callable[[_Collector, Apply], Conditions]] = {
    "+": _Collector.arithmetic,
    "-": _Collector.arithmetic,
    "*": _Collector.arithmetic,
    "/": _Collector.arithmetic,
    "and": _Collector.conjunction,
    "or": _Collector.disjunction,
    "implies": _Collector.implication,
    "if": _Collector.choice,
    "call": _Collector.call,
    "index": _Collector.index,
    "grad": _Collector.gradient,
    "diff": _Collector.derivative,
    "at": _Collector.at_point,
    "nearest": _Collector.nearest,
    "slice": _Collector.slice,
    "and_where": _Collector.where,
}


def _symbol_conditions(domain: str, term: Apply) -> Conditions:
    first = term.args[0] if term.args else ZERO
    span = term.span
    if domain == "positive":
        return (relation("<", ZERO, first, span),)
    if domain == "nonnegative":
        return (relation("<=", ZERO, first, span),)
    if domain == "unit":
        return (relation("<=", ZERO, first, span), relation("<=", first, ONE, span))
    if domain == "between -1 and 1":
        return (relation("<=", number(-1), first, span), relation("<=", first, ONE, span))
    if domain == "at least -1/e":
        least = Apply("neg", (Apply("exp", (number(-1),), REAL),), REAL)
        return (relation("<=", least, first, span),)
    if domain == "from -1/e below 0":
        least = Apply("neg", (Apply("exp", (number(-1),), REAL),), REAL)
        return (relation("<=", least, first, span), relation("<", first, ZERO, span))
    if domain == "nonzero cosine":
        return (relation("!=", Apply("cos", (first,), REAL), ZERO, span),)
    if domain in ("natural", "naturals"):
        return tuple(condition for arg in term.args for condition in natural(arg, NAT))
    if domain == "order and positive":
        return (*natural(first, NAT), relation("<", ZERO, term.args[1], span))
    if domain == "power":
        return _power(term)
    return ()


def _power(term: Apply) -> Conditions:
    base, exponent = term.args
    if exponent.sort == NAT:
        return ()
    not_zero = relation("!=", base, ZERO, term.span)
    if exponent.sort == INT:
        negative = isinstance(exponent, Apply) and exponent.head == "neg"
        if negative:
            return (not_zero,)
        if holds(not_zero):
            return ()
        return (Apply("or", (not_zero, relation("<=", ZERO, exponent)), PROP, term.span),)
    return (relation("<", ZERO, base, term.span),)


def _flat(term: Apply, head: str) -> list[Term]:
    parts: list[Term] = []
    stack: list[Term] = [term]
    while stack:
        current = stack.pop()
        if isinstance(current, Apply) and current.head == head:
            stack.extend(reversed(current.args))
        else:
            parts.append(current)
    return parts


def _under(guard: Term, found: Conditions, before: list[Term]) -> list[Term]:
    return [Apply("implies", (guard, part), PROP, place_of(part)) for part in found if part not in before]


def _for_all(term: Bind, condition: Term) -> Term:
    if term.variable.text not in condition.free and _never_empty(term.domain):
        return condition
    return Bind("forall", term.variable, term.domain, condition, PROP, place_of(condition))


def _never_empty(domain: Term) -> bool:
    if isinstance(domain, Name):
        return isinstance(domain.sort, SetOf) and isinstance(domain.sort.element, sorts.Abstract)
    if not isinstance(domain, Apply):
        return False
    return domain.head == "everything" or any(
        isinstance(end, Apply) and end.head == "infinity" for end in domain.args[1:]
    )


def _almost_all(term: Bind, condition: Term) -> Term:
    # a condition on the drawn value need hold only where the law puts mass
    if term.variable.text not in condition.free:
        return condition
    mass = Bind("probability", term.variable, term.domain, condition, REAL)
    return relation("=", mass, ONE, place_of(condition))


def _extremum_exists(term: Bind) -> Term:
    variable = term.variable
    other = Name(fresh_name(variable.text + "'", term.body.free | {variable.text}), variable.sort)
    body, at_other = term.body, substitute(term.body, {variable.text: other})
    sides = (body, at_other) if term.head in ("min", "argmin") else (at_other, body)
    inner = Bind("forall", other, term.domain, relation("<=", *sides), PROP)
    return Bind("exists", variable, term.domain, inner, PROP, term.span)


def _length(sequence: Term) -> Term | None:
    match sequence.sort:
        case sorts.Power(_, count):
            return count
        case Matrix(rows, _):
            return rows
        case _:
            return None


def _within(place: Term, low: Term, high: Term, span: Span) -> Term:
    parts = [relation("<=", low, place, span), relation("<=", place, high, span)]
    left = tuple(part for part in parts if not holds(part))
    return conjunction(left) if len(left) < 2 else Apply("and", left, PROP, span)


def _values(clause: Clause, arguments: tuple[Term, ...]) -> dict[str, Term]:
    return {
        pattern.text: argument
        for pattern, argument in zip(clause.patterns, arguments, strict=False)
        if isinstance(pattern, Name)
    }


def _repeats(condition: Term, found: tuple[Term, ...]) -> bool:
    """Whether the condition is a guarded copy of another one."""
    inner = condition
    while True:
        if isinstance(inner, Bind) and inner.head == "forall" and inner.variable.text not in inner.body.free:
            inner = inner.body
        elif isinstance(inner, Apply) and inner.head == "implies":
            inner = inner.args[1]
        else:
            return False
        if inner in found:
            return True
