"""`by tail_integral`: the mean of an increasing function of X >= 0 from bounds of `Pr[X >= a]`."""

from __future__ import annotations

from boundkit.ir.terms import Apply, Bind, Term
from boundkit.kernel import certificates as c
from boundkit.kernel.judge import Frame
from boundkit.provers.integrals import prove_tail, tails
from boundkit.provers.search import Hints, prove
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    if not (isinstance(task.goal, Apply) and task.goal.head == "<="):
        return Licence()
    if not any(_is_tail(formula) for formula in task.frame.facts.values()):
        return Licence(missing="`forall a : Real > 0, Pr[X >= a] <= ...`")

    def search(frame: Frame, wanted: Term) -> c.Proof | None:
        return prove(frame, wanted, Hints((), True, "", 1, task.budget))

    for case in tails(task.frame, task.goal):
        proof = prove_tail(task.frame, task.goal, case, search)
        if proof is None:
            continue
        line = task.checked(c.Line(task.fresh("integral of the tail", []), task.goal, proof.by), [])
        if line is not None:
            return Licence((line,))
    return Licence()


def _is_tail(formula: Term) -> bool:
    """Whether a fact bounds a probability for all values of something."""
    core = formula
    while isinstance(core, Bind) and core.head == "forall":
        core = core.body
    chance = core.args[0] if isinstance(core, Apply) and core.head == "<=" else None
    return core is not formula and isinstance(chance, Bind) and chance.head == "probability"


tail_integral = Rule(
    name="tail_integral",
    needs="`forall a : Real > 0, Pr[X >= a] <= t(a)`",
    says="`E[g(X)] <= g(0) + integral of g'(a)*t(a)` for X >= 0 and g that increases.",
    misuse="a variable that may be negative, of which one tail says too little; an integral that diverges",
    level="K",
    reference="Kallenberg 2002, lemma 3.4; Tonelli 1909",
    license=_license,
)
