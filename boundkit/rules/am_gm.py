"""`by am_gm`: the arithmetic mean is at least the geometric one."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence(task.premises_at_points())


am_gm = Rule(
    name="am_gm",
    needs="signs of the parts",
    says="the arithmetic mean is at least the geometric one.",
    misuse="parts of unknown sign",
    level="K",
    reference="",
    license=_license,
)
