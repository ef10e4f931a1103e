"""`by subsampling`: a mechanism that sees a record with probability q is more private."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_by(
        ("subsampling",), "the privacy bounds with and without the record, for each choice of the others"
    )


subsampling = Rule(
    name="subsampling",
    needs="the privacy bound both ways, for each choice of the other records",
    says="`exp(eps)` becomes `1 + q*(exp(eps) - 1)`, and `tau` becomes `q*tau`.",
    misuse="`q*eps` for eps, a record whose presence depends on the others",
    level="S",
    reference="Balle, Barthe and Gaboardi 2018, theorem 8",
    license=_license,
)
