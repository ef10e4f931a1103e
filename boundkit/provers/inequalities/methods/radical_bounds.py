"""Square roots replaced by bounds without roots that touch them: sqrt(w) <= (w/v + v)/2 and sqrt(w) >=
2*w*v/(w + v^2), by (sqrt(w) - v)^2 >= 0, for a positive v that is the root's value or tangent where all
variables are 1, or a quotient of linear forms that equals it where the goal is an equality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from math import isqrt

from flint import fmpq, fmpq_mpoly

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number
from boundkit.kernel.derivative import minus, over, plus, power, times
from boundkit.kernel.enclosures import inside, replaced
from boundkit.kernel.rational_functions import RationalFunctions, TooLarge, atoms_of
from boundkit.kernel.steps import Enclosed, Lemma, Product, Step, Sum
from boundkit.provers.inequalities.forms import rational, raw_product, written
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.root_values import at_equality

COST = 6
MOST_ROOTS = 4
MOST_POINTS = 1000


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal without its square roots, each replaced by a bound of one kind."""
    atoms = sorted(atoms_of(goal.slack), key=str)
    found_roots = [own for own in atoms if not isinstance(own, Name)]
    roots = [own for own in found_roots if own.free]
    if not 1 <= len(roots) <= MOST_ROOTS or not all(map(_is_root, found_roots)):
        return GivenUp("")
    if not all(
        isinstance(own.args[0], Number) for own in found_roots if isinstance(own, Apply) and not own.free
    ):
        return GivenUp("")
    bases = [own.args[0] for own in roots if isinstance(own, Apply)]
    if not all(isinstance(own, Name) for base in bases for own in atoms_of(base)):
        return GivenUp("")
    try:
        for values in _values(goal, roots):
            effort.spend(5)
            found = _bounded(goal, roots, values, prove, effort)
            if found is not None:
                return found
    except TooLarge:
        pass
    return GivenUp("no bound of the roots suffices")


def _values(goal: Goal, roots: Sequence[Term]) -> Iterator[tuple[Term, ...]]:
    """What the roots may be compared with."""
    applied = [root for root in roots if isinstance(root, Apply)]
    for kind in (_constant, _total, _tangent):
        found = [kind(goal, root.args[0]) for root in applied]
        values = tuple(own for own in found if own is not None)
        if len(values) == len(roots):
            yield values
    yield from at_equality(goal, applied)


def _is_root(atom: Term) -> bool:
    if not isinstance(atom, Apply):
        return False
    half = atom.head == "^" and atom.args[1] == Number(Fraction(1, 2))
    return atom.head == "sqrt" or half


def _names(goal: Goal) -> list[Name]:
    return [Name(name, REAL) for name in sorted(goal.slack.free) if not goal.box[name].is_point]


def _at_ones(base: Term) -> tuple[Fraction, fmpq_mpoly, fmpq_mpoly] | None:
    """The root of the base where all variables are 1, if it is rational; and the base as a quotient."""
    functions = RationalFunctions([Name(name, REAL) for name in sorted(base.free)])
    top, bottom = functions.of(base)
    ones = [fmpq(1)] * len(base.free)
    if not ones or bottom(*ones) == 0:
        return None
    value = rational(top(*ones) / bottom(*ones))
    if value <= 0:
        return None
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return (root, top, bottom) if root * root == value else None


def _constant(goal: Goal, base: Term) -> Term | None:
    """The value of the root where all variables are 1."""
    found = _at_ones(base)
    return None if found is None else number(found[0])


def _total(goal: Goal, base: Term) -> Term | None:
    """The multiple of the sum of all variables that is the root where all are 1."""
    found, names = _at_ones(base), _names(goal)
    return None if found is None else times(number(found[0] / len(names)), plus(*names))


def _tangent(goal: Goal, base: Term) -> Term | None:
    """What is linear and equal to the root, with its derivatives, where all variables are 1."""
    found = _at_ones(base)
    if found is None:
        return None
    root, top, bottom = found
    names = sorted(base.free)
    ones = [fmpq(1)] * len(names)
    slopes = []
    for place in range(len(names)):
        change = top.derivative(place) * bottom - top * bottom.derivative(place)
        slopes.append(rational(change(*ones) / bottom(*ones) ** 2) / (2 * root))
    rest = root - sum(slopes)
    pairs = zip(slopes, names, strict=True)
    parts = [times(number(slope), Name(name, REAL)) for slope, name in pairs if slope]
    return plus(*parts, number(rest)) if parts else None


def _fails(goal: Goal) -> bool:
    """Whether the slack is negative at a simple point of the box, where no facts say otherwise."""
    if goal.facts or not all(isinstance(own, Name) for own in atoms_of(goal.slack)):
        return False
    names = [Name(name, REAL) for name in sorted(goal.slack.free)]
    top, bottom = RationalFunctions(names).of(goal.slack)
    choices = []
    for name in names:
        extent = goal.box[name.text]
        values = [fmpq(1, 20), fmpq(1, 3), fmpq(1), fmpq(2), fmpq(9)]
        if extent.lower is not None and extent.is_point:
            values = [fmpq(extent.lower.numerator, extent.lower.denominator)]
        choices.append([own for own in values if inside(extent, rational(own))])
    for point in islice(product(*choices), MOST_POINTS):
        below = bottom(*point)
        if below != 0 and top(*point) / below < 0:
            return True
    return False


@dataclass(frozen=True)
class _Bound:
    """gap >= 0 by the step; the goal's slack is `rest + weight*gap`."""

    gap: Term
    step: Step
    weight: Term
    rest: Term
    line: str


def _bounded(
    goal: Goal, roots: Sequence[Term], values: Sequence[Term], prove: Prove, effort: Effort
) -> Found | None:
    current = goal
    bounds: list[_Bound] = []
    for root, value in zip(roots, values, strict=True):
        assert isinstance(root, Apply)
        if not accepted(Goal(value, True, goal.box, goal.facts), Enclosed()):
            return None
        bound = _bound(current, root, value)
        if bound is None:
            return None
        bounds.append(bound)
        current = replace(current, slack=bound.rest)
    if _fails(current):
        return None
    inner = prove(current, effort)
    if inner is None:
        return None
    step = inner.step
    for bound in reversed(bounds):
        parts = (bound.rest, raw_product([bound.weight, bound.gap]))
        step = Sum(parts, (step, Lemma(bound.gap, False, bound.step, Enclosed())))
    if not accepted(goal, step):
        return None
    return Found(step, (*(bound.line for bound in bounds), *inner.argument))


def _bound(goal: Goal, root: Apply, value: Term) -> _Bound | None:
    """The slack is a quotient (p*r + q)/(s*r + t) in the root r; between r and a bound b it changes by
    (p*t - q*s)*(r - b)/((s*r + t)*(s*b + t))."""
    base = root.args[0]
    atoms = [root, *sorted(atoms_of(goal.slack) - {root}, key=str)]
    functions = RationalFunctions(atoms)
    top, bottom = functions.of(goal.slack)
    shared = top.gcd(bottom)
    above, below = (_linear(own / shared) for own in (top, bottom))
    if above is None or below is None:
        return None
    (p, q), (s, t) = above, below
    determinant = p * t - q * s
    square = power(minus(root, value), number(2))
    for sign in (1, -1):
        # Where the slack rises with the root, a lower bound of the root is wanted.
        if sign > 0:
            limit = over(times(number(2), base, value), plus(base, power(value, number(2))))
            gap = minus(root, limit)
            factors: tuple[Term, ...] = (root, square, over(ONE, plus(base, power(value, number(2)))))
            line = f"{root} >= {limit}"
        else:
            limit = times(number(Fraction(1, 2)), plus(over(base, value), value))
            gap = minus(limit, root)
            factors = (square, times(number(Fraction(1, 2)), over(ONE, value)))
            line = f"{root} <= {limit}"
        if not s:
            common = p.gcd(t)
            weight = over(written(sign * p / common, atoms), written(t / common, atoms))
        else:
            at_limit = [limit, *atoms[1:]]
            whole = times(written(bottom / shared, atoms), written(bottom / shared, at_limit))
            weight = over(written(sign * determinant, atoms), whole)
        if not accepted(Goal(weight, False, goal.box, goal.facts), Enclosed()):
            continue
        step = Product(factors, tuple(Enclosed() for _ in factors))
        if accepted(Goal(gap, False, goal.box, goal.facts), step):
            return _Bound(gap, step, weight, replaced(goal.slack, root, limit), line)
    return None


def _linear(polynomial: fmpq_mpoly) -> tuple[fmpq_mpoly, fmpq_mpoly] | None:
    """Slope and constant in the first variable."""
    if polynomial.degrees()[0] > 1:
        return None
    slope = polynomial.derivative(0)
    return slope, polynomial - slope * polynomial.context().gen(0)
