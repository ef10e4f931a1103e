"""What the heads beyond arithmetic stand for at one instance: samples, divergences, covers, moments,
conditional expectations, rows of a network, and the operator norm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from boundkit.ir.terms import TRUE, Apply, Bind, Term
from boundkit.kernel import covers, extended, grids, laws, samples
from boundkit.kernel.divergences import DIVERGENCES, divergence
from boundkit.kernel.forms import Quadratic
from boundkit.kernel.values import Absent, Extent, Grid, Pair, Truth, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

Handler = Callable[["Evaluator", Sequence[Term], "Scope"], Value]


def value_of(evaluator: Evaluator, term: Apply, scope: Scope) -> Value:
    """The value of a term whose head is in HEADS."""
    if term.head in DIVERGENCES:
        return divergence(evaluator, term.head, term.args, scope)
    return _HANDLERS[term.head](evaluator, term.args, scope)


def _cover(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Extent:
    return Extent("enumeration", tuple(covers.minimal_cover(evaluator, args, scope)), args[0])


def _moment(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Any:
    """(E|X|^p)^(1/p) for p > 0."""
    arithmetic = evaluator.arithmetic
    order = evaluator.value(args[1], scope)
    positive = arithmetic.compare("<", arithmetic.rational(Fraction(0)), order)
    if not isinstance(positive, bool):
        raise Unsupported("a moment whose order is not known")
    if not positive:
        raise Absent("a moment whose order is not > 0")
    powers = []
    for weight, value in laws.outcomes_of(evaluator, args[0], scope):
        size = arithmetic.apply("abs", (value,))
        null = arithmetic.compare("=", size, arithmetic.rational(Fraction(0))) is True
        powers.append((weight, size if null else arithmetic.apply("^", (size, order))))
    mean = laws.mean(evaluator, powers)
    if arithmetic.compare("=", mean, arithmetic.rational(Fraction(0))) is True:
        return mean
    root = arithmetic.apply("/", (arithmetic.rational(Fraction(1)), order))
    return arithmetic.apply("^", (mean, root))


def _rectified(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Value:
    arithmetic = evaluator.arithmetic
    value, zero = evaluator.value(args[0], scope), arithmetic.rational(Fraction(0))
    if not isinstance(value, Grid):
        return arithmetic.apply("max", (value, zero))
    entries = tuple(arithmetic.apply("max", (entry, zero)) for entry in value.entries)
    return Grid(value.rows, value.columns, entries)


def _soft(arithmetic: Any, entries: Sequence[Any]) -> list[Any]:
    """exp of the entries over their sum, from the largest on."""
    top = entries[0] if len(entries) == 1 else arithmetic.apply("max", entries)
    powers = [arithmetic.apply("exp", (arithmetic.apply("-", (entry, top)),)) for entry in entries]
    whole = grids.total(arithmetic, powers)
    return [arithmetic.apply("/", (power, whole)) for power in powers]


def _softmax(by_rows: bool, evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Grid:
    value = evaluator.value(args[0], scope)
    if not isinstance(value, Grid):
        raise Unsupported("softmax of a number")
    if not by_rows:
        return Grid(value.rows, value.columns, tuple(_soft(evaluator.arithmetic, value.entries)))
    rows = [_soft(evaluator.arithmetic, value.row(place)) for place in range(value.rows)]
    return Grid(value.rows, value.columns, tuple(entry for row in rows for entry in row))


def _trace(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Any:
    value = evaluator.value(args[0], scope)
    if not isinstance(value, Grid) or value.rows != value.columns:
        raise Absent("the trace of what is no square matrix")
    return grids.total(evaluator.arithmetic, value.entries[:: value.columns + 1])


def _operator_norm(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Any:
    """Exact for at most two rows or columns; for larger matrices between the largest norm of a row or column
    and the norm of all entries."""
    arithmetic = evaluator.arithmetic
    value = evaluator.value(args[0], scope)
    if not isinstance(value, Grid):
        return arithmetic.apply("abs", (value,))
    if 1 in (value.rows, value.columns):
        return grids.norm(arithmetic, "norm", Grid(len(value.entries), 1, value.entries))
    if 2 in (value.rows, value.columns):
        return _larger_singular(arithmetic, value)
    if not arithmetic.exact:
        raise Unsupported("the operator norm of a matrix with three rows or more, in doubles")
    lines = [value.row(place) for place in range(value.rows)]
    lines += [value.entries[place :: value.columns] for place in range(value.columns)]
    squares = [grids.total(arithmetic, (grids.times(arithmetic, e, e) for e in line)) for line in lines]
    lower = arithmetic.apply("sqrt", (arithmetic.apply("max", squares),))
    return extended.between(lower, grids.norm(arithmetic, "norm_fro", value))


def _larger_singular(arithmetic: Any, value: Grid) -> Any:
    """The square root of the larger eigenvalue of the 2 by 2 Gram matrix."""
    wide = value.rows == 2
    count = value.columns if wide else value.rows
    lines = [value.row(k) if wide else value.entries[k::2] for k in (0, 1)]
    assert len(lines[0]) == count
    (a, b), (_, d) = [
        [grids.total(arithmetic, map(partial(grids.times, arithmetic), one, two)) for two in lines]
        for one in lines
    ]
    gap = arithmetic.apply("-", (a, d))
    four = arithmetic.rational(Fraction(4))
    inside = [grids.times(arithmetic, gap, gap), grids.times(arithmetic, four, grids.times(arithmetic, b, b))]
    root = arithmetic.apply("sqrt", (arithmetic.apply("+", inside),))
    twice = arithmetic.apply("+", (arithmetic.apply("+", (a, d)), root))
    half = arithmetic.rational(Fraction(1, 2))
    return arithmetic.apply("sqrt", (grids.times(arithmetic, half, twice),))


def operator_norm_within(evaluator: Evaluator, left: Term, right: Term, scope: Scope) -> Truth:
    """Whether `||A||_op <= b`: b >= 0, and b^2 times the identity minus the Gram matrix of A is positive
    semidefinite. None where that is not certain, and for any other relation."""
    arithmetic = evaluator.arithmetic
    if not (arithmetic.exact and isinstance(left, Apply) and left.head == "norm_op"):
        return None
    matrix, bound = evaluator.value(left.args[0], scope), evaluator.value(right, scope)
    if not isinstance(matrix, Grid) or extended.is_extended(bound):
        return None
    if arithmetic.compare("<=", arithmetic.rational(Fraction(0)), bound) is not True:
        return None
    columns = [matrix.entries[place :: matrix.columns] for place in range(matrix.columns)]
    gram = tuple(
        tuple(grids.total(arithmetic, map(partial(grids.times, arithmetic), a, b)) for b in columns)
        for a in columns
    )
    minus = arithmetic.rational(Fraction(-1))
    form = Quadratic(gram, (arithmetic.rational(Fraction(0)),) * len(columns), bound)
    return form.semidefinite(arithmetic, minus, grids.times(arithmetic, bound, bound))


def _paired(evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Pair:
    return Pair(*(evaluator.value(arg, scope) for arg in args))


def _component(first: bool, evaluator: Evaluator, args: Sequence[Term], scope: Scope) -> Value:
    value = evaluator.value(args[0], scope)
    if not isinstance(value, Pair):
        raise Unsupported("a component of what is no pair")
    return value.left if first else value.right


def built_set(evaluator: Evaluator, term: Term, scope: Scope) -> list[Value]:
    """The elements of `{e for x in A, … where …}`, one of each."""
    found: list[Value] = []

    def visit(part: Term, inner: Scope) -> None:
        if isinstance(part, Bind) and part.head == "set":
            elements = evaluator.elements(part.domain, inner)
            if elements is None:
                raise Unsupported(f"a set built over `{part.domain}`")
            for element in elements:
                visit(part.body, {**inner, part.variable.text: element})
            return
        condition: Term = TRUE
        if isinstance(part, Apply) and part.head == "and_where":
            part, condition = part.args
        held = evaluator.truth(condition, inner)
        if not isinstance(held, bool):
            raise Unsupported(f"whether `{condition}` holds")
        if held:
            found.append(evaluator.value(part, inner))

    visit(term, scope)
    distinct: list[Value] = []
    for element in found:
        equal = [samples.same(evaluator.arithmetic, element, other) for other in distinct]
        if not all(isinstance(truth, bool) for truth in equal):
            raise Unsupported("a set of elements that cannot be told apart")
        if not any(equal):
            distinct.append(element)
    return distinct


_HANDLERS: dict[str, Handler] = {
    "replace": samples.replaced,
    "others": samples.others,
    "covering_number": covers.covering_number,
    "minimal_cover": _cover,
    "nearest": covers.nearest,
    "Lp": _moment,
    "expectation_given": laws.expectation_given,
    "relu": _rectified,
    "softmax": partial(_softmax, False),
    "softmax_rows": partial(_softmax, True),
    "trace": _trace,
    "norm_op": _operator_norm,
    "pair": _paired,
    "fst": partial(_component, True),
    "snd": partial(_component, False),
}
HEADS = frozenset(_HANDLERS) | DIVERGENCES
