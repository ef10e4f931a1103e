"""`by softmax_lipschitz`: how far a row of an attention layer, with `relu` and matrices after it, moves when
the rows of its input move."""

from __future__ import annotations

from boundkit.kernel import certificates as c
from boundkit.provers.layers import lines_for
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    law = task.laws.get("softmax_lipschitz")
    if law is None:
        return Licence(unsupported="the lemma `softmax_lipschitz` is not in the library")
    if task.reason.named:
        lines = tuple(task.law_lines(law, dict(task.reason.named), []))
    else:
        lines = lines_for(task.frame, task.goal)
        found = any(isinstance(line.by, c.Instance) and line.by.law == law.name for line in lines)
        lines = lines if found else ()
    if not lines:
        return Licence(missing="`||X[i]|| <= R` for the rows of both inputs and `||W||_op <= w`")
    return Licence(lines)


softmax_lipschitz = Rule(
    name="softmax_lipschitz",
    needs="`||X[i]|| <= R` for the rows of both inputs, and bounds of the operator norms",
    says="""`||(softmax_rows(X*W*X.T)*X)[i] - (softmax_rows(Y*W*Y.T)*Y)[i]||` is at most
    `((1 + 2*w*R^2)*exp(2*w*R^2)/n)*sum_l ||X[l] - Y[l]|| + w*R^2*||X[i] - Y[i]||`.""",
    misuse="rows outside the ball, a norm that no premise bounds, the change of the query left out",
    level="S",
    reference="Li, Ildiz, Papailiopoulos and Oymak 2023, theorem 3.2",
    license=_license,
)
