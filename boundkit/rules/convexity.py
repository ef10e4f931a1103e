"""`by convexity`: a convex function lies above its tangents."""

from __future__ import annotations

from boundkit.kernel import certificates as c
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    convex = [*task.about("is_convex"), *task.about("is_strongly_convex")]
    if not convex:
        return Licence(missing="`f is convex`")
    functions = {core.args[0] for _, core in convex}
    lines: list[c.Line] = []
    points = task.points()
    for fact, core in list(task.memberships("subgrad")):
        if core.args[1].args[0] not in functions:  # type: ignore[attr-defined]
            continue
        line = task.meaning_line(fact, lines)
        if line is not None:
            lines.append(line)
            lines.extend(task.instances(line.name, line.claim, lines, points))
    smooth = [core for _, core in task.about("is_smooth") if core.args[0] in functions]
    if smooth:
        lines.extend(task.laws_named("convex_gradient", lines, points))
    if not lines and not task.reason.named:
        for fact, _ in convex:
            line = task.meaning_line(fact, lines)
            if line is not None:
                lines.append(line)
        return Licence(
            tuple(lines),
            missing="" if task.has_call_mixture() else "a subgradient, as in `v in subgrad(f, w)`",
        )
    return Licence(tuple(lines))


convexity = Rule(
    name="convexity",
    needs="`f is convex`, and `v in subgrad(f, w)` or `f is smooth(beta)`",
    says="`f(w) - f(u) <= <w - u, v>` for every u.",
    misuse="a vector that is no subgradient at that point, or a function that is not convex",
    level="S",
    reference="Rockafellar 1970, section 23",
    license=_license,
)
