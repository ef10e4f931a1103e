"""`by young`: `a*b <= a^2/(2*c) + c*b^2/2` for `c > 0`."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence(task.premises_at_points())


young = Rule(
    name="young",
    needs="nothing, or bounds of the parts",
    says="`a*b <= a^2/(2*c) + c*b^2/2` for `c > 0`.",
    misuse="a weight that may be 0 or negative",
    level="K",
    reference="Young 1912",
    license=_license,
)
