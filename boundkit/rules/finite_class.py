"""`by finite_class`: all averages of finitely many bounded functions are near their means (Hoeffding's
inequality and the union bound)."""

from __future__ import annotations

from boundkit.ir.sorts import REAL, Function, SetOf
from boundkit.ir.terms import ONE, Apply, Bind
from boundkit.provers.tails import Misread, bounds_of, uniform_of
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    law = task.laws.get("finite_class")
    if law is None:
        return Licence(unsupported="the lemma `finite_class` is not in the library")
    try:
        goal = uniform_of(task.frame, task.goal)
    except Misread as reason:
        return Licence(misused=str(reason))
    tail, parameter = goal.tail, goal.parameter
    named = dict(task.reason.named)
    bounds = (named["a"], named["b"]) if {"a", "b"} <= set(named) else None
    bounds = bounds or bounds_of(task.frame.with_name(parameter), tail.function, tail.law)
    if bounds is None or any(parameter.text in end.free for end in bounds):
        return Licence(missing=f"`{tail.function.body}` between two bounds")
    every = Apply("everything", (), SetOf(parameter.sort))
    function = Bind(
        "function", parameter, every, tail.function, Function((parameter.sort,), tail.function.sort)
    )
    values = {
        "D": tail.law,
        "n": tail.size,
        "delta": task.frame.context().canonical_term(Apply("-", (ONE, goal.level), REAL)),
        "a": bounds[0],
        "b": bounds[1],
        "f": function,
    }
    whole = Apply("everything", (), SetOf(tail.function.variable.sort))
    line = task.law_line(law, values, (), [], {"Z": whole, "H": goal.domain})
    if line is None:
        return Licence(missing="a level between 0 and 1, and bounds that differ")
    return Licence((line,))


finite_class = Rule(
    name="finite_class",
    needs="`f(h, z)` between two bounds, for all h and almost all z",
    says="with probability 1 - delta, for all h in H, `|E[f(h, z)] - (1/n)*sum f(h, S[i])|` is at most "
    "`(b - a)*sqrt(ln(2*card(H)/delta)/(2*n))`.",
    misuse="an infinite class, a class that depends on the sample, functions that depend on it",
    level="S",
    reference="Shalev-Shwartz, Ben-David 2014, corollary 4.6",
    license=_license,
)
