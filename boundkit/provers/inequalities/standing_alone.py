"""Forms of a term in one variable in which a function stands alone, so that it is gone from the slope, and
how hard a slope is. Proposals only: the kernel checks each identity again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number, substitute, subterms
from boundkit.kernel.derivative import minus, negative, over, plus, power, times
from boundkit.kernel.enclosures import replaced, size_of
from boundkit.kernel.quotients import Algebra, Monomial, Polynomial, Quotient, TooLarge, is_root, same
from boundkit.provers.factors import expanded, factorise

ALONE = frozenset({"erf", "Phi", "ln", "arctan", "arcsin", "arccos", "LambertW"})
"""Functions whose slopes are simpler than they are."""

Sign = Callable[[Term], int]
"""The sign of a term on the range that is in question, or 0."""


def is_alone(atom: Term) -> bool:
    """Whether it is a function whose slope is simpler than it."""
    return isinstance(atom, Apply) and atom.head in ALONE


def rank(slope: Term, name: str) -> tuple[int, int, int]:
    """How hard a slope is: the functions that are left to be removed, and its monomials."""
    found = factorise(slope)
    if found is None:
        return (10**6, 0, 0)
    algebra = Algebra()
    alone: set[Term] = set()
    hard = total = 0
    for factor, count in found.factors:
        top = algebra.of(factor).top
        if count % 2 == 0 or len(top) == 1:
            continue
        total += len(top)
        kinds = set()
        for monomial in top:
            own = tuple(pair for pair in monomial if _is_hard(pair[0], name))
            alone |= {atom for atom, _ in own if isinstance(atom, Apply) and atom.head in ALONE}
            kinds.add(own)
        hard += len(kinds)
    return len(alone), hard, total


def _is_hard(atom: Term, name: str) -> bool:
    """Whether it is a function of the variable."""
    return not isinstance(atom, Name) and name in atom.free


def isolated(term: Term, name: str, sign: Sign) -> Iterator[tuple[Term, Term]]:
    """The term over what a function is multiplied by, if it is linear in it, by its summands as they are
    written."""
    functions = (part for part in subterms(term) if isinstance(part, Apply) and part.head in ALONE)
    for function in sorted({part for part in functions if name in part.free}, key=str):
        stand_in = Name(name + "_alone", REAL)
        with_name = replaced(term, function, stand_in)
        low, high = (substitute(with_name, {stand_in.text: number(value)}) for value in (0, 1))
        share = expanded(minus(high, low))
        if share is None or is_alone(share) or not same(with_name, plus(low, times(share, stand_in))):
            continue
        own = sign(share)
        if not own:
            continue
        divisor = share if own > 0 else negative(share)
        rest = [_reduced(over(part, divisor)) for part in _summands(low)]
        yield divisor, plus(function if own > 0 else negative(function), *rest)


def _summands(term: Term) -> Iterator[Term]:
    if isinstance(term, Apply) and term.head == "+":
        for arg in term.args:
            yield from _summands(arg)
    elif isinstance(term, Apply) and term.head == "-" and len(term.args) == 2:
        yield from _summands(term.args[0])
        yield from map(negative, _summands(term.args[1]))
    else:
        yield term


def _reduced(term: Term) -> Term:
    """The term as a product of factors."""
    found = factorise(term)
    if found is None:
        return term
    return times(number(found.coefficient), *(power(own, number(count)) for own, count in found.factors))


def divided(term: Term, name: str, sign: Sign) -> Iterator[tuple[Term, Term]]:
    """Positive divisors that make a function stand alone, with the quotients; first 1."""
    yield ONE, term
    algebra = Algebra()
    try:
        quotient = algebra.of(term)
    except TooLarge:
        return
    groups: dict[Monomial, Polynomial] = {}
    for monomial, value in quotient.top.items():
        hard = tuple(pair for pair in monomial if _is_hard(pair[0], name))
        groups.setdefault(hard, {})[tuple(pair for pair in monomial if pair not in hard)] = value
    tried: set[Term] = set()
    for hard, share in groups.items():
        if len(groups) == 1 and not hard:
            return
        coefficient = algebra.to_term(Quotient(share))
        plain = tuple(pair for pair in hard if not is_alone(pair[0]))
        whole, exponentials = algebra.monomial_term(hard), algebra.monomial_term(plain)
        choices = [times(exponentials, coefficient), exponentials, coefficient]
        if whole != exponentials:
            choices += [whole, times(whole, coefficient)]
        for choice in choices:
            if not choice.free or choice in tried:
                continue
            tried.add(choice)
            own = sign(choice)
            if not own:
                continue
            divisor = choice if own > 0 else negative(choice)
            found = expanded(over(term, divisor))
            if found is not None:
                yield divisor, found


def with_root(term: Term, name: str) -> tuple[Term, Term, Term] | None:
    """r, A and B of a term A*r + B, in which r is a square root of what depends on the variable."""
    algebra = Algebra()
    try:
        quotient = algebra.of(term)
    except TooLarge:
        return None
    roots: dict[Term, None] = {}
    for monomial in quotient.top:
        for atom, _ in monomial:
            if is_root(atom) and name in atom.free:
                roots[atom] = None
    for root in sorted(roots, key=lambda own: (-size_of(own), str(own))):
        assert isinstance(root, Apply)
        exponent = root.args[1]
        if not isinstance(exponent, Number) or exponent.value != Fraction(1, 2):
            continue
        share: Polynomial = {}
        rest: Polynomial = {}
        for monomial, value in quotient.top.items():
            own = dict(monomial)
            if root not in own:
                rest[monomial] = value
            elif own[root] == 1:
                share[tuple(pair for pair in monomial if pair[0] != root)] = value
            else:
                break
        else:
            if not rest or any(root in subterms(algebra.monomial_term(m)) for m in rest):
                continue
            below = Quotient({(): Fraction(1)}, quotient.below)
            return (
                root,
                times(algebra.to_term(Quotient(share)), algebra.to_term(below)),
                times(algebra.to_term(Quotient(rest)), algebra.to_term(below)),
            )
    return None
