"""`by algebra`: the goal, when it follows from the premises by normal forms and a combination with exact multipliers."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence(task.premises_at_points())


algebra = Rule(
    name="algebra",
    needs="the premises listed",
    says="the goal, when it follows from the premises by normal forms and a combination with exact multipliers.",
    misuse="a premise that is not listed",
    level="K",
    reference="",
    license=_license,
)
