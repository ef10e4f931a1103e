"""What functions of matrices are, entry by entry: the inner product, relu, softmax, and the operator norm by
the vectors that it bounds. These are the definitions of the field; nothing here is a theorem."""

from __future__ import annotations

from collections.abc import Callable

from boundkit.ir.sorts import NAT, PROP, REAL, Matrix, SetOf, is_numeric
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, fresh_name, relation


def entries(term: Term) -> Term | None:
    """The definition of a function of vectors or matrices, or None when it has none here."""
    if not isinstance(term, Apply):
        return None
    sort = term.args[0].sort if term.args else None
    if term.head == "relu" and len(term.args) == 1 and is_numeric(term.sort):
        return relation("=", term, Apply("max", (term.args[0], ZERO), term.sort))
    if not isinstance(sort, Matrix):
        return None
    match term.head, len(term.args):
        case "inner", 2:
            return _inner(term, sort)
        case "norm_op", 1:
            return _operator_norm(term, sort)
        case "relu", 1:
            return _everywhere(term, sort, lambda places: _positive_part(_at(term.args[0], *places)))
        case "softmax", 1:
            if sort.columns == ONE:
                return _everywhere(term, sort, lambda places: _weight(term.args[0], places[0]))
        case "softmax_rows", 1:
            if sort.columns != ONE:
                return _everywhere(
                    term, sort, lambda places: _weight(_at(term.args[0], places[0]), places[1])
                )
    return None


def _inner(term: Apply, sort: Matrix) -> Term | None:
    """<u, v> = sum of u[i]*v[i]."""
    if sort.columns != ONE:
        return None
    (place,) = _places(term, 1)
    product = Apply("*", tuple(_at(arg, place) for arg in term.args), REAL)
    return relation("=", term, Bind("sum", place, _upto(sort.rows), product, REAL))


def _operator_norm(term: Apply, sort: Matrix) -> Term:
    """|A x| <= |A| |x|: the operator norm is the least number with this property."""
    vector = Name(fresh_name("x", set(term.free)), Matrix(sort.columns, ONE))
    image = Apply("*", (term.args[0], vector), Matrix(sort.rows, ONE))
    size, bound = (Apply("norm", (own,), REAL) for own in (image, vector))
    body = relation("<=", size, Apply("*", (term, bound), REAL))
    return Bind("forall", vector, Apply("everything", (), SetOf(vector.sort)), body, PROP)


def _everywhere(term: Apply, sort: Matrix, value: Callable[[tuple[Name, ...]], Term]) -> Term:
    """Every entry of a vector or matrix has the value that is given for its place."""
    places = _places(term, 1 if sort.columns == ONE else 2)
    formula: Term = relation("=", _at(term, *places), value(places))
    for place, size in reversed(tuple(zip(places, (sort.rows, sort.columns), strict=False))):
        formula = Bind("forall", place, _upto(size), formula, PROP)
    return formula


def _positive_part(value: Term) -> Term:
    return Apply("max", (value, ZERO), REAL)


def _weight(logits: Term, place: Term) -> Term:
    """exp(z[i]) / sum of exp(z[j]) (Bridle 1990)."""
    sort = logits.sort
    assert isinstance(sort, Matrix)
    other = Name(fresh_name("j", set(logits.free | place.free)), NAT)
    whole = Bind("sum", other, _upto(sort.rows), Apply("exp", (_at(logits, other),), REAL), REAL)
    return Apply("/", (Apply("exp", (_at(logits, place),), REAL), whole), REAL)


def _places(term: Term, count: int) -> tuple[Name, ...]:
    taken = set(term.free)
    found = []
    for base in ("i", "l")[:count]:
        text = fresh_name(base, taken)
        taken.add(text)
        found.append(Name(text, NAT))
    return tuple(found)


def _upto(size: Term) -> Apply:
    return Apply("range", (ONE, size), SetOf(NAT))


def _at(own: Term, *places: Term) -> Term:
    for place in places:
        sort = own.sort
        assert isinstance(sort, Matrix)
        own = Apply("index", (own, place), REAL if sort.columns == ONE else Matrix(sort.columns, ONE))
    return own
