"""`by calculus`: derivatives by the kernel's own differentiator."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence()


calculus = Rule(
    name="calculus",
    needs="nothing, or equations",
    says="derivatives by the kernel's own differentiator.",
    misuse="a point where the body is not defined",
    level="K",
    reference="",
    license=_license,
)
