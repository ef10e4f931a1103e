"""Distances by way of a third point: `||x - y|| <= ||z - x|| + ||z - y||` where facts bound the two."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from boundkit.ir.sorts import REAL, is_numeric
from boundkit.ir.terms import (
    Apply,
    Bind,
    Name,
    Term,
    canonical,
    fresh_name,
    number,
    relation,
    substitute,
    subterms,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import TooLarge

MOST_LINES = 12
"""Triangles that one goal may ask for."""


def by_way(frame: Frame, goal: Term) -> list[c.Line]:
    """The triangle inequality for the distances in a goal, through points whose distances to both ends the
    facts bound; facts for all indices are taken at the index that fits."""
    from boundkit.provers.search import accepted

    lines: list[c.Line] = []
    outer = frame
    for distance, left, right in _distances(goal):
        ways: dict[str, list[tuple[Term, c.Line | None]]] = {}
        for end in (left, right):
            ways[canonical(end)] = list(_neighbours(outer, end))
        for middle, first in ways[canonical(left)]:
            for other, second in ways[canonical(right)]:
                if canonical(middle) != canonical(other) or len(lines) >= MOST_LINES:
                    continue
                for way in (first, second):
                    if way is not None and all(way.claim != line.claim for line in lines):
                        label = fresh_name(way.name, set(outer.facts))
                        lines.append(c.Line(label, way.claim, way.by))
                        outer = outer.with_fact(label, way.claim)
                line = _triangle(outer, distance, left, right, middle)
                if accepted(outer, line.claim, c.Proof(line.by)):
                    lines.append(line)
                    outer = outer.with_fact(line.name, line.claim)
    return lines


def _distances(goal: Term) -> Iterator[tuple[Term, Term, Term]]:
    seen: set[str] = set()
    for part in subterms(goal):
        if not (isinstance(part, Apply) and part.head == "norm" and len(part.args) == 1):
            continue
        inside = part.args[0]
        if isinstance(inside, Apply) and inside.head == "-" and canonical(part) not in seen:
            seen.add(canonical(part))
            left, right = inside.args
            yield part, left, right


def _neighbours(frame: Frame, end: Term) -> Iterator[tuple[Term, c.Line | None]]:
    """Points whose distance to one end a fact bounds, with the fact at the indices at which it does."""
    for name, formula in frame.facts.items():
        variables: list[str] = []
        core = formula
        while isinstance(core, Bind) and core.head == "forall":
            variables.append(core.variable.text)
            core = core.body
        if not (isinstance(core, Apply) and core.head in ("<=", "<", "=")):
            continue
        for _, left, right in _distances(core):
            for one, other in ((left, right), (right, left)):
                values = match(one, end, variables)
                if values is None or set(values) != set(variables) and variables:
                    continue
                if not variables:
                    yield other, None
                    continue
                places = tuple(values[variable] for variable in variables)
                try:
                    instance = frame.instantiate(formula, places)
                except (Rejected, NotNormal, TooLarge):
                    continue
                found = (pair for _, a, b in _distances(instance) for pair in ((a, b), (b, a)))
                middle = next((m for e, m in found if canonical(e) == canonical(end)), None)
                if middle is not None:
                    yield middle, c.Line(f"{name} at its place", instance, c.Specialise(name, places))


def _triangle(frame: Frame, distance: Term, left: Term, right: Term, middle: Term) -> c.Line:
    """(n - p - q)(n + p + q) + 2 (p q - <x - z, z - y>) = 0 for n = |x - y|, p = |z - x|, q = |z - y|."""

    def minus(one: Term, other: Term) -> Term:
        return Apply("-", (one, other), one.sort)

    sides = tuple(Apply("norm", (minus(middle, end),), REAL) for end in (left, right))
    both = Apply("+", sides, REAL)
    product = Apply("inner", (minus(left, middle), minus(middle, right)), REAL)
    goal = c.Factor("goal")
    summands = (
        c.Summand(Fraction(1), (goal, goal)),
        c.Summand(Fraction(2), (goal, c.Factor("sign", term=both))),
        c.Summand(Fraction(2), (c.Factor("gram", term=product),)),
    )
    claim = relation("<=", distance, both)
    return c.Line(fresh_name("triangle", set(frame.facts)), claim, c.Combination(summands))


def of_sums(frame: Frame, goal: Term) -> list[c.Line]:
    """`||w * sum_{i=a..b} x_i|| <= w * sum_{i=a..b} ||x_i||` for the norms of sums in a goal, w >= 0."""
    from boundkit.provers.search import accepted

    lines: list[c.Line] = []
    fixed = {*frame.sequent.names, *frame.sequent.definitions}
    for part in dict.fromkeys(subterms(goal)):
        if not (isinstance(part, Apply) and part.head == "norm" and part.free <= fixed):
            continue
        found = _weighted_sum(part.args[0])
        if found is None or len(lines) >= MOST_LINES:
            continue
        line = _below_sum(frame, part, *found)
        if accepted(frame, line.claim, c.Proof(line.by)):
            lines.append(line)
            frame = frame.with_fact(line.name, line.claim)
    return lines


def _weighted_sum(vector: Term) -> tuple[Term, Bind] | None:
    """A sum over a range and what it is multiplied by."""
    match vector:
        case Bind("sum", _, Apply("range")):
            return number(1), vector
        case Apply("*", (weight, Bind("sum", _, Apply("range")) as total)) if is_numeric(weight.sort):
            return weight, total
        case Apply("/", (Bind("sum", _, Apply("range")) as total, below)):
            return Apply("/", (number(1), below), REAL), total
    return None


def _below_sum(frame: Frame, norm: Term, weight: Term, total: Bind) -> c.Line:
    """(n - s)^2 + 2 (n - s) s + w^2 sum_ij (|x_i| |x_j| - <x_i, x_j>) = 0 for n the norm and s the sum."""
    low, high = total.domain.args  # type: ignore[attr-defined]
    taken = {*frame.sequent.names, *frame.sequent.definitions, *frame.taken, *total.body.free}
    first = Name(fresh_name(total.variable.text, taken), total.variable.sort)
    second = Name(fresh_name(total.variable.text, {*taken, first.text}), total.variable.sort)
    size = Bind("sum", total.variable, total.domain, Apply("norm", (total.body,), REAL), REAL)
    right = size if weight == number(1) else Apply("*", (weight, size), REAL)
    pair = tuple(substitute(total.body, {total.variable.text: own}) for own in (first, second))
    goal, one = c.Factor("goal"), Fraction(1)
    gram = (c.Factor("gram", term=Apply("inner", pair, REAL)),)
    scale = () if weight == number(1) else (c.Factor("sign", term=Apply("^", (weight, number(2)), REAL)),)
    summands = (
        c.Summand(one, (goal, goal)),
        c.Summand(Fraction(2), (goal, c.Factor("sign", term=right))),
        c.Summand(one, (*gram, *scale), ((first, low, high), (second, low, high))),
    )
    label = fresh_name("triangle", set(frame.facts))
    return c.Line(label, relation("<=", norm, right), c.Combination(summands))


def products(frame: Frame, goal: Term) -> list[c.Line]:
    """Bounds of the inner products in a goal by the facts that bound the norms of both vectors: Cauchy and
    Schwarz, with a bound for each norm."""
    from boundkit.provers.search import accepted

    lines: list[c.Line] = []
    outer = frame
    fixed = {*frame.sequent.names, *frame.sequent.definitions}
    seen: set[str] = set()
    for part in subterms(goal):
        if not (isinstance(part, Apply) and part.head == "inner" and part.free <= fixed):
            continue
        if canonical(part) in seen or len(lines) >= MOST_LINES:
            continue
        seen.add(canonical(part))
        bounds = []
        for vector in part.args:
            line = _size(outer, vector)
            if line is not None and all(line.claim != before.claim for before in lines):
                label = fresh_name(line.name, set(outer.facts))
                line = c.Line(label, line.claim, line.by)
                lines.append(line)
                outer = outer.with_fact(line.name, line.claim)
            bounds.append(line)
        first, second = bounds
        if first is None or second is None:
            continue
        claim, certificate = _product(part, first, second)
        if accepted(outer, claim, c.Proof(certificate)):
            line = c.Line(fresh_name("product", set(outer.facts)), claim, certificate)
            lines.append(line)
            outer = outer.with_fact(line.name, line.claim)
    return lines


def _size(frame: Frame, vector: Term) -> c.Line | None:
    """A fact `||v|| <= r` or `||v|| = r`, at the indices at which it is about the vector."""
    norm = Apply("norm", (vector,), REAL)
    for name, formula in frame.facts.items():
        variables: list[str] = []
        core = formula
        while isinstance(core, Bind) and core.head == "forall":
            variables.append(core.variable.text)
            core = core.body
        if not (isinstance(core, Apply) and core.head in ("<=", "=")):
            continue
        if core == relation("=", Apply("^", (norm, number(2)), REAL), core.args[1]):
            return _root(name, norm, core.args[1])
        values = match(core.args[0], norm, variables)
        if values is None or set(values) != set(variables):
            continue
        places = tuple(values[variable] for variable in variables)
        try:
            instance = frame.instantiate(formula, places)
        except (Rejected, NotNormal, TooLarge):
            continue
        if isinstance(instance, Apply):
            return c.Line("size", instance, c.Specialise(name, places) if places else c.Given(name))
    return None


def _root(fact: str, norm: Term, square: Term) -> c.Line:
    """n <= r for n^2 = r^2: (n - r)^2 + 2 r (n - r) = n^2 - r^2."""
    root, goal, one = Apply("sqrt", (square,), REAL), c.Factor("goal"), Fraction(1)
    summands = (
        c.Summand(one, (goal, goal)),
        c.Summand(Fraction(2), (goal, c.Factor("sign", term=root))),
        c.Summand(one, (c.Factor("equal", fact=fact, term=number(1)),)),
    )
    return c.Line("size", relation("<=", norm, root), c.Combination(summands))


def _product(term: Apply, first: c.Line, second: c.Line) -> tuple[Term, c.Certificate]:
    """ab - <u, v> = (|u| |v| - <u, v>) + (a - |u|) |v| + a (b - |v|)."""
    (_, a), (size, b) = (line.claim.args for line in (first, second))  # type: ignore[attr-defined]

    def slack(line: c.Line, weight: Term) -> tuple[c.Factor, ...]:
        if line.claim.head == "=":  # type: ignore[attr-defined]
            return (c.Factor("equal", fact=line.name, term=weight),)
        return (c.Factor("fact", fact=line.name), c.Factor("sign", term=weight))

    claim = relation("<=", term, Apply("*", (a, b), REAL))
    one = Fraction(1)
    summands = (
        c.Summand(one, (c.Factor("goal"),)),
        c.Summand(one, (c.Factor("gram", term=term),)),
        c.Summand(one, slack(first, size)),
        c.Summand(one, slack(second, a)),
    )
    return claim, c.Combination(summands)
