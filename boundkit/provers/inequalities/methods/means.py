"""Sums of monomials with positive values, each negative one below a weighted mean of positive ones.

Sums of arithmetic-mean/geometric-mean exponentials (Reznick 1989; Chandrasekaran and Shah 2016): the
monomials are those of the quotient, over any atoms, with rational exponents. Where the slack nearly touches
0, the shares of the positive monomials are weights in the means; a linear programme finds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, lcm, log
from typing import Any

import numpy as np

from boundkit.ir.terms import ONE, Apply, Number, Term, number
from boundkit.kernel import balls
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.derivative import minus, over, plus, power, times
from boundkit.kernel.quotients import LARGEST_POWER, Algebra, Monomial, is_root
from boundkit.kernel.steps import Enclosed, Means, Product, Step, Sum
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 18
MOST_MONOMIALS = 24
MOST_ATOMS = 8
LARGEST_DENOMINATOR = 60
TOLERANCE = 1e-7
ROOM = 1e-5
"""The solver of linear programmes takes what is tighter for infeasible."""

Array = Any


@dataclass(frozen=True)
class _Part:
    """coefficient * monomial: the monomial is a constant, `hidden` under roots, times powers of atoms that
    are not constant. size: the value of both constants."""

    coefficient: Term
    hidden: Term
    size: float
    monomial: Term
    exponents: tuple[Fraction, ...]


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Each negative monomial, and each of unknown sign, is below a mean of those that are not negative."""
    algebra = Algebra()
    quotient = algebra.of(goal.slack)
    if quotient.below or not 2 <= len(quotient.top) <= MOST_MONOMIALS:
        return GivenUp("")
    parts = _parts(algebra, quotient.top)
    if parts is None:
        return GivenUp("")
    above = [part for part in parts if _is_positive(goal, part)]
    below = [part for part in parts if part not in above]
    if not above or not below:
        return GivenUp("")
    effort.spend(3)
    p, n = (np.array([list(map(float, own.exponents)) for own in side]) for side in (above, below))
    if not all(_inside(p, row) for row in n):
        return GivenUp("a negative monomial is outside of the hull of the positive ones")
    for place in _touching(above, below, p, n):
        step = _shares(goal, algebra, above, below, place)
        if step is not None and accepted(goal, step):
            shown = ", ".join(str(times(own.coefficient, own.monomial)) for own in below)
            return Found(step, (f"by weighted arithmetic and geometric means: {shown}",))
    return GivenUp("no means were found")


def _parts(algebra: Algebra, top: dict[Monomial, Fraction]) -> list[_Part] | None:
    written: dict[Monomial, tuple[dict[Term, Fraction], Term]] = {}
    for monomial in top:
        found = _powers(algebra, tuple((atom, count) for atom, count in monomial if atom.free))
        if found is None:
            return None
        written[monomial] = found
    atoms = sorted({atom for own, _ in written.values() for atom in own}, key=algebra.order)
    if not 1 <= len(atoms) <= MOST_ATOMS:
        return None
    parts = []
    for monomial in sorted(top, key=algebra.monomial_order):
        constant = tuple((atom, count) for atom, count in monomial if not atom.free)
        rest = tuple((atom, count) for atom, count in monomial if atom.free)
        coefficient = times(number(top[monomial]), algebra.monomial_term(constant))
        powers, hidden = written[monomial]
        size = _value(times(coefficient, hidden))
        if size is None or not size:
            return None
        exponents = tuple(powers.get(atom, Fraction(0)) for atom in atoms)
        parts.append(_Part(coefficient, hidden, size, algebra.monomial_term(rest), exponents))
    return parts


def _powers(algebra: Algebra, monomial: Monomial) -> tuple[dict[Term, Fraction], Term] | None:
    """The exponents of the atoms, of u for a root of a product u, and the constant from under the roots."""
    found: dict[Term, Fraction] = {}
    hidden: list[Term] = []
    for atom, count in monomial:
        inner = {atom: Fraction(1)}
        if is_root(atom) and isinstance(atom, Apply) and isinstance(atom.args[1], Number):
            base, root = algebra.of(atom.args[0]), atom.args[1].value
            if len(base.top) == 1 and not base.below:
                ((own, value),) = base.top.items()
                constant = [(one, power_) for one, power_ in own if not one.free]
                below = _powers(algebra, tuple((one, power_) for one, power_ in own if one.free))
                if below is None or value < 0:
                    return None
                inner = {one: power_ * root for one, power_ in below[0].items()}
                factor = times(number(value), algebra.monomial_term(tuple(constant)), below[1])
                hidden.append(power(factor, number(count * root)))
        for one, power_ in inner.items():
            found[one] = found.get(one, Fraction(0)) + count * power_
    return {atom: count for atom, count in found.items() if count}, times(*hidden)


def _value(term: Term) -> float | None:
    """About the value of a constant."""
    if isinstance(term, Number):
        return float(term.value)
    try:
        return float(balls.enclose(term, {}, 80).mid())
    except (Undecided, Undefined, ValueError):
        return None


def _is_positive(goal: Goal, part: _Part) -> bool:
    """Whether the value is certainly not negative."""
    if part.size < 0:
        return False
    return accepted(Goal(part.monomial, False, goal.box, goal.facts), Enclosed())


def _solved(
    cost: Array, equal: Array, right: Array, most: Array | None = None, ends: Array | None = None
) -> Array:
    """A vertex x >= 0 of least cost with equal @ x = right and most @ x <= ends, or None."""
    from scipy.optimize import linprog

    found = linprog(cost, A_ub=most, b_ub=ends, A_eq=equal, b_eq=right, bounds=(0, None), method="highs-ds")
    return found.x if found.status == 0 else None


def _inside(points: Array, row: Array) -> bool:
    """Whether exponents are a mean of the others."""
    equal = np.vstack([points.T, np.ones(len(points))])
    return _solved(np.zeros(len(points)), equal, np.append(row, 1.0)) is not None


def _touching(above: Sequence[_Part], below: Sequence[_Part], p: Array, n: Array) -> list[Array]:
    """Logarithms of the atoms where the ratio of the positive to the negative sum is least: where all atoms
    are 1, if that is so there, and what descent finds, rounded and not."""
    from scipy.optimize import minimize

    first = np.log([own.size for own in above])
    second = np.log([abs(own.size) for own in below])

    def ratio(y: Array) -> tuple[float, Array]:
        up, down = first + p @ y, second + n @ y
        total, other = np.logaddexp.reduce(up), np.logaddexp.reduce(down)
        return float(total - other), np.exp(up - total) @ p - np.exp(down - other) @ n

    origin = np.zeros(p.shape[1])
    found = minimize(ratio, origin, jac=True, method="BFGS", options={"gtol": 1e-10, "maxiter": 200})
    places = [origin] if np.abs(ratio(origin)[1]).max() < TOLERANCE else []
    least = found.x
    if np.isfinite(least).all() and np.abs(least).max() < 40:
        simple = np.array([log(Fraction(exp(value)).limit_denominator(24) or 1) for value in least])
        if np.abs(simple - least).max() < 1e-4:
            places.append(simple)
        places.append(least)
    return places


def _shares(
    goal: Goal, algebra: Algebra, above: Sequence[_Part], below: Sequence[_Part], place: Array
) -> Step | None:
    """The step with the weights that the values at a place suggest."""
    values = [own.size * exp(float(np.dot(list(map(float, own.exponents)), place))) for own in above]
    wanted = [abs(own.size) * exp(float(np.dot(list(map(float, own.exponents)), place))) for own in below]
    scale = sum(values) / sum(wanted)
    if scale < 1 - TOLERANCE:
        return None
    wanted = [own * scale for own in wanted]
    weights = _weights(above, below, values, wanted)
    if weights is None:
        return None
    parts: list[Term] = []
    steps: list[Step] = []
    used: list[list[Term]] = [[] for _ in above]
    for j, own in enumerate(below):
        active = [i for i in range(len(above)) if weights[j][i]]
        shares = {
            i: Fraction(float(weights[j][i]) * wanted[j] / values[i]).limit_denominator(10**4) for i in active
        }
        if len(below) == 1 and all(share > Fraction(99, 100) for share in shares.values()):
            shares = dict.fromkeys(active, Fraction(1))
        made = _mean(algebra, above, own, weights[j], shares)
        if made is None:
            return None
        part, step, factor = made
        parts.append(part)
        steps.append(step)
        for i in active:
            used[i].append(times(number(-shares[i]), factor))
    for i, own in enumerate(above):
        left = _simple(algebra, times(own.coefficient, plus(ONE, *used[i])))
        if left != number(0):
            parts.append(times(left, own.monomial))
            steps.append(Product((left, own.monomial), (Enclosed(), Enclosed())))
    return _summed(goal, parts, steps)


def _summed(goal: Goal, parts: list[Term], steps: list[Step]) -> Step | None:
    """The parts together; of a strict goal one is positive."""
    if not goal.strict:
        return Sum(tuple(parts), tuple(steps))
    for place, (part, step) in enumerate(zip(parts, steps, strict=True)):
        if accepted(Goal(part, True, goal.box, goal.facts), step):
            return Sum(tuple(parts), tuple(steps), place)
    return None


def _mean(
    algebra: Algebra,
    above: Sequence[_Part],
    own: _Part,
    weights: Sequence[Fraction],
    shares: dict[int, Fraction],
) -> tuple[Term, Step, Term] | None:
    """Shares of positive monomials, times a factor of at most 1, are at least minus the monomial: the gap,
    its step, and the factor."""
    common = lcm(*(weights[i].denominator for i in shares))
    if common > LARGEST_POWER:
        return None
    plain = {i: times(number(share / weights[i]), above[i].coefficient) for i, share in shares.items()}
    mean = times(*(power(times(plain[i], above[i].hidden), number(weights[i])) for i in shares))
    magnitude = own.coefficient if own.size > 0 else times(number(-1), own.coefficient)
    factor = _simple(algebra, over(times(magnitude, own.hidden), mean))
    size = _value(factor)
    if size is None or size > 1 + TOLERANCE:
        return None
    terms = tuple(times(factor, plain[i], above[i].monomial) for i in shares)
    product = times(number(-1), own.coefficient, own.monomial)
    total = plus(*(times(number(weights[i]), term) for i, term in zip(shares, terms, strict=True)))
    gap = minus(total, product)
    return gap, Means(tuple(weights[i] for i in shares), terms, product, (Enclosed(),) * len(terms)), factor


def _simple(algebra: Algebra, term: Term) -> Term:
    return algebra.to_term(algebra.of(term))


def _weights(
    above: Sequence[_Part], below: Sequence[_Part], values: Sequence[float], wanted: Sequence[float]
) -> list[list[Fraction]] | None:
    """Weights that make each negative monomial a mean of positive ones whose shares keep to what there is, by
    a linear programme in floating point and rational equations."""
    count, many = len(above), len(below)
    width = len(above[0].exponents)
    rows, right = [], []
    for j, own in enumerate(below):
        for axis in range(width):
            row = [Fraction(0)] * (count * many)
            for i in range(count):
                row[j * count + i] = above[i].exponents[axis]
            rows.append(row)
            right.append(own.exponents[axis])
        row = [Fraction(0)] * (count * many)
        row[j * count : (j + 1) * count] = [Fraction(1)] * count
        rows.append(row)
        right.append(Fraction(1))
    most = np.zeros((count, count * many))
    for i in range(count):
        for j in range(many):
            most[i, j * count + i] = wanted[j]
    equal = np.array([[float(value) for value in row] for row in rows])
    ends = np.array(values) * (1 + ROOM)
    found = _solved(np.zeros(count * many), equal, np.array(list(map(float, right))), most, ends)
    if found is None:
        return None
    simple = [Fraction(float(value)).limit_denominator(LARGEST_DENOMINATOR) for value in found]
    for guess in (simple, _exact(rows, right, found)):
        if guess is None or any(value < 0 for value in guess):
            continue
        if all(
            sum(a * b for a, b in zip(row, guess, strict=True)) == end
            for row, end in zip(rows, right, strict=True)
        ):
            return [guess[j * count : (j + 1) * count] for j in range(many)]
    return None


def _exact(rows: list[list[Fraction]], right: list[Fraction], near: Array) -> list[Fraction] | None:
    """A rational solution of the equations near a point, of the same support, by elimination; free entries
    keep their rounded values."""
    support = [k for k, value in enumerate(near) if value > 1e-9]
    work = [[row[k] for k in support] + [end] for row, end in zip(rows, right, strict=True)]
    pivots: list[tuple[int, int]] = []
    for column in range(len(support)):
        free = range(len(pivots), len(work))
        pick = next((r for r in free if work[r][column]), None)
        if pick is None:
            continue
        at = len(pivots)
        work[at], work[pick] = work[pick], work[at]
        work[at] = [value / work[at][column] for value in work[at]]
        for other in range(len(work)):
            if other != at and work[other][column]:
                factor = work[other][column]
                work[other] = [a - factor * b for a, b in zip(work[other], work[at], strict=True)]
        pivots.append((at, column))
    if any(row[-1] for row in work[len(pivots) :]):
        return None
    solution = [Fraction(float(near[k])).limit_denominator(LARGEST_DENOMINATOR) for k in support]
    fixed = {column for _, column in pivots}
    for at, column in pivots:
        others = (work[at][k] * solution[k] for k in range(len(support)) if k not in fixed)
        solution[column] = work[at][-1] - sum(others, Fraction(0))
    found = [Fraction(0)] * len(near)
    for k, value in zip(support, solution, strict=True):
        found[k] = value
    return found
