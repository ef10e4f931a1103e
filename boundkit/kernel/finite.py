"""Which sets are finite, which are not empty, and where a maximum or minimum is attained."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import NAT, REAL, Matrix, SetOf
from boundkit.ir.terms import ZERO, Apply, Bind, Name, Number, Term, relation, substitute
from boundkit.ir.theorems import Clause
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.facts import infinite
from boundkit.kernel.polynomials import Polynomial
from boundkit.kernel.unfolding import unfolded

DEEPEST = 8
"""Definitions that are followed into each other."""

CONTINUOUS = frozenset(
    {"+", "-", "*", "neg", "abs", "min", "max", "exp", "relu", "norm", "norm_1", "norm_inf", "inner"}
)
"""Heads that are continuous functions of all their arguments."""


def opened(domain: Term, context: Context) -> Term:
    """The set that a defined name, or a member of a defined sequence, stands for; the set itself where that
    is not known."""
    for _ in range(DEEPEST):
        body = _body(domain, context)
        if body is None:
            return domain
        domain = body
    return domain


def _body(domain: Term, context: Context) -> Term | None:
    wide = context.unfolding_all()
    if isinstance(domain, Name):
        return unfolded(domain, (), wide)
    if isinstance(domain, Apply) and domain.head in ("index", "call") and isinstance(domain.args[0], Name):
        return unfolded(domain.args[0], domain.args[1:], wide)
    return None


def _bodies(domain: Term, context: Context) -> list[tuple[Term, Context]] | None:
    """What a defined set may stand for, each with what is then known; None for a set that is not defined. A
    defined term has one of these values."""
    body = _body(domain, context)
    if body is not None:
        return [(body, context)]
    base = domain
    if isinstance(domain, Apply) and domain.head in ("index", "call"):
        base = domain.args[0]
    definition = context.definitions.get(base.text) if isinstance(base, Name) else None
    if definition is None or definition.style == "constant" and base is not domain:
        return None
    return [_general(clause, context) for clause in definition.clauses]


def _general(clause: Clause, context: Context) -> tuple[Term, Context]:
    """The body of a clause for all of its parameters, where its conditions hold."""
    inner = context
    values: dict[str, Term] = {}
    for parameter in clause.parameters:
        everything = Apply("everything", (), SetOf(parameter.sort))
        inner, values[parameter.text] = inner.inside(parameter, everything)
    for guard in clause.guard:
        inner = inner.extended(substitute(guard, values), "")
    return substitute(clause.body, values), inner


def is_nested(term: Bind) -> bool:
    """Whether a set builder has a further variable: its body is then a builder of the same set of elements,
    and not an element."""
    return isinstance(term.body, Bind) and term.body.head == "set" and term.body.sort == term.sort


def is_finite_set(domain: Term, context: Context, depth: int = 0) -> bool:
    """Whether a set, where it is defined, certainly has finitely many elements."""
    if depth > DEEPEST:
        return False
    bodies = _bodies(domain, context)
    if bodies is not None:
        return all(is_finite_set(body, inner, depth + 1) for body, inner in bodies)
    if isinstance(domain, Name):
        return isinstance(domain.sort, SetOf) and domain.sort.finite
    if isinstance(domain, Apply):
        if domain.head == "range":
            return not any(map(infinite, domain.args))
        return domain.head in ("enumeration", "minimal_cover")
    if isinstance(domain, Bind) and domain.head == "set":
        if not is_finite_set(domain.domain, context, depth + 1):
            return False
        if not is_nested(domain):
            return True
        inner, fresh = context.inside(domain.variable, domain.domain)
        return is_finite_set(substitute(domain.body, {domain.variable.text: fresh}), inner, depth + 1)
    return False


def is_filled_set(domain: Term, context: Context, depth: int = 0) -> bool:
    """Whether a set, where it is defined, certainly has an element: by what it is, or because some fact says
    so. A `let` of the type FiniteSet is not empty."""
    if depth > DEEPEST:
        return False
    if context.has_member(domain):
        return True
    bodies = _bodies(domain, context)
    if bodies is not None:
        return all(is_filled_set(body, inner, depth + 1) for body, inner in bodies)
    if isinstance(domain, Name):
        known = isinstance(domain.sort, SetOf) and domain.sort.finite
        return known and domain.text not in context.maybe_empty
    if isinstance(domain, Apply):
        if domain.head == "range":
            first, last = domain.args
            return not any(map(infinite, domain.args)) and context.holds(relation("<=", first, last))
        if domain.head == "everything":
            element = domain.sort.element if isinstance(domain.sort, SetOf) else None
            return element in (NAT, REAL) or isinstance(element, Matrix)
        # A cover is defined for sets that are not empty, and no empty set covers these.
        return domain.head == "minimal_cover" or domain.head == "enumeration" and bool(domain.args)
    if isinstance(domain, Bind) and domain.head == "set":
        if not is_filled_set(domain.domain, context, depth + 1):
            return False
        if is_nested(domain):
            inner, fresh = context.inside(domain.variable, domain.domain)
            return is_filled_set(substitute(domain.body, {domain.variable.text: fresh}), inner, depth + 1)
        return not (isinstance(domain.body, Apply) and domain.body.head == "and_where")
    return False


def is_attained(term: Bind, context: Context) -> bool:
    """Whether a maximum, minimum or extremal point, whose body is defined, exists: over a finite set that is
    not empty, or the minimum of a continuous function on the whole space with bounded level sets
    (Weierstrass; Rockafellar and Wets 1998, theorem 1.9)."""
    domain = term.domain
    if is_finite_set(domain, context) and is_filled_set(domain, context):
        return True
    if term.head not in ("min", "argmin"):
        return False
    whole = isinstance(domain, Apply) and domain.head == "everything"
    if not (whole and (term.variable.sort == REAL or isinstance(term.variable.sort, Matrix))):
        return False
    inner, fresh = context.inside(term.variable, domain)
    body = substitute(term.body, {term.variable.text: fresh})
    return _is_coercive(body, fresh, inner) and _is_continuous(body, fresh, inner)


def _is_coercive(body: Term, point: Name, context: Context) -> bool:
    """Whether a function tends to infinity wherever the norm of the point does."""
    if isinstance(body, Apply):
        if body.head in ("norm", "abs"):
            return _is_shift(body.args[0], point)
        if body.head == "max":
            return any(_is_coercive(arg, point, context) for arg in body.args)
        if body.head == "^":
            exponent = body.args[1]
            grows = isinstance(exponent, Number) and exponent.value > 0
            return grows and _is_coercive(body.args[0], point, context)
        if body.head in ("+", "-", "*", "inner") and _is_quadratic(body, point, context):
            return True
        if body.head in ("+", "*"):
            return any(
                _is_coercive(arg, point, context)
                and all(
                    _is_harmless(body.head, other, point, context)
                    for other_place, other in enumerate(body.args)
                    if other_place != place
                )
                for place, arg in enumerate(body.args)
            )
    if isinstance(body, Bind) and body.head == "max" and point.text not in body.domain.free:
        if not (is_finite_set(body.domain, context) and is_filled_set(body.domain, context)):
            return False
        inner, fresh = context.inside(body.variable, body.domain)
        return _is_coercive(substitute(body.body, {body.variable.text: fresh}), point, inner)
    return False


def _is_quadratic(body: Term, point: Name, context: Context) -> bool:
    """Whether a number is `q |u|^2 + <t, u> + r` for the point u with q > 0 a number, t and r fixed."""
    try:
        polynomial = context.normal(body)
    except NotNormal:
        return False
    found = False
    for monomial, coefficient in polynomial.terms.items():
        if point.text not in Polynomial({monomial: Fraction(1)}).names:
            continue
        (atom, exponent), *more = monomial
        term = atom.term
        if more or exponent != 1 or not (isinstance(term, Apply) and term.head == "inner"):
            return False
        left, right = term.args
        if left == right == point:
            found = coefficient > 0
        elif not (left == point and point.text not in right.free) and not (
            right == point and point.text not in left.free
        ):
            return False
    return found


def _is_harmless(head: str, other: Term, point: Name, context: Context) -> bool:
    if head == "+":
        return point.text not in other.free or context.holds(relation("<=", ZERO, other))
    return point.text not in other.free and context.holds(relation("<", ZERO, other))


def _is_shift(term: Term, point: Name) -> bool:
    """Whether a term is the point or its negative, up to something fixed."""
    if term == point:
        return True
    if isinstance(term, Apply) and term.head == "neg":
        return _is_shift(term.args[0], point)
    if isinstance(term, Apply) and term.head in ("+", "-") and len(term.args) == 2:
        varying = [arg for arg in term.args if point.text in arg.free]
        return len(varying) == 1 and _is_shift(varying[0], point)
    return False


def _is_continuous(body: Term, point: Name, context: Context) -> bool:
    if point.text not in body.free or body == point:
        return True
    if isinstance(body, Apply):
        if body.head in CONTINUOUS:
            return all(_is_continuous(arg, point, context) for arg in body.args)
        if body.head == "^":
            exponent = body.args[1]
            return (
                isinstance(exponent, Number)
                and exponent.value > 0
                and _is_continuous(body.args[0], point, context)
            )
    if isinstance(body, Bind) and body.head in ("max", "min", "sum") and point.text not in body.domain.free:
        if not is_finite_set(body.domain, context):
            return False
        inner, fresh = context.inside(body.variable, body.domain)
        return _is_continuous(substitute(body.body, {body.variable.text: fresh}), point, inner)
    return False


__all__ = ["is_attained", "is_filled_set", "is_finite_set", "is_nested", "opened"]
