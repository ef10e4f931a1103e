"""`by independence`: the mean of a product of independent variables is the product of their means, and the
probability of events of which each is about one entry of a sample the product of theirs."""

from __future__ import annotations

from boundkit.ir.terms import Bind, relation, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.resampling import entry_by_entry
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    lines = [*task.premises_at_points()]
    context = task.frame.context()
    for term in dict.fromkeys(subterms(task.goal)):
        found = entry_by_entry(term, context)
        if isinstance(term, Bind) and found is not None:
            own = c.Line(task.fresh("entry by entry", lines), relation("=", term, found), c.Entries(term))
            line = task.checked(own, lines)
            if line is not None:
                lines.append(line)
    return Licence(tuple(lines))


independence = Rule(
    name="independence",
    needs="that the factors depend on different draws, or on different entries of a sample",
    says="`E[f(X)*g(Y)] = E[f(X)]*E[g(Y)]`, `E[(sum_i f(S[i]))^2]` by variances and means, and "
    "`Pr[forall i in 1..n, S[i] in A] = Pr[z in A]^n`.",
    misuse="factors that share a draw, entries whose places may be equal, a process of any law",
    level="K",
    reference="Billingsley 1995, theorem 18.3",
    license=_license,
)
