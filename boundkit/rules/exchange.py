"""`by exchange(u, v)`: two independent draws of one law may change places inside an expectation."""

from __future__ import annotations

from boundkit.ir.sorts import Distribution
from boundkit.ir.terms import Apply, Bind, Name, Term, canonical, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.coordinates import power_of
from boundkit.kernel.resampling import resampled
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    entries = [
        a for a in task.given if isinstance(a, Apply) and a.head == "index" and isinstance(a.args[0], Name)
    ]
    others = [a for a in task.given if isinstance(a, Name)]
    if len(task.given) != 2 or not entries or len(entries) + len(others) != 2:
        return Licence(missing="`exchange(z, S[i])`: a draw and an entry of a sample, or two entries")
    laws = _laws(task)
    wanted = [_law_of(entry, laws) for entry in task.given]
    if any(law is None for law in wanted):
        return Licence(missing="the draws that are exchanged, under one expectation")
    if canonical(wanted[0]) != canonical(wanted[1]):  # type: ignore[arg-type]
        return Licence(missing=f"one law of `{task.given[0]}` and `{task.given[1]}`")
    lines: list[c.Line] = []
    for term in _samples(task.goal):
        for entry in entries:
            place = entry.args[1]
            found = resampled(term, place)
            if found is None or canonical(term.domain) not in {canonical(_sample(e, laws)) for e in entries}:
                continue
            claim = Apply("=", (term, found), task.goal.sort)
            line = task.checked(
                c.Line(task.fresh("drawn afresh", lines), claim, c.Resampled(term, place)), lines
            )
            if line is not None:
                lines.append(line)
    return Licence(tuple(lines))


def _laws(task: Task) -> dict[str, Term]:
    """The laws of the draws in the goal, by the names of their variables."""
    found: dict[str, Term] = {}
    for term in subterms(task.goal):
        if (
            isinstance(term, Bind)
            and term.head == "expectation"
            and isinstance(term.domain.sort, Distribution)
        ):
            found.setdefault(term.variable.text, term.domain)
    return found


def _sample(entry: Term, laws: dict[str, Term]) -> Term:
    return laws[entry.args[0].text]  # type: ignore[attr-defined]


def _law_of(draw: Term, laws: dict[str, Term]) -> Term | None:
    """The law of a draw, or of an entry of a sample."""
    if isinstance(draw, Name):
        return laws.get(draw.text)
    law = laws.get(draw.args[0].text)  # type: ignore[attr-defined]
    power = None if law is None else power_of(law)
    return None if power is None else power[0]


def _samples(goal: Term) -> list[Bind]:
    """The expectations over samples that stand under no other binder, innermost choice aside."""
    found: dict[str, Bind] = {}

    def visit(term: Term) -> None:
        if isinstance(term, Bind):
            if term.head == "expectation":
                found.setdefault(canonical(term), term)
            return
        if isinstance(term, Apply):
            for arg in term.args:
                visit(arg)

    visit(goal)
    return list(found.values())


exchange = Rule(
    name="exchange",
    needs="two independent draws of one law, one of them an entry of a sample",
    says="the expectation is the same when the two change places.",
    misuse="draws of different laws, a draw that depends on the other, one that is conditioned on",
    level="K",
    reference="Kallenberg 2002, theorem 1.27",
    license=_license,
)
