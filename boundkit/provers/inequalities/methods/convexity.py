"""Convex slacks by their value at the minimiser: descent finds it in floating point, and it is recognised as
a rational, or a root, a logarithm, an exponential of one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, product
from math import exp, inf, log
from typing import Any

import numpy as np

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Term, number
from boundkit.kernel.derivative import NotDifferentiable, derivative
from boundkit.kernel.steps import Convex, Range
from boundkit.provers.inequalities.doubles import Unknown, values
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import points

COST = 26
MOST_VARIABLES = 5
MOST_BOTTOMS = 6
LARGEST = 1e6
TOLERANCE = 1e-7
DENOMINATORS = (1, 2, 3, 4, 6, 12, 60)

Array = Any


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One step, if the Hessian is positive definite on the whole box."""
    names = sorted(name for name in goal.slack.free if not goal.box[name].is_point)
    if not 1 <= len(names) <= MOST_VARIABLES or len(names) != len(goal.slack.free):
        return GivenUp("")
    try:
        slopes = [derivative(goal.slack, name) for name in names]
        second = [[derivative(slope, name) for name in names] for slope in slopes]
        if not _seems_convex(goal, names, second):
            return GivenUp("")
        least = _least(goal, names, slopes)
    except (NotDifferentiable, Unknown):
        return GivenUp("")
    if least is None:
        return GivenUp("")
    candidates = [list(recognised(value, goal.box[name])) for value, name in zip(least, names, strict=True)]
    for bottom in islice(product(*candidates), MOST_BOTTOMS):
        effort.spend(2)
        step = Convex(bottom)
        if accepted(goal, step):
            shown = ", ".join(f"{name} = {value}" for name, value in zip(names, bottom, strict=True))
            return Found(step, (f"the gap of the sides is convex, and least at {shown}",))
    return GivenUp("the slack seems convex, but its least value is not decided")


def _seems_convex(goal: Goal, names: list[str], second: list[list[Term]]) -> bool:
    """Whether the Hessian has no negative eigenvalue at sample points."""
    places = points(goal.box, ())
    columns = {name: np.array([float(place[name]) for place in places]) for name in names}
    entries = np.array([[values(entry, columns, len(places)) for entry in row] for row in second])
    hessians = entries.transpose(2, 0, 1)
    hessians = hessians[np.isfinite(hessians).all(axis=(1, 2))]
    if not len(hessians):
        return False
    scale = np.abs(hessians).max(axis=(1, 2)) + 1e-300
    return bool((np.linalg.eigvalsh(hessians).min(axis=1) >= -1e-9 * scale).all())


def _least(goal: Goal, names: list[str], slopes: list[Term]) -> Array | None:
    """About where the slack is least, if its value there is not negative."""
    from scipy.optimize import minimize

    def at(term: Term, place: Array) -> float:
        columns = {name: np.array([value]) for name, value in zip(names, place, strict=True)}
        return float(values(term, columns, 1)[0])

    def height(place: Array) -> tuple[float, Array]:
        value = at(goal.slack, place)
        slope = np.array([at(slope, place) for slope in slopes])
        fine = np.isfinite(value) and np.isfinite(slope).all()
        return (value, slope) if fine else (1e30, np.zeros(len(names)))

    bounds = [ends(goal.box[name]) for name in names]
    starts = [np.array([float(place[name]) for name in names]) for place in points(goal.box, ())]
    best = sorted((height(start)[0], number_) for number_, start in enumerate(starts))[:1]
    for _, number_ in best:
        found = minimize(
            height,
            starts[number_],
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"ftol": 1e-16, "gtol": 1e-12, "maxiter": 500},
        )
        if np.abs(found.x).max() < LARGEST and found.fun > -TOLERANCE:
            return np.asarray(found.x)
    return None


def ends(extent: Range) -> tuple[float, float]:
    """The ends of a range in floating point."""
    low = -inf if extent.lower is None else float(extent.lower)
    high = inf if extent.upper is None else float(extent.upper)
    return low, high


def recognised(value: float, extent: Range) -> Iterator[Term]:
    """Constants near a number: an end of the range, a rational, the root, the logarithm, the exponential of
    one."""
    for end in (extent.lower, extent.upper):
        if end is not None and abs(float(end) - value) < 1e-4:
            yield number(end)
    found: list[Term] = []
    for turned, head in (
        (value, ""),
        (value * abs(value), "sqrt"),
        (exp(value) if value < 20 else inf, "ln"),
        (log(value) if value > 0 else inf, "exp"),
    ):
        simple = _simple(turned)
        if simple is None or (head and simple in (0, 1)):
            continue
        if not head:
            found.append(number(simple))
        elif head == "sqrt":
            root = Apply("sqrt", (number(abs(simple)),), REAL)
            found.append(root if simple > 0 else Apply("*", (number(-1), root), REAL))
        elif head == "exp" or simple > 0:
            found.append(Apply(head, (number(simple),), REAL))
    yield from found[:2]


def _simple(value: float) -> Fraction | None:
    if not abs(value) < LARGEST:
        return None
    for denominator in DENOMINATORS:
        near = Fraction(round(value * denominator), denominator)
        if abs(float(near) - value) < 1e-5 * max(1.0, abs(value)):
            return near
    return None
