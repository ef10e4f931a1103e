"""Expectations of vectors and matrices, which are taken entry by entry: linear, and matrices that do not
depend on the outcome come out on both sides."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from boundkit.ir.sorts import REAL, Matrix, Sort
from boundkit.ir.terms import Apply, Bind, Name, Term, substitute
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.expectations import marginal
from boundkit.kernel.polynomial_terms import to_term
from boundkit.kernel.polynomials import UNITY, Atom, Monomial, Polynomial
from boundkit.kernel.products import product
from boundkit.kernel.unfolding import rewrite
from boundkit.kernel.words import EMPTY, Factor, Key, Linear, Word, linear, linear_product, settled, touches

if TYPE_CHECKING:
    from boundkit.kernel.matrices import Grid


def mean_vector(term: Bind, context: Context, grid: Callable[[Term, Context], Grid]) -> Grid | None:
    """The normal form of `E_{x ~ law}[body]` for a matrix; None for one with symbolic sums inside. grid: the
    normal form of the body."""
    law = context.canonical_term(term.domain)
    inner, fresh = context.inside(term.variable, law)
    body = grid(substitute(term.body, {term.variable.text: fresh}), inner)
    if any(key.binders for row in body.entries for entry in row for key, _ in entry.terms.values()):
        return None
    own = Name(f"#x{context.depth}", fresh.sort)  # apart from the names that contexts give

    def mean_of(inside: Monomial, outside: Polynomial, word: Word) -> Linear:
        """`outside * E[inside * word]`."""
        places = [place for place, factor in enumerate(word) if fresh.text in factor.atom.term.free]
        if not places:
            if inside:
                value = substitute(to_term(Polynomial({inside: Fraction(1)})), {fresh.text: own})
                mean = context.normal(Bind("expectation", own, law, value, REAL))
                outside = product(outside, mean, context)
            return linear(Key((), (), word), outside)
        before, core, after = word[: places[0]], word[places[0] : places[-1] + 1], word[places[-1] + 1 :]
        turned = len(core) == 1 and core[0].transposed
        if turned:
            core = (core[0].flipped(),)
        value = substitute(Key((), inside, core).to_term(), {fresh.text: own})
        found = marginal("expectation", own, law, value, value.sort, context)
        atom: Term = Bind("expectation", own, law, value, value.sort) if found is None else found
        known = rewrite(atom, context)
        if known is None:
            return settled(Key((), (), (*before, Factor(Atom(atom), turned), *after)), outside, context)
        entries = grid(Apply("transpose", (known,), _turned(known.sort)) if turned else known, context)
        if len(entries.rows) != 1 or len(entries.columns) != 1:
            raise NotNormal("an expectation that is known as blocks")
        left, right = (linear(Key((), (), part), UNITY) for part in (before, after))
        whole = linear_product(linear_product(left, entries.entries[0][0], context), right, context)
        return whole.scaled(outside, context)

    def mean(entry: Linear) -> Linear:
        result = EMPTY
        for key, coefficient in entry.ordered():
            for monomial, value in coefficient.terms.items():
                inside = tuple(p for p in monomial if touches(p, {fresh.text}))
                outside = Polynomial({tuple(p for p in monomial if p not in inside): value})
                result = result + mean_of(inside, outside, key.word)
        return result

    return body.mapped(mean)


def _turned(sort: Sort) -> Matrix:
    assert isinstance(sort, Matrix)
    return Matrix(sort.columns, sort.rows)
