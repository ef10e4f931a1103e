"""From a candidate in doubles to the simplest exact counterexample.

All moves are proposals: `kernel.witness` decides each, hypotheses first. The order of simplicity is
well-founded: the sum of the sizes, then coordinate by coordinate the denominator, the size of the
numerator, and the sign."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Any

from boundkit.attack.draws import FINEST, Given
from boundkit.attack.exactly import exact_instance
from boundkit.attack.models import Plan
from boundkit.instances import Coordinate
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.values import Absent, Exhausted, Unsupported
from boundkit.kernel.witness import Exact, Finding, check_all

SIMPLE = tuple(
    Fraction(p, q) for q in (1, 2, 3, 4) for p in range(-4 * q, 4 * q + 1) if Fraction(p, q).denominator == q
)
NEARBY = ((1, False), (10, False), (1000, False), (10**9, True), (FINEST, False))
"""Denominators of the rationals that are tried for numbers that are not rational, and whether they are to
be no larger in size."""
MOST_TERMS = 500_000
CLOSE = 1024
"""How many times closer than drawn a number starts to the end of its ray."""
DENOMINATORS = (1, 2, 3, 4, 6, 8, 10, 16, 32, 100, 1000, 10**4, 10**6, 10**9)


@dataclass(frozen=True)
class Point:
    """Where an instance is: its sizes and its coordinates."""

    sizes: Mapping[str, int]
    coordinates: Mapping[str, Fraction]
    ray: tuple[str, str] | None = None
    """A name and the end that it runs to, where the instance is a ray."""


@dataclass(frozen=True)
class Confirmed:
    """An instance and what the exact check said of it."""

    point: Point
    instance: Mapping[str, Any] | None
    finding: Finding


def simplicity(value: Fraction) -> tuple[int, int, bool]:
    """Smaller is simpler."""
    return value.denominator, abs(value.numerator), value < 0


def examine(plan: Plan, label: str, point: Point, spent: list[int] | None = None) -> Confirmed:
    """The exact check of the statement `label` at a point. Where drawn values are not rational, rationals
    near them are tried, the simplest first, and the first violation counts; where none of them is an
    instance, that there is no exact one is what was found."""
    found, replaced = _examined(plan, label, point, *NEARBY[0], spent)
    if not replaced:
        return found
    for denominator, inward in NEARBY[1:]:
        if found.finding.outcome == "violated":
            return found
        found, _ = _examined(plan, label, point, denominator, inward, spent)
    if found.finding.outcome == "inadmissible":
        return Confirmed(point, None, Finding("unsupported", label, "a value that is not rational"))
    return found


def _examined(
    plan: Plan, label: str, point: Point, denominator: int, inward: bool, spent: list[int] | None
) -> tuple[Confirmed, bool]:
    """The exact check at a point with rationals of some denominator for numbers that are not rational, and
    whether there were any."""
    given = Given(Exact(), point.sizes, point.coordinates, denominator, inward)
    return _checked(plan, label, point, given, spent), given.replaced


def _checked(plan: Plan, label: str, point: Point, given: Given, spent: list[int] | None) -> Confirmed:
    formula = plan.theorem.statement[label].formula
    try:
        instance = exact_instance(plan, given, (formula,))
    except (Unsupported, Exhausted) as error:
        return Confirmed(point, None, Finding("unsupported", label, f"no exact instance: {error}"))
    except (Undefined, Undecided, Absent, KeyError) as error:
        return Confirmed(point, None, Finding("inadmissible", label, f"no exact instance: {error}"))
    if point.ray is not None:
        instance = along(instance, *point.ray)
    found = check_all(plan.stated, (label,), instance, families=plan.defined, spent=spent)
    return Confirmed(point, instance, found[label])


def along(instance: Mapping[str, Any], name: str, end: str) -> dict[str, Any]:
    """The instance in which a number is close to an end, and runs to it."""
    limit = Fraction(end)
    near = limit + (Fraction(instance["values"][name]) - limit) / CLOSE
    return {**instance, "values": {**instance["values"], name: str(near)}, "ray": {"name": name, "end": end}}


def confirm(plan: Plan, label: str, point: Point, laws: Mapping[str, Coordinate]) -> Confirmed:
    """The exact check at a point; when it is turned down, at the points that are rounded to ever fewer
    digits, of which the first violation counts."""
    found = examine(plan, label, point)
    if found.finding.outcome in ("violated", "unsupported"):
        return found
    for denominator in (10**6, 1000, 16):
        rounded = {}
        for name, value in point.coordinates.items():
            near = value.limit_denominator(denominator)
            rounded[name] = near if name not in laws or laws[name].admits(near) else value
        other = examine(plan, label, Point(point.sizes, rounded))
        if other.finding.outcome == "violated":
            return other
    return found


def shrink(
    plan: Plan, label: str, start: Confirmed, laws: Mapping[str, Coordinate], budget: int = 400
) -> Confirmed:
    """The simplest violation that can be reached by changing one size, one coordinate, or all coordinates
    that are equal in size, with at most `budget` exact checks, and about MOST_TERMS evaluated terms."""
    best = start
    changed = True
    spent = [0]
    while changed and budget > 0:
        changed = False
        for point in _simpler(best.point, laws):
            if budget == 0 or spent[0] > MOST_TERMS:
                return best
            budget -= 1
            found = examine(plan, label, point, spent)
            if found.finding.outcome == "violated":
                best = found
                changed = True
                break
    return best


def _simpler(point: Point, laws: Mapping[str, Coordinate]) -> Iterator[Point]:
    """Simpler points, the boldest first."""
    for label, size in sorted(point.sizes.items()):
        for smaller in sorted({0, 1, 2, size // 2, size - 1}):
            if 0 <= smaller < size:
                yield replace(point, sizes={**point.sizes, label: smaller})
    everything = {
        name: value
        for name, old in point.coordinates.items()
        if (value := _nearest(old, laws.get(name), 1)) != old
    }
    if everything:
        yield replace(point, coordinates={**point.coordinates, **everything})
    yield from _together(point, laws)
    for name, value in point.coordinates.items():
        law = laws.get(name)
        proposals = {
            *SIMPLE,
            *(law.atoms if law else ()),
            *(value.limit_denominator(q) for q in DENOMINATORS),
            # A number that is barely beyond a simple one may have room on its other side.
            *(Fraction(floor(value * q) + step, q) for q in DENOMINATORS for step in (0, 1)),
        }
        for new in sorted(proposals, key=simplicity):
            if simplicity(new) >= simplicity(value):
                break
            if law is None or law.admits(new):
                yield replace(point, coordinates={**point.coordinates, name: new})


def _together(point: Point, laws: Mapping[str, Coordinate]) -> Iterator[Point]:
    """Several coordinates set to 1 at once: those equal in value, then every two; what binds them, such as
    a best step size, often keeps each from moving alone."""
    one = Fraction(1)
    movable = [
        name
        for name, value in point.coordinates.items()
        if simplicity(value) > simplicity(one) and (name not in laws or laws[name].admits(one))
    ]
    groups: dict[Fraction, list[str]] = {}
    for name in movable:
        groups.setdefault(abs(point.coordinates[name]), []).append(name)
    sets = [tuple(movable), *(tuple(group) for group in groups.values()), *itertools.combinations(movable, 2)]
    for names in sets:
        if len(names) > 1:
            yield replace(point, coordinates={**point.coordinates, **dict.fromkeys(names, one)})


def _nearest(value: Fraction, law: Coordinate | None, denominator: int) -> Fraction:
    near = value.limit_denominator(denominator)
    return near if law is None or law.admits(near) else value
