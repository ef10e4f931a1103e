"""`by linearity`: expectations and sums are linear and monotone."""

from __future__ import annotations

from boundkit.provers.nests import nested_means
from boundkit.provers.search import accepted
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    lines = list(task.premises_at_points())
    lines.extend(task.averages(lines))
    taken = set(task.frame.facts) | {line.name for line in lines}
    lines.extend(nested_means(task.frame, task.goal, taken, accepted))
    return Licence(tuple(lines))


linearity = Rule(
    name="linearity",
    needs="nothing, or what holds almost surely",
    says="`E[a*X + b*Y] = a*E[X] + b*E[Y]`, also under sums, and `E[X] <= E[Y]` from `X <= Y`.",
    misuse="a product of dependent variables, a factor that is random",
    level="K",
    reference="",
    license=_license,
)
