"""Universal facts at the places that a goal speaks of: `forall k, s[k+1] = g(s[k])` at the k for which the
goal, or a fact about numbers, mentions `s[k+1]`; and what holds for all at the arbitrary one of the goal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from itertools import product as combinations

from boundkit.ir.sorts import is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Term, canonical, fresh_name, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.disjunctions import opened

LOOKED_UP = frozenset({"index", "call", "norm", "inner"})
"""Heads of terms that a fact says something of at a place."""
MOST_LINES = 6


def specialised(frame: Frame, goal: Term) -> Iterator[c.Line]:
    """Universal relations between numbers at what the goal is to be shown for, and at values for which they
    speak of a term of the goal or of a fact; those that bring in the fewest other such terms first."""
    spoken = _looked_up(goal)
    for formula in frame.facts.values():
        if _relates_numbers(formula):
            spoken.update(_looked_up(formula))
    arbitrary = _arbitrary(frame)
    ranked: list[tuple[int, int, str, tuple[Term, ...], Term]] = []
    for name, formula in frame.facts.items():
        binders, core = opened(formula)
        if not binders or not _relates_numbers(core):
            continue
        variables = [binder.variable.text for binder in binders]
        seen: set[str] = set()
        options = [_of_sort(arbitrary, binder) for binder in binders]
        for chosen in islice(combinations(*options), MOST_LINES):
            seen.add(" ".join(map(canonical, chosen)))
            claim = _instance(frame, name, chosen)
            if claim is not None:
                ranked.append((0, len(ranked), name, chosen, claim))
        for pattern in _looked_up(core).values():
            if not pattern.free.issuperset(variables):
                continue
            for part in spoken.values():
                values = match(pattern, part, variables)
                if values is None or any(text not in values for text in variables):
                    continue
                places = tuple(values[text] for text in variables)
                key = " ".join(map(canonical, places))
                if key in seen:
                    continue
                seen.add(key)
                claim = _instance(frame, name, places)
                if claim is not None:
                    new = sum(other not in spoken for other in _looked_up(claim))
                    ranked.append((new, len(ranked), name, places, claim))
    ranked.sort(key=lambda entry: entry[:2])
    taken = set(frame.facts)
    for _, _, name, places, claim in ranked[:MOST_LINES]:
        label = fresh_name(f"{name} here", taken)
        taken.add(label)
        yield c.Line(label, claim, c.Specialise(name, places))


def _arbitrary(frame: Frame) -> list[Name]:
    """The names that stand for an arbitrary element of a range, the last one first."""
    names = frame.sequent.names
    return [Name(text, names[text]) for text in reversed(list(names)) if f"range of {text}" in frame.facts]


def _of_sort(names: list[Name], binder: Bind) -> list[Name]:
    return [name for name in names if name.sort == binder.variable.sort]


def _relates_numbers(core: Term) -> bool:
    if not (isinstance(core, Apply) and core.head in ("<=", "<", "=")):
        return False
    return all(is_numeric(side.sort) for side in core.args)


def _looked_up(term: Term) -> dict[str, Term]:
    """Entries and values of functions in a term, by their canonical text; those of bound places left out."""
    found: dict[str, Term] = {}
    bound = {part.variable.text for part in subterms(term) if isinstance(part, Bind)}
    for part in subterms(term):
        looked_up = isinstance(part, Apply) and part.head in LOOKED_UP and is_numeric(part.sort)
        if looked_up and not part.free & bound:
            found.setdefault(canonical(part), part)
    return found


def _instance(frame: Frame, name: str, places: tuple[Term, ...]) -> Term | None:
    try:
        claim = frame.instantiate(frame.facts[name], places)
        frame.check(claim, c.Proof(c.Specialise(name, places)))
    except (Rejected, NotNormal, NotDefined, TooLarge, RecursionError):
        return None
    return claim if _relates_numbers(claim) else None
