"""What definitions and derivatives stand for at one instance: clauses matched against arguments, the first
place of a sequence, derivatives and values at a point."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from boundkit.ir.terms import Apply, Name, Term, substitute
from boundkit.ir.theorems import Clause, Definition, Theorem
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.values import Unsupported, Value

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope


def matches(evaluator: Evaluator, clause: Clause, args: Sequence[Value]) -> dict[str, Value] | None:
    """The parameters' values at which the clause's patterns equal `args`, if its guard holds."""
    if len(args) != len(clause.patterns):
        raise Unsupported("a definition used with a different number of arguments")
    names = {parameter.text for parameter in clause.parameters}
    scope: dict[str, Value] = {}
    for pattern, arg in zip(clause.patterns, args, strict=True):
        if isinstance(pattern, Name) and pattern.text in names:
            scope[pattern.text] = arg
            continue
        wanted = evaluator.arithmetic.integer(arg)
        if wanted is None:
            return None
        unknown = sorted(names & pattern.free)
        if not unknown:
            if evaluator.integer(pattern, {}) != wanted:
                return None
            continue
        at_zero, at_one = (
            evaluator.integer(pattern, {unknown[0]: evaluator.arithmetic.rational(Fraction(trial))})
            for trial in (0, 1)
        )
        step = at_one - at_zero
        if len(unknown) > 1 or step == 0:
            raise Unsupported(f"the pattern `{pattern}` of a definition")
        if (wanted - at_zero) % step:
            return None
        found = evaluator.arithmetic.rational(Fraction((wanted - at_zero) // step))
        if evaluator.integer(pattern, {unknown[0]: found}) != wanted:
            raise Unsupported(f"the pattern `{pattern}` of a definition")
        scope[unknown[0]] = found
    for guard in clause.guard:
        holds = evaluator.truth(guard, scope)
        if holds is False:
            return None
        if holds is not True:
            raise Unsupported(f"the guard `{guard}` of a definition")
    return scope


def first_place(evaluator: Evaluator, definition: Definition) -> int:
    """The first place at which a defined sequence has a value."""
    places = []
    for clause in definition.clauses:
        for pattern in clause.patterns:
            if not pattern.free:
                places.append(evaluator.integer(pattern, {}))
        for bound in clause.guard if not definition.recursive else ():
            if isinstance(bound, Apply) and bound.head == "<=" and bound.args[1] in clause.parameters:
                places.append(evaluator.integer(bound.args[0], {}))
    if not places:
        raise Unsupported(f"the first place of `{definition.name.text}`")
    return min(places)


def derivative_of(evaluator: Evaluator, args: tuple[Term, ...], scope: Scope) -> Value:
    """The value of `diff` with the arguments body, variable and order."""
    body, variable, order = args
    if not isinstance(variable, Name):
        raise Unsupported(f"a derivative in `{variable}`")
    result = unfolded(body, evaluator.theorem)
    try:
        for _ in range(evaluator.integer(order, scope)):
            result = derivative(result, variable.text)
    except NotDifferentiable as error:
        raise Unsupported(f"the derivative of `{body}`: {error}") from None
    evaluator.value(body, scope)  # the derivative exists only where the body is defined
    return evaluator.value(result, scope)


def value_at(evaluator: Evaluator, args: tuple[Term, ...], scope: Scope) -> Value:
    """The value of `at` with the arguments body, variable and point."""
    body, name, point = args
    if not isinstance(name, Name):
        raise Unsupported(f"a value at `{name}`")
    body = unfolded(body, evaluator.theorem)
    for other in body.free & evaluator.theorem.definition.keys():
        for clause in evaluator.theorem.definition[other].clauses:
            if name.text in clause.body.free:
                raise Unsupported(f"`{other}` at another `{name}`")
    return evaluator.value(body, {**scope, name.text: evaluator.value(point, scope)})


def unfolded(term: Term, theorem: Theorem) -> Term:
    """The term with constant definitions put in their places."""
    constants = {
        name: definition.clauses[0].body
        for name, definition in theorem.definition.items()
        if definition.style == "constant"
    }
    while constants.keys() & term.free:
        term = substitute(term, constants)
    return term
