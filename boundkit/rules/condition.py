"""`by condition(S2)`: what holds for each fixed h holds for one that was chosen on an independent draw S2."""

from __future__ import annotations

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Bind, Name, Term, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.chance import unnested
from boundkit.kernel.judge import Rejected
from boundkit.provers.chances import has_bound, new_name
from boundkit.provers.search import Hints, prove
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    if len(task.given) != 1 or not isinstance(task.given[0], Name):
        return Licence(missing="`condition(S2)`: the draw on which h was chosen")
    if not any(has_bound(formula) for formula in task.frame.facts.values()):
        return Licence(missing="a bound of a probability for every fixed h")
    goal = task.goal
    if not (isinstance(goal, Apply) and goal.head == "<="):
        return Licence(missing="a bound of a probability as the goal")
    place = next((k for k, side in enumerate(goal.args) if unnested(side) is not None), None)
    if place is None:
        return Licence(missing="a bound of a probability as the goal")
    chance, level = goal.args[place], goal.args[1 - place]
    opened = _opened(chance, task.given[0].text)
    if opened is None:
        return Licence(missing=f"that `{task.given[0]}` is independent of another draw in the goal")
    draw, law, rest = opened
    outcome = Name(new_name(task.frame, draw.text), draw.sort)
    rest = substitute(rest, {draw.text: outcome})

    def sides(value: Term) -> tuple[Term, Term]:
        return (value, level) if place == 0 else (level, value)

    try:
        inner = task.frame.at_outcome(outcome, law)
        proof = prove(inner, relation("<=", *sides(rest)), Hints((), False, "", 1, task.budget))
    except Rejected:
        proof = None
    if proof is None:
        return Licence()
    averaged = relation("<=", *sides(Bind("expectation", outcome, law, rest, REAL)))
    line = task.checked(c.Line(task.fresh("given the draw", []), averaged, c.Mean(outcome.text, proof)), [])
    return Licence(() if line is None else (line,))


def _opened(chance: Term, text: str) -> tuple[Name, Term, Term] | None:
    """A draw of nested expectations and a probability, its law, and what is left without its binder; None
    when there is no such draw, no other one, or one whose law depends on it or that it depends on."""
    found = unnested(chance)
    if found is None:
        return None
    binders, event = found
    own = next((k for k, (variable, _) in enumerate(binders) if variable.text == text), None)
    if own is None or len(binders) < 2:
        return None
    draw, law = binders[own]
    others = [binder for k, binder in enumerate(binders) if k != own]
    names = {variable.text for variable, _ in others}
    if law.free & names or any(draw.text in other.free for _, other in others):
        return None
    body = event
    for position, (variable, other) in enumerate(reversed(others)):
        body = Bind("expectation" if position else "probability", variable, other, body, REAL)
    return draw, law, body


condition = Rule(
    name="condition",
    needs="a bound of a probability for every fixed h, and a draw that is independent of the one in it",
    says="the bound for an h that is a function of the independent draw.",
    misuse="an h that was chosen on the same draw, a draw whose law depends on the other",
    level="K",
    reference="Kallenberg 2002, theorem 6.4",
    license=_license,
)
