"""Squares of numbers and of vectors as candidates, by the monomials that have to cancel."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term, canonical, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.normal import normal, product, to_term
from boundkit.kernel.polynomials import (
    UNIT,
    UNITY,
    Atom,
    Monomial,
    Polynomial,
    Rational,
    TooLarge,
    inverse_monomial,
    lowest,
    monomial_key,
    multiply_monomials,
    of_atom,
)
from boundkit.provers.candidates import Candidate, moderate
from boundkit.provers.gathering import Gathering
from boundkit.provers.sums import mean_squares

MOST_WEIGHTS = 12


class Squares(Gathering):
    """Adds squares to a pool."""

    def squares(self, most: int) -> None:
        """Squares whose cross term or ends are wanted, of numbers and of vectors, and Gram slacks; for
        the `most` monomials that were wanted first."""
        wanted = list(self.monomials)[:most]
        self._stated_squares(wanted)
        self._vector_squares(wanted)
        for summand in mean_squares(self.frame, self.context, wanted):
            value, _ = self.frame.summand(summand, None, self.context)
            self.add(Candidate(summand, value, cost=1.5))
        present = set(wanted)
        for one in wanted:
            if len(self.candidates) >= self.limit:
                return
            for cross in wanted:
                if one == cross or len(one) > 6 or len(cross) > 6:
                    continue
                ratio = multiply_monomials(cross, inverse_monomial(one))
                other = multiply_monomials(cross, ratio)
                if other == one or (other not in present and not self._even(other)):
                    continue
                if other not in present or monomial_key(one) <= monomial_key(other):
                    self._square(one, cross, other)
        for one in wanted:
            for other in wanted:
                if monomial_key(one) < monomial_key(other) and self._even(one) and self._even(other):
                    self._square(one, None, other)

    def _even(self, monomial: Monomial) -> bool:
        return bool(monomial) and self.context.is_nonnegative(Polynomial({monomial: Fraction(1)}))

    def _square(self, one: Monomial, cross: Monomial | None, other: Monomial) -> None:
        """`weight * (a +- r b)^2` with `weight a^2 = one`, `weight b^2 = other`."""
        weight: dict[Atom, Rational | Polynomial] = {}
        first, second = dict(one), dict(other)
        a: list[tuple[Atom, Rational | Polynomial]] = []
        b: list[tuple[Atom, Rational | Polynomial]] = []
        for atom in sorted({*first, *second}):
            low, high = first.get(atom, Fraction(0)), second.get(atom, Fraction(0))
            if not (isinstance(low, Rational) and isinstance(high, Rational)):
                return
            least = min(low, high)
            free = self.context.is_nonnegative(of_atom(atom))
            half_low, half_high = Fraction(low - least) / 2, Fraction(high - least) / 2
            if (half_low.denominator != 1 or half_high.denominator != 1) and not free:
                return
            if least.denominator == 1 and least % 2 and not free:
                return
            if least:
                weight[atom] = least
            if half_low:
                a.append((atom, lowest(half_low)))
            if half_high:
                b.append((atom, lowest(half_high)))
        scale = Polynomial({tuple(sorted(weight.items(), key=lambda p: p[0].key)): Fraction(1)})
        if not all(self._usable(atom, e, self.context) for atom, e in weight.items()):
            return
        if not self.context.is_nonnegative(scale):
            return
        for ratio in self._ratios(one, cross, other):
            for sign in (1, -1):
                inside = Polynomial({tuple(a): Fraction(1)}) + Polynomial({tuple(b): sign * ratio})
                if len(inside.terms) != 2:
                    continue
                try:
                    value = product(product(inside, inside, self.context), scale, self.context)
                except (NotNormal, TooLarge):
                    continue
                factors: tuple[c.Factor, ...] = (c.Factor("square", term=to_term(inside)),)
                if weight:
                    factors = (*factors, c.Factor("sign", term=to_term(scale)))
                self.add(Candidate(c.Summand(Fraction(1), factors), value, cost=2.0))

    def _ratios(self, one: Monomial, cross: Monomial | None, other: Monomial) -> list[Fraction]:
        found = [Fraction(1)]
        terms = self.slack.terms
        mine, middle, far = terms.get(one), terms.get(cross) if cross is not None else None, terms.get(other)
        if mine and middle:
            found.append(abs(middle / (2 * mine)))
        if far and middle:
            found.append(abs(2 * far / middle))
        if mine and far and mine * far > 0:
            ratio = far / mine
            top, bottom = _square_root(ratio.numerator), _square_root(ratio.denominator)
            if top and bottom:
                found.append(Fraction(abs(top), abs(bottom)))
        return list(dict.fromkeys(r for r in found if r))

    def _vector_squares(self, wanted: list[Monomial]) -> None:
        """`weight * <u +- q v, u +- q v>` and `weight * (|u| |v| -+ <u, v>)` for inner products."""
        inner = [
            (atom, tuple(p for p in monomial if p[0] != atom))
            for monomial in wanted
            for atom, exponent in monomial
            if isinstance(atom.term, Apply) and atom.term.head == "inner" and exponent == 1
        ]
        crosses = [(a.term.args, rest) for a, rest in inner if a.term.args[0] != a.term.args[1]]  # type: ignore[attr-defined]
        ends: dict[Term, list[Monomial]] = {}
        for atom, rest in inner:
            u, v = atom.term.args  # type: ignore[attr-defined]
            if u == v:
                ends.setdefault(u, []).append(rest)
        self._written_pairs()
        for u, weights in sorted(ends.items(), key=lambda pair: str(pair[0])):
            for weight in weights:
                self._vector_square(u, UNITY, None, weight)
        for (u, v), rest in crosses[:60]:
            for end, far in ((u, v), (v, u)):
                for weight in [*ends.get(end, []), rest][:6]:
                    ratio = multiply_monomials(rest, inverse_monomial(weight))
                    self._vector_square(end, UNITY, (far, Polynomial({ratio: Fraction(1)})), weight)
                    self._vector_square(end, UNITY, (far, Polynomial({ratio: Fraction(1, 2)})), weight)
                    self._vector_square(end, UNITY, (far, Polynomial({ratio: Fraction(2)})), weight)
            if self.context.is_nonnegative(Polynomial({rest: Fraction(1)})):
                minus = Apply("neg", (u,), u.sort)
                for left in (u, minus):
                    self._gram(Apply("inner", (left, v), REAL), rest)

    def _stated_squares(self, wanted: list[Monomial]) -> None:
        """`weight * <u, u>` for the sums of vectors that occur, as a monomial of it is wanted."""
        for term in self.vectors.values():
            try:
                value = normal(Apply("inner", (term, term), REAL), self.context)
            except (NotNormal, TooLarge):
                continue
            for weight in self._quotients(value, wanted)[:MOST_WEIGHTS]:
                self._vector_square(term, UNITY, None, weight)
        for left, right in self.pairs.values():
            for one, other in ((left, right), (right, left)):
                self._paired_squares(one, other, wanted)

    def _paired_squares(self, one: Term, other: Term, wanted: list[Monomial]) -> None:
        """`weight * |one +- ratio * other|^2` with the ends and the cross term among what is wanted."""
        try:
            end = normal(Apply("inner", (one, one), REAL), self.context)
            cross = normal(Apply("inner", (one, other), REAL), self.context)
        except (NotNormal, TooLarge):
            return
        weights = self._quotients(end, wanted)
        products = self._quotients(cross, wanted)
        for weight in weights[:4]:
            for whole in products[:4]:
                ratio = multiply_monomials(whole, inverse_monomial(weight))
                self._vector_square(one, UNITY, (other, Polynomial({ratio: Fraction(1)})), weight)

    def _quotients(self, value: Polynomial, wanted: list[Monomial]) -> list[Monomial]:
        """The scalar monomials that turn a term of a polynomial into one that is wanted."""
        found: dict[Monomial, None] = {}
        for target in wanted:
            for own in value.terms:
                ratio = multiply_monomials(target, inverse_monomial(own))
                if len(ratio) <= 4 and moderate(ratio) and not any(_is_inner(atom) for atom, _ in ratio):
                    found.setdefault(ratio)
        return list(found)

    def _written_pairs(self) -> None:
        """Gram slacks of the vectors whose norms and inner products are written in the goal, as they are
        written there: `x - y` and `y - z` rather than x, y and z."""
        vectors: dict[str, Term] = {}
        for part in subterms(self.goal):
            if isinstance(part, Apply) and part.head in ("norm", "inner"):
                for arg in part.args:
                    if arg.free <= set(self.frame.sequent.names) | set(self.frame.sequent.definitions):
                        vectors.setdefault(canonical(arg), arg)
        written = list(vectors.values())[:6]
        for place, u in enumerate(written):
            for v in written[place + 1 :]:
                if u.sort != v.sort:
                    continue
                for left in (u, Apply("neg", (u,), u.sort)):
                    self._gram(Apply("inner", (left, v), REAL), UNIT)

    def _gram(self, term: Apply, weight: Monomial) -> None:
        if not all(self._usable(atom, e, self.context) for atom, e in weight):
            return
        try:
            value = self.frame._gram(term, self.context)
            value = product(value, Polynomial({weight: Fraction(1)}), self.context)
        except (NotNormal, TooLarge):
            return
        factors: tuple[c.Factor, ...] = (c.Factor("gram", term=term),)
        if weight:
            factors = (*factors, c.Factor("sign", term=to_term(Polynomial({weight: Fraction(1)}))))
        self.add(Candidate(c.Summand(Fraction(1), factors), value, cost=1.5))

    def _vector_square(
        self, u: Term, lead: Polynomial, other: tuple[Term, Polynomial] | None, weight: Monomial
    ) -> None:
        scale = Polynomial({weight: Fraction(1)})
        if not self.context.is_nonnegative(scale):
            return
        if not all(self._usable(atom, e, self.context) for atom, e in weight):
            return
        signs = (1, -1) if other is not None else (1,)
        for sign in signs:
            term = u
            if other is not None:
                v, ratio = other
                if not all(self._usable(a, e, self.context) for m in ratio.terms for a, e in m):
                    return
                part = Apply("*", (to_term(ratio.scaled(Fraction(sign))), v), v.sort)
                term = Apply("+", (u, part), u.sort)
            try:
                value = normal(Apply("inner", (term, term), REAL), self.context)
                value = product(value, scale, self.context)
            except (NotNormal, TooLarge):
                continue
            factors: tuple[c.Factor, ...] = (c.Factor("square", term=term),)
            if weight:
                factors = (*factors, c.Factor("sign", term=to_term(scale)))
            self.add(Candidate(c.Summand(Fraction(1), factors), value, cost=1.5))


def _is_inner(atom: Atom) -> bool:
    return isinstance(atom.term, Apply) and atom.term.head == "inner"


def _square_root(whole: int) -> int:
    side = isqrt(abs(whole))
    return side if side * side == abs(whole) else 0
