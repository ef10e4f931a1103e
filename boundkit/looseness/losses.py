"""What each relation of a proof gives away, and how the loss of a claim is divided among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from boundkit.ir.theorems import Theorem
from boundkit.looseness.instances import Instances
from boundkit.looseness.relations import Kinship, Relation, depends, labels_of
from boundkit.measured import ATTAINED, BUCKETS, ClaimLoss, Share, StepLoss, Values

FEWEST = 30
"""Instances below which nothing is said."""
ROUNDING = 1e-9
"""Relative distance of two sides that are taken to be equal."""
ENDLESS = 1e4
"""The logarithm of a ratio to a left side that is not positive: more than that of any two doubles."""
FAILED = 1e-6
"""Relative distance from which on a left side that is the greater one is no matter of rounding. Such
instances are for the test to judge, and left out here."""


def step_losses(found: Sequence[Relation], drawn: Instances, theorem: Theorem) -> tuple[StepLoss, ...]:
    """The distance of the two sides of each relation."""
    return tuple(_step(relation, place, drawn, theorem) for place, relation in enumerate(found))


def _step(relation: Relation, place: int, drawn: Instances, theorem: Theorem) -> StepLoss:
    if relation.is_equality:
        return StepLoss(relation.name, relation.kind, "equality")
    left, right = drawn.left[place], drawn.right[place]
    known = np.flatnonzero(~np.isnan(left) if relation.is_order else holds(left, right))
    if known.size < FEWEST:
        reason = drawn.unread.get(place) or f"it has sides at {known.size} of {drawn.count} instances"
        return StepLoss(relation.name, relation.kind, "none", int(known.size), reason=reason)
    positive = known[(left[known] > 0) & (right[known] > 0)]
    if positive.size >= max(FEWEST, known.size // 10):
        with np.errstate(over="ignore"):
            quotient = right[positive] / left[positive]
        factor = np.maximum(quotient, 0.0 if relation.is_order else 1.0)
        reason = (
            f"both sides are positive at {positive.size} of {known.size} instances"
            if positive.size < known.size
            else ""
        )
        return _spread(relation, "factor", factor, positive, (drawn, theorem), reason)
    reason = f"both sides are positive at {positive.size} of {known.size} instances only"
    return _spread(relation, "slack", right[known] - left[known], known, (drawn, theorem), reason)


def holds(left: Any, right: Any) -> Any:
    """Where both sides are known and the left one is no greater, rounding aside."""
    with np.errstate(all="ignore"):
        return left - right <= FAILED * (np.abs(left) + np.abs(right))


def _spread(
    relation: Relation,
    measure: str,
    values: Any,
    places: Any,
    where: tuple[Instances, Theorem],
    reason: str,
) -> StepLoss:
    drawn, theorem = where

    def at(place: int) -> Values:
        """The numbers that the relation speaks of."""
        said = drawn.values(int(places[place]))
        return tuple(pair for pair in said if depends(relation.formula, pair[0], theorem))

    low, high = int(np.argmin(values)), int(np.argmax(values))
    counts: tuple[int, ...] = ()
    if measure == "factor":
        quarters = np.clip(np.floor(4 * np.log2(values) + ROUNDING), 0, BUCKETS - 1).astype(int)
        counts = tuple(int(count) for count in np.bincount(quarters, minlength=BUCKETS))
    return StepLoss(
        relation.name,
        relation.kind,
        measure,
        int(places.size),
        float(np.median(values)),
        float(values[low]),
        float(values[high]),
        at(low),
        at(high),
        counts,
        reason,
    )


def claim_losses(found: Sequence[Relation], drawn: Instances, kinship: Kinship) -> tuple[ClaimLoss, ...]:
    """The loss of each claim and its parts.

    At each instance the logarithm of right/left of a claim is handed down: a statement hands it to its links
    in proportion to theirs; a link keeps what exceeds the sum of its premises' and hands the rest to them, in
    proportion to theirs. So the parts of a claim always multiply to its factor; for a chain each part is the
    step's own factor. A premise whose left side is not positive, though its right side is, loses more than
    any factor.
    """
    logs = _logarithms(found, drawn)
    places = labels_of(found)
    labels = [relation.label for relation in found if relation.kind == "claim"]
    return tuple(_claim(label, found, drawn, logs, places, kinship) for label in dict.fromkeys(labels))


def _logarithms(found: Sequence[Relation], drawn: Instances) -> Any:
    """ln(right/left); 0 for an equality, and where a left side is greater by a constant; ENDLESS where only
    the left side is not positive; NaN where the right side is not, or nothing is known."""
    left, right = drawn.left, drawn.right
    with np.errstate(all="ignore"):
        orders = np.array([relation.is_order for relation in found])[:, None]
        known = (right > 0) & (orders | holds(left, right))
        ratio = np.where(left > 0, np.log(right) - np.log(left), ENDLESS)
        ratio = np.where(known, ratio, np.where((left == 0) & (right == 0), 0.0, np.nan))
    ratio = np.where(np.abs(ratio) < ROUNDING, 0.0, np.maximum(ratio, 0.0))
    for place, relation in enumerate(found):
        if relation.is_equality:
            ratio[place] = 0.0
    return ratio


def _claim(
    claim: str, found: Sequence[Relation], drawn: Instances, logs: Any, places: Any, kinship: Kinship
) -> ClaimLoss:
    own = places[claim]
    if all(found[place].is_equality for place in own):
        return ClaimLoss(claim, drawn.count, reason="an equality")
    totals = logs[own].sum(axis=0)
    positive = (drawn.left[own] > 0).all(axis=0) | np.array([found[p].is_equality for p in own]).all()
    known = ~np.isnan(totals) & positive & (totals < ENDLESS)
    count = int(known.sum())
    if count < FEWEST:
        unread = [drawn.unread[place] for place in own if place in drawn.unread]
        said = unread[0] if unread else f"both sides are positive at {count} of {drawn.count} instances"
        return ClaimLoss(claim, count, reason=f"no factor: {said}")
    totals = totals[known]
    kept = _handed_down(claim, totals, found, np.nan_to_num(logs[:, known]), places, kinship)
    loose = totals > 0
    if not loose.any():
        order = "up to a constant, and its right side is nowhere the greater one"
        is_order = any(found[place].is_order for place in own)
        return ClaimLoss(claim, count, reason=order if is_order else ATTAINED)
    parts = [
        Share(found[place].name, float(np.exp(np.median(amount))), share)
        for place, amount in kept.items()
        if (share := float(np.mean(amount[loose] / totals[loose]))) > ROUNDING
    ]
    parts.sort(key=lambda part: (-part.share, part.name))
    return ClaimLoss(claim, count, float(np.exp(np.median(totals))), tuple(parts))


def _handed_down(
    claim: str, totals: Any, found: Sequence[Relation], logs: Any, places: Any, kinship: Kinship
) -> dict[int, Any]:
    """What each relation keeps of the totals of a claim, by instance."""
    owed = {label: np.zeros_like(totals) for label in places}
    owed[claim] = totals
    kept: dict[int, Any] = {}
    for label in reversed(list(places)):
        amount = owed[label]
        if not amount.any():
            continue
        whole = logs[places[label]].sum(axis=0)
        scale = _over(amount, whole)
        for place in places[label]:
            premises = kinship.premises(found[place])
            carriers = [other for other in premises if places[other][0] < places[label][0]]
            theirs = np.array([logs[places[other]].sum(axis=0) for other in carriers])
            theirs = theirs.reshape(-1, totals.size)
            below = theirs.sum(axis=0)
            handed = np.minimum(logs[place], below)
            kept[place] = (logs[place] - handed) * scale
            for other, own in zip(carriers, theirs, strict=True):
                owed[other] = owed[other] + handed * scale * _over(own, below)
    return kept


def _over(part: Any, whole: Any) -> Any:
    """The ratio, 0 where the whole is."""
    with np.errstate(all="ignore"):
        return np.where(whole > 0, part / whole, 0.0)
