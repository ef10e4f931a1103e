"""`by union`: an event is as likely as its parts together at most (Boole 1847)."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.sorts import PROP, REAL
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, fresh_name, relation, substitute, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.chance import negated
from boundkit.kernel.context import NotNormal
from boundkit.kernel.judge import Rejected
from boundkit.kernel.outcomes import is_sure
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.chances import has_bound, is_mean_of_largest, price_of
from boundkit.provers.search import Budget, Hints, prove
from boundkit.task import Licence, Rule, Task

ATTEMPTS = 12
"""Combinations that are tried to find what the events cost."""


def _license(task: Task) -> Licence:
    if is_mean_of_largest(task.goal):
        return Licence(task.premises_at_points())
    if not any(has_bound(formula) or is_sure(formula) for formula in task.frame.facts.values()):
        parts = list(_parts(task))
        if not parts:
            return Licence(missing="`Pr[...] <= ...` or `with prob >= ...`")
        return Licence((*task.premises_at_points(), *parts))
    lines = task.premises_at_points()
    if isinstance(task.goal, Apply) and has_bound(task.goal):
        dear = _dear(task, task.goal)
        if dear:
            return Licence(misused=dear)
    return Licence(lines)


def _parts(task: Task) -> Iterator[c.Line]:
    """What the parts of the events in the goal cost where no premise says it: each its own probability."""
    lines: list[c.Line] = []
    for term in dict.fromkeys(subterms(task.goal)):
        if not (isinstance(term, Bind) and term.head == "probability"):
            continue
        event = negated(term.body) if term.body.head in ("forall", "and") else term.body  # type: ignore[attr-defined]
        proofs: list[tuple[Term, c.Certificate]] = []
        if isinstance(event, Bind) and event.head == "exists":
            place = Name(
                fresh_name(event.variable.text, set(task.frame.taken) | term.free), event.variable.sort
            )
            single = _at_most_itself(term, substitute(event.body, {event.variable.text: place}))
            claim = Bind("forall", place, event.domain, single, PROP)
            proofs.append((claim, c.Introduce(place.text, c.Proof(c.Identity()))))
        elif isinstance(event, Apply) and event.head == "or":
            proofs.extend((_at_most_itself(term, part), c.Identity()) for part in event.args)
        for stated, by in proofs:
            line = task.checked(c.Line(task.fresh("its own", lines), stated, by), lines)
            if line is not None:
                lines.append(line)
                yield line


def _at_most_itself(term: Bind, event: Term) -> Term:
    chance = Bind("probability", term.variable, term.domain, event, REAL)
    return relation("<=", chance, chance)


def _dear(task: Task, goal: Apply) -> str:
    """What the good events cost, where they give the event of the goal but at another price; else ""."""
    hints = Hints((), False, "", 1, Budget(ATTEMPTS))

    def search(frame: object, wanted: Term) -> object:
        return prove(frame, wanted, hints)  # type: ignore[arg-type]

    price = price_of(task.frame, goal, search)  # type: ignore[arg-type]
    if price is None:
        return ""
    lower = not (isinstance(goal.args[0], Term) and _is_chance(goal.args[0]))
    room = Apply("-", (ONE, goal.args[0]), price.sort) if lower else goal.args[1]
    if prove(task.frame, relation("<=", price, room), Hints((), True, "", 1, Budget(ATTEMPTS))) is not None:
        return ""
    try:
        shown: Term = task.frame.context().canonical_term(price)
    except (NotNormal, TooLarge, Rejected):
        shown = price
    return f"the right side that the premises give is `{shown}`, not `{room}`"


def _is_chance(term: Term) -> bool:
    from boundkit.kernel.chance import unnested

    return unnested(term) is not None


union = Rule(
    name="union",
    needs="`Pr[...] <= ...` or `with prob >= ...`, or a goal that speaks of the probabilities of the parts",
    says="what good events imply, with the sum of their budgets; over a finite set, for each element.",
    misuse="budgets that add up to more than is stated, an infinite class",
    level="K",
    reference="Boole 1847",
    license=_license,
)
