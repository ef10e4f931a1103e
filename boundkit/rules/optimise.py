"""`by optimise(x)`: a bound that holds for all x, at the x where it is best. Where that is, computer algebra
proposes; that the value lies in the range of x, and the goal, are for the judge."""

from __future__ import annotations

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Bind, Name, Term
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.normal import written_out
from boundkit.provers.algebra import stationary_points
from boundkit.rules.substitute import specialised
from boundkit.task import Licence, Rule, Task

MOST_POINTS = 4
"""Stationary points of one bound that are tried."""


def _license(task: Task) -> Licence:
    if len(task.given) != 1 or not isinstance(task.given[0], Name):
        return Licence(missing="the variable, as in `by optimise(x)`")
    variable = task.given[0].text
    lines: list[c.Line] = []
    universal = False
    for name in list(task.frame.facts):
        base, formula = name, task.frame.facts[name]
        if variable in task.frame.sequent.scoped.get(name, {}):
            line = task.generalised_line(name, variable, lines)
            lines.append(line)
            base, formula = line.name, line.claim
        for point in _points(task, formula, variable):
            universal = True
            found = specialised(task, base, {variable: point}, lines)
            if found is not None:
                lines.append(found)
    if not universal:
        return Licence(missing=f"a bound that holds for all {variable}")
    return Licence(tuple(lines))


def _points(task: Task, formula: Term, variable: str) -> list[Term]:
    """Where the sides of a universal inequality, as functions of the variable, are stationary."""
    core = formula
    own: Name | None = None
    while isinstance(core, Bind) and core.head == "forall":
        if core.variable.text == variable:
            own = core.variable
        core = core.body
    if own is None or own.sort != REAL or not (isinstance(core, Apply) and core.head in ("<=", "<")):
        return []
    try:
        left, right = (written_out(side, task.frame.context()) for side in core.args)
    except NotNormal:
        return []
    return stationary_points(Apply("-", (right, left), REAL), own)[:MOST_POINTS]


optimise = Rule(
    name="optimise",
    needs="`a <= r(x)` for all x in a range",
    says="`a <= r(x)` at the x where r - a is stationary, when that lies in the range.",
    misuse="a bound that holds at one x only, or a minimiser outside the range",
    level="K",
    reference="",
    license=_license,
)
