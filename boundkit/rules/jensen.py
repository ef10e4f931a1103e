"""`by jensen`: a convex function of an average is at most the average of its values (Jensen 1906)."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import EXTREAL, NAT, REAL, Distribution, Function, Matrix, Sequence, SetOf, is_numeric
from boundkit.ir.terms import (
    ONE,
    Apply,
    Bind,
    Name,
    Number,
    Term,
    canonical,
    fresh_name,
    number,
    substitute,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.matrices import grid
from boundkit.kernel.normal import to_term
from boundkit.kernel.polynomials import Polynomial, TooLarge, multiply
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    means = _of_means(task)
    convex = [(name, core.args[0]) for name, core in task.about("is_convex")]
    if not convex:
        return Licence(tuple(means)) if means else Licence(missing="`f is convex`, or the mean of a square")
    law = task.laws.get("jensen")
    if law is None:
        return Licence(unsupported="the lemma `jensen` is not in the library")
    lines = means
    for _, function in convex:
        for point in task.called_points(function):
            values = _average(task, point.term)
            if values is None:
                continue
            line = task.law_line(law, {"f": function, **values}, point.binders, lines)
            if line is not None:
                lines.append(line)
    return Licence(tuple(lines))


def _of_means(task: Task) -> list[c.Line]:
    """`E[X]^2 <= E[X^2]`, `exp(E[X]) <= E[exp(X)]` and `E[ln(X)] <= ln(E[X])` for the means that the goal
    speaks of, for all values of the variables that they stand under; the first also for `E[sqrt(X)]`, and for
    every mean where that of a square is spoken of."""
    lines: list[c.Line] = []
    squares = task.means_squares()
    seen: set[str] = set()
    for term, outer in task.under_binders():
        match term:
            case Apply("^", (Bind("expectation") as mean, Number(value))) if value == 2:
                law, head, bound = "mean_square", "^", "m"
            case Apply("exp", (Bind("expectation") as mean,)):
                law, head, bound = "mean_exponential", "exp", "m"
            case Apply("ln", (Bind("expectation") as mean,)):
                law, head, bound = "mean_logarithm", "ln", "m"
            case Bind("expectation", body=Apply("sqrt", _)) as mean:
                law, head, bound = "mean_square", "^", "m"
            case Bind("expectation") as mean if squares and not _is_square(mean.body):
                law, head, bound = "mean_square", "^", "m"
            case _:
                continue
        stated = task.laws.get(law)
        if stated is None or not is_numeric(mean.sort) or mean.sort == EXTREAL:
            continue
        if law + canonical(mean) in seen:
            continue
        seen.add(law + canonical(mean))
        binders, mean = _apart(task, mean, outer)
        outcome, over = mean.variable, mean.domain
        everything = Apply("everything", (), SetOf(outcome.sort))
        args = (mean.body, number(2)) if head == "^" else (mean.body,)
        values: dict[str, Term] = {
            "D": over,
            "f": Bind("function", outcome, everything, mean.body, Function((outcome.sort,), REAL)),
            "l": mean,
            bound: Bind("expectation", outcome, over, Apply(head, args, REAL), REAL),
        }
        line = task.law_line(stated, values, binders, lines, {"Z": everything})
        if line is not None:
            lines.append(line)
    return lines


def _is_square(term: Term) -> bool:
    return isinstance(term, Apply) and term.head == "^" and term.args[1] == number(2)


def _apart(
    task: Task, mean: Bind, outer: tuple[tuple[Name, Term], ...]
) -> tuple[tuple[tuple[Name, Term], ...], Bind]:
    """A mean and the binders whose variables it mentions, with new names; of a law all outcomes are taken."""
    taken = set(task.frame.taken) | set(task.frame.sequent.names) | set(task.frame.sequent.definitions)
    binders: list[tuple[Name, Term]] = []
    put: dict[str, Term] = {}
    for name, domain in outer:
        own = Name(fresh_name(name.text, taken), name.sort)
        taken.add(own.text)
        whole = Apply("everything", (), SetOf(name.sort))
        binders.append((own, whole if isinstance(domain.sort, Distribution) else substitute(domain, put)))
        put[name.text] = own
    found = substitute(mean, put)
    assert isinstance(found, Bind)
    needed = set(found.free)
    for own, domain in reversed(binders):
        if own.text in needed:
            needed |= domain.free
    return tuple((own, domain) for own, domain in binders if own.text in needed), found


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
    needs="`f is convex`, or the square, exponential or logarithm of a mean",
    says="`f(sum a[i]*x[i]) <= sum a[i]*f(x[i])` for positive weights that sum to 1; `E[X]^2 <= E[X^2]`, "
    "`exp(E[X]) <= E[exp(X)]` and `E[ln(X)] <= ln(E[X])`.",
    misuse="weights that do not sum to 1, a concave function, the inequality turned round",
    level="S",
    reference="Jensen 1906",
    license=_license,
)
