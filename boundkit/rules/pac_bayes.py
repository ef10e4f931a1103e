"""`by pac_bayes`: the risk of every randomised predictor by its empirical risk and its divergence from a law
that is fixed before the sample."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_by(
        ("pac_bayes_finite", "pac_bayes"),
        "a loss in [0, 1], a sample of at least two entries, and a law P that does not depend on it",
    )


pac_bayes = Rule(
    name="pac_bayes",
    needs="nothing: loss, sample and the law P are those of the goal",
    says="`with prob >= 1 - delta over S, forall Q : Dist[H], E_Q[L] <= E_Q[Lhat] + "
    "sqrt((KL(Q, P) + ln(n/delta))/(2*(n - 1)))`.",
    misuse="a law P that depends on the sample, the arguments of KL exchanged, one Q before the sample",
    level="S",
    reference="McAllester 1999; Shalev-Shwartz and Ben-David 2014, theorem 31.1",
    license=_license,
)
