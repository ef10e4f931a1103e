"""`by resample(i)`: the i-th entry of an independent sample is drawn afresh inside an expectation over it."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.sorts import NAT
from boundkit.ir.terms import Apply, Bind, Term, canonical, relation
from boundkit.kernel import certificates as c
from boundkit.kernel.resampling import resampled
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    places = [place for place in task.given if place.sort == NAT]
    if not places or len(places) != len(task.given):
        return Licence(missing="`resample(i)`: the place of an entry")
    lines: list[c.Line] = []
    for place in places:
        for term in _means(task.goal):
            found = resampled(term, place)
            if found is None:
                continue
            name = task.fresh("drawn afresh", lines)
            line = task.checked(c.Line(name, relation("=", term, found), c.Resampled(term, place)), lines)
            if line is not None:
                lines.append(line)
    if not lines:
        return Licence(missing="an expectation over a sample, with a place that is fixed before it is drawn")
    return Licence(tuple(lines))


def _means(goal: Term) -> Iterator[Term]:
    """The expectations and probabilities that stand under no other binder, each once."""
    found: dict[str, Term] = {}
    pending = [goal]
    while pending:
        term = pending.pop(0)
        if isinstance(term, Bind) and term.head in ("expectation", "probability"):
            found.setdefault(canonical(term), term)
        elif isinstance(term, Apply):
            pending.extend(term.args)
    yield from found.values()


resample = Rule(
    name="resample",
    needs="an expectation over a sample `S ~ D^n` and a place that is fixed before S is drawn",
    says="the expectation is the same when the entry at this place is drawn afresh.",
    misuse="a place that depends on the sample, or outside of it; a sample that is fixed",
    level="K",
    reference="Kallenberg 2002, theorem 1.27",
    license=_license,
)
