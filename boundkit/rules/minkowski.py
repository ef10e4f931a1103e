"""`by minkowski`: the p-norm of a sum is at most the sum of the p-norms."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_by(("minkowski",), "p >= 1 and finite moments of the summands")


minkowski = Rule(
    name="minkowski",
    needs="p >= 1, and that `E[|f|^p]` and `E[|g|^p]` are finite",
    says="`E[|f + g|^p]^(1/p) <= E[|f|^p]^(1/p) + E[|g|^p]^(1/p)`.",
    misuse="p < 1",
    level="S",
    reference="Minkowski 1896; Billingsley 1995, (5.40)",
    license=_license,
)
