"""`by data_processing`: the same random step brings laws no further apart."""

from __future__ import annotations

from boundkit.ir.terms import Apply, subterms
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    # What is cited for KL is no debt of a goal that speaks of TV.
    kl = any(isinstance(term, Apply) and term.head == "KL" for term in subterms(task.goal))
    return task.licensed_by(
        ("data_processing_kl",) if kl else ("data_processing",),
        "`Pr_R[F] = E_P[Pr_K[F]]` and `Pr_T[F] = E_Q[Pr_K[F]]` for all events F, with one kernel K",
    )


data_processing = Rule(
    name="data_processing",
    needs="that R and T are the laws after one kernel K from P and from Q",
    says="`TV(R, T) <= TV(P, Q)` and `KL(R, T) <= KL(P, Q)`.",
    misuse="two different kernels, the inequality turned round",
    level="S",
    reference="Polyanskiy and Wu 2024, theorems 7.4 and 2.17",
    license=_license,
)
