"""`by mex`: the least natural number outside a set is not in it."""

from __future__ import annotations

from boundkit.ir.terms import Apply
from boundkit.kernel import certificates as c
from boundkit.kernel.meanings import truth
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    lines: list[c.Line] = []
    for term in task.reachable():
        if isinstance(term, Apply) and term.head == "mex":
            found = truth(term)
            if found is not None and all(line.claim != found for line in lines):
                lines.append(c.Line(task.fresh("mex", lines), found, c.Meaning("", term)))
    return Licence(tuple(lines))


mex = Rule(
    name="mex",
    needs="nothing",
    says="the least natural number outside a set is not in it.",
    misuse="a set that is not the argument",
    level="K",
    reference="",
    license=_license,
)
