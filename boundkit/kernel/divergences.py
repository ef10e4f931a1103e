"""Divergences of two finite laws on one type. Natural logarithms; infinity is a value, not a convention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from flint import fmpq

from boundkit.ir.terms import Term
from boundkit.kernel import laws
from boundkit.kernel.extended import INFINITY
from boundkit.kernel.grids import norm, total
from boundkit.kernel.transport import least_cost
from boundkit.kernel.values import Absent, Arithmetic, Grid, Unsupported, Value

if TYPE_CHECKING:
    from boundkit.kernel.evaluation import Evaluator, Scope

DIVERGENCES = frozenset({"KL", "TV", "JS", "Renyi", "W1"})
Masses = Mapping[Value, tuple[Any, Any]]


def divergence(evaluator: Evaluator, head: str, args: Sequence[Term], scope: Scope) -> Any:
    """`KL(P, Q)`, `TV`, `JS` (in [0, ln 2]), `Renyi(a, P, Q)` and `W1(P, Q)` with the Euclidean distance.

    Raises Unsupported where outcomes cannot be told apart, and for another metric of W1."""
    order = evaluator.value(args[0], scope) if head == "Renyi" else None
    first, second, *rest = args[1:] if head == "Renyi" else args
    if rest:
        raise Unsupported(f"`W1` with the metric `{rest[0]}`")
    pair = (laws.law_of(evaluator, first, scope), laws.law_of(evaluator, second, scope))
    masses = _masses(evaluator.arithmetic, *pair)
    match head:
        case "KL":
            return _relative_entropy(evaluator.arithmetic, list(masses.values()))
        case "TV":
            return _total_variation(evaluator.arithmetic, masses)
        case "JS":
            return _jensen_shannon(evaluator.arithmetic, masses)
        case "W1":
            return _wasserstein(evaluator.arithmetic, masses)
    return _renyi(evaluator.arithmetic, order, list(masses.values()))


def _masses(arithmetic: Arithmetic, left: laws.FiniteLaw, right: laws.FiniteLaw) -> Masses:
    """Each outcome with its probabilities under both laws."""
    zero = arithmetic.rational(Fraction(0))
    found: dict[Value, tuple[Any, Any]] = {}
    for place, law in enumerate((left, right)):
        for outcome, weight in zip(law.outcomes, law.weights, strict=True):
            if not laws.is_exact(outcome):
                raise Unsupported("a divergence of laws whose outcomes are not rational")
            both = list(found.get(outcome, (zero, zero)))
            both[place] = arithmetic.apply("+", (both[place], weight))
            found[outcome] = (both[0], both[1])
    return found


def _is_null(arithmetic: Arithmetic, weight: Any) -> bool:
    """Whether a probability is zero; Unsupported where that is not certain."""
    truth = arithmetic.compare("=", weight, arithmetic.rational(Fraction(0)))
    if not isinstance(truth, bool):
        raise Unsupported("a divergence of laws whose weights are not known")
    return truth


def _relative_entropy(arithmetic: Arithmetic, pairs: Sequence[tuple[Any, Any]]) -> Any:
    """The sum of p*ln(p/q); infinite where q = 0 < p."""
    parts = []
    for p, q in pairs:
        if _is_null(arithmetic, p):
            continue
        if _is_null(arithmetic, q):
            return INFINITY
        ratio = arithmetic.apply("/", (p, q))
        parts.append(arithmetic.apply("*", (p, arithmetic.apply("ln", (ratio,)))))
    return total(arithmetic, parts)


def _total_variation(arithmetic: Arithmetic, masses: Masses) -> Any:
    gaps = [arithmetic.apply("abs", (arithmetic.apply("-", pair),)) for pair in masses.values()]
    return arithmetic.apply("*", (arithmetic.rational(Fraction(1, 2)), total(arithmetic, gaps)))


def _jensen_shannon(arithmetic: Arithmetic, masses: Masses) -> Any:
    half = arithmetic.rational(Fraction(1, 2))
    middles = [arithmetic.apply("*", (half, arithmetic.apply("+", pair))) for pair in masses.values()]
    halves = [
        _relative_entropy(
            arithmetic, [(pair[side], m) for pair, m in zip(masses.values(), middles, strict=True)]
        )
        for side in (0, 1)
    ]
    return arithmetic.apply("*", (half, arithmetic.apply("+", halves)))


def _renyi(arithmetic: Arithmetic, order: Any, pairs: Sequence[tuple[Any, Any]]) -> Any:
    """ln(sum of p^a q^(1-a))/(a-1) for an order a > 0 other than 1, and KL at 1 (Renyi 1961)."""
    zero, one = (arithmetic.rational(Fraction(value)) for value in (0, 1))
    positive = arithmetic.compare("<", zero, order)
    if not isinstance(positive, bool):
        raise Unsupported("a divergence whose order is not known")
    if not positive:
        raise Absent("a divergence whose order is not > 0")
    if arithmetic.compare("=", order, one) is True:
        return _relative_entropy(arithmetic, pairs)
    above = arithmetic.compare("<", one, order)
    if not isinstance(above, bool):
        raise Unsupported("a divergence whose order is not known")
    excess = arithmetic.apply("-", (order, one))
    parts = []
    for p, q in pairs:
        if _is_null(arithmetic, p):
            continue
        if _is_null(arithmetic, q):
            if above:
                return INFINITY
            continue
        ratio = arithmetic.apply("^", (arithmetic.apply("/", (p, q)), excess))
        parts.append(arithmetic.apply("*", (p, ratio)))
    if not parts:
        return INFINITY
    return arithmetic.apply("/", (arithmetic.apply("ln", (total(arithmetic, parts),)), excess))


def _wasserstein(arithmetic: Arithmetic, masses: Masses) -> Any:
    """On a line the area between the distribution functions; else the cost of a best transport plan."""
    numbers = {
        outcome.entries[0] if isinstance(outcome, Grid) and len(outcome.entries) == 1 else outcome: pair
        for outcome, pair in masses.items()
    }
    if not all(isinstance(weight, fmpq) for pair in numbers.values() for weight in pair):
        raise Unsupported("`W1` of laws whose weights are not rational")
    if all(isinstance(outcome, fmpq) for outcome in numbers):
        places = sorted(numbers)
        area, ahead = fmpq(0), fmpq(0)
        for place, following in pairwise(places):
            p, q = numbers[place]
            ahead = ahead + p - q
            area = area + abs(ahead) * (following - place)
        return area
    if not all(isinstance(outcome, Grid) and outcome.columns == 1 for outcome in numbers):
        raise Unsupported("`W1` of laws on a type without a distance")
    sources = [(outcome, p) for outcome, (p, _) in numbers.items() if p > 0]
    targets = [(outcome, q) for outcome, (_, q) in numbers.items() if q > 0]
    costs = []
    for start, _ in sources:
        row = []
        for end, _ in targets:
            gap = [arithmetic.apply("-", pair) for pair in zip(start.entries, end.entries, strict=True)]
            row.append(norm(arithmetic, "norm", Grid(len(gap), 1, tuple(gap))))
        costs.append(row)
    return least_cost([p for _, p in sources], [q for _, q in targets], costs)


__all__ = ["DIVERGENCES", "divergence"]
