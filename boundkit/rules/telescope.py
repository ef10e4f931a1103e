"""`by telescope`: the sum of a difference of neighbours as the difference of its ends."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence(task.premises_at_points())


telescope = Rule(
    name="telescope",
    needs="an equation whose sum collapses",
    says="the sum of a difference of neighbours as the difference of its ends.",
    misuse="an index that is off by one",
    level="K",
    reference="",
    license=_license,
)
