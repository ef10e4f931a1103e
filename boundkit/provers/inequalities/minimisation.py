"""Descent on the margin of a goal, in floating point for many points at once and exactly for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term, substitute
from boundkit.kernel import balls
from boundkit.kernel.intervals import Undecided, Undefined, rational_ball
from boundkit.provers.inequalities.drawing import Sampler, as_double
from boundkit.provers.inequalities.problem import Problem, parts
from boundkit.provers.inequalities.solving import Branch

Array = Any

ROUNDS = 80
LARGEST = 1e300
PRECISION = 320
EXACT_ROUNDS = 60
ORDERS = frozenset({"<=", "<"})


def score(given: Array, goal: Array) -> Array:
    """What to make small: the margin of the goal where the hypotheses hold, else more than 2 with how far
    they fail; 4 where nothing is known."""
    failing = np.where(np.isnan(given), 1.0, np.maximum(-given - 1e-12, 0.0))
    return np.where(failing > 0, 2 + failing, np.where(np.isnan(goal), 4.0, goal))


def descend(starts: Array, sampler: Sampler, height: Callable[[Array], Array]) -> Array:
    """Points of small height from each of the starts, the lowest first: steps along the axes, away from and
    towards the ends, and in random directions, shorter after each failure."""
    random = np.random.default_rng(1)
    points = np.array(starts, dtype=float)
    count, width = points.shape
    lower = np.array([-np.inf if own.lower is None else as_double(own.lower) for own in sampler.ranges])
    upper = np.array([np.inf if own.upper is None else as_double(own.upper) for own in sampler.ranges])
    least, most = np.maximum(lower, -LARGEST), np.minimum(upper, LARGEST)
    whole = np.array([sampler.integral[name] for name in sampler.names])
    anchor = np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), upper, 0.0))
    best = height(points)
    steps = np.full(count, 0.5)
    with np.errstate(all="ignore"):
        for _ in range(ROUNDS):
            moved: list[Array] = []
            for axis in range(width):
                for sign in (1.0, -1.0):
                    scaled = points.copy()
                    scaled[:, axis] = anchor[axis] + (points[:, axis] - anchor[axis]) * np.exp(
                        2 * sign * steps
                    )
                    shifted = points.copy()
                    reach = np.maximum(np.abs(points[:, axis]), 0.1) * steps
                    if whole[axis]:
                        reach = np.maximum(1.0, np.round(reach))
                    shifted[:, axis] += sign * reach
                    moved += [scaled, shifted]
            for _ in range(4 if width > 1 else 1):
                size = np.maximum(np.abs(points), 1e-3) * steps[:, None]
                moved.append(points + size * random.standard_normal(points.shape))
            for own in moved:
                own[:] = np.clip(np.where(whole, np.round(own), own), least, most)
            heights = height(np.concatenate(moved)).reshape(len(moved), count)
            pick = np.argmin(heights, axis=0)
            lowest = heights[pick, np.arange(count)]
            better = lowest < best
            chosen = np.array(moved)[pick, np.arange(count)]
            points = np.where(better[:, None], chosen, points)
            best = np.where(better, lowest, best)
            steps = np.where(better, np.minimum(steps * 1.5, 1.0), steps / 2)
    return points[np.argsort(best, kind="stable")]


def exactly(problem: Problem, branch: Branch, start: dict[str, Fraction]) -> Iterator[dict[str, Fraction]]:
    """Points that descent in balls reaches where the two sides of a goal nearly touch: a proposal for each
    relation of the goal, if its slack becomes negative."""
    for part in parts(problem.goal):
        if not isinstance(part, Apply) or part.head not in ("<=", "<"):
            continue
        left, right = (substitute(side, dict(branch.solved)) for side in part.args)
        slack: Term = Apply("-", (right, left), REAL)
        point = dict(start)
        height = _height(slack, point)
        if height is None:
            continue
        facts = [
            _gap(fact, branch) for fact in problem.facts if isinstance(fact, Apply) and fact.head in ORDERS
        ]
        # Where no double satisfies the hypotheses, they are left to chance.
        facts = facts if _admissible(facts, point) else []
        step = Fraction(1, 16)
        for _ in range(EXACT_ROUNDS):
            if height < 0:
                yield point
                break
            improved = False
            for name in point:
                for sign in (1, -1):
                    reach = max(abs(point[name]), Fraction(1, 10**6)) * step * sign
                    moved = {**point, name: _shortened(point[name] + reach, step)}
                    found = _height(slack, moved)
                    if found is not None and found < height and _admissible(facts, moved):
                        point, height, improved = moved, found, True
            if not improved:
                step /= 4


def _gap(fact: Apply, branch: Branch) -> Term:
    left, right = (substitute(side, dict(branch.solved)) for side in fact.args)
    return Apply("-", (right, left), REAL)


def _admissible(facts: list[Term], point: dict[str, Fraction]) -> bool:
    """Whether no gap is clearly below 0 at a point."""
    heights = (_height(fact, point) for fact in facts)
    return all(height is not None and height >= 0 for height in heights)


def _shortened(value: Fraction, step: Fraction) -> Fraction:
    """The value in binary digits that a step of this size needs."""
    scale = 1 << (step.denominator.bit_length() + 40)
    return Fraction(round(value * scale), scale)


def _height(slack: Term, point: dict[str, Fraction]) -> Any | None:
    try:
        with balls.precisely(PRECISION):
            values = {name: rational_ball(value) for name, value in point.items()}
        found = balls.enclose(slack, values, PRECISION)
    except (Undefined, Undecided):
        return None
    return found.mid() if found.is_finite() else None
