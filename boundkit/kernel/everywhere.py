"""Bounds on functions for all vectors at once, by what their forms guarantee: that a function is Lipschitz,
that it contracts to a fixed point, that two functions are near each other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from boundkit.ir.sorts import Matrix
from boundkit.ir.terms import Apply, Bind, Name, Term
from boundkit.kernel.values import Tabulated, Truth, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

SIZES = ("norm", "abs")


def holds_everywhere(evaluator: Evaluator, term: Bind, scope: Scope) -> Truth:
    """Whether one of these holds, by the form of f, which may have further arguments before the vector:

        forall a, b : Vector[d], ||f(a) - f(b)|| <= L*||a - b||
        forall a : Vector[d], ||f(a) - p|| <= L*||a - p||   where f(p) = p
        forall a : Vector[d], ||f(a) - g(a)|| <= e

    Numbers have |…| in the place of ||…||. None for other propositions, and where it is not certain."""
    variables: list[Name] = []
    body: Term = term
    while isinstance(body, Bind) and body.head == "forall" and _is_whole_space(body):
        variables.append(body.variable)
        body = body.body
    names = {variable.text for variable in variables}
    gap = _difference(body.args[0]) if isinstance(body, Apply) and body.head == "<=" else None
    if gap is None or not 1 <= len(names) == len(variables) <= 2:
        return None
    assert isinstance(body, Apply)
    first, second = (_called(side, names) for side in gap)
    if len(variables) == 1 and first is not None and second is not None:
        return _near(evaluator, gap, body.args[1], names, scope)
    split = _scaled_distance(body.args[1])
    if first is None or split is None or split[0].free & names:
        return None
    bound, distance = split
    if len(variables) == 2:
        ends = {end.text for end in distance if isinstance(end, Name)}
        called = _called(gap[1], names)
        if called is None or gap[0] == gap[1] or ends != names or {first, called} != names:
            return None
        forms = [_function(evaluator, side, scope) for side in gap]
        if forms[0] is None or forms[0] is not forms[1]:
            return None
        return _lipschitz(evaluator, forms[0], bound, scope)
    return _contracts(evaluator, gap, bound, distance, names, scope)


def _contracts(
    evaluator: Evaluator,
    gap: tuple[Term, Term],
    bound: Term,
    distance: tuple[Term, Term],
    names: set[str],
    scope: Scope,
) -> Truth:
    """||f(a) - p|| <= bound*||a - p||, where p is the same and does not depend on a, and f(p) = p."""
    point = gap[1]
    if point != distance[1] or point.free & names or not isinstance(distance[0], Name):
        return None
    form = _function(evaluator, gap[0], scope)
    if form is None or distance[0].text not in names:
        return None
    fixed = evaluator.value(point, scope)
    image = form.value(evaluator.arithmetic, fixed)
    pairs = zip(getattr(image, "entries", (image,)), getattr(fixed, "entries", (fixed,)), strict=True)
    parts = [partial(evaluator.arithmetic.compare, "=", *pair) for pair in pairs]
    steep = _lipschitz(evaluator, form, bound, scope)
    if steep is None:
        return None
    truth = evaluator.arithmetic.every([*parts, partial(evaluator.arithmetic.constant, steep)])
    return None if truth is False else truth


def _lipschitz(evaluator: Evaluator, form: Any, bound: Term, scope: Scope) -> Truth:
    """Whether a function is Lipschitz with a bound."""
    try:
        return evaluator.has_property("lipschitz", form, [evaluator.value(bound, scope)])
    except Unsupported:
        return None


def _near(evaluator: Evaluator, gap: tuple[Term, Term], bound: Term, names: set[str], scope: Scope) -> Truth:
    """||f(a) - g(a)|| <= bound, where both functions are of one form but for a vector that is added."""
    if bound.free & names or _called(gap[0], names) != _called(gap[1], names):
        return None
    one, other = (_function(evaluator, side, scope) for side in gap)
    if not hasattr(one, "apart"):
        return None
    distance = one.apart(evaluator.arithmetic, other)
    if distance is None:
        return None
    return evaluator.at_most(distance, evaluator.value(bound, scope)) or None


def _is_whole_space(term: Bind) -> bool:
    """Whether the variable runs over all vectors."""
    domain = term.domain
    return (
        isinstance(term.variable.sort, Matrix) and isinstance(domain, Apply) and domain.head == "everything"
    )


def _difference(term: Term) -> tuple[Term, Term] | None:
    """u and v of ||u - v||."""
    if isinstance(term, Apply) and term.head in SIZES and len(term.args) == 1:
        inside = term.args[0]
        if isinstance(inside, Apply) and inside.head == "-" and len(inside.args) == 2:
            return inside.args[0], inside.args[1]
    return None


def _scaled_distance(term: Term) -> tuple[Term, tuple[Term, Term]] | None:
    """L, u and v of L*||u - v||."""
    if isinstance(term, Apply) and term.head == "*" and len(term.args) >= 2:
        distance = _difference(term.args[-1])
        if distance is not None:
            rest = term.args[:-1]
            return (rest[0] if len(rest) == 1 else Apply("*", rest, term.sort)), distance
    return None


def _called(term: Term, names: set[str]) -> str | None:
    """The bound variable that is the last argument of a call, and occurs nowhere else in it."""
    if not (isinstance(term, Apply) and term.head == "call" and isinstance(term.args[0], Name)):
        return None
    *before, last = term.args
    if not isinstance(last, Name) or last.text not in names or any(part.free & names for part in before):
        return None
    return last.text


def _function(evaluator: Evaluator, term: Term, scope: Scope) -> Any:
    """The form of the function that a call names, at its arguments before the last, or None."""
    assert isinstance(term, Apply)
    function, *others = term.args[:-1]
    if not isinstance(function, Name) or function.text in evaluator.theorem.definition:
        return None
    try:
        found: Value = evaluator.value(function, scope)
        if others:
            if not isinstance(found, Tabulated):
                return None
            found = found.at(evaluator.arithmetic, [evaluator.value(part, scope) for part in others])
    except Unsupported:
        return None
    return found if hasattr(found, "guarantees") else None
