"""`by bernstein(b := ..., v := ...)`: how far an average over a sample lies above its mean, for one function
of small variance that is fixed before the sample is drawn (Bernstein 1924)."""

from __future__ import annotations

from boundkit.ir.sorts import REAL, SetOf
from boundkit.ir.terms import Apply, Bind, Term, number
from boundkit.provers.tails import Misread, bounds_of, tail_of
from boundkit.task import Licence, Rule, Task


def license_of(task: Task, name: str) -> Licence:
    """An instance of a law about the average of a function with values at most b above its mean and variance
    at most v; where these are not given, b is the length of the range and v the variance itself."""
    law = task.laws.get(name)
    if law is None:
        return Licence(unsupported=f"the law `{name}` is not in the library")
    try:
        tail = tail_of(task.frame, task.goal)
    except Misread as reason:
        return Licence(misused=str(reason))
    named = dict(task.reason.named)
    function = tail.function
    mean = Bind("expectation", function.variable, tail.law, function.body, REAL)
    gap = Apply("-", (function.body, mean), REAL)
    square = Apply("^", (gap, number(2)), REAL)
    variance: Term = Bind("expectation", function.variable, tail.law, square, REAL)
    most = named.get("b")
    if most is None:
        bounds = bounds_of(task.frame, function, tail.law)
        if bounds is None:
            return Licence(missing=f"`{function.body} - E[{function.body}] <= b`, with b as an argument")
        most = task.frame.context().canonical_term(Apply("-", (bounds[1], bounds[0]), REAL))
    values = {
        "D": tail.law,
        "n": tail.size,
        "f": function,
        "b": most,
        "v": named.get("v", variance),
        "t": task.frame.context().canonical_term(Apply("-", (tail.level, mean), REAL)),
    }
    whole = Apply("everything", (), SetOf(function.variable.sort))
    line = task.law_line(law, values, (), [], {"Z": whole})
    if line is None:
        return Licence(missing="a positive level, `f - E[f] <= b` and `E[(f - E[f])^2] <= v` with b, v > 0")
    return Licence((line,))


def _license(task: Task) -> Licence:
    return license_of(task, "bernstein")


bernstein = Rule(
    name="bernstein",
    needs="`f - E[f] <= b` almost surely, and `E[(f - E[f])^2] <= v`",
    says="`Pr[(1/n)*sum f(S[i]) - E[f] >= t] <= exp(-n*t^2/(2*(v + b*t/3)))` for t > 0.",
    misuse="two tails at once, a function that is chosen after the sample, the empirical variance for v",
    level="S",
    reference="Bernstein 1924; Boucheron, Lugosi, Massart 2013, corollary 2.11",
    license=_license,
)
