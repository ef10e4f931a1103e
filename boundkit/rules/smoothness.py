"""`by smoothness`: the descent lemma, and for convex functions co-coercivity of the gradient."""

from __future__ import annotations

from boundkit.kernel import certificates as c
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    smooth = list(task.about("is_smooth"))
    if not smooth:
        return Licence(missing="`f is smooth(beta)`")
    lines: list[c.Line] = []
    points = task.points()
    for fact, _ in smooth:
        line = task.meaning_line(fact, lines)
        if line is not None:
            lines.append(line)
            lines.extend(task.instances(line.name, line.claim, lines, points))
    if any(True for _ in task.about("is_convex")):
        lines.extend(task.laws_named("cocoercivity", lines, points))
    return Licence(tuple(lines))


smoothness = Rule(
    name="smoothness",
    needs="`f is smooth(beta)`",
    says="`f(y) <= f(x) + <grad(f, x), y - x> + (beta/2)*||y - x||^2`, and the same from below.",
    misuse="a constant smaller than beta",
    level="S",
    reference="Nesterov 2004, lemma 1.2.3 and theorem 2.1.5",
    license=_license,
)
