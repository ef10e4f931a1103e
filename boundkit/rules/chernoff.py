"""`by chernoff from mgf`: how likely a variable is large, from bounds of the means of its exponentials, at
the best exponent (Chernoff 1952). Where that is, computer algebra proposes."""

from __future__ import annotations

from boundkit.ir.sorts import REAL, Function, SetOf
from boundkit.ir.terms import Apply, Bind, Name, Term, fresh_name, substitute, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.normal import written_out
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.algebra import stationary_points
from boundkit.provers.chances import new_name
from boundkit.rules.substitute import specialised
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    law = task.laws.get("exponential_markov")
    if law is None:
        return Licence(unsupported="the lemma `exponential_markov` is not in the library")
    tail = _tail(task)
    if tail is None:
        return Licence(misused="the goal is no bound of `Pr[X >= a]`")
    outcome, base, value, level = tail
    lines: list[c.Line] = []
    found = False
    for name, formula in list(task.frame.facts.items()):
        if not (isinstance(formula, Bind) and formula.head == "forall" and formula.variable.sort == REAL):
            continue
        if not any(isinstance(part, Bind) and part.head == "expectation" for part in subterms(formula)):
            continue
        taken = set(task.frame.sequent.names) | set(task.frame.sequent.definitions) | set(task.frame.taken)
        own = Name(fresh_name("s", taken | {outcome.text}), REAL)
        bound = substitute(formula.body, {formula.variable.text: own})
        scaled, reach = (Apply("*", (own, part), REAL) for part in (value, level))
        every = Apply("everything", (), SetOf(outcome.sort))
        values = {
            "D": base,
            "f": Bind("function", outcome, every, scaled, Function((outcome.sort,), REAL)),
            "a": reach,
            "m": Bind("expectation", outcome, base, Apply("exp", (scaled,), REAL), REAL),
        }
        line = task.law_line(law, values, ((own, formula.domain),), lines, {"Z": every})
        if line is None or not isinstance(bound, Apply):
            continue
        found = True
        lines.append(line)
        for point in _best(task, bound, reach, own):
            for fact, variable in ((name, formula.variable.text), (line.name, own.text)):
                at = specialised(task, fact, {variable: point}, lines)
                if at is not None:
                    lines.append(at)
    if not found:
        return Licence(missing="`forall s : Real > 0, E[exp(s*X)] <= exp(r(s))`")
    return Licence(tuple(lines))


def _tail(task: Task) -> tuple[Name, Term, Term, Term] | None:
    """The outcome, its law, X and a for `Pr[X >= a]` in the goal."""
    side = task.goal.args[0] if isinstance(task.goal, Apply) and task.goal.head in ("<=", "<") else None
    if not (isinstance(side, Bind) and side.head == "probability"):
        return None
    outcome = Name(new_name(task.frame, side.variable.text), side.variable.sort)
    event = substitute(side.body, {side.variable.text: outcome})
    if not (isinstance(event, Apply) and event.head in ("<=", "<")) or outcome.text in event.args[0].free:
        return None
    return outcome, side.domain, event.args[1], event.args[0]


def _best(task: Task, bound: Apply, reach: Term, variable: Name) -> list[Term]:
    """Where `r(s) - s*a` is stationary for a bound `E[exp(s*X)] <= exp(r(s))`."""
    try:
        right = written_out(bound.args[-1], task.frame.context())
        level = written_out(reach, task.frame.context())
    except (NotNormal, TooLarge):
        return []
    exponent = (
        right.args[0] if isinstance(right, Apply) and right.head == "exp" else Apply("ln", (right,), REAL)
    )
    return stationary_points(Apply("-", (exponent, level), REAL), variable)[:2]


chernoff = Rule(
    name="chernoff",
    needs="`forall s : Real > 0, E[exp(s*X)] <= exp(r(s))`",
    says="`Pr[X >= a] <= exp(r(s) - s*a)` at the s where that is least.",
    misuse="a bound for one s only, a lower tail from s > 0, two tails at once",
    level="S",
    reference="Chernoff 1952; Boucheron, Lugosi, Massart 2013, section 2.2",
    license=_license,
)
