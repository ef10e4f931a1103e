"""`by definition(points)`: what a property or membership among the premises means, at the points named and at
those that occur; what a function term among the arguments is, such as `||A||_op` or `relu(A)`; and what the
goal says of names that the theorem defines."""

from __future__ import annotations

from boundkit.ir.terms import Apply
from boundkit.kernel import certificates as c
from boundkit.kernel.meanings import truth
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
    for term in task.given:
        found = truth(term, finite=task.frame.finite_types)
        if found is None:
            continue
        for part in found.args if isinstance(found, Apply) and found.head == "and" else (found,):
            line = task.checked(c.Line(task.fresh("definition", lines), part, c.Meaning("", term)), lines)
            if line is not None:
                lines.append(line)
                lines.extend(task.instances(line.name, line.claim, lines, points))
                lines.extend(_conclusion(task, line, lines))
    # A step may always use the definitions of the names in its goal.
    if not lines and not task.goal.free & task.frame.sequent.definitions.keys():
        return Licence(missing="a property, membership or function term with a definition")
    return Licence(tuple(lines))


def _conclusion(task: Task, line: c.Line, lines: list[c.Line]) -> list[c.Line]:
    """What a definition says under a condition that is known."""
    if not (isinstance(line.claim, Apply) and line.claim.head == "implies"):
        return []
    found = c.Line(task.fresh("definition", lines), line.claim.args[1], c.Specialise(line.name, ()))
    checked = task.checked(found, lines)
    return [] if checked is None else [checked]


definition = Rule(
    name="definition",
    needs="a property such as `f is convex`, a membership such as `v in subgrad(f, w)`, a function term, or "
    "a goal about names that are defined",
    says="its definition at points.",
    misuse="a property that no premise states",
    level="K",
    reference="",
    license=_license,
)
