"""`by cauchy_schwarz`: an inner product is at most the product of the norms."""

from __future__ import annotations

from boundkit.provers.distances import products
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence((*task.premises_at_points(), *products(task.frame, task.goal)))


cauchy_schwarz = Rule(
    name="cauchy_schwarz",
    needs="nothing, or bounds of the norms",
    says="an inner product is at most the product of the norms.",
    misuse="the norms of other vectors",
    level="K",
    reference="Cauchy 1821; Schwarz 1888",
    license=_license,
)
