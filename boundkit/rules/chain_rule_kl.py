"""`by chain_rule_kl`: the divergence of laws of pairs, part by part."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_by(
        ("chain_rule_kl",),
        "`Pr_J[F] = E_{x ~ P}[Pr_{y ~ A(x)}[pair(x, y) in F]]` for all F, and the same of K, Q and B",
    )


chain_rule_kl = Rule(
    name="chain_rule_kl",
    needs="the laws of the pairs by the laws of the first parts and the kernels of the second",
    says="`KL(J, K) = KL(P, Q) + E_{x ~ P}[KL(A(x), B(x))]`.",
    misuse="the mean under Q, kernels that are not those of the pairs",
    level="S",
    reference="Polyanskiy and Wu 2024, theorem 2.15; Cover and Thomas 2006, theorem 2.5.3",
    license=_license,
)
