"""`by lipschitz`: a Lipschitz function changes at most by rho times the distance, and so do its tangents."""

from __future__ import annotations

from boundkit.kernel import certificates as c
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    lipschitz_facts = list(task.about("is_lipschitz"))
    if not lipschitz_facts:
        return Licence(missing="`f is Lipschitz(rho)`")
    lines: list[c.Line] = []
    points = task.points()
    lines.extend(task.laws_named("subgradient_bounded", lines, points))
    for fact, _ in lipschitz_facts:
        line = task.meaning_line(fact, lines)
        if line is not None:
            lines.append(line)
            lines.extend(task.instances(line.name, line.claim, lines, task.called_points()))
    return Licence(tuple(lines))


lipschitz = Rule(
    name="lipschitz",
    needs="`f is Lipschitz(rho)`",
    says="`|f(x) - f(y)| <= rho*||x - y||`, and `||g|| <= rho` for g in subgrad(f, u).",
    misuse="points outside the set on which f is Lipschitz",
    level="S",
    reference="Shalev-Shwartz and Ben-David 2014, lemma 14.7",
    license=_license,
)
