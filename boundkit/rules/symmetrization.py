"""`by symmetrization`: the mean of the largest deviation over a finite class, by random signs (Giné and Zinn
1984)."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.sorts import REAL, Function, SetOf
from boundkit.ir.terms import Apply, Bind, Name, Term, fresh_name, substitute, subterms
from boundkit.kernel.context import NotNormal
from boundkit.kernel.coordinates import power_of
from boundkit.kernel.judge import Rejected
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.tails import Misread, Tail, affine, bounds_of
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    law = task.laws.get("symmetrization")
    if law is None:
        return Licence(unsupported="the law `symmetrization` is not in the library")
    reason = "nothing in the goal is the mean of a maximum over a finite class"
    for mean, largest in _means(task):
        try:
            parameter, tail = _deviation(task, mean, largest)
        except Misread as found:
            reason = str(found)
            continue
        bounds = bounds_of(task.frame.with_name(parameter), tail.function, tail.law)
        if bounds is None or any(parameter.text in end.free for end in bounds):
            return Licence(missing=f"`{tail.function.body}` between two bounds")
        outcome = tail.function.variable
        inner = task.frame.with_name(parameter).with_name(outcome).context()
        body = inner.canonical_term(Apply("neg", (tail.function.body,), REAL))
        values = {
            "D": tail.law,
            "n": tail.size,
            "a": _negative(bounds[1]),
            "b": _negative(bounds[0]),
            "f": _function(parameter, _function(outcome, body)),
        }
        entry = Apply("everything", (), SetOf(outcome.sort))
        line = task.law_line(law, values, (), [], {"Z": entry, "H": largest.domain})
        if line is not None:
            return Licence((line,))
        reason = "what is maximised is no difference of a mean and an average"
    return Licence(misused=reason)


def _negative(term: Term) -> Term:
    return Apply("neg", (term,), REAL)


def _function(variable: Name, body: Term) -> Bind:
    every = Apply("everything", (), SetOf(variable.sort))
    return Bind("function", variable, every, body, Function((variable.sort,), body.sort))


def _means(task: Task) -> Iterator[tuple[Bind, Bind]]:
    """Expectations over samples of maxima over a declared finite set, also under a definition."""
    for part in subterms(task.goal):
        if not (isinstance(part, Bind) and part.head == "expectation" and power_of(part.domain) is not None):
            continue
        body = part.body
        try:
            context = task.frame.with_name(part.variable).context()
            body = context.canonical_term(body)
        except (NotNormal, TooLarge, Rejected):
            continue
        if isinstance(body, Bind) and body.head == "max" and isinstance(body.domain, Name):
            yield part, body


def _deviation(task: Task, mean: Bind, largest: Bind) -> tuple[Name, Tail]:
    """The parameter of the class, and what is maximised as a sum over the sample and a rest. Raises
    `Misread`."""
    taken = set(task.frame.sequent.names) | set(task.frame.sequent.definitions) | set(task.frame.taken)
    parameter = Name(fresh_name("h", taken), largest.variable.sort)
    sample = Name(fresh_name("S", taken | {parameter.text}), mean.variable.sort)
    body = substitute(largest.body, {largest.variable.text: parameter, mean.variable.text: sample})
    power = power_of(mean.domain)
    assert power is not None
    context = task.frame.with_name(parameter).at_outcome(sample, mean.domain).context()
    try:
        return parameter, affine(context.normal(body), sample, power, context)
    except (NotNormal, TooLarge) as failure:
        raise Misread(f"what is maximised has no normal form: {failure}") from None


symmetrization = Rule(
    name="symmetrization",
    needs="`f(h, z)` between two bounds, for all h and almost all z",
    says="`E max_h (E[f(h, z)] - (1/n)*sum f(h, S[i])) <= 2*E max_h (1/n)*sum sigma[i]*f(h, S[i])`.",
    misuse="the factor 2 left out, a class that depends on the sample, absolute values inside",
    level="S",
    reference="Giné and Zinn 1984, lemma 2.7; Shalev-Shwartz, Ben-David 2014, lemma 26.2",
    license=_license,
)
