"""The places of a sequence that a theorem mentions, at one choice of its sizes.

A sequence is total: every place has a value. Only the places that are mentioned matter, so only those are
drawn. Where an index depends on a variable whose range is not known, MARGIN places beyond the largest size
are drawn as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.terms import Apply, Bind, Name, Number, Term
from boundkit.ir.theorems import Definition
from boundkit.kernel.evaluation import Evaluator, Scope
from boundkit.kernel.values import Unsupported

MARGIN = 2

Range = tuple[Term, Term] | None


@dataclass(frozen=True)
class Mention:
    """`name[place]` under binders, outermost first, each with the ends of its range or None."""

    place: Term
    binders: tuple[tuple[str, Range], ...]

    @property
    def needed(self) -> tuple[tuple[str, Range], ...]:
        """The binders on which the place depends, also through the ranges of others."""
        wanted, found = set(self.place.free), []
        for name, ends in reversed(self.binders):
            if name in wanted:
                wanted.discard(name)
                found.append((name, ends))
                for end in ends or ():
                    wanted |= end.free
        return tuple(reversed(found))

    @property
    def free(self) -> frozenset[str]:
        """The declared names on which the place depends."""
        needed = self.needed
        names = self.place.free.union(*(end.free for _, ends in needed for end in ends or ()))
        return frozenset(names) - {name for name, _ in needed}

    @property
    def listed(self) -> bool:
        """Whether the range of every variable that it needs is known."""
        return all(ends is not None for _, ends in self.needed)


def mentions(
    name: str,
    terms: Iterable[Term],
    definitions: Iterable[Definition],
    ends_of: Callable[[Term, tuple[Term, ...]], Range],
) -> list[Mention]:
    """Every mention of a sequence in terms and in the clauses of definitions; `ends_of` gives the range
    that guards leave to a parameter of a clause."""
    found = [mention for term in terms for mention in _within(term, name, ())]
    for definition in definitions:
        for clause in definition.clauses:
            binders = tuple(
                (parameter.text, ends_of(parameter, clause.guard)) for parameter in clause.parameters
            )
            found += _within(clause.body, name, binders)
    return list(dict.fromkeys(found))


def _within(term: Term, name: str, binders: tuple[tuple[str, Range], ...]) -> Iterator[Mention]:
    if isinstance(term, Bind):
        if term.variable.text == name:
            return
        domain = term.domain
        listed = isinstance(domain, Apply) and (domain.head == "range" or _is_run(domain))
        ends = (domain.args[0], domain.args[-1]) if isinstance(domain, Apply) and listed else None
        yield from _within(domain, name, binders)
        yield from _within(term.body, name, (*binders, (term.variable.text, ends)))
    elif isinstance(term, Apply):
        if term.head == "index" and isinstance(term.args[0], Name) and term.args[0].text == name:
            yield Mention(term.args[1], binders)
        for arg in term.args:
            yield from _within(arg, name, binders)


def _is_run(domain: Apply) -> bool:
    """Whether a set is `{a, b, …}` with increasing numbers."""
    numbers = [arg.value for arg in domain.args if isinstance(arg, Number)]
    return (
        domain.head == "enumeration" and len(numbers) == len(domain.args) > 0 and sorted(numbers) == numbers
    )


def extremes(evaluator: Evaluator, mention: Mention) -> list[int]:
    """The places at the ends of all ranges, among which are the first and the last when the index is
    affine; none where a range is empty. Raises Unsupported when a place is not known."""
    found: list[int] = []

    def visit(binders: tuple[tuple[str, Range], ...], scope: Scope) -> None:
        if not binders:
            found.append(evaluator.integer(mention.place, scope))
            return
        (name, ends), *rest = binders
        if ends is None:
            raise Unsupported(f"the range of `{name}`")
        first, last = (evaluator.integer(end, scope) for end in ends)
        for value in {first, last} if first <= last else ():
            inner: Mapping[str, object] = {**scope, name: evaluator.arithmetic.rational(Fraction(value))}
            visit(tuple(rest), inner)

    visit(mention.needed, {})
    return found


def span(evaluator: Evaluator, found: Iterable[Mention], sizes: Iterable[str]) -> tuple[int, int] | None:
    """The first and the last place that is mentioned, None when there is none. Where one is not known, the
    places from 0 to MARGIN beyond the largest of the sizes, which are names, belong to them."""
    places: list[int] = []
    unknown = False
    for mention in found:
        try:
            places += extremes(evaluator, mention)
        except Unsupported:
            unknown = True
    if unknown:
        values = (evaluator.names.get(size) for size in sizes)
        known = [evaluator.arithmetic.integer(value) for value in values if value is not None]
        places += [0, max([*places, *(value for value in known if value is not None), 0]) + MARGIN]
    return (min(places), max(places)) if places else None


__all__ = ["Mention", "mentions", "span"]
