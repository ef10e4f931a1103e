"""`by chebyshev`: how likely a variable is far from a number, from its mean squared distance (Chebyshev
1867)."""

from __future__ import annotations

from boundkit.ir.sorts import REAL, Function, SetOf
from boundkit.ir.terms import ZERO, Apply, Bind, Name, Term, number, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.chances import new_name
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    law = task.laws.get("chebyshev")
    if law is None:
        return Licence(unsupported="the lemma `chebyshev` is not in the library")
    found = _distance(task)
    if found is None:
        return Licence(misused="the goal is no bound of `Pr[|X - c| >= a]`")
    outcome, base, distance, level = found
    square = Apply("^", (distance, number(2)), REAL)
    every = Apply("everything", (), SetOf(outcome.sort))
    values = {
        "D": base,
        "f": Bind("function", outcome, every, distance, Function((outcome.sort,), REAL)),
        "a": level,
        "c": ZERO,
        "v": Bind("expectation", outcome, base, square, REAL),
    }
    lines: list[c.Line] = list(task.premises_at_points())
    line = task.law_line(law, values, (), lines, {"Z": every})
    if line is None:
        return Licence(missing=f"a finite mean of `{square}`, and a positive level")
    return Licence((*lines, line))


def _distance(task: Task) -> tuple[Name, Term, Term, Term] | None:
    """The outcome, its law, X - c and a for `Pr[|X - c| >= a]` in the goal."""
    goal = task.goal
    if not (isinstance(goal, Apply) and goal.head in ("<=", "<")):
        return None
    side = goal.args[0]
    if not (isinstance(side, Bind) and side.head == "probability"):
        return None
    outcome = Name(new_name(task.frame, side.variable.text), side.variable.sort)
    event = substitute(side.body, {side.variable.text: outcome})
    if not (isinstance(event, Apply) and event.head in ("<=", "<")):
        return None
    try:
        context = task.frame.at_outcome(outcome, side.domain).context()
        size = context.canonical_term(event.args[1])
    except (NotNormal, TooLarge):
        return None
    if not (isinstance(size, Apply) and size.head == "abs") or outcome.text in event.args[0].free:
        return None
    return outcome, side.domain, size.args[0], event.args[0]


chebyshev = Rule(
    name="chebyshev",
    needs="that the square has a finite mean",
    says="`Pr[|X - c| >= a] <= E[(X - c)^2]/a^2` for a > 0.",
    misuse="one tail with the constant of two, a level that is not positive, a variance that may be infinite",
    level="S",
    reference="Chebyshev 1867; Billingsley 1995, (5.32)",
    license=_license,
)
