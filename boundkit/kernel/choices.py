"""What finite sets and choices from them are: maxima and minima, extremal points, covers and their sizes,
nearest points, numbers of elements and of subsets, members of listed and built sets. These are definitions;
nothing here is a theorem."""

from __future__ import annotations

from boundkit.ir.sorts import EXTREAL, NAT, PROP, REAL, Matrix, SetOf, Sort, is_numeric
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


def choice(term: Term) -> Term | None:
    """What holds of a maximum, minimum, extremal point, nearest point or covering number where it is
    defined, or None for other terms."""
    if isinstance(term, Bind) and is_numeric(term.body.sort) and term.body.sort != EXTREAL:
        if term.head in ("max", "min"):
            return _extremum(term)
        if term.head in ("argmin", "argmax") and not isinstance(term.sort, SetOf):
            return _extremal_point(term)
    if isinstance(term, Apply) and len(term.args) == 2:
        if term.head == "nearest":
            return _nearest(term)
        if term.head == "covering_number":
            return _covering_number(term)
    return None


def _over(head: str, base: str, domain: Term, sort: Sort, taken: frozenset[str], body: object) -> Term:
    """`head x in domain, body(x)` with a name that nothing has."""
    name = Name(fresh_name(base, taken | domain.free), sort)
    return Bind(head, name, domain, body(name), PROP)  # type: ignore[operator]


def _extremum(term: Bind) -> Term:
    """max_{x in S} e(x) is the value of e at some x in S, and at least all of them."""

    def value(name: Name) -> Term:
        return substitute(term.body, {term.variable.text: name})

    def bound(name: Name) -> Term:
        sides = (value(name), term) if term.head == "max" else (term, value(name))
        return relation("<=", *sides)

    text, domain, sort = term.variable.text, term.domain, term.variable.sort
    return conjunction(
        (
            _over("forall", text, domain, sort, term.free | term.body.free, bound),
            _over(
                "exists",
                text,
                domain,
                sort,
                term.free | term.body.free,
                lambda name: relation("=", term, value(name)),
            ),
        )
    )


def _extremal_point(term: Bind) -> Term:
    """argmax_{x in S} e(x) is in S, and e is there at least what it is elsewhere in S: the maximum."""
    text = term.variable.text
    here = substitute(term.body, {text: term})

    def bound(name: Name) -> Term:
        there = substitute(term.body, {term.variable.text: name})
        return relation("<=", *((there, here) if term.head == "argmax" else (here, there)))

    best = Bind(term.head.removeprefix("arg"), term.variable, term.domain, term.body, term.body.sort)
    return conjunction(
        (
            Apply("in", (term, term.domain), PROP),
            _over(
                "forall", term.variable.text, term.domain, term.variable.sort, term.free | here.free, bound
            ),
            relation("=", here, best),
        )
    )


def _distance(left: Term, right: Term) -> Term:
    return Apply("norm", (Apply("-", (left, right), left.sort),), REAL)


def _nearest(term: Apply) -> Term | None:
    """nearest(C, x) is in C, and no element of C is nearer to x."""
    domain, point = term.args
    if not isinstance(point.sort, Matrix):
        return None

    def bound(name: Name) -> Term:
        return relation("<=", _distance(point, term), _distance(point, name))

    return conjunction(
        (Apply("in", (term, domain), PROP), _over("forall", "u", domain, point.sort, term.free, bound))
    )


def _covers(centres: Term, domain: Term, radius: Term) -> Term | None:
    """Every element of the domain is within the radius of some centre."""
    element = domain.sort.element if isinstance(domain.sort, SetOf) else None
    if not isinstance(element, Matrix):
        return None
    taken = centres.free | domain.free | radius.free

    def near(a: Name) -> Term:
        return _over(
            "exists",
            "u",
            centres,
            element,
            taken | {a.text},
            lambda u: relation("<=", _distance(a, u), radius),
        )

    return _over("forall", "a", domain, element, taken, near)


def _covering_number(term: Apply) -> Term | None:
    """The least number of points, anywhere in the space, such that every element of a set is within the
    radius of one of them (external covering number; Vershynin 2018, definition 4.2.2 and exercise 4.2.9)."""
    domain, radius = term.args
    if not isinstance(domain.sort, SetOf):
        return None
    sets = SetOf(domain.sort.element, True)
    centres = Name(fresh_name("C", term.free), sets)
    covers = _covers(centres, domain, radius)
    if covers is None:
        return None
    fewest = relation("<=", term, Apply("card", (centres,), NAT))
    least = Bind(
        "forall",
        centres,
        Apply("everything", (), SetOf(sets)),
        Apply("implies", (covers, fewest), PROP),
        PROP,
    )
    return conjunction((relation("<=", ONE, term), least))


def of_set(term: Term, body: Term) -> Term | None:
    """What holds of a set that stands for `body`: a least cover covers, with as few elements as possible."""
    if not (isinstance(body, Apply) and body.head == "minimal_cover"):
        return None
    domain, radius = body.args
    covers = _covers(term, domain, radius)
    if covers is None:
        return None
    fewest = Apply("covering_number", (domain, radius), NAT)
    return conjunction((covers, relation("=", Apply("card", (term,), NAT), fewest)))


def cardinality(term: Apply, body: Term) -> Term | None:
    """What holds of `card(S)` for a set S that stands for `body`: a list has at most as many elements as
    entries and at least one, an image of pairs at most as many as there are pairs."""
    if isinstance(body, Apply) and body.head == "enumeration" and body.args:
        most = relation("<=", term, number(len(body.args)))
        return conjunction((relation("<=", ONE, term), most))
    if isinstance(body, Bind) and body.head == "set":
        taken: set[str] = set()
        count: Term = ONE
        part: Term = body
        while isinstance(part, Bind) and part.head == "set" and part.sort == body.sort:
            if part.domain.free & taken:
                return None
            taken.add(part.variable.text)
            own = Apply("card", (part.domain,), NAT)
            count = own if count == ONE else Apply("*", (count, own), NAT)
            part = part.body
        return relation("<=", term, count)
    return None


def member(element: Term, domain: Term) -> Term | None:
    """What `element in domain` says of a set that is listed or built; None for others."""
    if isinstance(domain, Apply) and domain.head == "enumeration" and domain.args:
        equations = tuple(relation("=", element, arg) for arg in domain.args)
        return equations[0] if len(equations) == 1 else Apply("or", equations, PROP)
    if isinstance(domain, Bind) and domain.head == "set" and not isinstance(element.sort, SetOf):
        return _built(element, domain)
    return None


def _built(element: Term, part: Term) -> Term:
    if isinstance(part, Bind) and part.head == "set":
        name = Name(
            fresh_name(part.variable.text, element.free | part.domain.free | part.free), part.variable.sort
        )
        body = _built(element, substitute(part.body, {part.variable.text: name}))
        return Bind("exists", name, part.domain, body, PROP)
    condition: Term = TRUE
    if isinstance(part, Apply) and part.head == "and_where":
        part, condition = part.args
    same = relation("=", element, part)
    return same if condition == TRUE else conjunction((same, condition))


def binomial(term: Term) -> Term | None:
    """binomial(n + 1, k + 1) = binomial(n, k) + binomial(n, k + 1), and what begins the recursion; no set of
    n elements has a subset of more (Graham, Knuth, Patashnik 1994, equation 5.8)."""
    if not (isinstance(term, Apply) and term.head == "binomial" and is_numeric(term.sort)):
        return None
    total, chosen = term.args
    if chosen == ZERO:
        return relation("=", term, ONE)
    match total, chosen:
        case _, Apply("+", (less, Number(step))) if total == ZERO and step == 1 and less.sort == NAT:
            return relation("=", term, ZERO)
        case Apply("+", (n, Number(one))), Apply("+", (k, Number(other))) if one == other == 1:
            if n.sort == k.sort == NAT:
                parts = tuple(Apply("binomial", (n, place), NAT) for place in (k, chosen))
                return relation("=", term, Apply("+", parts, NAT))
    return None
