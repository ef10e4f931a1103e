"""Certificates of calculus: gradients of polynomials in a matrix, and the formula of Taylor."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

from boundkit.ir.sorts import REAL, Matrix
from boundkit.ir.terms import Apply, Bind, Name, Term, number, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.definedness import require_defined
from boundkit.kernel.frame import Ground, Rejected
from boundkit.kernel.matrices import grid, inner_product
from boundkit.kernel.normal import is_zero, normal, unfolded
from boundkit.kernel.polynomials import NIL, Atom, Composite, Polynomial, Rational


def check_gradient(frame: Ground, goal: Term, certificate: c.Gradient) -> None:
    """The goal is `grad(F, W, …) = G` with the first-order part of F for G; raises `Rejected`."""
    if not (isinstance(goal, Apply) and goal.head == "="):
        raise Rejected("not an equation")
    slope, value = goal.args
    if not (isinstance(slope, Apply) and slope.head == "grad" and isinstance(slope.args[0], Name)):
        raise Rejected("the left side is no gradient")
    function, (point, *rest) = slope.args[0], slope.args[1:]
    if not (isinstance(point.sort, Matrix) and isinstance(value.sort, Matrix)):
        raise Rejected("a gradient in a matrix or vector")
    context = frame.context(certificate.unfold)
    require_defined(value, context)
    small = Name("#epsilon", REAL)
    direction = Name("#direction", point.sort)
    moved = Apply("+", (point, Apply("*", (small, direction), point.sort)), point.sort)
    body = unfolded(function, (moved, *rest), context)
    if body is None:
        raise Rejected(f"{function} has no definition to differentiate")
    require_defined(body, context)
    whole = normal(body, context)
    epsilon = Atom(small)
    first = NIL
    for monomial, coefficient in whole.terms.items():
        order: Rational = Fraction(0)
        others = []
        for atom, exponent in monomial:
            if atom == epsilon:
                if not isinstance(exponent, Rational) or exponent.denominator != 1 or exponent < 0:
                    raise Rejected("not polynomial")
                order = exponent
            elif (
                small.text in atom.term.free
                or isinstance(atom, Composite)
                and direction.text in atom.term.free
                or isinstance(exponent, Polynomial)
                and exponent.names & {small.text, direction.text}
            ):
                raise Rejected("not polynomial in the variable")
            else:
                others.append((atom, exponent))
        if order == 1:
            first = first + Polynomial({tuple(others): coefficient})
    pairing = inner_product(grid(value, context), grid(direction, context), context)
    if not is_zero(first - pairing, context):
        raise Rejected("the first-order part is another")


def check_taylor(frame: Ground, goal: Term, certificate: c.Taylor) -> None:
    """The goal is the formula of Taylor for the fact that the certificate names; raises `Rejected`."""
    if certificate.order < 2 or certificate.order % 2 or certificate.order > 40:
        raise Rejected("the order of Taylor's formula is even here")
    bound = frame.fact(certificate.bound)
    if not (isinstance(bound, Bind) and bound.head == "forall" and isinstance(bound.body, Apply)):
        raise Rejected("the bound holds for all points")
    variable = bound.variable
    if variable.sort != REAL or bound.body.head not in ("<=", "<"):
        raise Rejected("the bound is an upper bound on a real line")
    top, most = bound.body.args
    if not (isinstance(top, Apply) and top.head == "diff" and top.args[1] == variable):
        raise Rejected("the bound is about no derivative")
    if len(top.args) != 3 or top.args[2] != number(certificate.order):
        raise Rejected("the bound is about another derivative")
    if variable.text in most.free:
        raise Rejected("the bound depends on the point")
    centre, point = certificate.centre, certificate.variable
    # A new name for the variable, which no definition in the body mentions.
    moving = Name("#taylor", REAL)
    body = substitute(top.args[0], {variable.text: moving})
    frame.member(centre, bound.domain, variable)
    frame.member(point, bound.domain, variable)
    if not (
        isinstance(bound.domain, Apply)
        and bound.domain.head in ("everything", "closed", "open", "left_open", "right_open")
    ):
        raise Rejected("the bound holds on no interval")
    gap = Apply("-", (point, centre), REAL)
    total: Term = substitute(body, {moving.text: centre})
    for k in range(1, certificate.order + 1):
        if k < certificate.order:
            order = number(k)
            factor: Term = Apply("at", (Apply("diff", (body, moving, order), REAL), moving, centre), REAL)
        else:
            factor = most
        weight = Apply("/", (Apply("^", (gap, number(k)), REAL), number(factorial(k))), REAL)
        total = Apply("+", (total, Apply("*", (factor, weight), REAL)), REAL)
    frame.follows(goal, relation("<=", substitute(body, {moving.text: point}), total))
