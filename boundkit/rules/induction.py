"""`by induction`: `forall k` from the first case and from the next of each."""

from __future__ import annotations

from boundkit.ir.terms import Name
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    if len(task.reason.positional) != 1 or not isinstance(task.reason.positional[0], Name):
        return Licence(missing="the induction variable, as in `by induction(k)`")
    return Licence(induct=task.reason.positional[0].text)


induction = Rule(
    name="induction",
    needs="the induction variable as argument",
    says="`forall k` from the first case and from the next of each.",
    misuse="the hypothesis used at another index",
    level="K",
    reference="",
    license=_license,
)
