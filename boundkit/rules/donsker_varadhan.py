"""`by donsker_varadhan`: a mean under any law Q, from the exponential mean under one law P and KL(Q, P)."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.laws import Law
from boundkit.ir.sorts import REAL, Abstract, Distribution, Function, SetOf
from boundkit.ir.terms import Apply, Bind, Name, Term, canonical, fresh_name, substitute, subterms
from boundkit.kernel import certificates as c
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    pairs = list(_divergences(task))
    if not pairs:
        return Licence(missing="`KL(Q, P)` in the goal")
    lines: list[c.Line] = []
    for law in pairs:
        stated = _law(task, law)
        if stated is None:
            return Licence(unsupported="the law `donsker_varadhan` is not in the library")
        for outcome, variable in _variables(task, law):
            line = _line(task, stated, law, outcome, variable, lines)
            if line is not None:
                lines.append(line)
    if not lines:
        return Licence(missing="`ln(E_{h ~ P}[exp(X)])` for the second argument P of KL(Q, P), X integrable")
    return Licence(tuple(lines))


def _divergences(task: Task) -> Iterator[Term]:
    """The second arguments of the divergences in the goal that are fixed here."""
    fixed = set(task.frame.sequent.names) | set(task.frame.sequent.definitions)
    seen: set[str] = set()
    for term in subterms(task.goal):
        if isinstance(term, Apply) and term.head == "KL" and len(term.args) == 2:
            law = term.args[1]
            if law.free <= fixed and canonical(law) not in seen:
                seen.add(canonical(law))
                yield law


def _law(task: Task, law: Term) -> Law | None:
    """The lemma for a finite set; the theorem that is cited for other sets."""
    assert isinstance(law.sort, Distribution)
    element = law.sort.element
    own = task.frame.sequent.names.get(element.name) if isinstance(element, Abstract) else None
    finite = isinstance(own, SetOf) and own.finite
    return (task.laws.get("gibbs_variational") if finite else None) or task.laws.get("donsker_varadhan")


def _variables(task: Task, law: Term) -> Iterator[tuple[Name, Term]]:
    """The exponents of the exponential means over the law in the goal."""
    fixed = set(task.frame.sequent.names) | set(task.frame.sequent.definitions)
    seen: set[str] = set()
    for term in subterms(task.goal):
        if not (isinstance(term, Bind) and term.head == "expectation" and term.free <= fixed):
            continue
        body = term.body
        if not (
            isinstance(body, Apply) and body.head == "exp" and task.frame.context().same_law(term.domain, law)
        ):
            continue
        if canonical(term) not in seen:
            seen.add(canonical(term))
            outcome = Name(fresh_name(term.variable.text, fixed), term.variable.sort)
            yield outcome, substitute(body.args[0], {term.variable.text: outcome})


def _line(
    task: Task, stated: Law, law: Term, outcome: Name, variable: Term, lines: list[c.Line]
) -> c.Line | None:
    """For all laws Q: E_Q[X] <= KL(Q, P) + ln(E_P[exp(X)])."""
    taken = set(task.frame.sequent.names) | set(task.frame.sequent.definitions) | set(task.frame.taken)
    other = Name(fresh_name("Q", taken), law.sort)
    everything = Apply("everything", (), SetOf(outcome.sort))

    def mean(over: Term, body: Term) -> Term:
        return Bind("expectation", outcome, over, body, REAL)

    values = {
        "P": law,
        "Q": other,
        "X": Bind("function", outcome, everything, variable, Function((outcome.sort,), REAL)),
        "k": mean(other, variable),
        "l": mean(law, variable),
        "m": mean(law, Apply("exp", (variable,), REAL)),
    }
    laws = Apply("everything", (), SetOf(law.sort))
    sets: dict[str, Term] = {"H": everything}
    if stated.types and isinstance(stated.types[0].sort, SetOf) and stated.types[0].sort.finite:
        assert isinstance(outcome.sort, Abstract)
        sets = {"H": Name(outcome.sort.name, task.frame.sequent.names[outcome.sort.name])}
    return task.law_line(stated, values, ((other, laws),), lines, sets)


donsker_varadhan = Rule(
    name="donsker_varadhan",
    needs="a goal with `KL(Q, P)` and `ln(E_{h ~ P}[exp(X)])`",
    says="`E_Q[X] <= KL(Q, P) + ln(E_P[exp(X)])` for all laws Q at once, also where `KL(Q, P) = inf`.",
    misuse="the arguments of KL exchanged, the exponential mean under Q, a variable that is not integrable",
    level="S",
    reference="Donsker and Varadhan 1983; Boucheron, Lugosi, Massart 2013, corollary 4.14",
    license=_license,
)
