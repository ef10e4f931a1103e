"""Where parts of a goal vanish or agree: bases of powers, arguments of absolute values, factors, arguments of
the same function. A strict relation whose sides touch often fails on one of these sets, or where a few meet,
and pseudo-random points are never there.

Nothing is decided: sets are proposed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice

from boundkit.ir.terms import ONE, Apply, Number, Term, subterms
from boundkit.kernel.derivative import minus
from boundkit.provers.factors import factorise
from boundkit.provers.inequalities.problem import parts

MOST = 48
TOGETHER = 3
"""How many of the sets are met at once, at most."""
LONGEST = 200
_AT_ONE = frozenset({"ln", "log2"})
_CHOICES = frozenset({"min", "max"})


def surfaces(goal: Term) -> Iterator[tuple[Term, ...]]:
    """Tuples of terms that may all be zero at a point where the sides of the goal touch, short ones first."""
    found = dict.fromkeys(term for term in _vanishing(goal) if term.size <= LONGEST)
    factors = (factor for term in sorted(found, key=_is_monomial) for factor in _irreducible(term))
    vanishing = list(dict.fromkeys([*_factors(goal), *factors]))
    whole = (chosen for count in range(1, TOGETHER + 1) for chosen in combinations(vanishing, count))
    return islice(whole, MOST)


def _factors(goal: Term) -> Iterator[Term]:
    """Factors of slacks of which an even power occurs."""
    for part in parts(goal):
        if isinstance(part, Apply) and part.head == "<":
            found = factorise(minus(part.args[1], part.args[0]))
            powers = () if found is None else found.factors
            yield from (own for own, count in powers if count % 2 == 0 and own.free)


def _irreducible(term: Term) -> list[Term]:
    """The factors of a term, which is zero where one of these is."""
    found = factorise(term)
    return [term] if found is None else [own for own, count in found.factors if count > 0 and own.free]


def _vanishing(goal: Term) -> Iterator[Term]:
    arguments: dict[str, list[Term]] = {}
    whole: list[Term] = []
    for part in subterms(goal):
        if not isinstance(part, Apply) or not part.free:
            continue
        match part.head:
            case "^" if isinstance(part.args[1], Number):
                yield from _open(part.args[0])
            case "abs":
                yield from _open(part.args[0])
            case "sqrt":
                yield from _open(part.args[0])
                whole.append(minus(part.args[0], ONE))
            case "*":
                for factor in part.args:
                    yield from _open(factor)
            case head if head in _CHOICES:
                whole.append(minus(part.args[0], part.args[1]))
            case head if len(part.args) == 1 and head != "neg":
                arguments.setdefault(head, []).append(part.args[0])
    for head, args in arguments.items():
        whole += [minus(first, second) for first, second in combinations(dict.fromkeys(args), 2)]
        whole += [minus(arg, ONE) if head in _AT_ONE else arg for arg in args]
    yield from (term for term in whole if term.free)


def _open(term: Term) -> Iterator[Term]:
    if not _is_monomial(term):
        yield term


def _is_monomial(term: Term) -> bool:
    """Whether a term is a product of numbers, names and exponentials: such a factor is zero at an end, if
    anywhere."""
    if isinstance(term, Apply) and term.head in ("*", "neg", "/", "^"):
        return all(map(_is_monomial, term.args))
    return not isinstance(term, Apply) or term.head == "exp"


__all__ = ["surfaces"]
