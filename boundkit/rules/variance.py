"""`by variance`: how a variance scales, and what it is of a sum of independent and of a bounded term."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence((*task.premises_at_points(), *task.law_instances("popoviciu", [])))


variance = Rule(
    name="variance",
    needs="nothing, or that the terms depend on different draws",
    says="`Var[a*X + b] = a^2*Var[X]`, `Var[X + Y] = Var[X] + Var[Y]` for independent terms, and "
    "`Var[X] <= (b - a)^2/4` for X in [a, b].",
    misuse="a sum of dependent terms, a factor that is not squared",
    level="S",
    reference="Billingsley 1995, section 21; Popoviciu 1935",
    license=_license,
)
