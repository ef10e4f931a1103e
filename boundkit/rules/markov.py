"""`by markov`: how likely a variable is large, from its mean, that of its exponential, or a moment."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.sorts import EXTREAL, REAL, Distribution, Function, SetOf
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, canonical, fresh_name, substitute, subterms
from boundkit.kernel import certificates as c
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    moments = list(_moments(task))
    if moments:
        return Licence(tuple(moments))
    tails = list(_tails(task))
    if not tails:
        return Licence(missing="a bound of `Pr[X >= a]`")
    if any(name not in task.laws for name in ("markov", "exponential_markov")):
        return Licence(unsupported="the lemmas `markov` and `exponential_markov` are not in the library")
    lines: list[c.Line] = []
    for outcome, law, value, level in tails:
        everything = Apply("everything", (), SetOf(outcome.sort))
        exponential = Apply("exp", (value,), REAL)
        for name, mean in (("markov", value), ("exponential_markov", exponential)):
            values = {
                "D": law,
                "f": Bind("function", outcome, everything, value, Function((outcome.sort,), REAL)),
                "a": level,
                "m": Bind("expectation", outcome, law, mean, REAL),
            }
            line = task.law_line(task.laws[name], values, (), lines, {"Z": everything})
            if line is not None:
                lines.append(line)
    if not lines:
        return Licence(missing="`X >= 0` almost surely")
    return Licence(tuple(lines))


def _moments(task: Task) -> Iterator[c.Line]:
    """For each p-th root of `E[|X|^p]` in the goal `1 - delta <= Pr[..]`: |X| is at most e times it, but for
    the probability delta, where p is at least ln(1/delta)."""
    law = task.laws.get("moment_tail")
    if not (isinstance(task.goal, Apply) and task.goal.head == "<="):
        return
    delta = Apply("-", (ONE, task.goal.args[0]), REAL)
    fixed = set(task.frame.sequent.names) | set(task.frame.sequent.definitions)
    seen: set[str] = set()
    for term in subterms(task.goal):
        match term:
            case Apply(
                "^", (Bind("expectation", outcome, own, Apply("^", (Apply("abs", (value,)), order))), _)
            ):
                mean = term.args[0]
            case _:
                continue
        if law is None or not mean.free <= fixed or canonical(mean) in seen:
            continue
        seen.add(canonical(mean))
        everything = Apply("everything", (), SetOf(outcome.sort))
        function = Bind("function", outcome, everything, value, Function((outcome.sort,), REAL))
        values = {"D": own, "f": function, "p": order, "m": mean, "delta": delta}
        line = task.law_line(law, values, (), [], {"Z": everything})
        if line is not None:
            yield line


def _tails(task: Task) -> Iterator[tuple[Name, Term, Term, Term]]:
    """The outcome, its law, X and a for every `Pr[X >= a]` of the goal that stands under no binder."""
    seen: set[str] = set()
    fixed = set(task.frame.sequent.names) | set(task.frame.sequent.definitions)
    for term in subterms(task.goal):
        if not (isinstance(term, Bind) and term.head == "probability" and term.free <= fixed):
            continue
        if canonical(term) in seen or not isinstance(term.domain.sort, Distribution):
            continue
        seen.add(canonical(term))
        outcome = Name(fresh_name(term.variable.text, fixed), term.variable.sort)
        event = substitute(term.body, {term.variable.text: outcome})
        if not (isinstance(event, Apply) and event.head in ("<=", "<")):
            continue
        low, high = event.args
        if outcome.text in low.free:
            gap = Apply("-", (high, low), EXTREAL if EXTREAL in (high.sort, low.sort) else REAL)
            low, high = ZERO, gap
        yield outcome, term.domain, _real(high), low


def _real(term: Term) -> Term:
    return Apply("real", (term,), REAL) if term.sort == EXTREAL else term


markov = Rule(
    name="markov",
    needs="`X >= 0` almost surely; for the exponential nothing",
    says="`Pr[X >= a] <= E[X]/a` for a > 0, and `Pr[X >= a] <= E[exp(X)]*exp(-a)`.",
    misuse="a variable that may be negative, a level that is not positive, a mean that may be infinite",
    level="S",
    reference="Markov 1884; Chernoff 1952",
    license=_license,
)
