"""`by induction(k)`: `forall k` from the first case and from the next of each; `by induction(k, d)` shows
both by induction over d."""

from __future__ import annotations

from boundkit.ir.terms import Name
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    names = [name.text for name in task.reason.positional if isinstance(name, Name)]
    if not names or len(names) != len(task.reason.positional):
        return Licence(missing="the induction variable, as in `by induction(k)`")
    return Licence(induct=" ".join(names))


induction = Rule(
    name="induction",
    needs="the induction variable as argument",
    says="`forall k` from the first case and from the next of each.",
    misuse="the hypothesis used at another index",
    level="K",
    reference="",
    license=_license,
)
