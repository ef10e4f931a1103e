"""Candidates for a combination: products of facts, signs and squares that could add up to the goal, found
from the monomials that have to cancel."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Bind, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.normal import normal, product, to_term
from boundkit.kernel.polynomials import (
    UNIT,
    Monomial,
    Polynomial,
    TooLarge,
    inverse_monomial,
    multiply,
    multiply_monomials,
)
from boundkit.provers.candidates import Source, by_objects, moderate
from boundkit.provers.gathering import LARGEST_FACT
from boundkit.provers.squares import MOST_WEIGHTS, Squares


class Pool(Squares):
    """Candidates for one goal under one context."""

    def everything(self) -> None:
        """Takes in the sources that share nothing with the goal: they may refute each other."""
        self.sources.extend(self.far)
        self.far = []

    def restart(self) -> None:
        """Forgets the candidates, keeping the monomials of the goal."""
        self.candidates = {}
        self.monomials = {}
        self._begin()

    def from_needs(self, rounds: int = 3) -> None:
        """Sources times the monomials that make one of their terms meet one that is wanted."""
        seen: set[tuple[int, Monomial]] = set()
        done = 0
        for _ in range(rounds):
            wanted = list(self.monomials)[done:]
            done = len(self.monomials)
            for place, source in enumerate(self.sources):
                if source.binders:
                    self._meet_sums(place, source, wanted, seen)
                    continue
                for own in source.slack.terms:
                    if len(self.candidates) >= self.limit:
                        return
                    for target in wanted:
                        ratio = multiply_monomials(target, inverse_monomial(own))
                        if (place, ratio) in seen or len(ratio) > 6 or not moderate(ratio):
                            continue
                        seen.add((place, ratio))
                        candidate = self.scaled(source, (), ratio)
                        if candidate is not None:
                            self.add(candidate)
                if (place, UNIT) not in seen:
                    seen.add((place, UNIT))
                    candidate = self.scaled(source, (), UNIT)
                    if candidate is not None:
                        self.add(candidate)

    def _meet_sums(
        self, place: int, source: Source, wanted: list[Monomial], seen: set[tuple[int, Monomial]]
    ) -> None:
        variable, first, last = source.binders[0]
        names = {variable.text}
        weights: dict[Monomial, None] = {UNIT: None}
        for target in wanted:
            for atom, _ in target:
                term = atom.term
                if not (isinstance(term, Bind) and term.head == "sum"):
                    continue
                if f"{term.domain.args[0]}..{term.domain.args[1]}" != f"{first}..{last}":  # type: ignore[attr-defined]
                    continue
                inner = self.inner_context(source.binders)
                try:
                    body = normal(substitute(term.body, {term.variable.text: variable}), inner)
                except (NotNormal, TooLarge):
                    continue
                for monomial in body.terms:
                    for own in source.slack.terms:
                        weight = tuple(
                            p
                            for p in multiply_monomials(monomial, inverse_monomial(own))
                            if names & p[0].term.free
                        )
                        if len(weight) <= 3 and moderate(weight):
                            weights.setdefault(weight)
        for weight in list(weights)[:12]:
            plain = self.scaled(source, weight, UNIT)
            if plain is None:
                continue
            if (place, weight) not in seen:
                seen.add((place, weight))
                self.add(plain)
            for own in plain.value.terms:
                if len(self.candidates) >= self.limit:
                    return
                for target in wanted:
                    ratio = multiply_monomials(target, inverse_monomial(own))
                    mark = multiply_monomials(weight, ratio)
                    if not ratio or len(ratio) > 6 or (place, mark) in seen or not moderate(ratio):
                        continue
                    if any(names & atom.term.free for atom, _ in ratio):
                        continue
                    seen.add((place, mark))
                    candidate = self.scaled(source, weight, ratio)
                    if candidate is not None:
                        self.add(candidate)

    def differences_of_squares(self) -> None:
        """Sources `(b - a)(b + a)` for facts `a <= b` with both sides non-negative."""
        found: list[Source] = []
        for source in self.sources:
            if source.equation or source.sides is None or len(source.slack.terms) > 6:
                continue
            inner = self.inner_context(source.binders)
            try:
                left, right = (normal(side, inner) for side in source.sides)
            except (NotNormal, TooLarge):
                continue
            if left.terms and inner.is_nonnegative(left) and inner.is_nonnegative(right):
                both = left + right
                factor = c.Factor("sign", term=Apply("+", source.sides, REAL))
                strict = source.strict and inner.is_positive(both)
                found.append(self._times(source, factor, both, strict, inner))
        self._extend(found)

    def weighted(self) -> None:
        """Sources times a sum of names of known sign that stands before a term of theirs in the goal or in
        another source, as the factor of a contraction does."""
        plain = [source for source in self.sources if not source.binders and source.sides is not None]
        weights: dict[Monomial, dict[str, Polynomial]] = {}
        for polynomial in (self.slack, *(source.slack for source in plain)):
            for own, weight in by_objects(polynomial).items():
                if own and len(weight.terms) > 1:
                    weights.setdefault(own, {}).setdefault(weight.key, weight)
        found: list[Source] = []
        for source in plain:
            done: set[str] = set()
            for own, coefficient in by_objects(source.slack).items():
                single = coefficient.single
                for weight in weights.get(own, {}).values() if single is not None else ():
                    scaled = multiply(weight, Polynomial({inverse_monomial(single[0]): Fraction(1)}))  # type: ignore[index]
                    if not source.equation and not self.context.is_nonnegative(scaled):
                        scaled = -scaled
                    if scaled.key in done or len(found) >= MOST_WEIGHTS:
                        continue
                    done.add(scaled.key)
                    if source.equation or self.context.is_nonnegative(scaled):
                        found.append(self._weighted(source, scaled))
        self.sources[:0] = [s for s in found if s.slack.terms and len(s.slack.terms) <= LARGEST_FACT]

    def _weighted(self, source: Source, weight: Polynomial) -> Source:
        term = to_term(weight)
        if not source.equation:
            strict = source.strict and self.context.is_positive(weight)
            return self._times(source, c.Factor("sign", term=term), weight, strict, self.context)
        fact = source.factors[0]
        try:
            whole = product(source.slack, weight, self.context)
        except (NotNormal, TooLarge):
            whole = Polynomial({})
        return Source((c.Factor("equal", fact.fact, fact.values, term),), whole, False, True)

    def products(self) -> None:
        """Sources that are products of two facts, where there are few."""
        plain = [s for s in self.sources if not s.equation and len(s.slack.terms) <= 6]
        few = [s for s in plain if not s.binders and len(s.factors) == 1][:8]
        found: list[Source] = []
        for i, source in enumerate(few):
            for other in few[i:]:
                strict = source.strict and other.strict
                found.append(self._times(source, other.factors[0], other.slack, strict, self.context))
        self._extend(found)
