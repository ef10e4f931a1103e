"""`by jensen`: a convex function of an average is at most the average of its values (Jensen 1906)."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import NAT, REAL, Matrix, Sequence, SetOf
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.matrices import grid
from boundkit.kernel.normal import to_term
from boundkit.kernel.polynomials import Polynomial, TooLarge, multiply
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    convex = [(name, core.args[0]) for name, core in task.about("is_convex")]
    if not convex:
        return Licence(missing="`f is convex`")
    law = task.laws.get("jensen")
    if law is None:
        return Licence(unsupported="the lemma `jensen` is not in the library")
    lines: list[c.Line] = []
    for _, function in convex:
        for point in task.called_points(function):
            values = _average(task, point.term)
            if values is None:
                continue
            line = task.law_line(law, {"f": function, **values}, point.binders, lines)
            if line is not None:
                lines.append(line)
    return Licence(tuple(lines))


def _average(task: Task, point: Term) -> dict[str, Term] | None:
    """The weights and points of `point` as a sum over 1..n, or None when it is none."""
    context = task.frame.context()
    try:
        whole = grid(point, context)
    except (NotNormal, TooLarge):
        return None
    if len(whole.rows) != 1 or whole.columns != (ONE,) or not isinstance(point.sort, Matrix):
        return None
    terms = list(whole.entries[0][0].ordered())
    if len(terms) != 1 or len(terms[0][0].binders) != 1:
        return None
    key, coefficient = terms[0]
    binder = key.binders[0]
    if binder.low != ONE:
        return None
    index = Name("i", NAT)
    weight = to_term(multiply(coefficient, Polynomial({key.scalar: Fraction(1)})))
    vector: Term | None = None
    for factor in key.word:
        part = factor.to_term()
        vector = part if vector is None else Apply("*", (vector, part), Matrix(point.sort.rows, ONE))
    if vector is None:
        return None
    names = {binder.variable.text: index}
    everything = Apply("everything", (), SetOf(NAT))
    return {
        "d": point.sort.rows,
        "n": binder.high,
        "a": Bind("function", index, everything, substitute(weight, names), Sequence(REAL)),
        "x": Bind("function", index, everything, substitute(vector, names), Sequence(point.sort)),
    }


jensen = Rule(
    name="jensen",
    needs="`f is convex`",
    says="`f(sum a[i]*x[i]) <= sum a[i]*f(x[i])` for positive weights that sum to 1.",
    misuse="weights that do not sum to 1, a concave function, the inequality turned round",
    level="S",
    reference="Jensen 1906",
    license=_license,
)
