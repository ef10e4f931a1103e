"""`by bennett(b := ..., v := ...)`: as `bernstein`, with a Poisson variable's exponent (Bennett 1962)."""

from __future__ import annotations

from boundkit.rules.bernstein import license_of
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return license_of(task, "bennett")


bennett = Rule(
    name="bennett",
    needs="`f - E[f] <= b` almost surely, and `E[(f - E[f])^2] <= v`",
    says="`Pr[(1/n)*sum f(S[i]) - E[f] >= t] <= exp(-(n*v/b^2)*h(b*t/v))` with h(u) = (1 + u)*ln(1 + u) - u.",
    misuse="two tails at once, a function that is chosen after the sample",
    level="S",
    reference="Bennett 1962; Boucheron, Lugosi, Massart 2013, theorem 2.9",
    license=_license,
)
