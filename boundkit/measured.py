"""What was measured of how loose a proof is: plain records, the part of a report that `boundkit looseness`
prints. Nothing here is a verdict; only `proved` thresholds and attained bounds rest on exact arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

LEVEL = 0.95
"""The level of the confidence bands of fitted exponents."""
DRAWS = 999
"""Bootstrap samples behind each band."""
BUCKETS = 40
"""Quarters of an octave of the ratio of right to left side, from 1 on; the last one takes what is larger."""

Values = tuple[tuple[str, str], ...]


ATTAINED = "it is attained at every instance"
"""Why a claim has no parts that give something away: it gives nothing away."""


@dataclass(frozen=True)
class StepLoss:
    """How far apart the two sides of one relation were.

    name: the label of the statement, with `.1`, `.2`, ... for the links of a chain, or that of a hypothesis.
    kind: `step`, `claim` or `hypothesis`.
    measure: `factor` for right/left, where both sides are positive; `slack` for right - left, where they are
        not; `equality` for a relation that gives nothing away; `none` where nothing could be measured.
    instances: those that the figures are of.
    median, least, most: of the factor or of the slack; 1 (or 0) is tight.
    least_at, most_at: the tightest and the loosest instance, sizes first.
    histogram: instances by the factor, in quarters of an octave from 1 on; empty for a slack.
    reason: why nothing was measured, or why it is a slack.
    """

    name: str
    kind: str
    measure: str
    instances: int = 0
    median: float = 1.0
    least: float = 1.0
    most: float = 1.0
    least_at: Values = ()
    most_at: Values = ()
    histogram: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Share:
    """What one relation of the proof adds to the loss of a claim. factor: the median over the instances.
    share: the mean of its part of the logarithm, from 0 to 1. At each instance the factors of all parts
    multiply to that of the claim."""

    name: str
    factor: float
    share: float


@dataclass(frozen=True)
class ClaimLoss:
    """What a claim gives away in all, and where. total: the median factor right/left. parts: those that give
    something away, largest share first; none where the claim is attained at every instance or not measured,
    for the `reason`."""

    claim: str
    instances: int = 0
    total: float = 1.0
    parts: tuple[Share, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Exponent:
    """A slope of the logarithm of a mean against the logarithm of a size, with the ends of its band."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Point:
    """One size of a growth: the number of instances, the 5%, 50% and 95% quantiles of the left side, the
    median of the right side, and the median of right/left."""

    size: int
    instances: int
    left: tuple[float, float, float]
    right: float
    factor: float


@dataclass(frozen=True)
class Growth:
    """Both sides of a claim along growing values of one size.

    left, right: fitted exponents. claimed: that of the right side where it is a product of powers of the
        size, such as `-1/2`; "" where it is none.
    order: whether the claim is up to a constant (`<~`), where a ratio that stays bounded is what is claimed.
    """

    claim: str
    parameter: str
    points: tuple[Point, ...]
    left: Exponent
    right: Exponent
    claimed: str = ""
    order: bool = False


@dataclass(frozen=True)
class Region:
    """From where on a bound says something: it is below `trivial`, which holds anyway, exactly for
    `parameter` >= value, where the others are `at`.

    proved: whether the bound is proved to decrease in the parameter, and was compared with the trivial one at
        the threshold and just before it in ball arithmetic; else it was only seen at the places looked at.
    value: None where it is below at none of those.
    """

    claim: str
    parameter: str
    value: int | None
    at: Values
    trivial: str
    proved: bool


@dataclass(frozen=True)
class Map:
    """Where a bound is below the trivial one, over two parameters: a row for each value of `y`, from the
    smallest, with the right side at each value of `x` (None where it has no value)."""

    claim: str
    x: str
    y: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    rows: tuple[tuple[float | None, ...], ...]
    trivial: float
    at: Values = ()


@dataclass(frozen=True)
class Attained:
    """An instance, all hypotheses true, at which both sides of a claim are exactly equal and positive."""

    claim: str
    values: Values
    comparison: str


@dataclass(frozen=True)
class Looseness:
    """All that was measured of one theorem.

    model: the model that the instances are drawn from; scope: the sizes that were reached.
    instances: those at which every hypothesis held.
    reason: why nothing was measured; "" where something was.
    """

    model: str = "default"
    seed: int = 0
    instances: int = 0
    scope: str = ""
    steps: tuple[StepLoss, ...] = ()
    claims: tuple[ClaimLoss, ...] = ()
    growth: tuple[Growth, ...] = ()
    regions: tuple[Region, ...] = ()
    maps: tuple[Map, ...] = ()
    attained: tuple[Attained, ...] = ()
    reason: str = ""


def as_json(found: Looseness) -> dict[str, Any]:
    """The record as JSON: the names of the fields above, `Values` as an object, null for numbers that are
    not finite."""
    return {
        "model": found.model,
        "seed": found.seed,
        "instances": found.instances,
        "scope": found.scope,
        "steps": [_fields(step) for step in found.steps],
        "claims": [
            {**_fields(claim), "parts": [_fields(part) for part in claim.parts]} for claim in found.claims
        ],
        "growth": [
            {
                **_fields(growth),
                "points": [_fields(point) for point in growth.points],
                "left": _fields(growth.left),
                "right": _fields(growth.right),
                "level": LEVEL,
                "draws": DRAWS,
            }
            for growth in found.growth
        ],
        "regions": [_fields(region) for region in found.regions],
        "maps": [_fields(one) for one in found.maps],
        "attained": [_fields(one) for one in found.attained],
        "reason": found.reason,
    }


def _fields(record: Any) -> dict[str, Any]:
    return {name: _plain(name, getattr(record, name)) for name in record.__dataclass_fields__}


def _plain(name: str, value: Any) -> Any:
    if name in ("at", "least_at", "most_at", "values"):
        return dict(value)
    if isinstance(value, tuple):
        return [_plain("", part) for part in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value


def shown_factor(value: float) -> str:
    """Three digits: 2.67, 1530, 4.1e6."""
    if abs(value) < 1e5:
        return f"{float(f'{value:.3g}') + 0.0:g}"
    return f"{value:.1e}".replace("e+0", "e").replace("e+", "e")


def values_text(values: Mapping[str, str] | Values) -> str:
    """`n = 3, d = 2`."""
    pairs = values.items() if isinstance(values, Mapping) else values
    return ", ".join(f"{name} = {value}" for name, value in pairs)
