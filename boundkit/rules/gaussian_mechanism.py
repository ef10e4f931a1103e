"""`by gaussian_mechanism`: normal noise makes a bounded change private."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return task.licensed_by(
        ("gaussian_mechanism",), "`||u - v|| <= Delta` and the exact condition on eps, delta and sigma"
    )


gaussian_mechanism = Rule(
    name="gaussian_mechanism",
    needs="`||u - v|| <= Delta`, and `Phi(Delta/(2*sigma) - eps*sigma/Delta) "
    "- exp(eps)*Phi(-Delta/(2*sigma) - eps*sigma/Delta) <= delta`",
    says="`Pr_{x ~ normal(u, sigma^2*I(d))}[x in G] "
    "<= exp(eps)*Pr_{x ~ normal(v, sigma^2*I(d))}[x in G] + delta`.",
    misuse="sigma for its square, a distance in another norm",
    level="S",
    reference="Balle and Wang 2018, theorem 8",
    license=_license,
)
