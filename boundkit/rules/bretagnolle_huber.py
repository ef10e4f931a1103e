"""`by bretagnolle_huber`: laws of finite divergence are less than 1 apart in total variation."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_for_divergences("bretagnolle_huber")


bretagnolle_huber = Rule(
    name="bretagnolle_huber",
    needs="`KL(Q, P)` in the goal",
    says="`TV(Q, P)^2 <= 1 - exp(-KL(Q, P))`.",
    misuse="the total variation without its square",
    level="S",
    reference="Bretagnolle and Huber 1979, lemma 2.1; Tsybakov 2009, lemma 2.6",
    license=_license,
)
