"""`by chain`: the goal as a combination of the premises, also under sums with non-negative weights."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence(task.premises_at_points())


chain = Rule(
    name="chain",
    needs="the relations to be linked",
    says="the goal as a combination of the premises, also under sums with non-negative weights.",
    misuse="a link that is missing, or turned round",
    level="K",
    reference="",
    license=_license,
)
