"""Goals that keep their truth when variables are scaled: one of them may be taken to be 1.

The weights w with slack(s^w x) = s^k slack(x) solve Euler's equation sum_i w_i x_i d slack/dx_i = k slack,
which is linear in w and k; it is solved in floating point at some points, and the kernel checks the
identity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice

import numpy as np

from boundkit.ir.terms import Term
from boundkit.kernel import balls, intervals
from boundkit.kernel.derivative import derivative
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.steps import Scaled, Split, point
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 12
LARGEST_DENOMINATOR = 12
TOLERANCE = 1e-8

Weights = dict[str, Fraction]


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One variable is set to 1."""
    active = [name for name in sorted(goal.box) if name in _free(goal) and not goal.box[name].is_point]
    names = [name for name in active if _is_cone(goal, name)]
    if len(active) < 2 or not any(goal.box[name].lower == 0 for name in names):
        return GivenUp("")
    terms = [goal.slack, *(fact.term for fact in goal.facts)]
    for chosen in (terms, terms[:1]) if goal.facts else (terms,):
        for weights, degree in _symmetries(goal, chosen, names):
            for name in sorted(weights, key=lambda own: (weights[own] != 1, own)):
                if goal.box[name].lower == 0 and weights[name]:
                    found = _scaled(goal, name, weights, degree, prove, effort)
                    if found is not None:
                        return found
                    break
    return GivenUp("")


def _free(goal: Goal) -> frozenset[str]:
    return goal.slack.free.union(*(fact.term.free for fact in goal.facts))


def _is_cone(goal: Goal, name: str) -> bool:
    own = goal.box[name]
    return own.upper is None and own.lower in (None, 0) and not own.integral


def _scaled(
    goal: Goal, name: str, weights: Weights, degree: Fraction, prove: Prove, effort: Effort
) -> Found | None:
    extent = goal.box[name]
    if extent.lower_closed:
        at_zero = prove(replace(goal, box={**goal.box, name: point(Fraction(0))}), effort)
        if at_zero is None:
            return None
        inner = replace(goal, box={**goal.box, name: replace(extent, lower_closed=False)})
        rest = _scaled(inner, name, weights, degree, prove, effort)
        return rest and Found(Split(name, Fraction(0), at_zero.step, rest.step), rest.argument)
    unit = weights[name]
    own = {key: value / unit for key, value in weights.items() if value}
    kept: list[int] = []
    degrees: list[Fraction] = []
    for place, fact in enumerate(goal.facts):
        found = _degree(goal, fact.term, own)
        if found is not None:
            kept.append(place)
            degrees.append(found)
    box = {**goal.box, name: point(Fraction(1))}
    rest = prove(Goal(goal.slack, goal.strict, box, tuple(goal.facts[place] for place in kept)), effort)
    if rest is None:
        return None
    step = Scaled(name, tuple(sorted(own.items())), degree / unit, tuple(kept), tuple(degrees), rest.step)
    if not accepted(goal, step):
        return None
    shown = ", ".join(
        f"s*{key}" if value == 1 else f"s^({value})*{key}" for key, value in sorted(own.items())
    )
    return Found(step, (f"{name} = 1, since the goal keeps its truth for {shown}", *rest.argument))


def _degree(goal: Goal, term: Term, weights: Weights) -> Fraction | None:
    """The degree of a term under the weights, if it seems to have one."""
    rows = list(islice(_rows(goal, [term], sorted(weights)), 4))
    ratios = []
    for row in rows:
        change = sum(float(weights[name]) * value for name, value in zip(sorted(weights), row, strict=False))
        if abs(row[-1]) > TOLERANCE:
            ratios.append(change / -row[-1])
    if not ratios or max(ratios) - min(ratios) > TOLERANCE:
        return None
    return Fraction(ratios[0]).limit_denominator(LARGEST_DENOMINATOR)


def _symmetries(goal: Goal, terms: Sequence[Term], names: list[str]) -> Iterator[tuple[Weights, Fraction]]:
    """Weights, and the degree of the first term, under which all terms seem to scale."""
    count = 3 * (len(names) + len(terms))
    rows = list(islice(_rows(goal, terms, names), count))
    if len(rows) < len(names) + len(terms):
        return
    matrix = np.array(rows)
    matrix /= np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-30)
    for vector in _null_space(matrix):
        values = [Fraction(float(value)).limit_denominator(LARGEST_DENOMINATOR) for value in vector]
        if np.abs(matrix @ np.array([float(value) for value in values])).max() < TOLERANCE:
            weights = dict(zip(names, values[: len(names)], strict=True))
            if any(weight and name in goal.slack.free for name, weight in weights.items()):
                yield weights, values[len(names)]


def _null_space(matrix: np.ndarray) -> list[np.ndarray]:
    """A basis by elimination with complete pivoting, each vector with one free entry 1 and the others 0."""
    work = matrix.copy()
    rows, columns = work.shape
    pivots: list[int] = []
    for step in range(min(rows, columns)):
        rest = np.abs(work[step:])
        place = np.unravel_index(int(rest.argmax()), rest.shape)
        if rest[place] < TOLERANCE:
            break
        row, column = int(place[0]) + step, int(place[1])
        work[[step, row]] = work[[row, step]]
        work[step] /= work[step, column]
        for other in range(rows):
            if other != step:
                work[other] -= work[other, column] * work[step]
        pivots.append(column)
    basis = []
    for free in range(columns):
        if free in pivots:
            continue
        vector = np.zeros(columns)
        vector[free] = 1.0
        for step, column in enumerate(pivots):
            vector[column] = -work[step, free]
        basis.append(vector)
    return basis


def _rows(goal: Goal, terms: Sequence[Term], names: list[str]) -> Iterator[list[float]]:
    """Euler's equation for each term at pseudo-random points of the box: x_i times the slopes, then minus the
    values, each in the column of its term."""
    slopes = [[derivative(term, name) for name in names] for term in terms]
    for values in _points(goal):
        for place, term in enumerate(terms):
            own = [values[name] for name in names]
            try:
                row = [float(own[k]) * _value(slope, values) for k, slope in enumerate(slopes[place])]
                tail = [0.0] * len(terms)
                tail[place] = -_value(term, values)
            except (Undecided, Undefined, ValueError):
                continue
            if all(map(np.isfinite, row + tail)):
                yield row + tail


def _value(term: Term, values: dict[str, Fraction]) -> float:
    with balls.precisely(80):
        point_ = {name: intervals.rational_ball(value) for name, value in values.items() if name in term.free}
    return float(balls.enclose(term, point_, 80).mid())


def _points(goal: Goal) -> Iterator[dict[str, Fraction]]:
    """Points of the box in a fixed sequence, none of them special."""
    state = 12345
    for _ in range(400):
        found: dict[str, Fraction] = {}
        for name in sorted(goal.box):
            extent = goal.box[name]
            state = (1103515245 * state + 12345) % 2**31
            share = Fraction(state, 2**31)
            if extent.lower is not None and extent.upper is not None:
                found[name] = extent.lower + (extent.upper - extent.lower) * share
            elif extent.lower is not None:
                found[name] = extent.lower + Fraction(1, 5) + 2 * share
            elif extent.upper is not None:
                found[name] = extent.upper - Fraction(1, 5) - 2 * share
            else:
                found[name] = 4 * share - 2
        yield found
