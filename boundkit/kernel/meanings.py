"""What properties, memberships and a few function terms mean, as closed formulas. These are the
definitions of the field; each states its source. Nothing here is a theorem."""

from __future__ import annotations

from collections.abc import Callable

from boundkit.ir.sorts import EXTREAL, INT, NAT, PROP, REAL, Function, Matrix, SetOf, Sort
from boundkit.ir.terms import (
    ONE,
    ZERO,
    Apply,
    Bind,
    Name,
    Term,
    conjunction,
    fresh_name,
    number,
    relation,
    substitute,
)
from boundkit.kernel.choices import binomial, cardinality, choice, member, of_set
from boundkit.kernel.couplings import infimum
from boundkit.kernel.entries import entries
from boundkit.kernel.entropy import relative_entropy
from boundkit.kernel.sorting import widest
from boundkit.kernel.suprema import as_bound, of_extremum
from boundkit.kernel.variation import supremum

Opened = Callable[[Term], Term]
"""The set that a defined name stands for."""


def meaning(formula: Term, opened: Opened = lambda domain: domain) -> Term | None:
    """The definition of a property or membership, or None when it has none here."""
    if not isinstance(formula, Apply):
        return None
    if formula.head == "in":
        element, domain = formula.args
        said = _membership(element, domain)
        return member(element, opened(domain)) if said is None else said
    if formula.head == "<=":
        return as_bound(formula)
    if formula.head not in PROPERTIES or _function(formula) is None:
        return None
    found, parameters = PROPERTIES[formula.head]
    if any(isinstance(arg, Apply) and arg.head == "named" for arg in formula.args):
        return None  # another norm than the Euclidean one
    # Behind the parameters stands at most the set that the property holds on.
    return found(formula) if len(formula.args) - 1 - parameters in (0, 1) else None


def truth(
    term: Term, opened: Opened = lambda domain: domain, finite: frozenset[str] = frozenset()
) -> Term | None:
    """What holds of a function term by its definition, or None. A probability is the expectation of the
    indicator."""
    if isinstance(term.sort, SetOf):
        return of_set(term, opened(term))
    if isinstance(term, Apply) and term.head == "card":
        return cardinality(term, opened(term.args[0]))
    found = choice(term) or binomial(term)
    if found is not None:
        return found
    if isinstance(term, Apply) and term.head in ("floor", "ceil"):
        return _whole_part(term)
    if isinstance(term, Apply) and term.head == "mex" and len(term.args) == 1:
        return _mex(term, term.args[0])
    if isinstance(term, Bind) and term.head == "probability":
        indicator = Apply("if", (term.body, ONE, ZERO), NAT)
        return relation("=", term, Bind("expectation", term.variable, term.domain, indicator, REAL))
    found = relative_entropy(term, finite) or of_extremum(term) or infimum(term) or supremum(term)
    return found or entries(term)


def _function(formula: Apply) -> Sort | None:
    """The sort of the single argument of the function that a property is about."""
    sort = formula.args[0].sort if formula.args else None
    return sort.arguments[0] if isinstance(sort, Function) and len(sort.arguments) == 1 else None


def _everything(sort: Sort) -> Term:
    return Apply("everything", (), SetOf(sort))


def _points(formula: Apply, count: int, start: int = 1) -> tuple[list[Name], Term]:
    """Fresh points of the domain of the function, and the set they range over: the one given as an
    argument behind the parameters, else everything."""
    sort = _function(formula)
    assert sort is not None
    taken = set(formula.free)
    names = []
    for base in ("x", "y", "z")[:count]:
        text = fresh_name(base, taken)
        taken.add(text)
        names.append(Name(text, sort))
    on = formula.args[start] if len(formula.args) > start else _everything(sort)
    return names, on


def _weight(taken: Term, names: list[Name]) -> Name:
    return Name(fresh_name("a", set(taken.free) | {name.text for name in names}), REAL)


def _call(function: Term, *points: Term) -> Apply:
    return Apply("call", (function, *points), REAL)


def _difference(left: Term, right: Term) -> Apply:
    return Apply(
        "-",
        (left, right),
        left.sort if isinstance(left.sort, Matrix) else widest([INT, left.sort, right.sort]),
    )


def _size(left: Term, right: Term) -> Term:
    """The distance of two points: Euclidean for vectors, absolute for numbers."""
    if isinstance(left.sort, Matrix):
        return Apply("norm", (_difference(left, right),), REAL)
    return Apply("abs", (_difference(left, right),), REAL)


def _pair(left: Term, right: Term) -> Term:
    if isinstance(left.sort, Matrix):
        return Apply("inner", (left, right), REAL)
    return _times(left, right)


def _times(*factors: Term) -> Term:
    result = factors[0]
    for factor in factors[1:]:
        vector = isinstance(factor.sort, Matrix)
        result = Apply("*", (result, factor), factor.sort if vector else widest([result.sort, factor.sort]))
    return result


def _plus(left: Term, right: Term) -> Apply:
    return Apply(
        "+", (left, right), left.sort if isinstance(left.sort, Matrix) else widest([left.sort, right.sort])
    )


def _square(term: Term) -> Apply:
    return Apply("^", (term, number(2)), REAL)


def _forall(names: list[Name], domain: Term, body: Term) -> Term:
    for name in reversed(names):
        body = Bind("forall", name, domain, body, PROP)
    return body


def _convexity(formula: Apply, modulus: Term | None, start: int, flipped: bool = False) -> Term:
    """f(a x + (1-a) y) <= a f(x) + (1-a) f(y) - (mu/2) a (1-a) |x-y|^2 for a in [0, 1]
    (Nesterov 2004, definitions 2.1.2 and 2.1.3)."""
    function = formula.args[0]
    (x, y), domain = _points(formula, 2, start)
    a = _weight(formula, [x, y])
    rest = Apply("-", (ONE, a), REAL)
    mixed = _call(function, _plus(_times(a, x), _times(rest, y)))
    chord: Term = _plus(_times(a, _call(function, x)), _times(rest, _call(function, y)))
    if modulus is not None:
        half = Apply("/", (modulus, number(2)), REAL)
        chord = _difference(chord, _times(half, a, rest, _square(_size(x, y))))
    body = relation("<=", chord, mixed) if flipped else relation("<=", mixed, chord)
    unit = Apply("closed", (ZERO, ONE), SetOf(REAL))
    return _forall([x, y], domain, Bind("forall", a, unit, body, PROP))


def _is_convex(formula: Apply) -> Term:
    return _convexity(formula, None, 1)


def _is_concave(formula: Apply) -> Term:
    return _convexity(formula, None, 1, flipped=True)


def _is_strongly_convex(formula: Apply) -> Term:
    return _convexity(formula, formula.args[1], 2)


def _is_lipschitz(formula: Apply) -> Term:
    """|f(x) - f(y)| <= rho |x - y|."""
    function, rho = formula.args[:2]
    (x, y), domain = _points(formula, 2, 2)
    gap = Apply("abs", (_difference(_call(function, x), _call(function, y)),), REAL)
    return _forall([x, y], domain, relation("<=", gap, _times(rho, _size(x, y))))


def _is_smooth(formula: Apply) -> Term:
    """|f(y) - f(x) - <grad f(x), y - x>| <= (beta/2) |y - x|^2, which for differentiable f is the same as a
    beta-Lipschitz gradient (Nesterov 2004, lemma 1.2.3 and its converse)."""
    function, beta = formula.args[:2]
    (x, y), domain = _points(formula, 2, 2)
    slope = Apply("grad", (function, x), x.sort)
    linear = _plus(_call(function, x), _pair(slope, _difference(y, x)))
    bound = _times(Apply("/", (beta, number(2)), REAL), _square(_size(y, x)))
    upper = relation("<=", _call(function, y), _plus(linear, bound))
    lower = relation("<=", _difference(linear, bound), _call(function, y))
    return _forall([x, y], domain, conjunction((upper, lower)))


def _is_bounded(formula: Apply) -> Term:
    """a <= f(x) <= b."""
    function, low, high = formula.args[:3]
    (x,), domain = _points(formula, 1, 3)
    value = _call(function, x)
    body = conjunction((relation("<=", low, value), relation("<=", value, high)))
    return _forall([x], domain, body)


def _is_monotone(formula: Apply) -> Term:
    """x <= y implies f(x) <= f(y)."""
    function = formula.args[0]
    (x, y), domain = _points(formula, 2, 1)
    body = Apply(
        "implies", (relation("<=", x, y), relation("<=", _call(function, x), _call(function, y))), PROP
    )
    return _forall([x, y], domain, body)


PROPERTIES: dict[str, tuple[Callable[[Apply], Term], int]] = {
    "is_convex": (_is_convex, 0),
    "is_concave": (_is_concave, 0),
    "is_strongly_convex": (_is_strongly_convex, 1),
    "is_lipschitz": (_is_lipschitz, 1),
    "is_smooth": (_is_smooth, 1),
    "is_bounded": (_is_bounded, 2),
    "is_monotone": (_is_monotone, 0),
}
"""What says what a property means, and how many parameters it has."""


def _membership(element: Term, domain: Term) -> Term | None:
    if isinstance(domain, Apply) and domain.head == "subgrad" and len(domain.args) == 2:
        function, point = domain.args
        taken = element.free | domain.free
        y = Name(fresh_name("y", taken), point.sort)
        linear = _plus(_call(function, point), _pair(element, _difference(y, point)))
        return _forall([y], _everything(point.sort), relation("<=", linear, _call(function, y)))
    if isinstance(domain, Apply) and domain.head == "ball" and len(domain.args) == 2:
        return relation("<=", Apply("norm", (element,), REAL), domain.args[1])
    if isinstance(domain, Apply) and domain.head == "sphere" and len(domain.args) == 2:
        return relation("=", Apply("norm", (element,), REAL), domain.args[1])
    if isinstance(domain, Bind) and domain.head in ("argmin", "argmax"):
        here = substitute(domain.body, {domain.variable.text: element})
        sides = (here, domain.body) if domain.head == "argmin" else (domain.body, here)
        least = Bind("forall", domain.variable, domain.domain, relation("<=", *sides), PROP)
        return conjunction((Apply("in", (element, domain.domain), PROP), least))
    return None


def _whole_part(term: Apply) -> Term | None:
    """`floor(x) <= x < floor(x) + 1`, `x <= ceil(x) < x + 1`; None for what may be infinite."""
    own = term.args[0]
    if own.sort == EXTREAL:
        return None
    low, high = (term, own) if term.head == "floor" else (own, term)
    return conjunction((relation("<=", low, high), relation("<", high, Apply("+", (low, ONE), REAL))))


def _mex(term: Apply, domain: Term) -> Term | None:
    """The least natural number outside a set is not in it."""
    if isinstance(domain, Bind) and domain.head == "set":
        body = relation("!=", term, domain.body)
        if isinstance(domain.body, Apply) and domain.body.head == "and_where":
            value, condition = domain.body.args
            body = Apply("implies", (condition, relation("!=", term, value)), PROP)
        return Bind("forall", domain.variable, domain.domain, body, PROP)
    if isinstance(domain, Apply) and domain.head == "enumeration":
        return conjunction(tuple(relation("!=", term, element) for element in domain.args))
    return None
