"""`by algebra`: the goal from the premises by normal forms and combinations with exact multipliers."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence(task.premises_at_points())


algebra = Rule(
    name="algebra",
    needs="the premises listed",
    says="the goal, by normal forms and combinations of the premises with exact multipliers.",
    misuse="a premise that is not listed",
    level="K",
    reference="",
    license=_license,
)
