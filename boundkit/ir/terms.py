"""Terms: a small exact typed tree. Nothing is evaluated on construction, numbers are rational, and
equality ignores spans.

Heads of `Apply`
    numbers        `+ - * / ^ neg`, `abs min max floor ceil sqrt exp ln log2 ...` (see `ir.functions`)
    relations      `<= < = !=` (`>=` and `>` are turned round when read); `lesssim` (two sides, then the
                   names on which the constant may depend)
    connectives    `and or not implies iff`, `true`, `false`
    application    `call` (function, arguments…), `index` (sequence, index) — for a matrix, `index(X, i)`
                   is row i as a column vector
    matrices       `inner` (two vectors), `norm` (2-norm of a vector), `norm_op norm_fro norm_1 norm_inf`,
                   `transpose`, `identity` (size), `zero` (a matrix of zeros, size in its sort),
                   `blocks` (row count, column count, then the entries row by row), `basis` (size, place)
    calculus       `diff` (body, variable, order), `grad` (function, point; further arguments follow),
                   `at` (body, variable, value) where a derivative stands in the way of substitution; in
                   both, definitions in the body count as written out
    choice         `if` (condition, then, else)
    sets           `range` (first, last), `closed open left_open right_open` (lower, upper; the two ends may
                   be `infinity` or `neg(infinity)`), `enumeration` (elements…), `everything` (all of the
                   sort in its SetOf), `ball` (size, radius), `subgrad` (function, point)
    membership     `in` (element, set)
    properties     `is_NAME` (function, parameters…): `is_convex`, `is_lipschitz` (f, rho[, on set]),
                   `is_smooth`, `is_strongly_convex`, ...
    laws           `expectation`, `probability`, `variance` (body) over all draws in the body;
                   `expectation_given` (body, givens…); `with_probability` (level, body, draws…),
                   `almost_surely` (body)
Heads of `Bind`
    `sum prod min max sup inf argmin argmax avg integral` (a term), `set` (its elements; the condition is
    the second part of an `and_where` body), `forall exists` (a proposition), `expectation probability
    variance` (`var ~ domain`), `function` (an anonymous function)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from boundkit.ir.sorts import EXTREAL, INT, NAT, PROP, REAL, Sort
from boundkit.source import NOWHERE, Span


class Term:
    """Base of all terms; `sort` says what it stands for. Hashes are kept, since terms are keys."""

    if TYPE_CHECKING:

        @property
        def sort(self) -> Sort: ...

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        raise TypeError("a term is a Number, a Name, an Apply or a Bind")

    def __str__(self) -> str:
        from boundkit.ir.show import show

        return show(self)

    @cached_property
    def free(self) -> frozenset[str]:
        """Names that occur free."""
        return _free(self)

    @cached_property
    def size(self) -> int:
        """How many terms it is made of, counted as often as they occur."""
        if isinstance(self, Apply):
            return 1 + sum(arg.size for arg in self.args)
        if isinstance(self, Bind):
            return 1 + self.domain.size + self.body.size
        return 1

    @cached_property
    def may_be_infinite(self) -> bool:
        """Whether a term of the sort of extended real numbers occurs."""
        if isinstance(self, Apply):
            return self.sort == EXTREAL or any(arg.may_be_infinite for arg in self.args)
        if isinstance(self, Bind):
            return self.sort == EXTREAL or self.domain.may_be_infinite or self.body.may_be_infinite
        return self.sort == EXTREAL

    @cached_property
    def has_derivative(self) -> bool:
        """Whether `diff` or `at` occurs. What is substituted into such a term must be a name that is new
        everywhere: any other value may occur, perhaps by a definition, in what is differentiated."""
        if isinstance(self, Apply):
            return self.head in ("diff", "at") or any(arg.has_derivative for arg in self.args)
        return isinstance(self, Bind) and (self.domain.has_derivative or self.body.has_derivative)


@dataclass(frozen=True)
class Number(Term):
    """An exact rational."""

    value: Fraction
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    __hash__ = Term.__hash__

    @cached_property
    def _hash(self) -> int:
        return hash(self.value)

    @property
    def sort(self) -> Sort:
        if self.value.denominator != 1:
            return REAL
        return NAT if self.value >= 0 else INT


@dataclass(frozen=True)
class Name(Term):
    """A variable, a draw, a defined name or a bound name."""

    text: str
    sort: Sort
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    __hash__ = Term.__hash__

    @cached_property
    def _hash(self) -> int:
        return hash((self.text, self.sort))


@dataclass(frozen=True)
class Apply(Term):
    """An operator or function with its arguments."""

    head: str
    args: tuple[Term, ...]
    sort: Sort
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    __hash__ = Term.__hash__

    @cached_property
    def _hash(self) -> int:
        return hash((self.head, self.args))


@dataclass(frozen=True)
class Bind(Term):
    """A binder of one variable over a domain (a set, or a law for `expectation` and its kin)."""

    head: str
    variable: Name
    domain: Term
    body: Term
    sort: Sort
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    __hash__ = Term.__hash__

    @cached_property
    def _hash(self) -> int:
        return hash((self.head, self.variable, self.domain, self.body))


ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
TRUE = Apply("true", (), PROP)
FALSE = Apply("false", (), PROP)


def number(value: int | Fraction) -> Number:
    """An exact rational as a term."""
    return Number(Fraction(value))


def relation(head: str, left: Term, right: Term, span: Span = NOWHERE) -> Apply:
    """`left head right` as a proposition."""
    return Apply(head, (left, right), PROP, span)


def conjunction(parts: tuple[Term, ...]) -> Term:
    """`and` of the parts; `true` when there are none."""
    if not parts:
        return TRUE
    return parts[0] if len(parts) == 1 else Apply("and", parts, PROP)


def subterms(term: Term) -> Iterator[Term]:
    """The term and everything in it, outermost first, left to right."""
    stack = [term]
    while stack:
        current = stack.pop()
        yield current
        if isinstance(current, Apply):
            stack.extend(reversed(current.args))
        elif isinstance(current, Bind):
            stack.extend((current.body, current.domain))


def rebuild(term: Term, transform: Callable[[Term], Term]) -> Term:
    """The term with `transform` applied to each direct part; capture is the caller's concern."""
    if isinstance(term, Apply):
        args = tuple(map(transform, term.args))
        if all(new is old for new, old in zip(args, term.args, strict=True)):
            return term
        return Apply(term.head, args, term.sort, term.span)
    if isinstance(term, Bind):
        domain, body = transform(term.domain), transform(term.body)
        if domain is term.domain and body is term.body:
            return term
        return Bind(term.head, term.variable, domain, body, term.sort, term.span)
    return term


def substitute(term: Term, replacement: Mapping[str, Term]) -> Term:
    """Capture-avoiding substitution of free names, also in the sizes that sorts mention."""
    active = {name: new for name, new in replacement.items() if name in term.free}
    if not active:
        return term
    if isinstance(term, Name):
        if term.text in active:
            return active[term.text]
        return Name(term.text, substitute_sort(term.sort, active), term.span)
    if isinstance(term, Apply):
        return Apply(
            term.head,
            tuple(substitute(arg, active) for arg in term.args),
            substitute_sort(term.sort, active),
            term.span,
        )
    if isinstance(term, Bind):
        domain = substitute(term.domain, active)
        inner = {name: new for name, new in active.items() if name != term.variable.text}
        variable = Name(term.variable.text, substitute_sort(term.variable.sort, active), term.variable.span)
        body = term.body
        captured = frozenset().union(*(new.free for new in inner.values())) if inner else frozenset()
        if variable.text in captured:
            fresh = Name(fresh_name(variable.text, captured | body.free | set(inner)), variable.sort)
            body = substitute(body, {variable.text: fresh})
            variable = fresh
        body = substitute(body, inner)
        return Bind(term.head, variable, domain, body, substitute_sort(term.sort, active), term.span)
    return term


def substitute_sort(sort: Sort, replacement: Mapping[str, Term]) -> Sort:
    """The sort with names in its sizes replaced."""
    from boundkit.ir import sorts

    match sort:
        case sorts.Matrix(rows, columns):
            return sorts.Matrix(substitute(rows, replacement), substitute(columns, replacement))
        case sorts.Sequence(element):
            return sorts.Sequence(substitute_sort(element, replacement))
        case sorts.Power(element, count):
            return sorts.Power(substitute_sort(element, replacement), substitute(count, replacement))
        case sorts.Product(left, right):
            return sorts.Product(substitute_sort(left, replacement), substitute_sort(right, replacement))
        case sorts.Function(arguments, result):
            return sorts.Function(
                tuple(substitute_sort(argument, replacement) for argument in arguments),
                substitute_sort(result, replacement),
            )
        case sorts.SetOf(element, finite):
            return sorts.SetOf(substitute_sort(element, replacement), finite)
        case sorts.Distribution(element):
            return sorts.Distribution(substitute_sort(element, replacement))
        case _:
            return sort


def with_types(term: Term, sets: Mapping[str, Term]) -> Term:
    """The term with sets in place of declared types, in its sorts as well; no size of a set is captured by
    a bound variable."""
    sorts_of = {name: _element(value) for name, value in sets.items()}
    return _with_types(term, sets, sorts_of)


def _element(value: Term) -> Sort:
    from boundkit.ir.sorts import SetOf

    assert isinstance(value.sort, SetOf)
    return value.sort.element


def _with_types(term: Term, sets: Mapping[str, Term], elements: Mapping[str, Sort]) -> Term:
    def sort_of(sort: Sort) -> Sort:
        return _sort_with_types(sort, sets, elements)

    def inside(part: Term) -> Term:
        return _with_types(part, sets, elements)

    if isinstance(term, Name):
        if term.text in sets:
            return sets[term.text]
        return Name(term.text, sort_of(term.sort), term.span)
    if isinstance(term, Apply):
        return Apply(term.head, tuple(map(inside, term.args)), sort_of(term.sort), term.span)
    if isinstance(term, Bind):
        body, text = term.body, term.variable.text
        captured = frozenset().union(*(value.free for value in sets.values()))
        if text in captured:
            text = fresh_name(text, captured | body.free)
            body = substitute(body, {term.variable.text: Name(text, term.variable.sort)})
        variable = Name(text, sort_of(term.variable.sort), term.variable.span)
        return Bind(term.head, variable, inside(term.domain), inside(body), sort_of(term.sort), term.span)
    return term


def sort_with_types(sort: Sort, sets: Mapping[str, Term]) -> Sort:
    """The sort with sets in place of declared types."""
    return _sort_with_types(sort, sets, {name: _element(value) for name, value in sets.items()})


def _sort_with_types(sort: Sort, sets: Mapping[str, Term], elements: Mapping[str, Sort]) -> Sort:
    from boundkit.ir import sorts

    def again(own: Sort) -> Sort:
        return _sort_with_types(own, sets, elements)

    match sort:
        case sorts.Abstract(name):
            return elements.get(name, sort)
        case sorts.Matrix(rows, columns):
            return sorts.Matrix(_with_types(rows, sets, elements), _with_types(columns, sets, elements))
        case sorts.Sequence(element):
            return sorts.Sequence(again(element))
        case sorts.Power(element, count):
            return sorts.Power(again(element), _with_types(count, sets, elements))
        case sorts.Product(left, right):
            return sorts.Product(again(left), again(right))
        case sorts.Function(arguments, result):
            return sorts.Function(tuple(map(again, arguments)), again(result))
        case sorts.SetOf(element, finite):
            return sorts.SetOf(again(element), finite)
        case sorts.Distribution(element):
            return sorts.Distribution(again(element))
        case _:
            return sort


def fresh_name(base: str, taken: frozenset[str] | set[str]) -> str:
    """`base` with as many primes as make it new."""
    while base in taken:
        base += "'"
    return base


def canonical(term: Term) -> str:
    """A text that is equal for terms that differ only in the names of bound variables; the content
    that keys and digests are taken of."""
    return _canonical(term, {}, 0)


def digest(*terms: Term) -> str:
    """SHA-256 of the canonical texts."""
    return sha256("\n".join(map(canonical, terms)).encode()).hexdigest()


def _canonical(term: Term, bound: Mapping[str, str], depth: int) -> str:
    if isinstance(term, Number):
        return str(term.value)
    if isinstance(term, Name):
        return bound.get(term.text, term.text)
    if isinstance(term, Apply):
        inside = " ".join(_canonical(arg, bound, depth) for arg in term.args)
        extra = ":" + _canonical_sort(term.sort, bound, depth) if term.head in ("zero", "everything") else ""
        return f"({term.head}{extra} {inside})"
    if isinstance(term, Bind):
        place = f"@{depth}"
        inner = {**bound, term.variable.text: place}
        sort = _canonical_sort(term.variable.sort, bound, depth)
        return (
            f"({term.head} {place}:{sort} {_canonical(term.domain, bound, depth)} "
            f"{_canonical(term.body, inner, depth + 1)})"
        )
    raise TypeError(type(term))


def _canonical_sort(sort: Sort, bound: Mapping[str, str], depth: int) -> str:
    from boundkit.ir import sorts

    match sort:
        case sorts.Matrix(rows, columns):
            return f"Matrix[{_canonical(rows, bound, depth)},{_canonical(columns, bound, depth)}]"
        case sorts.Sequence(element):
            return f"Seq[{_canonical_sort(element, bound, depth)}]"
        case sorts.Power(element, count):
            return f"({_canonical_sort(element, bound, depth)}^{_canonical(count, bound, depth)})"
        case sorts.Product(left, right):
            return f"({_canonical_sort(left, bound, depth)}*{_canonical_sort(right, bound, depth)})"
        case sorts.Function(arguments, result):
            inside = ",".join(_canonical_sort(argument, bound, depth) for argument in arguments)
            return f"({inside}->{_canonical_sort(result, bound, depth)})"
        case sorts.SetOf(element, finite):
            return f"{'FiniteSet' if finite else 'Set'}[{_canonical_sort(element, bound, depth)}]"
        case sorts.Distribution(element):
            return f"Dist[{_canonical_sort(element, bound, depth)}]"
        case _:
            return str(sort)


def _free(term: Term) -> frozenset[str]:
    if isinstance(term, Name):
        return frozenset((term.text,)) | _free_in_sort(term.sort)
    if isinstance(term, Apply):
        return _free_in_sort(term.sort).union(*(arg.free for arg in term.args))
    if isinstance(term, Bind):
        return term.domain.free | (term.body.free - {term.variable.text}) | _free_in_sort(term.variable.sort)
    return frozenset()


def _free_in_sort(sort: Sort) -> frozenset[str]:
    from boundkit.ir import sorts

    match sort:
        case sorts.Matrix(rows, columns):
            return rows.free | columns.free
        case sorts.Sequence(element) | sorts.SetOf(element) | sorts.Distribution(element):
            return _free_in_sort(element)
        case sorts.Power(element, count):
            return _free_in_sort(element) | count.free
        case sorts.Product(left, right):
            return _free_in_sort(left) | _free_in_sort(right)
        case sorts.Function(arguments, result):
            return frozenset().union(_free_in_sort(result), *map(_free_in_sort, arguments))
        case _:
            return frozenset()
