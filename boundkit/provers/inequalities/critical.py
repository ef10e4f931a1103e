"""Points at which a slack is stationary under equations and inequalities that are met with equality, to many
digits: Newton's method on the conditions of Lagrange.

Nothing is decided: points are proposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term
from boundkit.kernel.derivative import NotDifferentiable, derivative, minus
from boundkit.provers.inequalities.drawing import as_double
from boundkit.provers.inequalities.stationary import ROUGHLY, Leap, Values, shortened, smooth_branch, value_at

ROUNDS = 40
ACTIVE = 1e-3
"""How close to equality an inequality is, by the size of its sides, that may be active."""
CONVERGED = Fraction(1, 10**40)
LARGEST_STEP = 2
MOST_NAMES = 8


class Conditions:
    """The conditions of Lagrange for a slack and constraints, in real names."""

    def __init__(self, slack: Term, constraints: Sequence[Term], names: Sequence[str]) -> None:
        self.names, self.constraints, self.slack = list(names), list(constraints), slack
        self.terms = [slack, *constraints]
        self.gradients = [{name: derivative(term, name) for name in names} for term in self.terms]
        self.hessians = [
            {
                (i, k): derivative(gradient[one], two)
                for i, one in enumerate(names)
                for k, two in enumerate(names[: i + 1])
            }
            for gradient in self.gradients
        ]

    def solved(self, start: Values) -> Values | None:
        """A point near a point where the conditions hold, or nearly so; None where none is near."""
        point = dict(start)
        multipliers: list[Fraction] | None = None
        width, count = len(self.names), len(self.constraints)
        leap, last = Leap(), Fraction(1)
        for _ in range(ROUNDS):
            heights = [value_at(term, point) for term in self.constraints]
            rows = [[value_at(gradient[name], point) for name in self.names] for gradient in self.gradients]
            if None in heights or any(None in row for row in rows):
                return None
            exact = [[own or Fraction(0) for own in row] for row in rows]
            jacobian = np.array([[as_double(own) for own in row] for row in exact[1:]]).reshape(count, width)
            if multipliers is None:
                first = np.array([as_double(own) for own in exact[0]])
                if not (np.isfinite(first).all() and np.isfinite(jacobian).all()):
                    return None
                multipliers = [Fraction(float(own)) for own in np.linalg.pinv(jacobian.T) @ first]
            curvature = self.curvature(point, multipliers)
            if curvature is None:
                return None
            slopes = [
                exact[0][k]
                - sum((own * row[k] for own, row in zip(multipliers, exact[1:], strict=True)), Fraction(0))
                for k in range(width)
            ]
            residual = [*slopes, *(own or Fraction(0) for own in heights)]
            scale = max(map(abs, residual))
            if not scale:
                return point
            matrix = np.block([[curvature, -jacobian.T], [jacobian, np.zeros((count, count))]])
            if not np.isfinite(matrix).all():
                return None
            relative = np.array([as_double(own / scale) for own in residual])
            with np.errstate(all="ignore"):
                shares = -np.linalg.pinv(matrix, rcond=1e-12) @ relative
            if not np.isfinite(shares).all():
                return None
            moves = [Fraction(float(own)) * scale for own in shares]
            steps = dict(zip(self.names, moves, strict=False))
            reach = max(abs(step) for step in steps.values())
            if reach > last and last < ROUGHLY:
                return point  # What is left of the digits does not lead on.
            if any(abs(step) > LARGEST_STEP * (1 + abs(point[name])) for name, step in steps.items()):
                return None
            last = reach
            steps = leap.lengthened(steps)
            for name, step in steps.items():
                point[name] = shortened(point[name] + step)
            multipliers = [
                shortened(own + move) for own, move in zip(multipliers, moves[width:], strict=True)
            ]
            if all(abs(step) <= CONVERGED * (1 + abs(point[name])) for name, step in steps.items()):
                return point
        return point

    def curvature(self, point: Values, multipliers: Sequence[Fraction]) -> np.ndarray | None:
        """The second derivatives of the slack less the constraints times their multipliers."""
        width = len(self.names)
        total = np.zeros((width, width))
        for factor, hessian in zip((Fraction(-1), *multipliers), self.hessians, strict=True):
            for (i, k), term in hessian.items():
                own = value_at(term, point)
                if own is None:
                    return None
                with np.errstate(invalid="ignore"):  # What is beyond doubles ends the search afterwards.
                    total[i, k] -= as_double(own * factor)
                total[k, i] = total[i, k]
        return total


def critical_points(
    relation: Apply, facts: Sequence[Term], start: Values, names: Sequence[str]
) -> Iterator[Values]:
    """Points near a start at which the slack of a relation is stationary in the names, under the facts that
    are equations, and of the others first all that are close to equality there, then none."""
    left, right = relation.args
    slack = smooth_branch(Apply("-", (right, left), REAL), start)
    kept = [name for name in names if any(name in fact.free for fact in (*facts, slack))]
    if not kept or len(kept) > MOST_NAMES:
        return
    equations = [_gap(fact, start) for fact in facts if isinstance(fact, Apply) and fact.head == "="]
    active = [
        _gap(fact, start)
        for fact in facts
        if isinstance(fact, Apply) and fact.head == "<=" and _is_active(fact, start)
    ]
    for chosen in ([*equations, *active], equations) if active else ((equations,) if equations else ()):
        try:
            found = Conditions(slack, chosen, kept).solved(start)
        except (NotDifferentiable, RecursionError, np.linalg.LinAlgError):
            continue
        if found is not None:
            yield found


def _gap(fact: Apply, start: Mapping[str, Fraction]) -> Term:
    return smooth_branch(minus(fact.args[1], fact.args[0]), dict(start))


def _is_active(fact: Apply, start: Values) -> bool:
    left, right = (value_at(side, start) for side in fact.args)
    return (
        left is not None and right is not None and abs(right - left) <= ACTIVE * (1 + abs(left) + abs(right))
    )


__all__ = ["critical_points"]
