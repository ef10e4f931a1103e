"""`by independence`: the mean of a product of independent variables is the product of their means."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence(task.premises_at_points())


independence = Rule(
    name="independence",
    needs="that the factors depend on different draws, or on different entries of a sample",
    says="`E[f(X)*g(Y)] = E[f(X)]*E[g(Y)]`.",
    misuse="factors that share a draw, entries whose places may be equal, a process of any law",
    level="K",
    reference="Billingsley 1995, theorem 18.3",
    license=_license,
)
