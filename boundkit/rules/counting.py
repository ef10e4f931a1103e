"""`by counting`: sums of constants and of powers of the index."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence()


counting = Rule(
    name="counting",
    needs="nothing",
    says="sums of constants and of powers of the index.",
    misuse="an empty range counted as negative",
    level="K",
    reference="",
    license=_license,
)
