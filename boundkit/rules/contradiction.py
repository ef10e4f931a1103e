"""`by contradiction(x := e)`: the goal, because its contrary refutes the premises, at x = e where named."""

from __future__ import annotations

from boundkit.ir.terms import Apply, Term, relation
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Rejected
from boundkit.provers.search import Hints, prove
from boundkit.rules.substitute import specialised
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    contrary = _contrary(task.goal)
    if contrary is None:
        return Licence(unsupported="only an inequality is proved by contradiction yet")
    name = task.fresh("the contrary", [])
    try:
        inner = task.at(task.frame.with_fact(name, contrary))
    except Rejected:
        return Licence()
    lines: list[c.Line] = []
    for fact in list(task.frame.facts):
        line = specialised(inner, fact, dict(task.reason.named), lines)
        if line is not None:
            lines.append(line)
    if task.reason.named and not lines:
        return Licence(missing="a premise for all values of the variables named")
    frame = inner.frame
    for line in lines:
        frame = frame.with_fact(line.name, line.claim)
    proof = prove(frame, task.goal, Hints((), False, "", 1, task.budget))
    if proof is None:
        return Licence()
    refuted = c.Proof(proof.by, (*lines, *proof.lines))
    certificate = c.Cases("", task.goal, name, (c.Proof(c.Given(name)), refuted))
    return Licence((c.Line(task.fresh("by contradiction", []), task.goal, certificate),))


def _contrary(goal: Term) -> Term | None:
    if isinstance(goal, Apply) and goal.head in ("<=", "<"):
        left, right = goal.args
        return relation("<" if goal.head == "<=" else "<=", right, left)
    return None


contradiction = Rule(
    name="contradiction",
    needs="premises that the contrary of the goal refutes; `x := e` names where a universal one is used",
    says="the goal, when its contrary and the premises exclude each other.",
    misuse="premises that the contrary does not refute",
    level="K",
    reference="",
    license=_license,
)
