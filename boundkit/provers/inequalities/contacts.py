"""Points at which a slack in several variables is 0: descent from many points in doubles, recognised as exact
constants. Proposals; that the slack vanishes there is decided by the kernel."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice, product
from math import inf, pi
from typing import Any

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Number, Term, number, relation, substitute
from boundkit.kernel import balls
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.derivative import NotDifferentiable, derivative, times
from boundkit.kernel.steps import Range
from boundkit.provers.inequalities.doubles import all_values, values
from boundkit.provers.inequalities.goal import Goal
from boundkit.provers.inequalities.points import recognised

SAMPLES = 1500
FEW_SAMPLES = 24
TINY = 1e-18
CANDIDATES = 300
STARTS = 36
APART = 0.06
MOST = 12
MOST_CORNERS = 16
SMALL = 1e-8
NEAR = 1e-5
NEWTON = 6
DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 12)
CIRCLE = times(number(4), Apply("arctan", (ONE,), REAL))

Array = Any


def contacts(goal: Goal) -> list[tuple[dict[str, Term], dict[str, float]]] | None:
    """Points of the closed box with slack 0, exactly and in doubles: corners, and others that are recognised.
    None if there are others inside, or the slack is negative at a point where the facts seem to hold. Raises
    Unknown."""
    names = sorted(name for name in goal.slack.free if not goal.box[name].is_point)
    fixed = {
        name: float(own.lower) for name, own in goal.box.items() if own.is_point and own.lower is not None
    }
    everything = sorted(name for name, own in goal.box.items() if not own.is_point)
    columns = {name: _drawn(goal.box[name], place) for place, name in enumerate(everything)}
    columns |= {name: np.full(SAMPLES, value) for name, value in fixed.items()}
    heights = values(goal.slack, columns, SAMPLES)
    holds = np.isfinite(heights)
    for fact in goal.facts:
        with np.errstate(all="ignore"):
            holds &= values(fact.term, columns, SAMPLES) >= 0
    if (heights[holds] < -SMALL * (1 + np.abs(heights[holds]))).any():
        return None
    if not names:
        return []
    try:
        slopes = [derivative(goal.slack, name) for name in names]
    except NotDifferentiable:
        return []
    order = np.argsort(np.where(np.isfinite(heights), heights, inf), kind="stable")[:CANDIDATES]
    ends = np.array([_ends(goal.box[name]) for name in names])
    found: list[tuple[dict[str, Term], dict[str, float]]] = []
    seen: list[Array] = []
    for corner in islice(product(*(own[np.isfinite(own)] for own in ends)), MOST_CORNERS):
        exactly = _exactly(goal, names, np.array(corner))
        if exactly is not None:
            found.append((exactly, dict(zip(names, map(float, corner), strict=True))))
            seen.append(np.array(corner))
    spread = np.array([np.ptp(columns[name]) for name in names])
    descents = 0
    for row in order:
        start = np.array([columns[name][row] for name in names])
        if descents >= STARTS // max(1, len(names) - 1) or any(
            (np.abs(start - own) < APART * spread).all() for own in seen
        ):
            continue
        descents += 1
        place = _descended(goal.slack, slopes, names, fixed, start, ends)
        if place is None:
            seen.append(start)
            continue
        if any(np.abs(place - own).max() < 1e-4 for own in seen):
            continue
        seen.append(place)
        exactly = _exactly(goal, names, place)
        if exactly is not None:
            found.append((exactly, dict(zip(names, map(float, place), strict=True))))
        elif ((place > ends[:, 0]) & (place < ends[:, 1])).all():
            return None
        if len(found) >= MOST:
            break
    return found


def _fixed(goal: Goal) -> dict[str, Fraction]:
    ends = ((name, own.lower) for name, own in goal.box.items() if own.is_point)
    return {name: end for name, end in ends if end is not None}


def _drawn(extent: Range, seed: int) -> Array:
    random = np.random.default_rng(seed)
    low, high = _ends(extent)
    if low > -inf and high < inf:
        share = random.random(SAMPLES)
        return low + (high - low) * np.where(share < 0.1, share * share, share)
    far = np.exp(random.normal(0, 1.2, SAMPLES))
    if low > -inf:
        return low + far
    return high - far if high < inf else random.choice([-1.0, 1.0], SAMPLES) * far


def _ends(extent: Range) -> tuple[float, float]:
    low = -inf if extent.lower is None else float(extent.lower)
    return low, inf if extent.upper is None else float(extent.upper)


def _descended(
    slack: Term, slopes: list[Term], names: list[str], fixed: dict[str, float], start: Array, ends: Array
) -> Array | None:
    """Where the slack is least near a start, if its value there is about 0."""
    from scipy.optimize import minimize

    held = {name: np.array([value]) for name, value in fixed.items()}

    def height(place: Array) -> tuple[float, Array]:
        columns = held | {name: np.array([value]) for name, value in zip(names, place, strict=True)}
        value, *slope = (float(own[0]) for own in all_values((slack, *slopes), columns, 1))
        fine = np.isfinite([value, *slope]).all()
        return (value, np.array(slope)) if fine else (1e30, np.zeros(len(names)))

    found = minimize(height, start, jac=True, method="L-BFGS-B", bounds=ends, options={"maxiter": 60})
    place = np.asarray(found.x)
    if not abs(found.fun) < 1e-5:
        return None
    place = np.where(np.abs(place - ends[:, 0]) < NEAR, ends[:, 0], place)
    place = np.where(np.abs(place - ends[:, 1]) < NEAR, ends[:, 1], place)
    free = [own for own in range(len(names)) if ends[own, 0] < place[own] < ends[own, 1]]
    step = 1e-5
    for _ in range(NEWTON if free else 0):
        gradient = height(place)[1][free]
        rows = []
        for own in free:
            shift = np.zeros(len(names))
            shift[own] = step
            rows.append((height(place + shift)[1][free] - height(place - shift)[1][free]) / (2 * step))
        move = np.linalg.lstsq(np.array(rows), gradient, rcond=1e-6)[0]
        if not np.isfinite(move).all() or np.abs(move).max() > 0.1:
            break
        place[free] -= move
    return place if abs(height(place)[0]) < SMALL else None


def _exactly(goal: Goal, names: list[str], place: Array) -> dict[str, Term] | None:
    """Constants near the place at which the slack is exactly 0."""
    lists = [list(_constants(float(own), goal.box[name])) for name, own in zip(names, place, strict=True)]
    for row in islice(product(*lists), 24):
        here = dict(zip(names, row, strict=True))
        fixed = {
            n: Number(own.lower) for n, own in goal.box.items() if own.is_point and own.lower is not None
        }
        try:
            if balls.decide(relation("=", ZERO, substitute(goal.slack, {**fixed, **here})), {}, 256) is True:
                return here
        except (Undecided, Undefined):
            continue
    return None


def _constants(value: float, extent: Range) -> list[Term]:
    """Simple constants near a number: ends, rationals, shares of the circle constant, roots and the like."""
    found: list[Term] = []
    for end in (extent.lower, extent.upper):
        if end is not None and abs(float(end) - value) < NEAR:
            found.append(number(end))
    for unit, term in ((1.0, None), (pi, CIRCLE)):
        for denominator in DENOMINATORS:
            share = Fraction(round(value / unit * denominator), denominator)
            if abs(float(share) * unit - value) < NEAR * max(1.0, abs(value)) and (share or term is None):
                found.append(number(share) if term is None else times(number(share), term))
                break
    found += [own for own in recognised(value) if not isinstance(own, Number)][:2]
    return list(dict.fromkeys(found))[:4]


def seems(goal: Goal) -> bool:
    """Whether the slack is not negative at some points of a bounded box."""
    random = np.random.default_rng(3)
    columns = {}
    for name in sorted(goal.slack.free):
        extent = goal.box[name]
        assert extent.lower is not None and extent.upper is not None
        share = random.random(FEW_SAMPLES)
        columns[name] = float(extent.lower) + (float(extent.upper) - float(extent.lower)) * share
    found = values(goal.slack, columns, FEW_SAMPLES)
    return bool((found >= -TINY).all())
