"""`by extremum`: a maximum or minimum against each of its members, by cases."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence()


extremum = Rule(
    name="extremum",
    needs="nothing, or bounds",
    says="a maximum or minimum against each of its members, by cases.",
    misuse="an empty range",
    level="K",
    reference="",
    license=_license,
)
