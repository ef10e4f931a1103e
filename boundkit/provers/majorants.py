"""Upper bounds of a term in a smaller vocabulary: what is foreign to it is replaced by what the facts say of
it, until nothing of it is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from boundkit.ir.terms import Apply, Bind, Term, canonical, fresh_name
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.facts import patterns
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import Atom, Monomial, Polynomial, TooLarge, inverse_monomial, multiply
from boundkit.provers.candidates import Source
from boundkit.provers.elimination import taken
from boundkit.provers.gathering import LARGEST_FACT
from boundkit.provers.pool import Pool

MOST_NODES = 80
"""Replacements that one search may try."""
DEEPEST = 9
MOST_INSTANCES = 12

Foreign = Callable[[Atom], bool]


@dataclass(frozen=True)
class Majorant:
    """A polynomial that is at least the term, and the summands that add up to the difference."""

    value: Polynomial
    summands: tuple[c.Summand, ...]


def majorants(pool: Pool, term: Polynomial, foreign: Foreign) -> Iterator[Majorant]:
    """Upper bounds of a term that have no foreign atom, those by few facts first."""
    sources = [source for source in pool.sources if not source.binders]
    yield from _Search(pool, sources, foreign).run(term, ())


class _Search:
    def __init__(self, pool: Pool, sources: list[Source], foreign: Foreign) -> None:
        self.pool = pool
        self.foreign = foreign
        self.nodes = 0
        grouped = [(source, self.groups(_slack(source))) for source in sources]
        self.sources = sorted(grouped, key=lambda pair: len(pair[1]))

    def groups(self, polynomial: Polynomial) -> dict[Monomial, Polynomial]:
        """The polynomial as a sum of products of foreign atoms, each with what it is multiplied by."""
        found: dict[Monomial, Polynomial] = {}
        for monomial in polynomial.ordered:
            own = tuple(pair for pair in monomial if self.foreign(pair[0]))
            rest = tuple(pair for pair in monomial if pair not in own)
            part = Polynomial({rest: polynomial.terms[monomial]})
            found[own] = found.get(own, Polynomial({})) + part
        return {own: part for own, part in found.items() if own and part.terms}

    def run(self, value: Polynomial, chosen: tuple[tuple[int, c.Summand], ...]) -> Iterator[Majorant]:
        self.nodes += 1
        if self.nodes > MOST_NODES or len(value.terms) > LARGEST_FACT:
            return
        groups = self.groups(value)
        if not groups:
            yield Majorant(value, tuple(summand for _, summand in chosen))
            return
        if len(chosen) >= DEEPEST:
            return
        own, coefficient = next(iter(groups.items()))
        used = {place for place, _ in chosen}
        for place, (source, other) in enumerate(self.sources):
            single = other[own].single if own in other else None
            if place in used or single is None:
                continue
            inverse = Polynomial({inverse_monomial(single[0]): -1 / single[1]})
            step = taken(self.pool.context, source, multiply(coefficient, inverse))
            if step is not None:
                yield from self.run(value + step[1], (*chosen, (place, step[0])))


def _slack(source: Source) -> Polynomial:
    return source.slack if source.plain is None else source.plain


def instances(frame: Frame, context: Context, terms: tuple[Polynomial, ...]) -> list[c.Line]:
    """What the facts for all values of a variable say of atoms that occur in some terms."""
    atoms = sorted({atom for term in terms for atom in term.atoms})
    found: dict[str, c.Line] = {}
    for universal in context.universals:
        formula = frame.facts.get(universal.reference)
        if formula is None or universal.conditions:
            continue
        names = [variable.text for variable, _ in universal.variables]
        sides: tuple[Term, ...] = universal.formula.args  # type: ignore[attr-defined]
        for pattern in (part for side in sides for part in patterns(side, universal.formula, names)):
            if not isinstance(pattern, Apply | Bind):
                continue
            for atom in atoms:
                values = match(pattern, atom.term, names)
                if values is None or set(values) != set(names) or len(found) >= MOST_INSTANCES:
                    continue
                chosen = tuple(values[name] for name in names)
                try:
                    claim = frame.instantiate(formula, chosen)
                except (Rejected, NotDefined, NotNormal, TooLarge):
                    continue
                if canonical(claim) not in found:
                    label = fresh_name(f"{universal.reference} there", set(frame.facts) | set(found))
                    by = c.Specialise(universal.reference, chosen)
                    found[canonical(claim)] = c.Line(label, claim, by)
    return list(found.values())
