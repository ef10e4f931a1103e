"""`by holder`: the mean of a product, by the moments of its factors."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_by(("holder",), "`1/p + 1/q = 1` with p, q > 1, and finite moments of the factors")


holder = Rule(
    name="holder",
    needs="`1/p + 1/q = 1`, and that `E[|f|^p]` and `E[|g|^q]` are finite",
    says="`E[|f*g|] <= E[|f|^p]^(1/p)*E[|g|^q]^(1/q)`.",
    misuse="exponents that are not conjugate",
    level="S",
    reference="Hölder 1889; Billingsley 1995, (5.35)",
    license=_license,
)
