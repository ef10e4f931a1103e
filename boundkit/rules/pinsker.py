"""`by pinsker`: laws of small divergence are near each other in total variation."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_for_divergences("pinsker", "pinsker_finite")


pinsker = Rule(
    name="pinsker",
    needs="`KL(Q, P)` in the goal",
    says="`TV(Q, P) <= sqrt(KL(Q, P)/2)`, also where `KL(Q, P) = inf`.",
    misuse="a smaller constant, KL in the place of its root",
    level="S",
    reference="Pinsker 1964; Boucheron, Lugosi, Massart 2013, theorem 4.19",
    license=_license,
)
