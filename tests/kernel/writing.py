"""Short names for building terms and sequents in the tests of the kernel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import pytest

from boundkit.elaborate import elaborate
from boundkit.ir.sorts import INT, NAT, PROP, REAL, Function, Matrix, Sequence, SetOf, Sort
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, number, relation
from boundkit.ir.theorems import Clause, Definition, Theorem
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Judged, Rejected, Sequent, judge
from boundkit.kernel.ledger import Ledger
from boundkit.source import Source
from boundkit.syntax.parse import parse

NUMBERS = (NAT, INT, REAL)

x, y, z, a, b = (Name(text, REAL) for text in "xyzab")
n, m, k = (Name(text, NAT) for text in "nmk")
i, j = (Name(text, INT) for text in "ij")
VECTOR = Matrix(n, ONE)
u, v, w = (Name(text, VECTOR) for text in "uvw")
f, g = (Name(text, Function((REAL,), REAL)) for text in "fg")
s, t = (Name(text, Sequence(REAL)) for text in "st")
NAMES: dict[str, Sort] = {
    name.text: name.sort for name in (x, y, z, a, b, n, m, k, i, j, u, v, w, f, g, s, t)
}
"""Fixed names of the sequents below, unless a test gives its own."""


def term(value: Term | int | Fraction) -> Term:
    """A number as a term; a term as it is."""
    return value if isinstance(value, Term) else number(value)


def joined(*terms: Term) -> Sort:
    """The least sort of numbers that holds the values of all, or the sort of the last matrix."""
    for part in reversed(terms):
        if isinstance(part.sort, Matrix):
            return part.sort
    return NUMBERS[max(NUMBERS.index(part.sort) for part in terms)]  # type: ignore[arg-type]


def plus(*parts: Term | int | Fraction) -> Term:
    """a + b + …"""
    result, *rest = map(term, parts)
    for part in rest:
        result = Apply("+", (result, part), joined(result, part))
    return result


def minus(left: Term | int, right: Term | int) -> Term:
    """a - b."""
    left, right = term(left), term(right)
    sort = joined(left, right)
    return Apply("-", (left, right), INT if sort == NAT else sort)


def times(*parts: Term | int | Fraction) -> Term:
    """a * b * …"""
    result, *rest = map(term, parts)
    for part in rest:
        result = Apply("*", (result, part), joined(result, part))
    return result


def over(left: Term | int, right: Term | int) -> Term:
    """a / b."""
    left, right = term(left), term(right)
    return Apply("/", (left, right), left.sort if isinstance(left.sort, Matrix) else REAL)


def power(base: Term | int, exponent: Term | int | Fraction) -> Term:
    """a ^ b."""
    base, exponent = term(base), term(exponent)
    sort = base.sort if exponent.sort == NAT and base.sort in (NAT, INT) else REAL
    return Apply("^", (base, exponent), sort)


def real(head: str, *parts: Term | int) -> Apply:
    """A real function of its arguments."""
    return Apply(head, tuple(map(term, parts)), REAL)


def call(function: Term, *parts: Term | int) -> Apply:
    """f(a, …)."""
    assert isinstance(function.sort, Function)
    return Apply("call", (function, *map(term, parts)), function.sort.result)


def at(sequence: Term, place: Term | int) -> Apply:
    """s[place]."""
    assert isinstance(sequence.sort, Sequence)
    return Apply("index", (sequence, term(place)), sequence.sort.element)


def le(left: Term | int, right: Term | int) -> Apply:
    """a <= b."""
    return relation("<=", term(left), term(right))


def lt(left: Term | int, right: Term | int) -> Apply:
    """a < b."""
    return relation("<", term(left), term(right))


def eq(left: Term | int, right: Term | int) -> Apply:
    """a = b."""
    return relation("=", term(left), term(right))


def ne(left: Term | int, right: Term | int) -> Apply:
    """a != b."""
    return relation("!=", term(left), term(right))


def both(*parts: Term) -> Apply:
    """A conjunction."""
    return Apply("and", parts, PROP)


def implies(left: Term, right: Term) -> Apply:
    """An implication."""
    return Apply("implies", (left, right), PROP)


def within(first: Term | int, last: Term | int, sort: Sort = NAT) -> Apply:
    """The integers first..last."""
    return Apply("range", (term(first), term(last)), SetOf(sort))


def closed(low: Term | int, high: Term | int) -> Apply:
    """The interval [low, high]."""
    return Apply("closed", (term(low), term(high)), SetOf(REAL))


def everything(sort: Sort) -> Apply:
    """All values of a sort."""
    return Apply("everything", (), SetOf(sort))


def forall(name: Name, body: Term, domain: Term | None = None) -> Bind:
    """for all names in a domain, by default in its sort."""
    return Bind("forall", name, everything(name.sort) if domain is None else domain, body, PROP)


def total(name: Name, first: Term | int, last: Term | int, body: Term) -> Bind:
    """The sum of the body for the name from first to last."""
    return Bind("sum", name, within(first, last, name.sort), body, body.sort)


def belongs(element: Term, domain: Term) -> Apply:
    """Membership."""
    return Apply("in", (element, domain), PROP)


def constant_definition(name: Name, body: Term) -> Definition:
    """name := body."""
    return Definition(name, "constant", (Clause((), (), body),))


def sequent(
    goal: Term,
    facts: Mapping[str, Term] | None = None,
    names: Mapping[str, Sort] | None = None,
    definitions: Iterable[Definition] = (),
    **rest: object,
) -> Sequent:
    """A goal under facts about the fixed names above."""
    return Sequent(
        NAMES if names is None else names,
        facts or {},
        goal,
        {definition.name.text: definition for definition in definitions},
        rest.pop("laws", {}),  # type: ignore[arg-type]
        **rest,  # type: ignore[arg-type]
    )


def proof(by: c.Certificate, *lines: tuple[str, Term, c.Certificate]) -> c.Proof:
    """Lines in order, then the certificate of the goal."""
    return c.Proof(by, tuple(c.Line(*line) for line in lines))


def accepts(goal: Term, by: c.Proof | c.Certificate, **rest: object) -> Judged:
    """What the judge says of an accepted proof of a goal."""
    whole = by if isinstance(by, c.Proof) else c.Proof(by)
    return judge(sequent(goal, **rest), whole)  # type: ignore[arg-type]


def rejects(reason: str, goal: Term, by: c.Proof | c.Certificate, **rest: object) -> None:
    """The judge turns the proof down for a reason that matches."""
    with pytest.raises(Rejected, match=reason):
        accepts(goal, by, **rest)


def combination(*summands: tuple[int | Fraction, tuple[c.Factor, ...]], **rest: object) -> c.Combination:
    """A combination of products of factors."""
    return c.Combination(
        tuple(c.Summand(Fraction(coefficient), factors) for coefficient, factors in summands),
        **rest,  # type: ignore[arg-type]
    )


GOAL = c.Factor("goal")
ONE_FACTOR = c.Factor("sign", term=ONE)


def fact(name: str, *values: Term) -> c.Factor:
    """The slack of a fact."""
    return c.Factor("fact", name, values)


def theorem(text: str) -> Theorem:
    """The last theorem of a text that has no error."""
    source = Source("example.thm", text)
    tree, errors = parse(source)
    assert errors == ()
    results, diagnostics = elaborate(tree, source)
    assert [diagnostic.message for diagnostic in diagnostics] == []
    assert isinstance(results[-1], Theorem)
    return results[-1]


def ledger(text: str) -> Ledger:
    """An empty ledger of the last theorem of a text."""
    return Ledger(theorem(text))


__all__ = [name for name in dir() if not name.startswith("_")]
_ = ZERO
