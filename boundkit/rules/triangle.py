"""`by triangle`: the norm of a sum is at most the sum of the norms, and the same of total variations."""

from __future__ import annotations

from boundkit.ir.terms import Apply, subterms
from boundkit.provers.distances import by_way, of_sums
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    lines = [*task.premises_in_the_mean(), *by_way(task.frame, task.goal), *of_sums(task.frame, task.goal)]
    if any(isinstance(part, Apply) and part.head == "TV" for part in subterms(task.goal)):
        lines.extend(task.law_instances("tv_triangle", lines))
    return Licence(tuple(lines), ranges=True)


triangle = Rule(
    name="triangle",
    needs="nothing, or bounds of the parts",
    says="the norm of a sum, also over an index, is at most the sum of the norms; "
    "`TV(P, R) <= TV(P, Q) + TV(Q, R)`.",
    misuse="the reverse inequality",
    level="K",
    reference="",
    license=_license,
)
