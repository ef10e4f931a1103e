"""`by cite`: the goal as the literature states it, with the debt `cite:`."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    reference = task.reason.text
    if not reference:
        return Licence(missing='a reference, as in `by cite "Author Year, Theorem 1"`')
    return Licence(debts=frozenset({f"cite:{reference}"}))


cite = Rule(
    name="cite",
    needs="a reference as text",
    says="the goal as the literature states it, with the debt `cite:`.",
    misuse="a reference that is not given",
    level="-",
    reference="",
    license=_license,
)
