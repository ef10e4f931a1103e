"""`by linearity`: expectations and sums are linear and monotone."""

from __future__ import annotations

from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    return Licence(task.premises_in_the_mean(), ranges=True)


linearity = Rule(
    name="linearity",
    needs="nothing, or what holds almost surely",
    says="`E[a*X + b*Y] = a*E[X] + b*E[Y]`, also under sums, and `E[X] <= E[Y]` from `X <= Y`.",
    misuse="a product of dependent variables, a factor that is random",
    level="K",
    reference="",
    license=_license,
)
