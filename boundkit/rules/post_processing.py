"""`by post_processing`: what is computed from a private output is as private."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_by(("post_processing",), "`Pr_P[G] <= exp(eps)*Pr_Q[G] + tau` for all events G")


post_processing = Rule(
    name="post_processing",
    needs="the privacy bound for every event",
    says="the same bound after a kernel, also a random one.",
    misuse="a kernel that sees the data again, a bound for some events only",
    level="S",
    reference="Dwork and Roth 2014, proposition 2.1",
    license=_license,
)
