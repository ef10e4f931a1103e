"""`by layer_cake`: a relation between probabilities of level sets holds of expectations as well."""

from __future__ import annotations

from boundkit.ir.terms import Apply, Term
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.judge import Frame
from boundkit.kernel.normal import written_out
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.levels import prove_levels
from boundkit.provers.search import Hints, accepted, prove
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    try:
        goal = written_out(task.goal, task.frame.context())
    except (NotNormal, TooLarge):
        goal = task.goal
    if not (isinstance(goal, Apply) and goal.head in ("<=", "=")):
        return Licence()

    def search(frame: Frame, wanted: Term) -> c.Proof | None:
        return prove(frame, wanted, Hints((), False, "", 1, task.budget))

    found = prove_levels(task.frame, goal, search, accepted)
    if isinstance(found, Term):
        return Licence(missing=f"`{found}`")
    if found is None:
        return Licence()
    line = task.checked(c.Line(task.fresh("by levels", []), goal, found.by), [])
    return Licence(() if line is None else (line,))


layer_cake = Rule(
    name="layer_cake",
    needs="the relation for the probability of every event, or of `X >= t` for all t in (0, 1]",
    says="`E_P[X] <= a*E_Q[X] + b` from `Pr_P[X >= t] <= a*Pr_Q[X >= t] + b`, for X in [0, 1].",
    misuse="a variable that is not known to lie in [0, 1], a bound of one tail for another",
    level="K",
    reference="Lieb and Loss 2001, theorem 1.13",
    license=_license,
)
