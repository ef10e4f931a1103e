"""`by strong_convexity`: a strongly convex function lies above its tangents by a quadratic."""

from __future__ import annotations

from boundkit.kernel import certificates as c
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    strong = list(task.about("is_strongly_convex"))
    if not strong:
        return Licence(missing="`f is strongly_convex(mu)`")
    lines: list[c.Line] = []
    points = task.points()
    lines.extend(task.laws_named("strongly_convex_subgradient", lines, points))
    lines.extend(task.laws_named("strongly_convex_gradient", lines, points))
    return Licence(tuple(lines))


strong_convexity = Rule(
    name="strong_convexity",
    needs="`f is strongly_convex(mu)`, and `v in subgrad(f, w)` or `f is smooth(beta)`",
    says="`f(u) >= f(w) + <v, u - w> + (mu/2)*||u - w||^2` for every u.",
    misuse="a constant larger than mu",
    level="S",
    reference="Nesterov 2004, definition 2.1.3",
    license=_license,
)
