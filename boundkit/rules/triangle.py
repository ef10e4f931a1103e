"""`by triangle`: the norm of a sum is at most the sum of the norms."""

from __future__ import annotations

from boundkit.provers.distances import by_way
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence((*task.premises_in_the_mean(), *by_way(task.frame, task.goal)), ranges=True)


triangle = Rule(
    name="triangle",
    needs="nothing, or bounds of the parts",
    says="the norm of a sum is at most the sum of the norms.",
    misuse="the reverse inequality",
    level="K",
    reference="",
    license=_license,
)
