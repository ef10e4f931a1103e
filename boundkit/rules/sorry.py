"""`by sorry`: the goal, admitted without proof; the debt `admit:` is printed."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence(debts=frozenset({f"admit:{task.label}"}))


sorry = Rule(
    name="sorry",
    needs="nothing",
    says="the goal, admitted without proof; the debt `admit:` is printed.",
    misuse="silence about it",
    level="-",
    reference="",
    license=_license,
)
