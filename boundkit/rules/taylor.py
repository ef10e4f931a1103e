"""`by taylor(x, k)`: a bound of a function from its value and derivatives at a point and a bound of the
k-th derivative everywhere (Taylor's formula with Lagrange's remainder)."""

from __future__ import annotations

from math import factorial

from boundkit.ir.sorts import PROP, REAL
from boundkit.ir.terms import (
    ZERO,
    Apply,
    Bind,
    Name,
    Number,
    Term,
    canonical,
    fresh_name,
    number,
    relation,
    substitute,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.normal import written_out
from boundkit.provers.search import Budget, Hints, prove
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    arguments = task.reason.positional
    if len(arguments) != 2 or not isinstance(arguments[0], Name) or not isinstance(arguments[1], Number):
        return Licence(missing="the variable and the order, as in `by taylor(s, 2)`")
    variable, order = arguments[0], int(arguments[1].value)
    if order < 2 or order % 2:
        return Licence(unsupported="the order of Taylor's formula must be even")
    bodies = _bodies(task, variable, order)
    if not bodies:
        return Licence(missing=f"a bound of the derivative of order {order} in {variable.text}")
    lines: list[c.Line] = []
    for label, body, most in bodies:
        centre = _centre(task, variable)
        missing = _missing(task, body, variable, centre, order)
        if missing:
            return Licence(missing=missing)
        found = _bound_line(task, label, body, variable, order, most)
        if found is None:
            continue
        lines.extend(found)
        bound = found[-1]
        lines.append(_formula(task, bound, body, variable, centre, order, most, lines))
    if not lines:
        return Licence(
            missing=f"a bound of the derivative of order {order} that holds for all {variable.text}"
        )
    return Licence(tuple(lines))


def _bodies(task: Task, variable: Name, order: int) -> list[tuple[str, Term, Term]]:
    """Facts about `diff(body, variable, order)`: the statement's label, the body and its last bound."""
    found = []
    facts = task.frame.facts
    for name, formula in facts.items():
        if not (isinstance(formula, Apply) and formula.head in ("=", "<=", "<")):
            continue
        left = formula.args[0]
        if not (isinstance(left, Apply) and left.head == "diff" and left.args[1] == variable):
            continue
        own = int(left.args[2].value) if len(left.args) > 2 and isinstance(left.args[2], Number) else 1
        if own != order:
            continue
        label = name.partition("#")[0]
        most = formula.args[1]
        for other, fact in facts.items():
            if other.partition("#")[0] == label and isinstance(fact, Apply) and fact.head in ("<=", "<"):
                most = fact.args[1]
        if variable.text not in most.free:
            found.append((label, left.args[0], most))
    return found


def _centre(task: Task, variable: Name) -> Term:
    for formula in task.frame.facts.values():
        if isinstance(formula, Apply):
            for side in formula.args:
                if isinstance(side, Apply) and side.head == "at" and side.args[1] == variable:
                    return side.args[2]
    return ZERO


def _missing(task: Task, body: Term, variable: Name, centre: Term, order: int) -> str:
    """The first value or derivative at the centre that no fact gives, in words."""
    context = task.frame.context()
    try:
        whole = written_out(body, context)
    except NotNormal:
        return ""
    sides: set[str] = set()
    for formula in task.frame.facts.values():
        if isinstance(formula, Apply) and formula.head in ("=", "<="):
            sides.update(canonical(_plain(task, side)) for side in formula.args)
    if canonical(substitute(whole, {variable.text: centre})) not in sides:
        return f"the value of {body} at {variable.text} = {centre}"
    for k in range(1, order):
        options = [Apply("diff", (body, variable, number(k)), REAL)]
        if k == 1:
            options.append(Apply("diff", (body, variable), REAL))
        texts = {canonical(_plain(task, Apply("at", (option, variable, centre), REAL))) for option in options}
        if not texts & sides:
            return f"the derivative of {body} of order {k} at {variable.text} = {centre}"
    return ""


def _plain(task: Task, term: Term) -> Term:
    try:
        return written_out(term, task.frame.context())
    except NotNormal:
        return term


def _bound_line(
    task: Task, label: str, body: Term, variable: Name, order: int, most: Term
) -> list[c.Line] | None:
    """`forall x, diff(body, x, order) <= most` from the facts of one statement, each for all x."""
    lines: list[c.Line] = []
    names = [name for name in task.frame.facts if name.partition("#")[0] == label]
    for name in names:
        if variable.text not in task.frame.sequent.scoped.get(name, {}):
            return None
        lines.append(task.generalised_line(name, variable.text, lines))
    taken = set(task.frame.sequent.names) | set(task.frame.sequent.definitions)
    fixed = Name(fresh_name(variable.text, taken), variable.sort)
    domain = lines[0].claim.domain  # type: ignore[attr-defined]
    whole = _plain(task, body)
    moved = substitute(whole, {variable.text: fixed})
    slope = Apply("diff", (moved, fixed, number(order)), REAL)
    goal = relation("<=", slope, _plain(task, most))
    frame = task.frame
    for line in lines:
        frame = frame.with_fact(line.name, line.claim)
    inner = frame.with_name(fixed).with_fact(f"range of {fixed.text}", Apply("in", (fixed, domain), PROP))
    inside: list[c.Line] = []
    for line in lines:
        claim = substitute(line.claim.body, {line.claim.variable.text: fixed})  # type: ignore[attr-defined]
        own = c.Line(f"{line.name} here", claim, c.Specialise(line.name, (fixed,)))
        inner = inner.with_fact(own.name, own.claim)
        inside.append(own)
    proof = prove(inner, goal, Hints((), False, "", 0, Budget(6)))
    if proof is None:
        return None
    whole_proof = c.Proof(proof.by, (*inside, *proof.lines))
    bound = c.Line(
        f"{label} everywhere",
        Bind("forall", fixed, domain, goal, PROP),
        c.Introduce(fixed.text, whole_proof),
    )
    return [*lines, bound]


def _formula(
    task: Task, bound: c.Line, body: Term, variable: Name, centre: Term, order: int, most: Term,
    lines: list[c.Line],
) -> c.Line:  # fmt: skip
    """Taylor's formula at the point `variable` as a line."""
    whole = _plain(task, body)
    gap = Apply("-", (variable, centre), REAL)
    total: Term = substitute(whole, {variable.text: centre})
    for k in range(1, order + 1):
        weight = Apply("/", (Apply("^", (gap, number(k)), REAL), number(factorial(k))), REAL)
        factor: Term = _plain(task, most)
        if k < order:
            factor = Apply("at", (Apply("diff", (whole, variable, number(k)), REAL), variable, centre), REAL)
        total = Apply("+", (total, Apply("*", (factor, weight), REAL)), REAL)
    claim = relation("<=", whole, total)
    return c.Line(task.fresh("taylor", lines), claim, c.Taylor(variable, centre, order, bound.name))


taylor = Rule(
    name="taylor",
    needs="the value and the derivatives below order k at the point, and a bound of the one of order k",
    says="`f(x) <= f(c) + f'(c)*(x - c) + ... + M*(x - c)^k/k!` for even k.",
    misuse="a bound of the k-th derivative that holds at one point only, an odd order",
    level="K",
    reference="Lagrange 1797",
    license=_license,
)
