"""The normal form of vectors and matrices: blocks of linear combinations of words.

A word is a product of matrix atoms and transposes; a vector is a matrix with one column. A row times a
column inside a word is a number and comes out as a Gram atom `<u, v>`. Symbolic sums stand outside words:
`sum_i c(i) * word(i)`, so that products and inner products are bilinear over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import INT, NAT, Matrix, SetOf, is_numeric
from boundkit.ir.terms import ONE, Apply, Bind, Name, Number, Term, number, substitute
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.facts import negation
from boundkit.kernel.mean_vectors import mean_vector
from boundkit.kernel.polynomial_terms import to_term
from boundkit.kernel.polynomials import NIL, UNITY, Atom, Polynomial, constant, multiply_monomials, of_atom
from boundkit.kernel.powers import inverse
from boundkit.kernel.products import is_zero, product
from boundkit.kernel.replacement import replacement
from boundkit.kernel.rows import row_of
from boundkit.kernel.sums import MOST_TERMS, canonical_domain, comes_out, is_total, least_offset, summed
from boundkit.kernel.unfolding import beta, rewrite, unfolded
from boundkit.kernel.words import (
    EMPTY,
    Binder,
    Factor,
    Key,
    Linear,
    linear,
    linear_product,
    renamed,
    settled,
    touches,
)


@dataclass(frozen=True)
class Grid:
    """A block matrix: sizes of block rows and columns, and a Linear for each block."""

    rows: tuple[Term, ...]
    columns: tuple[Term, ...]
    entries: tuple[tuple[Linear, ...], ...]

    def mapped(self, change: Callable[[Linear], Linear]) -> Grid:
        """Every block changed."""
        return Grid(self.rows, self.columns, tuple(tuple(map(change, row)) for row in self.entries))

    def scalar(self, context: Context) -> Polynomial:
        """The value of a grid of size 1 by 1."""
        if len(self.rows) != 1 or len(self.columns) != 1:
            raise NotNormal("a block matrix where a number is wanted")
        return scalars(self.entries[0][0], context)

    def to_term(self) -> Term:
        """As a term in a fixed order."""
        if len(self.rows) == 1 and len(self.columns) == 1:
            return _linear_term(self.entries[0][0], self.rows[0], self.columns[0])
        parts: list[Term] = [number(len(self.rows)), number(len(self.columns))]
        for row, size in zip(self.entries, self.rows, strict=True):
            parts.extend(_linear_term(e, size, width) for e, width in zip(row, self.columns, strict=True))
        return Apply("blocks", tuple(parts), Matrix(_sum(self.rows), _sum(self.columns)))

    def is_zero(self, context: Context) -> bool:
        """Whether every coefficient is zero."""
        return all(
            is_zero(coefficient, context)
            for row in self.entries
            for entry in row
            for _, coefficient in entry.terms.values()
        )


def _sum(sizes: tuple[Term, ...]) -> Term:
    result = sizes[0]
    for size in sizes[1:]:
        result = Apply("+", (result, size), NAT)
    return result


def _linear_term(entry: Linear, rows: Term, columns: Term) -> Term:

    sort = Matrix(rows, columns)
    result: Term | None = None
    for key, coefficient in entry.ordered():
        body = key.to_term()
        if not isinstance(body.sort, Matrix):
            size = Apply("identity", (rows,), sort)
            body = size if body == ONE else Apply("*", (body, size), sort)
        value = to_term(coefficient)
        part = body if value == ONE else Apply("*", (value, body), sort)
        result = part if result is None else Apply("+", (result, part), sort)
    return Apply("zero", (), sort) if result is None else result


def same_size(left: Term, right: Term, context: Context) -> bool:
    """Whether two sizes have equal normal forms."""
    return left == right or context.normal(left) == context.normal(right)


def grid(term: Term, context: Context) -> Grid:
    """The normal form of a matrix; raises `NotNormal` when sizes or blocks do not fit."""
    found = context.grids.get(term)
    if found is None:
        context.spend()
        found = _grid(term, context)
        context.grids[term] = found
    return found  # type: ignore[return-value]


def _grid(term: Term, context: Context) -> Grid:

    sort = term.sort
    if is_numeric(sort):
        return one(linear(Key((), (), ()), context.normal(term)), ONE, ONE)
    if not isinstance(sort, Matrix):
        raise NotNormal("no matrix")
    rewritten = rewrite(term, context)
    if rewritten is not None:
        return grid(rewritten, context)
    if isinstance(term, Name):
        body = unfolded(term, (), context)
        return atom_grid(term) if body is None else grid(body, context)
    if isinstance(term, Bind):
        return _bound(term, context)
    if not isinstance(term, Apply):
        raise NotNormal("no matrix")
    head, args = term.head, term.args
    if head in ("+", "-"):
        left, right = aligned(grid(args[0], context), grid(args[1], context), context)
        if head == "-":
            right = right.mapped(lambda entry: entry.scaled(constant(-1), context))
        return added(left, right)
    if head == "neg":
        return grid(args[0], context).mapped(lambda entry: entry.scaled(constant(-1), context))
    if head == "*":
        result: Grid | None = None
        scale = UNITY

        for arg in args:
            if is_numeric(arg.sort):
                scale = product(scale, context.normal(arg), context)
            else:
                own = grid(arg, context)
                result = own if result is None else multiplied(result, own, context)
        if result is None:
            raise NotNormal("no matrix")
        return result.mapped(lambda entry: entry.scaled(scale, context))
    if head == "/":
        factor = inverse(context.normal(args[1]), context)
        return grid(args[0], context).mapped(lambda entry: entry.scaled(factor, context))
    if head == "transpose":
        return transposed(grid(args[0], context), context)
    if head == "zero":
        return one(EMPTY, sort.rows, sort.columns)
    if head == "identity":
        return one(linear(Key((), (), ()), UNITY), sort.rows, sort.columns)
    if head == "blocks":
        return _blocks(term, context)
    if head == "index":
        places = tuple(context.canonical_term(arg) for arg in args[1:])
        if isinstance(args[0], Name):
            body = unfolded(args[0], places, context)
            if body is not None:
                return grid(body, context)
        if isinstance(args[0], Bind) and args[0].head == "function":
            return grid(substitute(args[0].body, {args[0].variable.text: places[0]}), context)
        if isinstance(args[0].sort, Matrix):
            whole = grid(args[0], context)
            if len(whole.rows) == len(whole.columns) == 1:
                taken = row_of(whole.entries[0][0], whole.rows[0], places[0], context)
                return one(taken, sort.rows, sort.columns)
        sequence = args[0] if isinstance(args[0], Name) else context.canonical_term(args[0])
        return atom_grid(Apply("index", (sequence, *places), sort))
    if head == "call":
        places = tuple(context.canonical_term(arg) for arg in args[1:])
        if isinstance(args[0], Name):
            body = unfolded(args[0], places, context)
            if body is not None:
                return grid(body, context)
        applied = beta(args[0], places)
        if applied is not None:
            return grid(applied, context)
        return atom_grid(Apply("call", (args[0], *places), sort))
    if head == "replace":
        simpler = replacement(Apply(head, tuple(map(context.canonical_term, args)), sort), context)
        kept = isinstance(simpler, Apply) and simpler.head == head
        return atom_grid(simpler) if kept else grid(simpler, context)
    if head == "if":
        if context.holds(args[0]):
            return grid(args[1], context)
        if context.holds(negation(args[0])):
            return grid(args[2], context)
    return atom_grid(Apply(head, tuple(context.canonical_term(arg) for arg in args), sort))


def one(entry: Linear, rows: Term, columns: Term) -> Grid:
    """A grid of one block."""
    return Grid((rows,), (columns,), ((entry,),))


def atom_grid(term: Term) -> Grid:
    """An opaque matrix."""
    sort = term.sort
    if not isinstance(sort, Matrix):
        raise NotNormal("no matrix")
    key = Key((), (), (Factor(Atom(term), False),))
    return one(linear(key, UNITY), sort.rows, sort.columns)


def added(left: Grid, right: Grid) -> Grid:
    """The sum of two grids of equal blocks."""
    return Grid(
        left.rows,
        left.columns,
        tuple(
            tuple(a + b for a, b in zip(x, y, strict=True))
            for x, y in zip(left.entries, right.entries, strict=True)
        ),
    )


def aligned(left: Grid, right: Grid, context: Context) -> tuple[Grid, Grid]:
    """Both grids over one partition."""
    rows = _refined(left.rows, right.rows, context)
    columns = _refined(left.columns, right.columns, context)
    return split(left, rows, columns, context), split(right, rows, columns, context)


def _refined(left: tuple[Term, ...], right: tuple[Term, ...], context: Context) -> tuple[Term, ...]:
    if len(left) == len(right):
        if all(same_size(a, b, context) for a, b in zip(left, right, strict=True)):
            return left
        raise NotNormal("blocks of different sizes")
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    if len(shorter) == 1 and same_size(shorter[0], _sum(longer), context):
        return longer
    raise NotNormal("blocks of different sizes")


def split(whole: Grid, rows: tuple[Term, ...], columns: tuple[Term, ...], context: Context) -> Grid:
    """The grid over a finer partition; only zero and multiples of the identity can be cut."""
    if len(whole.rows) == len(rows) and len(whole.columns) == len(columns):
        return whole
    if len(whole.rows) != 1 and len(whole.rows) != len(rows):
        raise NotNormal("blocks that do not fit")
    if len(whole.columns) != 1 and len(whole.columns) != len(columns):
        raise NotNormal("blocks that do not fit")
    if all(not entry.terms for row in whole.entries for entry in row):
        return Grid(rows, columns, tuple(tuple(EMPTY for _ in columns) for _ in rows))
    entry = whole.entries[0][0]
    diagonal = (
        len(whole.rows) == len(whole.columns) == 1
        and len(rows) == len(columns)
        and all(not key.word for key, _ in entry.terms.values())
        and all(same_size(a, b, context) for a, b in zip(rows, columns, strict=True))
    )
    if not diagonal:
        raise NotNormal("an opaque matrix cannot be cut into blocks")
    return Grid(
        rows,
        columns,
        tuple(tuple(entry if i == j else EMPTY for j in range(len(columns))) for i in range(len(rows))),
    )


def multiplied(left: Grid, right: Grid, context: Context) -> Grid:
    """The matrix product; a 1 by 1 grid multiplies as a number."""
    if _is_scalar(left) and not _is_scalar(right) and not _fits(left, right, context):
        return right.mapped(lambda entry: entry.scaled(left.scalar(context), context))
    if _is_scalar(right) and not _fits(left, right, context):
        return left.mapped(lambda entry: entry.scaled(right.scalar(context), context))
    middle = _refined(left.columns, right.rows, context)
    if len(left.columns) != len(middle):
        rows = middle if len(left.rows) == 1 and _has_identity(left) else left.rows
        left = split(left, rows, middle, context)
    if len(right.rows) != len(middle):
        columns = middle if len(right.columns) == 1 and _has_identity(right) else right.columns
        right = split(right, middle, columns, context)
    entries = []
    for row in left.entries:
        line = []
        for j in range(len(right.columns)):
            cell = EMPTY
            for k, own in enumerate(row):
                cell = cell + linear_product(own, right.entries[k][j], context)
            line.append(cell)
        entries.append(tuple(line))
    return Grid(left.rows, right.columns, tuple(entries))


def _is_scalar(whole: Grid) -> bool:
    return whole.rows == (ONE,) and whole.columns == (ONE,)


def _fits(left: Grid, right: Grid, context: Context) -> bool:
    return same_size(_sum(left.columns), _sum(right.rows), context)


def _has_identity(whole: Grid) -> bool:
    return any(not key.word for row in whole.entries for entry in row for key, _ in entry.terms.values())


def transposed(whole: Grid, context: Context) -> Grid:
    """The transpose."""

    def flipped(entry: Linear) -> Linear:
        result = EMPTY
        for key, coefficient in entry.ordered():
            word = tuple(factor.flipped() for factor in reversed(key.word))
            result = result + linear(Key(key.binders, key.scalar, word), coefficient)
        return result

    return Grid(
        whole.columns,
        whole.rows,
        tuple(tuple(flipped(row[j]) for row in whole.entries) for j in range(len(whole.columns))),
    )


def inner_product(left: Grid, right: Grid, context: Context) -> Polynomial:
    """`<u, v>` of vectors, or the trace of the product for matrices with one column block."""
    left, right = aligned(left, right, context)
    result = NIL
    for one_row, other_row in zip(left.entries, right.entries, strict=True):
        for a, b, size in zip(one_row, other_row, left.columns, strict=True):
            if size != ONE:
                result = result + _trace(a, b, context)
                continue
            turned = transposed(Grid((ONE,), (ONE,), ((a,),)), context).entries[0][0]
            result = result + scalars(linear_product(turned, b, context), context)
    return result


def _trace(left: Linear, right: Linear, context: Context) -> Polynomial:
    """The trace of `left^T * right` where every word splits into a column times a row."""
    result = NIL
    for key, a in left.ordered():
        turned = Key(key.binders, key.scalar, tuple(f.flipped() for f in reversed(key.word)))
        for other, b in right.ordered():
            second = renamed(other, turned) if turned.binders and other.binders else other
            word = turned.word + second.word
            place = next((i for i, factor in enumerate(word) if factor.shape[0] == ONE), None)
            if place is None:
                raise NotNormal("the trace of a product without a row")
            rotated = word[place:] + word[:place]
            joined = Key(
                turned.binders + second.binders, multiply_monomials(turned.scalar, second.scalar), rotated
            )

            result = result + scalars(settled(joined, product(a, b, context), context), context)
    return result


def scalars(entry: Linear, context: Context) -> Polynomial:
    """A 1 by 1 block as a polynomial: empty words, under their sums."""
    result = NIL
    for key, coefficient in entry.ordered():
        if key.word:
            raise NotNormal("a matrix where a number is wanted")
        inner = context
        names: dict[str, Term] = {}
        ranges: list[tuple[Name, Polynomial, Polynomial, Context]] = []
        for binder in key.binders:
            low, high = (inner.normal(substitute(end, names)) for end in (binder.low, binder.high))
            outer = inner
            domain = Apply("range", (to_term(low), to_term(high)), SetOf(binder.variable.sort))
            inner, fresh = outer.inside(binder.variable, domain)
            names[binder.variable.text] = fresh
            ranges.append((fresh, low, high, outer))
        value = inner.normal(substitute(to_term(Polynomial({key.scalar: Fraction(1)})), names))
        for variable, low, high, outer in reversed(ranges):
            value = summed(variable, low, high, value, outer)
        result = result + product(coefficient, value, context)
    return result


def _bound(term: Bind, context: Context) -> Grid:

    if term.head not in ("sum", "avg") or not (
        isinstance(term.domain, Apply) and term.domain.head == "range"
    ):
        if term.head == "expectation":
            found = mean_vector(term, context, grid)
            if found is not None:
                return found
        domain = canonical_domain(term.domain, context)
        return atom_grid(Bind(term.head, term.variable, domain, term.body, term.sort))
    low, high = (context.normal(end) for end in term.domain.args)

    count = (high - low + UNITY).constant
    if count is not None and count.denominator != 1:
        raise NotNormal("a sum between numbers that are not integers")
    if term.head == "sum" and count is not None and count <= MOST_TERMS:
        result = one(EMPTY, term.sort.rows, term.sort.columns)  # type: ignore[attr-defined]
        for step in range(max(0, int(count))):
            place = to_term(low + constant(step))
            cell = grid(substitute(term.body, {term.variable.text: place}), context)
            result = added(*aligned(result, cell, context))
        return result
    if term.head == "sum":
        apart = _ends_apart(term, low, high, context)
        if apart is not None:
            return apart
    return _bound_as_is(term, context)


def _bound_as_is(term: Bind, context: Context) -> Grid:
    """A sum or average over its range as written."""
    low, high = (context.normal(end) for end in term.domain.args)  # type: ignore[attr-defined]
    domain = Apply("range", (to_term(low), to_term(high)), SetOf(term.variable.sort))
    inner, fresh = context.inside(term.variable, domain)
    body = grid(substitute(term.body, {term.variable.text: fresh}), inner)
    binder = Binder(fresh, to_term(low), to_term(high))

    def under(entry: Linear) -> Linear:
        result = EMPTY
        for key, coefficient in entry.ordered():
            for monomial, value in coefficient.terms.items():
                inside = tuple(p for p in monomial if touches(p, {fresh.text}) or not comes_out(p, context))
                outside = Polynomial({tuple(p for p in monomial if p not in inside): value})
                joined = Key((binder, *key.binders), multiply_monomials(inside, key.scalar), key.word)
                result = result + settled(joined, outside, context)
        return result

    result = body.mapped(under)
    if term.head == "avg":
        factor = inverse(high - low + UNITY, context)
        result = result.mapped(lambda entry: entry.scaled(product(factor, UNITY, context), context))
    return result


def _ends_apart(term: Bind, low: Polynomial, high: Polynomial, context: Context) -> Grid | None:
    """A sum over a range that begins at 1 and ends without an integer part, and the terms split off;
    None when the range is so already, or when it may be empty by more than one, or when a term split off
    is not known to be defined."""
    offset = least_offset(term.body, term.variable.text)
    low, high = low + constant(offset), high + constant(offset)
    variable, body = term.variable, term.body
    if offset:
        # The moved variable may be below 0.
        natural = variable.sort == NAT and context.is_nonnegative(low)
        variable = Name(variable.text, NAT if natural else INT)
        moved = to_term(of_atom(Atom(variable)) - constant(offset))
        body = substitute(body, {variable.text: moved})
    start, past = low.constant, high.constant_part
    whole = start is not None and start.denominator == 1 and past.denominator == 1 and high.constant is None
    base = high - constant(past)
    places: list[tuple[Polynomial, int]] = []
    if whole and start is not None and abs(start - 1) + abs(past) <= 8 and (start != 1 or past):
        known = context.is_nonnegative(high - low + UNITY) and context.is_nonnegative(base)
        if known:
            places.extend((constant(k), 1) for k in range(int(start), 1))
            places.extend((constant(k), -1) for k in range(1, int(start)))
            places.extend((base + constant(k), 1) for k in range(1, int(past) + 1))
            places.extend((base - constant(k), -1) for k in range(-int(past)))
            low, high = UNITY, base
    if not places and not offset:
        return None
    domain = Apply("range", (to_term(low), to_term(high)), SetOf(variable.sort))
    result = _bound_as_is(Bind("sum", variable, domain, body, term.sort), context)
    for place, sign in places:
        cell = grid(substitute(body, {variable.text: to_term(place)}), context)
        entries = [pair for row in cell.entries for entry in row for pair in entry.terms.values()]
        if not all(_is_defined(coefficient, key, context) for key, coefficient in entries):
            return None
        scaled = cell.mapped(lambda entry, sign=sign: entry.scaled(constant(sign), context))  # type: ignore[misc]
        result = added(*aligned(result, scaled, context))
    return result


def _is_defined(coefficient: Polynomial, key: Key, context: Context) -> bool:
    """Whether coefficient, scalar and word are made of what is defined for certain; see `is_total`."""
    atoms = Polynomial({((factor.atom, 1),): Fraction(1) for factor in key.word})
    scalar = Polynomial({key.scalar: Fraction(1)})
    return all(is_total(part, context) for part in (coefficient, scalar, atoms))


def _blocks(term: Apply, context: Context) -> Grid:
    height, width = term.args[0], term.args[1]
    if not (isinstance(height, Number) and isinstance(width, Number)):
        raise NotNormal("blocks without counts")
    if height.value < 1 or width.value < 1 or height.value * width.value != len(term.args) - 2:
        raise NotNormal("blocks that do not fit")
    m, n = int(height.value), int(width.value)
    cells = [grid(arg, context) for arg in term.args[2:]]
    rows: list[Term] = []
    entries: list[list[Linear]] = []
    columns: list[Term] = []
    for j in range(n):
        widths = max((cells[i * n + j].columns for i in range(m)), key=len)
        columns.extend(widths)
    for i in range(m):
        heights = max((cells[i * n + j].rows for j in range(n)), key=len)
        rows.extend(heights)
        lines: list[list[Linear]] = [[] for _ in heights]
        for j in range(n):
            widths = max((cells[k * n + j].columns for k in range(m)), key=len)
            cell = cells[i * n + j]
            _refined(cell.rows, heights, context)
            _refined(cell.columns, widths, context)
            cell = split(cell, heights, widths, context)
            for line, part in zip(lines, cell.entries, strict=True):
                line.extend(part)
        entries.extend(lines)
    return Grid(tuple(rows), tuple(columns), tuple(tuple(line) for line in entries))
