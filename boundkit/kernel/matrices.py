"""The normal form of vectors and matrices: blocks of linear combinations of words.

A word is a product of matrix atoms and transposes; a vector is a matrix with one column. A row times a
column inside a word is a number and comes out as a Gram atom `<u, v>`. Symbolic sums stand outside words:
`sum_i c(i) * word(i)`, so that products and inner products are bilinear over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import INT, NAT, REAL, Matrix, SetOf, is_numeric
from boundkit.ir.terms import ONE, Apply, Bind, Name, Number, Term, canonical, fresh_name, number, substitute
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.polynomials import (
    NIL,
    UNIT,
    UNITY,
    Atom,
    Monomial,
    Polynomial,
    Rational,
    constant,
    multiply_monomials,
    of_atom,
)


@dataclass(frozen=True)
class Factor:
    """A matrix atom, transposed or not."""

    atom: Atom
    transposed: bool

    @property
    def shape(self) -> tuple[Term, Term]:
        """Rows and columns."""
        sort = self.atom.term.sort
        if not isinstance(sort, Matrix):
            raise NotNormal("a factor that is no matrix")
        return (sort.columns, sort.rows) if self.transposed else (sort.rows, sort.columns)

    def flipped(self) -> Factor:
        """The transpose."""
        return self if _symmetric(self.atom) else Factor(self.atom, not self.transposed)

    def to_term(self) -> Term:
        """As a term."""
        if not self.transposed:
            return self.atom.term
        rows, columns = self.shape
        return Apply("transpose", (self.atom.term,), Matrix(rows, columns))


def _symmetric(atom: Atom) -> bool:
    sort = atom.term.sort
    return isinstance(sort, Matrix) and sort.rows == ONE and sort.columns == ONE


Word = tuple[Factor, ...]


@dataclass(frozen=True)
class Binder:
    """A summation index with its range."""

    variable: Name
    low: Term
    high: Term


@dataclass(frozen=True)
class Key:
    """`sum over binders of scalar * word`; `scalar` holds only what depends on the binders."""

    binders: tuple[Binder, ...]
    scalar: Monomial
    word: Word

    def text(self) -> str:
        """A text that orders keys, free of the names of the binders."""
        return canonical(self.to_term())

    def to_term(self) -> Term:
        """As a term; the empty word is written as the number 1."""
        from boundkit.kernel.normal import to_term

        body: Term | None = None
        for factor in self.word:
            part = factor.to_term()
            if body is None:
                body = part
            else:
                rows = body.sort.rows  # type: ignore[attr-defined]
                columns = part.sort.columns  # type: ignore[attr-defined]
                body = Apply("*", (body, part), Matrix(rows, columns))
        if self.scalar:
            scalar = to_term(Polynomial({self.scalar: Fraction(1)}))
            body = scalar if body is None else Apply("*", (scalar, body), body.sort)
        if body is None:
            body = ONE
        for binder in reversed(self.binders):
            domain = Apply("range", (binder.low, binder.high), SetOf(binder.variable.sort))
            body = Bind("sum", binder.variable, domain, body, body.sort)
        return body


@dataclass(frozen=True)
class Linear:
    """A linear combination of keys by text, with scalar polynomials as coefficients."""

    terms: dict[str, tuple[Key, Polynomial]]

    def __add__(self, other: Linear) -> Linear:
        terms = dict(self.terms)
        for text, (key, coefficient) in other.terms.items():
            summed = coefficient + (terms[text][1] if text in terms else NIL)
            if summed.terms:
                terms[text] = (key, summed)
            else:
                terms.pop(text, None)
        return Linear(terms)

    def scaled(self, factor: Polynomial, context: Context) -> Linear:
        """Times a scalar."""
        from boundkit.kernel.normal import product

        terms = {}
        for text, (key, coefficient) in self.terms.items():
            value = product(factor, coefficient, context)
            if value.terms:
                terms[text] = (key, value)
        return Linear(terms)

    def ordered(self) -> Iterator[tuple[Key, Polynomial]]:
        """Keys with coefficients in a fixed order."""
        for text in sorted(self.terms):
            yield self.terms[text]


EMPTY = Linear({})


def linear(key: Key, coefficient: Polynomial) -> Linear:
    """One key with its coefficient."""
    return Linear({key.text(): (key, coefficient)}) if coefficient.terms else EMPTY


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
        from boundkit.kernel.normal import is_zero

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
    from boundkit.kernel.normal import to_term

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
    from boundkit.kernel.normal import normal

    return left == right or normal(left, context) == normal(right, context)


def grid(term: Term, context: Context) -> Grid:
    """The normal form of a matrix; raises `NotNormal` when sizes or blocks do not fit."""
    found = context.grids.get(term)
    if found is None:
        context.spend()
        found = _grid(term, context)
        context.grids[term] = found
    return found  # type: ignore[return-value]


def _grid(term: Term, context: Context) -> Grid:
    from boundkit.kernel.normal import (
        beta,
        canonical_term,
        inverse,
        normal,
        rewrite,
        unfolded,
    )

    sort = term.sort
    if is_numeric(sort):
        return one(linear(Key((), (), ()), normal(term, context)), ONE, ONE)
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
        from boundkit.kernel.normal import product

        for arg in args:
            if is_numeric(arg.sort):
                scale = product(scale, normal(arg, context), context)
            else:
                own = grid(arg, context)
                result = own if result is None else multiplied(result, own, context)
        if result is None:
            raise NotNormal("no matrix")
        return result.mapped(lambda entry: entry.scaled(scale, context))
    if head == "/":
        factor = inverse(normal(args[1], context), context)
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
        places = tuple(canonical_term(arg, context) for arg in args[1:])
        if isinstance(args[0], Name):
            body = unfolded(args[0], places, context)
            if body is not None:
                return grid(body, context)
        if isinstance(args[0], Bind) and args[0].head == "function":
            return grid(substitute(args[0].body, {args[0].variable.text: places[0]}), context)
        sequence = args[0] if isinstance(args[0], Name) else canonical_term(args[0], context)
        return atom_grid(Apply("index", (sequence, *places), sort))
    if head == "call":
        places = tuple(canonical_term(arg, context) for arg in args[1:])
        if isinstance(args[0], Name):
            body = unfolded(args[0], places, context)
            if body is not None:
                return grid(body, context)
        applied = beta(args[0], places)
        if applied is not None:
            return grid(applied, context)
        return atom_grid(Apply("call", (args[0], *places), sort))
    if head == "if":
        from boundkit.kernel.normal import negation

        if context.holds(args[0]):
            return grid(args[1], context)
        if context.holds(negation(args[0])):
            return grid(args[2], context)
    return atom_grid(Apply(head, tuple(canonical_term(arg, context) for arg in args), sort))


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
                cell = cell + _product(own, right.entries[k][j], context)
            line.append(cell)
        entries.append(tuple(line))
    return Grid(left.rows, right.columns, tuple(entries))


def _is_scalar(whole: Grid) -> bool:
    return whole.rows == (ONE,) and whole.columns == (ONE,)


def _fits(left: Grid, right: Grid, context: Context) -> bool:
    return same_size(_sum(left.columns), _sum(right.rows), context)


def _has_identity(whole: Grid) -> bool:
    return any(not key.word for row in whole.entries for entry in row for key, _ in entry.terms.values())


def _product(left: Linear, right: Linear, context: Context) -> Linear:
    from boundkit.kernel.normal import product

    result = EMPTY
    for key, a in left.ordered():
        for other, b in right.ordered():
            if key.binders and other.binders:
                other = _renamed(other, key)
            joined = Key(
                key.binders + other.binders,
                multiply_monomials(key.scalar, other.scalar),
                key.word + other.word,
            )
            result = result + settled(joined, product(a, b, context), context)
    return result


def _renamed(key: Key, other: Key) -> Key:
    """The key with names for its binders that occur nowhere in it or in the other."""
    taken = set(_names(key) | _names(other))
    names: dict[str, Term] = {}
    binders = []
    for binder in key.binders:
        low, high = substitute(binder.low, names), substitute(binder.high, names)
        fresh = Name(fresh_name(binder.variable.text, taken), binder.variable.sort)
        taken.add(fresh.text)
        names[binder.variable.text] = fresh
        binders.append(Binder(fresh, low, high))

    def renewed(atom: Atom) -> Atom:
        return Atom(substitute(atom.term, names))

    scalar = tuple(
        sorted(((renewed(atom), exponent) for atom, exponent in key.scalar), key=lambda pair: pair[0].key)
    )
    word = tuple(Factor(renewed(factor.atom), factor.transposed) for factor in key.word)
    return Key(tuple(binders), scalar, word)


def _names(key: Key) -> frozenset[str]:
    """All names in a key, its binders included."""
    found = Polynomial({key.scalar: Fraction(1)}).names
    return found.union(
        *(factor.atom.term.free for factor in key.word),
        *(binder.low.free | binder.high.free | {binder.variable.text} for binder in key.binders),
    )


def settled(key: Key, coefficient: Polynomial, context: Context) -> Linear:
    """A key with every row times column taken out of its word as a number, and every factor free of
    the binders taken out of its scalar, as far as it is defined outside."""
    from boundkit.kernel.normal import comes_out, product

    word = key.word
    scalar = Polynomial({key.scalar: Fraction(1)})
    while True:
        found = _number_inside(word)
        if found is None:
            break
        start, stop = found
        scalar = product(scalar, word_atom(word[start:stop], context), context)
        word = word[:start] + word[stop:]
    names = {binder.variable.text for binder in key.binders}
    apart = not any((binder.low.free | binder.high.free) & names for binder in key.binders)
    result = EMPTY
    for monomial, own in scalar.terms.items():
        inside = tuple(
            p for p in monomial if key.binders and (_touches(p, names) or not comes_out(p, context))
        )
        outside = Polynomial({tuple(p for p in monomial if p not in inside): own})
        factor = product(coefficient, outside, context)
        if key.binders and apart and not inside and not any(f.atom.term.free & names for f in word):
            for binder in key.binders:
                factor = product(factor, _count(binder, context), context)
            result = result + linear(Key((), (), word), factor)
        else:
            result = result + linear(Key(key.binders, inside, word), factor)
    return result


def _count(binder: Binder, context: Context) -> Polynomial:
    from boundkit.kernel.normal import normal, summed

    low, high = normal(binder.low, context), normal(binder.high, context)
    return summed(binder.variable, low, high, UNITY, context)


def _touches(pair: tuple[Atom, Rational | Polynomial], names: set[str]) -> bool:
    atom, exponent = pair
    if atom.term.free & names:
        return True
    return isinstance(exponent, Polynomial) and any(exponent.depends_on(name) for name in names)


def _number_inside(word: Word) -> tuple[int, int] | None:
    for start, factor in enumerate(word):
        if factor.shape[0] != ONE:
            continue
        for stop in range(start, len(word)):
            if word[stop].shape[1] == ONE:
                if stop == start and len(word) == 1:
                    return (0, 1)
                return (start, stop + 1)
    return None


def word_atom(word: Word, context: Context) -> Polynomial:
    """The number that a word from a row to a column stands for, as a Gram atom."""
    backwards = tuple(factor.flipped() for factor in reversed(word))
    best = min(word, backwards, key=_word_text)
    first, rest = best[0], best[1:]
    if not rest:
        return of_atom(Atom(Apply("entry", (first.to_term(),), REAL)))
    left = first.flipped().to_term()
    right: Term | None = None
    for factor in rest:
        part = factor.to_term()
        if right is None:
            right = part
        else:
            right = Apply("*", (right, part), Matrix(right.sort.rows, part.sort.columns))  # type: ignore[attr-defined]
    assert right is not None
    known = _basis_product(left, right)
    if known is not None:
        return known
    if canonical(right) < canonical(left) and len(rest) == 1:
        left, right = right, left
    return of_atom(Atom(Apply("inner", (left, right), REAL)))


def _basis_product(left: Term, right: Term) -> Polynomial | None:
    """Inner products of standard basis vectors whose places are numbers."""
    match left, right:
        case Apply("basis", (_, Number(i))), Apply("basis", (_, Number(j))):
            return constant(1 if i == j else 0)
    return None


def _word_text(word: Word) -> str:
    return " ".join(("'" if factor.transposed else "") + factor.atom.key for factor in word)


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
            result = result + scalars(_product(turned, b, context), context)
    return result


def _trace(left: Linear, right: Linear, context: Context) -> Polynomial:
    """The trace of `left^T * right` where every word splits into a column times a row."""
    result = NIL
    for key, a in left.ordered():
        turned = Key(key.binders, key.scalar, tuple(f.flipped() for f in reversed(key.word)))
        for other, b in right.ordered():
            second = _renamed(other, turned) if turned.binders and other.binders else other
            word = turned.word + second.word
            place = next((i for i, factor in enumerate(word) if factor.shape[0] == ONE), None)
            if place is None:
                raise NotNormal("the trace of a product without a row")
            rotated = word[place:] + word[:place]
            joined = Key(
                turned.binders + second.binders,
                multiply_monomials(turned.scalar, second.scalar),
                rotated,
            )
            from boundkit.kernel.normal import product

            result = result + scalars(settled(joined, product(a, b, context), context), context)
    return result


def scalars(entry: Linear, context: Context) -> Polynomial:
    """A 1 by 1 block as a polynomial: empty words, under their sums."""
    from boundkit.kernel.normal import normal, product, summed, to_term

    result = NIL
    for key, coefficient in entry.ordered():
        if key.word:
            raise NotNormal("a matrix where a number is wanted")
        inner = context
        names: dict[str, Term] = {}
        ranges: list[tuple[Name, Polynomial, Polynomial, Context]] = []
        for binder in key.binders:
            low, high = (normal(substitute(end, names), inner) for end in (binder.low, binder.high))
            outer = inner
            domain = Apply("range", (to_term(low), to_term(high)), SetOf(binder.variable.sort))
            inner, fresh = outer.inside(binder.variable, domain)
            names[binder.variable.text] = fresh
            ranges.append((fresh, low, high, outer))
        value = normal(substitute(to_term(Polynomial({key.scalar: Fraction(1)})), names), inner)
        for variable, low, high, outer in reversed(ranges):
            value = summed(variable, low, high, value, outer)
        result = result + product(coefficient, value, context)
    return result


def _bound(term: Bind, context: Context) -> Grid:
    from boundkit.kernel.normal import MOST_TERMS, canonical_domain, normal

    if term.head not in ("sum", "avg") or not (
        isinstance(term.domain, Apply) and term.domain.head == "range"
    ):
        domain = canonical_domain(term.domain, context)
        return atom_grid(Bind(term.head, term.variable, domain, term.body, term.sort))
    low, high = (normal(end, context) for end in term.domain.args)
    from boundkit.kernel.normal import to_term

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
    from boundkit.kernel.normal import comes_out, inverse, normal, product, to_term

    low, high = (normal(end, context) for end in term.domain.args)  # type: ignore[attr-defined]
    domain = Apply("range", (to_term(low), to_term(high)), SetOf(term.variable.sort))
    inner, fresh = context.inside(term.variable, domain)
    body = grid(substitute(term.body, {term.variable.text: fresh}), inner)
    binder = Binder(fresh, to_term(low), to_term(high))

    def under(entry: Linear) -> Linear:
        result = EMPTY
        for key, coefficient in entry.ordered():
            for monomial, value in coefficient.terms.items():
                inside = tuple(
                    p for p in monomial if _touches(p, {fresh.text}) or not comes_out(p, context)
                )
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
    from boundkit.kernel.normal import least_offset, to_term

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
    from boundkit.kernel.normal import is_total

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


__all__ = ["UNIT", "Binder", "Factor", "Grid", "Key", "Linear", "grid", "inner_product", "scalars"]
