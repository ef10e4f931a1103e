"""`by hoeffding`: how far an average over a sample lies above its mean, for one bounded function that is
fixed before the sample is drawn (Hoeffding 1963)."""

from __future__ import annotations

from boundkit.ir.sorts import REAL, SetOf
from boundkit.ir.terms import Apply, Bind, Term
from boundkit.provers.tails import Misread, Tail, bounds_of, tail_of
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    law = task.laws.get("hoeffding")
    if law is None:
        return Licence(unsupported="the lemma `hoeffding` is not in the library")
    try:
        tail = tail_of(task.frame, task.goal)
    except Misread as reason:
        return Licence(misused=str(reason))
    named = dict(task.reason.named)
    bounds = (
        (named["a"], named["b"])
        if {"a", "b"} <= set(named)
        else bounds_of(task.frame, tail.function, tail.law)
    )
    if bounds is None:
        return Licence(missing=f"`{tail.function.body}` between two bounds")
    whole = Apply("everything", (), SetOf(tail.function.variable.sort))
    line = task.law_line(law, _values(task, tail, *bounds), (), [], {"Z": whole})
    if line is None:
        return Licence(missing="a level that is not negative, and bounds that differ")
    return Licence((line,))


def _values(task: Task, tail: Tail, low: Term, high: Term) -> dict[str, Term]:
    """The holes of the lemma: the level is counted from the mean."""
    function = tail.function
    mean = Bind("expectation", function.variable, tail.law, function.body, REAL)
    level = task.frame.context().canonical_term(Apply("-", (tail.level, mean), REAL))
    return {"D": tail.law, "f": function, "n": tail.size, "a": low, "b": high, "t": level}


hoeffding = Rule(
    name="hoeffding",
    needs="`f` between two bounds, almost surely",
    says="`Pr[(1/n)*sum f(S[i]) - E[f] >= t] <= exp(-2*n*t^2/(b - a)^2)` for t >= 0.",
    misuse="two tails at once, a function that is chosen after the sample, a whole class of functions",
    level="S",
    reference="Hoeffding 1963, theorem 2",
    license=_license,
)
