"""`by stability`: a uniformly stable algorithm generalises in expectation."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_by(
        ("stability",), "`|loss(A(s), z) - loss(A(s'), z)| <= gamma` for neighbours s, s'"
    )


stability = Rule(
    name="stability",
    needs="that the loss changes by gamma at most when one entry of the sample is replaced",
    says="`|E[R - Rhat]| <= gamma`.",
    misuse="a bound in probability, stability on average over the sample only",
    level="S",
    reference="Shalev-Shwartz and Ben-David 2014, theorem 13.2; Bousquet and Elisseeff 2002, lemma 7",
    license=_license,
)
