"""Elimination: the objects of a goal (values of functions, inner products, sums) replaced one by one by what
the facts say of them, with factors of known sign, until signs decide what is left."""

from __future__ import annotations

from fractions import Fraction

from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context, NotNormal, common_monomial, divided, is_gram_square
from boundkit.kernel.normal import product, to_term
from boundkit.kernel.polynomials import (
    UNITY,
    Monomial,
    Polynomial,
    TooLarge,
    inverse_monomial,
    multiply,
)
from boundkit.provers.candidates import Source, by_objects
from boundkit.provers.gathering import LARGEST_FACT
from boundkit.provers.pool import Pool

MOST_NODES = 40
"""Replacements that one search may try."""
DEEPEST = 7


def eliminate(pool: Pool) -> tuple[c.Summand, ...] | None:
    """Summands that add up to 0 with the negated goal, or None."""
    usable = [s for s in pool.sources if not s.binders and s.sides is not None and s.plain is not None]
    search = _Search(pool, usable)
    chosen = search.run(pool.slack, (), False)
    if chosen is None:
        return None
    return (c.Summand(Fraction(1), (c.Factor("goal"),)), *chosen)


class _Search:
    def __init__(self, pool: Pool, sources: list[Source]) -> None:
        self.pool = pool
        self.context = pool.context
        self.sources = sources
        self.nodes = 0
        self.groups = [by_objects(s.plain) for s in sources if s.plain is not None]

    def run(
        self, rest: Polynomial, chosen: tuple[tuple[int, c.Summand], ...], strict: bool
    ) -> tuple[c.Summand, ...] | None:
        """The summands for `rest >= 0` (`> 0` for a strict goal not yet paid for)."""
        self.nodes += 1
        if self.nodes > MOST_NODES or len(rest.terms) > LARGEST_FACT:
            return None
        open_groups = [
            (own, coefficient)
            for own, coefficient in by_objects(rest).items()
            if own and not self._harmless(own, coefficient)
        ]
        if not open_groups or self._is_square(rest):
            found = self._by_signs(rest, strict)
            if found is not None:
                return (*(summand for _, summand in chosen), *found)
        if len(chosen) >= DEEPEST:
            return None
        used = {place for place, _ in chosen}
        for own, coefficient in open_groups[:1]:
            for place, group in enumerate(self.groups):
                single = group[own].single if own in group else None
                if place in used or single is None:
                    continue
                source = self.sources[place]
                inverse = Polynomial({inverse_monomial(single[0]): 1 / single[1]})
                weight = multiply(coefficient, inverse)
                step = taken(self.context, source, weight)
                if step is None:
                    continue
                summand, value = step
                more = source.strict and self.context.is_positive(weight)
                result = self.run(rest - value, (*chosen, (place, summand)), strict or more)
                if result is not None:
                    return result
        return None

    def _by_signs(self, rest: Polynomial, strict: bool) -> tuple[c.Summand, ...] | None:
        if not rest.terms:
            return () if strict or not self.pool.strict_goal else None
        if self.pool.strict_goal and not strict:
            if not self.context.is_positive(rest):
                return None
        elif not self.context.is_nonnegative(rest):
            return None
        return (c.Summand(Fraction(1), (c.Factor("sign", term=to_term(rest)),)),)

    def _harmless(self, own: Monomial, coefficient: Polynomial) -> bool:
        """Whether a product of objects and its coefficient are known not to be negative."""
        single = Polynomial({own: Fraction(1)})
        return self.context.is_nonnegative(single) and self.context.is_nonnegative(coefficient)

    def _is_square(self, rest: Polynomial) -> bool:
        return bool(rest.terms) and is_gram_square(divided(rest, common_monomial(rest)))


def taken(context: Context, source: Source, weight: Polynomial) -> tuple[c.Summand, Polynomial] | None:
    """A source times a weight of known sign, with the value of the product; None where the sign is not
    known."""
    slack = source.slack if source.plain is None else source.plain
    if not source.equation and not context.is_nonnegative(weight):
        return None
    try:
        value = product(slack, weight, context)
    except (NotNormal, TooLarge):
        return None
    fact = source.factors[0]
    if source.equation:
        factors: tuple[c.Factor, ...] = (c.Factor("equal", fact.fact, fact.values, to_term(weight)),)
    elif weight == UNITY:
        factors = (fact,)
    else:
        factors = (fact, c.Factor("sign", term=to_term(weight)))
    return c.Summand(Fraction(1), factors), value
