"""`by tower(Y)`: the mean of a conditional expectation is the mean, and what is known is taken out."""

from __future__ import annotations

from boundkit.ir.terms import Bind, Term, canonical
from boundkit.kernel.conditioning import conditionals
from boundkit.kernel.unfolding import beta
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    wanted = {canonical(term) for term in task.given}
    used = {canonical(known) for known in _known(task.goal)}
    if wanted and used and not wanted & used:
        stated = ", ".join(f"`{term}`" for term in task.given)
        return Licence(misused=f"nothing in the goal is conditioned on {stated}")
    return Licence(task.premises_at_points())


def _known(goal: Term) -> list[Term]:
    """What the conditional expectations of the goal are given."""
    found = []
    for term in conditionals(goal):
        by = term.args[2]
        if isinstance(by, Bind):
            known = beta(by, (by.variable,))
            if known is not None:
                found.append(known)
    return found


tower = Rule(
    name="tower",
    needs="nothing, or what holds almost surely",
    says="`E[E[X given Y]] = E[X]`, and `E[h(Y)*E[X given Y]] = E[h(Y)*X]`; the order of expectations.",
    misuse="a factor that is not a function of Y, another conditioning",
    level="K",
    reference="Williams 1991, 9.7",
    license=_license,
)
