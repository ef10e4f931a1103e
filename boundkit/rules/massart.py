"""`by massart(A := S)`: the mean of the largest of finitely many linear functions of random signs
(Massart 2000, lemma 5.2)."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.laws import Law
from boundkit.ir.sorts import NAT, REAL, Matrix, SetOf
from boundkit.ir.terms import Apply, Bind, Term, canonical, number, relation, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.built import filled_line, norm_line, size_lines
from boundkit.provers.choices import is_choice, single
from boundkit.provers.covers import covers_in
from boundkit.provers.search import Budget, Hints, prove
from boundkit.task import Licence, Rule, Task

ATTEMPTS = 12
"""Combinations that may be tried to compare two numbers of elements."""


def _license(task: Task) -> Licence:
    law, increases = task.laws.get("massart"), task.laws.get("ln_increases")
    if law is None or increases is None:
        return Licence(unsupported="the library has no lemma `massart`")
    domain = _set(task)
    if domain is None:
        return Licence(missing="a maximum over a finite set of vectors")
    if not domain.free <= set(task.frame.sequent.names) | set(task.frame.sequent.definitions):
        return Licence(misused=f"the set `{domain}` must be fixed before the signs are drawn")
    lines: list[c.Line] = []
    covers = covers_in(task.frame, lines)
    if not _after(task.frame, lines).context().is_full(domain):
        line = filled_line(_after(task.frame, lines), domain, covers)
        if line is None:
            return Licence(missing=f"that `{domain}` is finite and has an element")
        lines.append(line)
    radius = norm_line(_after(task.frame, lines), domain, dict(task.reason.named).get("r"))
    if radius is None:
        return Licence(missing=f"`forall a in {domain}, ||a|| <= r`")
    line, bound = radius
    lines.append(line)
    element = domain.sort.element  # type: ignore[attr-defined]
    given = {"m": element.rows, "A": domain, "r": bound}
    largest = task.law_line(law, given, (), lines)
    if largest is None:
        return Licence(missing=f"`forall a in {domain}, ||a|| <= r` with r >= 0")
    lines.append(largest)
    lines.extend(size_lines(_after(task.frame, lines), domain, covers))
    others = [most for most in _counts(task.goal) if canonical(most) != canonical(count(domain))]
    compared = [_compared(task, domain, bound, most, increases, tuple(lines)) for most in others]
    if others and not any(compared):
        return Licence(missing=f"`card({domain}) <= {others[0]}`")
    for own in compared:
        lines.extend(line for line in own if all(line.claim != known.claim for known in lines))
    return Licence(tuple(lines))


def _after(frame: Frame, lines: list[c.Line]) -> Frame:
    for line in lines:
        frame = frame.with_fact(line.name, line.claim)
    return frame


def _set(task: Task) -> Term | None:
    """The set that the justification names, else that of the first maximum in the goal."""
    named = dict(task.reason.named).get("A")
    found = [named] if named is not None else [p.domain for p in subterms(task.goal) if _is_maximum(p)]  # type: ignore[attr-defined]
    domain = found[0] if found else None
    if domain is None or not isinstance(domain.sort, SetOf) or not isinstance(domain.sort.element, Matrix):
        return None
    return domain


def _is_maximum(term: Term) -> bool:
    return isinstance(term, Bind) and term.head == "max" and is_choice(term)


def _counts(goal: Term) -> Iterator[Term]:
    """What stands under logarithms in a goal."""
    seen: set[str] = set()
    for part in subterms(goal):
        if isinstance(part, Apply) and part.head == "ln" and canonical(part) not in seen:
            seen.add(canonical(part))
            yield part.args[0]


def count(domain: Term) -> Term:
    """The number of elements of a set."""
    return Apply("card", (domain,), NAT)


def _compared(
    task: Task, domain: Term, radius: Term, most: Term, increases: Law, known: tuple[c.Line, ...]
) -> list[c.Line]:
    """The bound with a larger number in place of that of the elements, where it is larger; nothing where that
    is not known."""
    frame = _after(task.frame, list(known))
    order = relation("<=", count(domain), most)
    few = _proved(task, frame, "fewer", order, list(known))
    if few is None:
        return []
    logarithms = task.law_line(increases, {"x": count(domain), "y": most}, (), [*known, few])
    if logarithms is None:
        return []

    def rate(number_: Term) -> Term:
        inside = Apply("*", (number(2), Apply("ln", (number_,), REAL)), REAL)
        return Apply("*", (radius, Apply("sqrt", (inside,), REAL)), REAL)

    found = [few, logarithms]
    order = relation("<=", rate(count(domain)), rate(most))
    larger = _proved(task, _after(frame, found), "larger", order, [*known, *found])
    return found if larger is None else [*found, larger]


def _proved(task: Task, frame: Frame, base: str, claim: Term, lines: list[c.Line]) -> c.Line | None:
    try:
        proof = prove(frame, claim, Hints((), False, "", 1, Budget(ATTEMPTS)))
    except (Rejected, NotNormal, TooLarge):
        return None
    return None if proof is None else c.Line(task.fresh(base, lines), claim, single(proof))


massart = Rule(
    name="massart",
    needs="`forall a in A, ||a|| <= r`, or a set whose elements are built so",
    says="`E[max_{a in A} <sigma, a>] <= r*sqrt(2*ln(card(A)))` for random signs and a finite set A.",
    misuse="a set that depends on the signs, a number of elements that is too small",
    level="S",
    reference="Massart 2000, lemma 5.2; Shalev-Shwartz and Ben-David 2014, lemma 26.8",
    license=_license,
)
