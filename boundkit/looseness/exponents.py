"""Exponents in a size: fitted to instances, with bands, and those that a term has by its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from boundkit.attack.draws import Sizes
from boundkit.attack.models import Plan
from boundkit.attack.tape import BLOCK, TapeTooLong
from boundkit.ir.sorts import NAT
from boundkit.ir.terms import Apply, Name, Number, Term
from boundkit.ir.theorems import Hypothesis, Theorem
from boundkit.kernel.values import Exhausted
from boundkit.looseness.instances import STOPPED, Effort, compiled, sample
from boundkit.looseness.losses import FEWEST, holds
from boundkit.looseness.relations import Relation, condition, depends
from boundkit.measured import DRAWS, LEVEL, Exponent, Growth, Point

LADDER = tuple(2**k for k in range(13))
"""Sizes that are tried, in this order."""
FEWEST_POINTS = 3


def growths(
    plan: Plan, claims: Sequence[Relation], key: tuple[int, str], effort: Effort
) -> tuple[Growth, ...]:
    """Both sides of each claim along each natural number that its right side depends on; other sizes are one
    above their least, other numbers as in the model."""
    found = []
    theorem = plan.stated
    for relation in claims:
        if relation.is_equality or not relation.sides:
            continue
        own = plan
        if (assumed := condition(relation)) is not None:
            bare = replace(theorem, hypotheses=(*theorem.hypotheses, Hypothesis("condition", assumed)))
            own = Plan(bare, plan.model, plan.defined)
        right = relation.sides[1]
        for declaration in theorem.declarations:
            name = declaration.name
            if declaration.kind == "let" and name.sort == NAT and depends(right, name.text, theorem):
                points, logs = _along(own, relation, name.text, key, effort)
                if len(points) >= FEWEST_POINTS:
                    left, other = _fitted([p.size for p in points], logs, key)
                    power = exponent(right, name.text, theorem)
                    claimed = "" if power is None else str(power)
                    found.append(
                        Growth(
                            relation.name, name.text, tuple(points), left, other, claimed, relation.is_order
                        )
                    )
    return tuple(found)


def _along(
    plan: Plan, relation: Relation, name: str, key: tuple[int, str], effort: Effort
) -> tuple[list[Point], list[Any]]:
    """The points, and for each the logarithms of both sides at its instances, NaN where they have none. The
    same random numbers serve all sizes, and those that have sides at every size are used where there are
    enough of them."""
    points: list[Point] = []
    logs: list[Any] = []
    structural = name in plan.structural
    ladder = LADDER if structural else tuple(size * size for size in LADDER)
    for size in ladder:
        if len(points) == effort.grown:
            break
        try:
            one = compiled(plan, [relation], Sizes({"": 1}), 1000, effort.instructions, {name: size})
        except (TapeTooLong, Exhausted, RecursionError):
            break
        except STOPPED:
            if points:
                break
            continue
        if 0 in one.unread:
            break
        left, right, taken = sample(one, 1, effort.blocks_grown, key)
        a, b = left[0], right[0]
        kept = (a > 0) & (b > 0) & (holds(a, b) | relation.is_order)
        if kept.sum() < FEWEST:
            continue
        a, b = a[kept], b[kept]
        low, middle, high = (float(q) for q in np.quantile(a, (0.05, 0.5, 0.95)))
        factor = max(0.0 if relation.is_order else 1.0, float(np.median(b / a)))
        points.append(Point(size, int(kept.sum()), (low, middle, high), float(np.median(b)), factor))
        log = np.full((2, effort.blocks_grown * BLOCK), np.nan)
        log[:, taken[kept]] = np.log(np.array([a, b]))
        logs.append(log)
    if not logs:
        return points, logs
    everywhere = ~np.isnan(np.array(logs)).any(axis=(0, 1))
    if everywhere.sum() >= FEWEST:
        logs = [np.where(everywhere, log, np.nan) for log in logs]
    return points, logs


def _fitted(sizes: Sequence[int], logs: Sequence[Any], key: tuple[int, str]) -> tuple[Exponent, Exponent]:
    """Least squares through the means of the logarithms, and the percentiles of the slopes of DRAWS bootstrap
    samples, in each of which the instances are drawn anew, the same ones for all sizes."""
    x = np.log(np.array(sizes, float))
    weights = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    source = np.random.Generator(np.random.Philox([key[0] & 0xFFFFFFFFFFFFFFFF, int(key[1][:16], 16)]))
    count = logs[0].shape[1]
    chosen = np.array(
        [np.bincount(source.integers(count, size=count), minlength=count) for _ in range(DRAWS)]
    )
    drawn = np.empty((DRAWS, len(logs), 2))
    means = np.empty((len(logs), 2))
    for place, log in enumerate(logs):
        known = ~np.isnan(log[0])
        weight = chosen[:, known].astype(float)
        means[place] = log[:, known].mean(axis=1)
        drawn[:, place] = weight @ log[:, known].T / np.maximum(weight.sum(axis=1), 1.0)[:, None]
    slopes = np.einsum("p,dps->ds", weights, drawn)
    low, high = np.quantile(slopes, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
    value = weights @ means
    left, right = (Exponent(float(value[k]), float(low[k]), float(high[k])) for k in (0, 1))
    return left, right


def exponent(term: Term, name: str, theorem: Theorem) -> Fraction | None:
    """The k of a term that is n^k times something without n; None for a term of another form."""
    if not depends(term, name, theorem):
        return Fraction(0)
    if isinstance(term, Name):
        if term.text == name:
            return Fraction(1)
        definition = theorem.definition.get(term.text)
        if definition is None or definition.style != "constant" or definition.recursive:
            return None
        return exponent(definition.clauses[0].body, name, theorem)
    if not isinstance(term, Apply):
        return None
    parts = [exponent(arg, name, theorem) for arg in term.args]
    match term.head:
        case "*" if None not in parts:
            return sum((part for part in parts if part is not None), Fraction(0))
        case "/" if len(parts) == 2 and parts[0] is not None and parts[1] is not None:
            return parts[0] - parts[1]
        case "sqrt" if parts[0] is not None:
            return parts[0] / 2
        case "^" if isinstance(term.args[1], Number) and parts[0] is not None:
            return parts[0] * term.args[1].value
        case "neg" | "abs":
            return parts[0]
        case "+" | "-" | "min" | "max" if len(set(parts)) == 1:
            return parts[0]
    return None
