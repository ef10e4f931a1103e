"""`by pac_bayes`: the risk of every randomised predictor by its empirical risk and its divergence from a law
that is fixed before the sample."""

from __future__ import annotations

from boundkit.ir.sorts import Abstract, Distribution, Function, SetOf, Sort
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, subterms
from boundkit.kernel.coordinates import power_of
from boundkit.task import Licence, Rule, Task

MISSING = "a loss in [0, 1], a sample of at least two entries, and a law P that does not depend on it"


def _license(task: Task) -> Licence:
    values = _values(task.goal)
    fixed = set(task.frame.sequent.names)
    if values is None or not all(value.free <= fixed for value in values.values()):
        return Licence(missing=MISSING)
    prior, data = values["P"].sort, values["D"].sort
    assert isinstance(prior, Distribution) and isinstance(data, Distribution)
    finite = isinstance(prior.element, Abstract) and prior.element.name in task.frame.finite_types
    law = task.laws.get("pac_bayes_finite" if finite else "pac_bayes")
    if law is None:
        return Licence(unsupported="the lemma `pac_bayes` is not in the library")
    sets = {"H": _whole(task, prior.element), "Z": _whole(task, data.element)}
    line = task.law_line(law, values, (), [], sets)
    return Licence(missing=MISSING) if line is None else Licence((line,))


def _values(goal: Term) -> dict[str, Term] | None:
    """The sample law, its size, the level, the law P and the loss that the goal speaks of."""
    if not (isinstance(goal, Apply) and goal.head == "<="):
        return None
    level, chance = goal.args
    if not (isinstance(level, Apply) and level.head == "-" and level.args[0] == ONE):
        return None
    if not (isinstance(chance, Bind) and chance.head == "probability"):
        return None
    power = power_of(chance.domain)
    if power is None:
        return None
    found: dict[str, Term] = {"D": power[0], "n": power[1], "delta": level.args[1]}
    for term in subterms(chance.body):
        if isinstance(term, Apply) and term.head == "KL":
            found.setdefault("P", term.args[1])
        if isinstance(term, Apply) and term.head == "call" and len(term.args) == 3:
            function = term.args[0]
            if isinstance(function, Name) and isinstance(function.sort, Function):
                found.setdefault("loss", function)
    return found if {"P", "loss"} <= set(found) else None


def _whole(task: Task, element: Sort) -> Term:
    if isinstance(element, Abstract) and element.name in task.frame.sequent.names:
        return Name(element.name, task.frame.sequent.names[element.name])
    return Apply("everything", (), SetOf(element))


pac_bayes = Rule(
    name="pac_bayes",
    needs="nothing: loss, sample and the law P are those of the goal",
    says="`with prob >= 1 - delta over S, forall Q : Dist[H], E_Q[L] <= E_Q[Lhat] + "
    "sqrt((KL(Q, P) + ln(n/delta))/(2*(n - 1)))`.",
    misuse="a law P that depends on the sample, the arguments of KL exchanged, one Q before the sample",
    level="S",
    reference="McAllester 1999; Shalev-Shwartz and Ben-David 2014, theorem 31.1",
    license=_license,
)
