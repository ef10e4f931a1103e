"""The normal form of scalar terms: polynomials over atoms (see `polynomials`), with symbolic sums and
inner products as linear operators.

Every identity used holds wherever both sides are defined; those that need a sign (`sqrt(x*y)`,
`|x| = x`, `ln(x*y)`, a sum taken apart at its ends) ask the context, and are left out when it cannot tell.
A term that is not known to be defined is treated as an arbitrary number."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import EXTREAL, Distribution, Matrix, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Number, Term, substitute
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.derivative import NotDifferentiable
from boundkit.kernel.expectations import chance, expected, given_others
from boundkit.kernel.facts import is_declared_finite, negation
from boundkit.kernel.matrices import grid, inner_product, scalars
from boundkit.kernel.polynomial_terms import to_term
from boundkit.kernel.polynomials import LARGEST_TERM, NIL, UNITY, Polynomial, TooLarge, constant, total
from boundkit.kernel.powers import (
    absolute,
    exponential,
    extremum,
    inverse,
    logarithm,
    over_one_denominator,
    power,
    root,
)
from boundkit.kernel.products import atom_of, expand, is_zero, product
from boundkit.kernel.replacement import coordinate, replacement, summed_apart
from boundkit.kernel.rows import row_of
from boundkit.kernel.sums import (
    canonical_domain,
    least_offset,
    listed,
    summed,
    summed_over,
)
from boundkit.kernel.suprema import is_finite
from boundkit.kernel.unfolding import (
    DEEPEST,
    beta,
    derivatives,
    differentiated,
    reached,
    rewrite,
    unfolded,
    written_out,
)


def normal(term: Term, context: Context) -> Polynomial:
    """The normal form of a scalar term; raises `NotNormal` or `TooLarge`."""
    found = context.scalars.get(term)
    if found is None:
        context.spend()
        if term.size > LARGEST_TERM:
            raise TooLarge
        found = expand(_normal(term, context), context)
        context.scalars[term] = found
    return found


def _normal(term: Term, context: Context) -> Polynomial:
    rewritten = rewrite(term, context)
    if rewritten is not None:
        return normal(rewritten, context)
    if isinstance(term, Number):
        return constant(term.value)
    if term.sort == EXTREAL and not is_finite(term, context):
        raise NotNormal(f"{term} may be infinite")
    if isinstance(term, Name):
        body = unfolded(term, (), context)
        return atom_of(term) if body is None else normal(body, context)
    if isinstance(term, Bind):
        return _binder(term, context)
    if not isinstance(term, Apply):
        raise NotNormal("unknown term")
    head, args = term.head, term.args
    if head == "+":
        return total(normal(arg, context) for arg in _spine(term, "+"))
    if head == "-":
        return normal(args[0], context) - normal(args[1], context)
    if head == "neg":
        return -normal(args[0], context)
    if head == "*":
        if not all(is_numeric(arg.sort) for arg in args):
            return _from_matrix(term, context)
        result = UNITY
        for arg in _spine(term, "*"):
            result = product(result, normal(arg, context), context)
        return result
    if head == "/":
        return product(normal(args[0], context), inverse(normal(args[1], context), context), context)
    if head == "^":
        return power(normal(args[0], context), normal(args[1], context), context)
    if head == "sqrt":
        return root(normal(args[0], context), Fraction(1, 2), context)
    if head == "exp":
        return exponential(normal(args[0], context), context)
    if head == "ln":
        return logarithm(normal(args[0], context), context)
    if head == "log2":
        two = logarithm(constant(2), context)
        return product(logarithm(normal(args[0], context), context), inverse(two, context), context)
    if head == "abs":
        return absolute(normal(args[0], context), context)
    if head in ("max", "min"):
        return extremum(head, [normal(arg, context) for arg in args], context)
    if head in ("inner", "norm", "norm_fro"):
        return _from_matrix(term, context)
    if head == "index":
        return _index(term, context)
    if head == "call":
        return _call(term, context)
    if head in ("diff", "at"):
        return _calculus(term, context)
    if head == "if":
        condition, then, otherwise = args
        if context.holds(condition):
            return normal(then, context)
        if context.holds(negation(condition)):
            return normal(otherwise, context)
        parts = (condition, canonical_term(then, context), canonical_term(otherwise, context))
        return atom_of(Apply("if", parts, term.sort))
    if head == "infinity":
        raise NotNormal("infinity is no number")
    if head == "real":
        return normal(args[0], context)
    if head == "KL" and context.same_law(*args):
        return NIL
    if head == "derived_rhs":
        return atom_of(term)
    if head == "conditional" and (known := given_others(term)) is not None:
        return normal(known, context)
    return atom_of(Apply(head, tuple(canonical_term(arg, context) for arg in args), term.sort))


def _spine(term: Apply, head: str) -> list[Term]:
    """The operands of nested applications of one associative head, without recursion on the left."""
    parts: list[Term] = []
    stack: list[Term] = [term]
    while stack:
        current = stack.pop()
        if isinstance(current, Apply) and current.head == head and is_numeric(current.sort):
            stack.extend(reversed(current.args))
        else:
            parts.append(current)
    return parts


def _index(term: Apply, context: Context) -> Polynomial:
    sequence = term.args[0]
    places = tuple(canonical_term(arg, context) for arg in term.args[1:])
    if isinstance(sequence, Apply) and sequence.head == "replace":
        chosen = coordinate(canonical_term(sequence, context), places[0], term, context)
        if chosen is not None:
            return normal(chosen, context)
    if isinstance(sequence, Name):
        body = unfolded(sequence, places, context)
        if body is not None:
            return _deeper(body, context)
    applied = beta(sequence, places)
    if applied is not None:
        return normal(applied, context)
    if isinstance(sequence.sort, Matrix):
        whole = grid(sequence, context)
        if len(whole.rows) == len(whole.columns) == 1:
            return scalars(row_of(whole.entries[0][0], whole.rows[0], places[0], context), context)
    shown = sequence if isinstance(sequence, Name) else canonical_term(sequence, context)
    return atom_of(Apply("index", (shown, *places), term.sort))


def _call(term: Apply, context: Context) -> Polynomial:
    function = term.args[0]
    places = tuple(canonical_term(arg, context) for arg in term.args[1:])
    if isinstance(function, Name):
        body = unfolded(function, places, context)
        if body is not None:
            return _deeper(body, context)
    applied = beta(function, places)
    if applied is not None:
        return normal(applied, context)
    return atom_of(Apply("call", (function, *places), term.sort))


def _deeper(body: Term, context: Context) -> Polynomial:
    if context.unfolding > DEEPEST:
        raise NotNormal("definitions nested too deep")
    context.unfolding += 1
    try:
        return normal(body, context)
    finally:
        context.unfolding -= 1


def _calculus(term: Apply, context: Context) -> Polynomial:
    """`diff(body, x, k)`, and `at` of a body that holds derivatives: definitions unfolded, differentiated
    by the kernel, then normalised."""
    try:
        return normal(differentiated(term, context), context)
    except NotDifferentiable as failure:
        raise NotNormal(str(failure)) from None


def _binder(term: Bind, context: Context) -> Polynomial:
    if term.head in ("sum", "avg") and isinstance(term.domain, Apply) and term.domain.head == "range":
        low, high = (normal(end, context) for end in term.domain.args)
        apart = summed_apart(term, context) if term.head == "sum" else None
        if apart is not None:
            return normal(apart, context)
        inner, fresh = context.inside(
            term.variable, Apply("range", (to_term(low), to_term(high)), term.domain.sort)
        )
        summand = normal(substitute(term.body, {term.variable.text: fresh}), inner)
        result = summed(fresh, low, high, summand, context)
        if term.head == "avg":
            count = high - low + UNITY
            result = product(result, inverse(count, context), context)
        return result
    if term.head == "sum":
        parts = listed(term, context)
        if parts is not None:
            return total(normal(part, context) for part in parts)
        if is_declared_finite(term.domain) and is_numeric(term.body.sort):
            domain = canonical_domain(term.domain, context)
            inner, fresh = context.inside(term.variable, domain)
            return summed_over(
                fresh, domain, normal(substitute(term.body, {term.variable.text: fresh}), inner), context
            )
    if term.head == "expectation":
        return expected(term, context)
    if term.head == "probability":
        return chance(term, context)
    domain = canonical_domain(term.domain, context)
    inner, fresh = context.inside(term.variable, domain)
    inside = substitute(term.body, {term.variable.text: fresh})
    if term.head == "set":
        return atom_of(Bind(term.head, fresh, domain, canonical_term(inside, inner), term.sort))
    if is_numeric(inside.sort):
        inside = canonical_term(inside, inner)
    return atom_of(Bind(term.head, fresh, domain, inside, term.sort))


def _from_matrix(term: Apply, context: Context) -> Polynomial:

    if term.head == "inner":
        return inner_product(grid(term.args[0], context), grid(term.args[1], context), context)
    if term.head in ("norm", "norm_fro"):
        inside = grid(term.args[0], context)
        square = inner_product(inside, inside, context)
        return root(square, Fraction(1, 2), context)
    return grid(term, context).scalar(context)


def canonical_term(term: Term, context: Context) -> Term:
    """A term whose parts are in normal form; equal terms that differ in arithmetic become one."""
    if isinstance(term, Number):
        return term
    if is_numeric(term.sort) and (term.sort != EXTREAL or is_finite(term, context)):
        return to_term(normal(term, context))
    if isinstance(term.sort, Matrix):
        try:
            return grid(term, context).to_term()
        except NotNormal:
            return term
    if isinstance(term, Apply):
        if term.head in ("call", "index"):
            applied = beta(term.args[0], term.args[1:])
            if applied is not None:
                return canonical_term(applied, context)
        parts = tuple(canonical_term(arg, context) for arg in term.args)
        if term.head == "index":
            chosen = coordinate(parts[0], parts[1], term, context)
            if chosen is not None:
                return chosen
        return replacement(Apply(term.head, parts, term.sort), context)
    if isinstance(term, Bind):
        law = isinstance(term.domain.sort, Distribution)
        domain = canonical_term(term.domain, context) if law else canonical_domain(term.domain, context)
        inner, fresh = context.inside(term.variable, domain)
        body = canonical_term(substitute(term.body, {term.variable.text: fresh}), inner)
        return Bind(term.head, fresh, domain, body, term.sort)
    return term


__all__ = [
    "DEEPEST",
    "beta",
    "canonical_domain",
    "canonical_term",
    "derivatives",
    "differentiated",
    "expand",
    "inverse",
    "is_zero",
    "least_offset",
    "logarithm",
    "negation",
    "normal",
    "over_one_denominator",
    "power",
    "product",
    "reached",
    "rewrite",
    "root",
    "summed",
    "to_term",
    "unfolded",
    "written_out",
]
