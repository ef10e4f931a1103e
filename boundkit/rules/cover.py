"""`by cover`: a least cover covers, with as few elements as possible, and the nearest of them is near."""

from __future__ import annotations

from boundkit.provers.choices import choice_lines
from boundkit.provers.covers import covers_in, nearest_lines
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    lines = choice_lines(task.frame, task.goal)
    covers = covers_in(task.frame, lines)
    lines.extend(nearest_lines(task.frame, task.goal, covers, lines))
    return Licence(tuple(lines))


cover = Rule(
    name="cover",
    needs="nothing",
    says="every element of a set is within the radius of its nearest point in a cover; a least cover has as "
    "many elements as the covering number says.",
    misuse="a smaller radius than that of the cover, a point outside the set",
    level="K",
    reference="Kolmogorov and Tikhomirov 1959; Vershynin 2018, section 4.2",
    license=_license,
)
