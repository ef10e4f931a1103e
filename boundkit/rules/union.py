"""`by union`: an event is as likely as its parts together at most (Boole 1847)."""

from __future__ import annotations

from boundkit.ir.terms import ONE, Apply, Term, relation
from boundkit.kernel.context import NotNormal
from boundkit.kernel.judge import Rejected
from boundkit.kernel.outcomes import is_sure
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.chances import has_bound, is_mean_of_largest, price_of
from boundkit.provers.search import Budget, Hints, prove
from boundkit.task import Licence, Rule, Task

ATTEMPTS = 12
"""Combinations that are tried to find what the events cost."""


def _license(task: Task) -> Licence:
    if is_mean_of_largest(task.goal):
        return Licence(task.premises_at_points())
    if not any(has_bound(formula) or is_sure(formula) for formula in task.frame.facts.values()):
        return Licence(missing="`Pr[...] <= ...` or `with prob >= ...`")
    lines = task.premises_at_points()
    if isinstance(task.goal, Apply) and has_bound(task.goal):
        dear = _dear(task, task.goal)
        if dear:
            return Licence(misused=dear)
    return Licence(lines)


def _dear(task: Task, goal: Apply) -> str:
    """What the good events cost, where they give the event of the goal but at another price; else ""."""
    hints = Hints((), False, "", 1, Budget(ATTEMPTS))

    def search(frame: object, wanted: Term) -> object:
        return prove(frame, wanted, hints)  # type: ignore[arg-type]

    price = price_of(task.frame, goal, search)  # type: ignore[arg-type]
    if price is None:
        return ""
    lower = not (isinstance(goal.args[0], Term) and _is_chance(goal.args[0]))
    room = Apply("-", (ONE, goal.args[0]), price.sort) if lower else goal.args[1]
    if prove(task.frame, relation("<=", price, room), Hints((), True, "", 1, Budget(ATTEMPTS))) is not None:
        return ""
    try:
        shown: Term = task.frame.context().canonical_term(price)
    except (NotNormal, TooLarge, Rejected):
        shown = price
    return f"the right side that the premises give is `{shown}`, not `{room}`"


def _is_chance(term: Term) -> bool:
    from boundkit.kernel.chance import unnested

    return unnested(term) is not None


union = Rule(
    name="union",
    needs="`Pr[...] <= ...` or `with prob >= ...`",
    says="what good events imply, with the sum of their budgets; over a finite set, for each element.",
    misuse="budgets that add up to more than is stated, an infinite class",
    level="K",
    reference="Boole 1847",
    license=_license,
)
