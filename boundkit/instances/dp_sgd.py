"""Differentially private stochastic gradient descent (Abadi et al. 2016) on a lattice.

The noise is that of the two-sided geometric law, cut off, so that all laws are finite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import (
    Context,
    Drawn,
    Family,
    natural_range,
    nonnegative,
    private_base,
    samples_of,
    tilted,
)
from boundkit.kernel.grids import total
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Tabulated


def clipped_step(weight: int, targets: Sequence[int], clip: int) -> int:
    """The weight after one step without noise: each example pulls it to its target, by at most `clip`."""
    return weight - sum(max(-clip, min(clip, weight - target)) for target in targets)


class DpSgd(Family):
    """The law on 1..hypotheses of the weight after `steps` steps from a drawn one: each step adds the sum of
    the gradients w - c(z) of (w - c(z))^2/2 over the members z of the sample, clipped to [-clip, clip], with
    a minus, and draws the next weight h with probability in proportion to b^(-|h - that|).

    Replacing a member moves the sum by at most 2*clip, so a weight changes by a factor of at most b^(2*clip),
    and so does the sum of all: with b^(4*clip*steps) <= exp(eps) all steps together are (eps, 0)-private, and
    so is the last weight. There is none with eps < 0. A table of one natural number i is given for the sample
    of which i members are of a second kind: neighbours differ in one."""

    draws: ClassVar[str] = "algorithm"
    takes: ClassVar[tuple[str, ...]] = ("hypotheses", "eps", "steps", "clip")
    needs: ClassVar[tuple[str, ...]] = ("eps",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"size": 2, "hypotheses": 3, "eps": 1},
        {"size": 2, "hypotheses": 3, "eps": 2, "steps": 1, "clip": 2},
    )

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, shape, eps = context.arithmetic, arguments["shape"], arguments["eps"]
        count = arguments["hypotheses"]
        steps = context.natural("steps", *natural_range(context, arguments, "steps", (1, 2)))
        clip = context.natural("clip", *natural_range(context, arguments, "clip", (1, 2)))
        base = private_base(context, eps, 4 * clip * steps)
        start = context.natural("start", 1, count)
        chain = arguments.get("naturals", ()) == (0,) and len(shape) == 1
        kinds = 2 if chain else max(shape, default=1)
        targets = [context.natural(f"target[{z}]", 1, count) for z in range(1, kinds + 1)]
        most = shape[0] - 1 if chain else 0
        entries = [
            _trained(
                arithmetic,
                [targets[z] for z in _members(sample, chain, most)],
                count,
                start,
                steps,
                clip,
                base,
            )
            for sample in samples_of(shape)
        ]
        naturals = (0,) if chain else ()
        return Drawn(Tabulated(shape, tuple(entries), naturals), conditions=nonnegative(arithmetic, eps))


def _members(sample: tuple[int, ...], chain: bool, most: int) -> tuple[int, ...]:
    """The kinds of the members of a sample, counted from 0."""
    return (1,) * sample[0] + (0,) * (most - sample[0]) if chain else sample


def _trained(
    arithmetic: Any, targets: Sequence[int], count: int, start: int, steps: int, clip: int, base: Any
) -> FiniteLaw:
    """The law of the last weight."""
    rows = []
    for weight in range(1, count + 1):
        centre = clipped_step(weight, targets, clip)
        rows.append(tilted(arithmetic, base, [abs(h - centre) for h in range(1, count + 1)]).weights)
    masses = rows[start - 1]
    for _ in range(1, steps):
        masses = tuple(
            total(
                arithmetic,
                [arithmetic.apply("*", (mass, row[h])) for mass, row in zip(masses, rows, strict=True)],
            )
            for h in range(count)
        )
    outcomes = tuple(arithmetic.rational(Fraction(h)) for h in range(1, count + 1))
    return FiniteLaw(outcomes, masses)
