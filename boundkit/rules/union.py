"""`by union`: an event is as likely as its parts together at most (Boole 1847)."""

from __future__ import annotations

from boundkit.kernel.outcomes import is_sure
from boundkit.provers.chances import has_bound
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    if not any(has_bound(formula) or is_sure(formula) for formula in task.frame.facts.values()):
        return Licence(missing="`Pr[...] <= ...` or `with prob >= ...`")
    return Licence(task.premises_at_points())


union = Rule(
    name="union",
    needs="`Pr[...] <= ...` or `with prob >= ...`",
    says="what good events imply, with the sum of their budgets; over a finite set, for each element.",
    misuse="budgets that add up to more than is stated, an infinite class",
    level="K",
    reference="Boole 1847",
    license=_license,
)
