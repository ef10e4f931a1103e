"""What definitions and derivatives stand for at one instance: clauses matched against arguments, the first
place of a sequence, derivatives and values at a point, and whether a function stays within its range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from boundkit.ir.terms import Apply, Bind, Name, Term, substitute
from boundkit.ir.theorems import Clause, Definition, Theorem
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.forms import finite_range, value_range
from boundkit.kernel.values import Truth, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

INTERVALS = ("closed", "open", "left_open", "right_open")


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


def mentioned(theorem: Theorem, name: str) -> frozenset[str]:
    """All names that a defined name depends on, also through definitions and the laws of draws."""
    found: set[str] = set()
    pending = [name]
    while pending:
        current = pending.pop()
        if current in found:
            continue
        found.add(current)
        if current in theorem.definition:
            for clause in theorem.definition[current].clauses:
                for part in (clause.body, *clause.patterns, *clause.guard):
                    pending.extend(part.free)
        elif current in theorem.declaration:
            law = theorem.declaration[current].law
            pending.extend(law.free if law is not None else ())
    return frozenset(found)


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


def stays_within(evaluator: Evaluator, term: Bind, scope: Scope) -> Truth:
    """Whether `forall x in A, f(x) in K` holds, for an interval K, one of its ends in an inequality, or a
    finite set, by the range that the form of f is known to have on its whole space; also for several of these
    at once. None when that does not say."""
    conjuncts = term.body.args if isinstance(term.body, Apply) and term.body.head == "and" else (term.body,)
    truths = [_stays(evaluator, conjunct, term.variable, scope) for conjunct in conjuncts]
    if any(truth is None for truth in truths):
        return None
    return evaluator.arithmetic.every([partial(evaluator.arithmetic.constant, truth) for truth in truths])


def _stays(evaluator: Evaluator, body: Term, variable: Name, scope: Scope) -> Truth:
    bounds = _ends_of(body, variable)
    if bounds is None:
        return _stays_in_set(evaluator, body, variable, scope)
    function, lower, upper, strict_lower, strict_upper = bounds
    if variable.text == function.text or function.text in evaluator.theorem.definition:
        return None
    arithmetic = evaluator.arithmetic
    known = value_range(arithmetic, evaluator.value(function, scope))
    if known is None:
        return None
    least, most, condition = known
    parts: list[Callable[[], Truth]] = [partial(arithmetic.constant, condition)]
    for end, own, strict, below in ((lower, least, strict_lower, True), (upper, most, strict_upper, False)):
        if end is not None:
            if own is None:
                return None
            value = evaluator.value(end, scope)
            pair = (value, own) if below else (own, value)
            parts.append(partial(arithmetic.compare, "<" if strict else "<=", *pair))
    truth = arithmetic.every(parts)
    return None if truth is False else truth


def _stays_in_set(evaluator: Evaluator, body: Term, variable: Name, scope: Scope) -> Truth:
    """The same for `f(x) in {a, b, …}`, by the finitely many values of f."""
    if not (isinstance(body, Apply) and body.head == "in" and _is_call(body.args[0], variable)):
        return None
    called, domain = body.args
    function = called.args[0] if isinstance(called, Apply) else called
    if not (isinstance(domain, Apply) and domain.head == "enumeration" and isinstance(function, Name)):
        return None
    known = evaluator.theorem.definition
    if variable.text in {function.text, *domain.free} or function.text in known:
        return None
    arithmetic = evaluator.arithmetic
    values = finite_range(arithmetic, evaluator.value(function, scope))
    if values is None:
        return None
    allowed = evaluator.extent(domain, scope).parts

    def among(value: Value) -> Truth:
        return arithmetic.some([partial(arithmetic.compare, "=", value, own) for own in allowed])

    truth = arithmetic.every([partial(among, value) for value in values])
    return None if truth is False else truth


def _ends_of(body: Term, variable: Name) -> tuple[Name, Term | None, Term | None, bool, bool] | None:
    """The function, the ends and their strictness where a proposition bounds `f(variable)`."""
    if not isinstance(body, Apply) or len(body.args) != 2:
        return None
    first, second = body.args
    lower: Term | None
    upper: Term | None
    if body.head == "in" and isinstance(second, Apply) and second.head in INTERVALS:
        lower, upper = (None if infinite(end) else end for end in second.args)
        called, strict_lower, strict_upper = (
            first,
            second.head in ("open", "left_open"),
            second.head in ("open", "right_open"),
        )
    elif body.head in ("<=", "<"):
        strict = body.head == "<"
        if isinstance(first, Apply) and first.head == "abs":
            called, lower, upper = first.args[0], Apply("neg", (second,), second.sort), second
            strict_lower = strict_upper = strict
        elif _is_call(second, variable):
            called, lower, upper, strict_lower, strict_upper = second, first, None, strict, False
        else:
            called, lower, upper, strict_lower, strict_upper = first, None, second, False, strict
    else:
        return None
    if not _is_call(called, variable):
        return None
    assert isinstance(called, Apply)
    function = called.args[0]
    ends = [end for end in (lower, upper) if end is not None]
    if not isinstance(function, Name) or not ends or any(variable.text in end.free for end in ends):
        return None
    return function, lower, upper, strict_lower, strict_upper


def _is_call(term: Term, variable: Name) -> bool:
    return isinstance(term, Apply) and term.head == "call" and term.args[1:] == (variable,)


def infinite(end: Term) -> bool:
    """Whether an end of an interval is infinite."""
    unsigned = end.args[0] if isinstance(end, Apply) and end.head == "neg" else end
    return isinstance(unsigned, Apply) and unsigned.head == "infinity"
