"""`by tv_bound`: a bounded function has nearly the same mean under laws that are near in total variation."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_by(
        (
            "tv_bound",
            "tv_oscillation",
            "tv_event",
        ),
        "`TV(P, Q)` in the goal and an event, or a function with values in [0, 1], or in [a, b] for a < b",
    )


tv_bound = Rule(
    name="tv_bound",
    needs="an event, or a function with values in [0, 1], or in [a, b] with a < b",
    says="`|E_P[f] - E_Q[f]| <= (b - a)*TV(P, Q)`, `|Pr_P[A] - Pr_Q[A]| <= TV(P, Q)`.",
    misuse="a function that is not bounded, a bound by less than its oscillation",
    level="S",
    reference="Levin and Peres 2017, proposition 4.5",
    license=_license,
)
