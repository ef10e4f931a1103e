"""`by bounds`: interval facts from the declarations."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence(task.premises_at_points())


bounds = Rule(
    name="bounds",
    needs="nothing",
    says="interval facts from the declarations.",
    misuse="an open end taken as attained",
    level="K",
    reference="",
    license=_license,
)
