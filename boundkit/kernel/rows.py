"""Rows of products of matrices: row i of `A*B*C`, as a column, is `C.T*B.T*A[i]`, and the i-th entry of a
vector is its row, a number. Row i of a transpose `A.T` is `A*e_i`, the i-th column of A."""

from __future__ import annotations

from boundkit.ir.sorts import REAL, Matrix
from boundkit.ir.terms import ONE, Apply, Term
from boundkit.kernel.context import Context
from boundkit.kernel.polynomials import UNITY, Atom
from boundkit.kernel.unfolding import rewrite
from boundkit.kernel.words import EMPTY, Factor, Key, Linear, linear, linear_product, renamed


def row_of(entry: Linear, size: Term, place: Term, context: Context) -> Linear:
    """Row `place` of a block with `size` rows, as a column. It has the value of the row where that is
    defined, that is, for a place in 1..size."""
    column = Factor(Atom(Apply("basis", (size, place), Matrix(size, ONE))), False)
    result = EMPTY
    for key, coefficient in entry.ordered():
        if key.binders:
            key = renamed(key, Key((), (), (column,)))
        first = _first_row(key, column, place, context)
        rest = tuple(factor.flipped() for factor in reversed(key.word[1:]))
        turned = linear(Key(key.binders, key.scalar, rest), coefficient)
        result = result + linear_product(turned, first, context)
    return result


def _first_row(key: Key, column: Factor, place: Term, context: Context) -> Linear:
    """The row of the first factor of a word, of the identity for the empty word, as a column."""
    if not key.word:
        # The only row of the identity of size 1 is the number 1.
        return linear(Key((), (), () if column.shape[0] == ONE else (column,)), UNITY)
    first = key.word[0]
    if first.transposed:
        own = Factor(first.atom, False)
        return linear(Key((), (), (own,) if first.shape[0] == ONE else (own, column)), UNITY)
    width = first.shape[1]
    taken = Apply("index", (first.atom.term, place), REAL if width == ONE else Matrix(width, ONE))
    # What mentions a summation index stays: its equation would have to hold for all of the range.
    bound = {binder.variable.text for binder in key.binders}
    rewritten = None if taken.free & bound else rewrite(taken, context)
    if rewritten is not None:
        found = context.grid(rewritten)
        if len(found.rows) == len(found.columns) == 1:
            return found.entries[0][0]
    if width == ONE:
        return linear(Key((), ((Atom(taken), 1),), ()), UNITY)
    return linear(Key((), (), (Factor(Atom(taken), False),)), UNITY)
