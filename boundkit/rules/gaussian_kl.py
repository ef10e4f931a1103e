"""`by gaussian_kl`: the relative entropy of two normal laws with one variance."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_by(("gaussian_kl",), "`KL(normal(u, s^2*I(d)), normal(v, s^2*I(d)))` in the goal")


gaussian_kl = Rule(
    name="gaussian_kl",
    needs="`KL(normal(u, s^2*I(d)), normal(v, s^2*I(d)))` in the goal",
    says="`KL(normal(u, s^2*I(d)), normal(v, s^2*I(d))) = ||u - v||^2/(2*s^2)`.",
    misuse="sigma for its square, two different variances",
    level="S",
    reference="Kullback 1959, section 9.1",
    license=_license,
)
