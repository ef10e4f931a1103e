"""`by induction(k)`: `forall k` from the first case and from the next of each; `by induction(k, d)` shows
both by induction over d. Without arguments over the first natural number that the goal is for all of."""

from __future__ import annotations

from boundkit.ir.sorts import NAT
from boundkit.ir.terms import Bind, Name, Term
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    given = task.reason.positional
    names = [name.text for name in given if isinstance(name, Name)] if given else _first_natural(task.goal)
    if not names or (given and len(names) != len(given)):
        return Licence(missing="the induction variable, as in `by induction(k)`")
    return Licence(induct=" ".join(names))


def _first_natural(goal: Term) -> list[str]:
    while isinstance(goal, Bind) and goal.head == "forall":
        if goal.variable.sort == NAT:
            return [goal.variable.text]
        goal = goal.body
    return []


induction = Rule(
    name="induction",
    needs="the induction variable as argument, or a goal `forall k`",
    says="`forall k` from the first case and from the next of each.",
    misuse="the hypothesis used at another index",
    level="K",
    reference="",
    license=_license,
)
