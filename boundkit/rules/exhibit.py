"""`by exhibit`: `exists x` from a witness that mentions only what stands before it."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    if not task.reason.named:
        return Licence(missing="a witness, as in `by exhibit(x := e)`")
    return Licence(witnesses=task.reason.named)


exhibit = Rule(
    name="exhibit",
    needs="a witness for each `exists`, as `x := term`",
    says="`exists x` from a witness that mentions only what stands before it.",
    misuse="a witness that depends on a later variable",
    level="K",
    reference="",
    license=_license,
)
