"""Words of matrix factors, and linear combinations of them under sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import REAL, Matrix, SetOf
from boundkit.ir.terms import ONE, Apply, Bind, Name, Number, Term, canonical, fresh_name, substitute
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.polynomial_terms import to_term
from boundkit.kernel.polynomials import (
    NIL,
    UNITY,
    Atom,
    Monomial,
    Polynomial,
    Rational,
    constant,
    multiply_monomials,
    of_atom,
)
from boundkit.kernel.products import product
from boundkit.kernel.sums import comes_out, summed


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


def linear_product(left: Linear, right: Linear, context: Context) -> Linear:

    result = EMPTY
    for key, a in left.ordered():
        for other, b in right.ordered():
            if key.binders and other.binders:
                other = renamed(other, key)
            joined = Key(
                key.binders + other.binders,
                multiply_monomials(key.scalar, other.scalar),
                key.word + other.word,
            )
            result = result + settled(joined, product(a, b, context), context)
    return result


def renamed(key: Key, other: Key) -> Key:
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
            p for p in monomial if key.binders and (touches(p, names) or not comes_out(p, context))
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

    low, high = context.normal(binder.low), context.normal(binder.high)
    return summed(binder.variable, low, high, UNITY, context)


def touches(pair: tuple[Atom, Rational | Polynomial], names: set[str]) -> bool:
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
