"""`by monotone`: the goal by putting larger for smaller where the goal is increasing."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence(task.premises_in_the_mean(), ranges=True)


monotone = Rule(
    name="monotone",
    needs="bounds of the parts",
    says="the goal by putting larger for smaller where the goal is increasing.",
    misuse="a factor of unknown sign",
    level="K",
    reference="",
    license=_license,
)
