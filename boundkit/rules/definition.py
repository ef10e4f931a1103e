"""`by definition(points)`: what a property or membership among the premises means, at the points named and at
those that occur."""

from __future__ import annotations

from boundkit.kernel import certificates as c
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    lines: list[c.Line] = []
    points = task.points()
    for name in list(task.frame.facts):
        line = task.meaning_line(name, lines)
        if line is None:
            continue
        lines.append(line)
        lines.extend(task.instances(line.name, line.claim, lines, points))
    if not lines:
        return Licence(missing="a property or membership with a definition")
    return Licence(tuple(lines))


definition = Rule(
    name="definition",
    needs="a property such as `f is convex`, or a membership such as `v in subgrad(f, w)`",
    says="its definition at points.",
    misuse="a property that no premise states",
    level="K",
    reference="",
    license=_license,
)
