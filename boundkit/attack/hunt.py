"""The adversary: a search over the uniforms of one structure for the smallest relative gap of a check."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from boundkit.attack.structures import Structure

POPULATION = 256
POLISHES = 24
"""Rounds of a local search from the best point, the steps of each round 0.6 of those before."""
CROSSOVER = 0.7
NOT_ACCEPTED = 2.0


@dataclass(frozen=True)
class Prey:
    """The best point of a hunt: its relative gap and its uniforms."""

    gap: float
    uniforms: Any


def hunt(
    structure: Structure, check: int, seed: int, generations: int, hunted: Iterable[str] | None = None
) -> Prey | None:
    """Differential evolution, then a local search from its best point, each with a fixed number of
    evaluations; None when no accepted point was met. Same seed, same result.

    hunted: the names that the adversary chooses (None: all). The coordinates of the others keep the values
    drawn for each member of the population."""
    draws = structure.tape.draws
    movable = _movable(structure, hunted)
    if not movable.any() or check in structure.unsupported:
        return None
    key = structure.key(seed, "0" * 16)
    source = np.random.default_rng([seed & 0xFFFFFFFF, structure.number, check])

    def gaps(points: Any) -> Any:
        """Relative gaps at rows of uniforms; NOT_ACCEPTED where a point is not accepted."""
        columns = np.ascontiguousarray(np.clip(points, 1e-9, 1 - 1e-9).T)
        found = structure.run(key, 0, 1, given=columns, lanes=columns.shape[1]).worst[check]
        return np.where(np.isfinite(found), found, NOT_ACCEPTED)

    members = source.random((POPULATION, draws))
    found = gaps(members)
    for _ in range(generations):
        best = members[int(np.argmin(found))]
        one, two, three = (members[source.integers(POPULATION, size=POPULATION)] for _ in range(3))
        base = np.where(source.random((POPULATION, 1)) < 0.5, best, three)
        moved = base + source.uniform(0.5, 1.0) * (one - two)
        moved = np.where((moved < 0) | (moved > 1), source.random(moved.shape), moved)
        taken = source.random(moved.shape) < CROSSOVER
        taken[np.arange(POPULATION), source.integers(draws, size=POPULATION)] = True
        trial = np.where(taken & movable, moved, members)
        result = gaps(trial)
        better = result <= found
        members = np.where(better[:, None], trial, members)
        found = np.where(better, result, found)
    place = int(np.argmin(found))
    best, least, step = members[place], float(found[place]), 0.1
    for _ in range(POLISHES):
        steps = source.normal(size=(POPULATION, draws)) * (source.random((POPULATION, draws)) < CROSSOVER)
        near = np.clip(best + np.where(movable, step * steps, 0.0), 0.0, 1.0)
        result = gaps(near)
        place = int(np.argmin(result))
        if result[place] < least:
            best, least = near[place], float(result[place])
        step *= 0.6
    if least >= NOT_ACCEPTED:
        return None
    return Prey(least, np.clip(best, 1e-9, 1 - 1e-9))


def _movable(structure: Structure, hunted: Iterable[str] | None) -> Any:
    """Which uniforms may move: those of coordinates that are drawn for a hunted name."""
    if hunted is None:
        return np.ones(structure.tape.draws, bool)
    wanted = set(hunted)
    found = np.zeros(structure.tape.draws, bool)
    for place, label in enumerate(structure.laws):
        name = re.split(r"[.\[]", label.removeprefix("bound."), maxsplit=1)[0]
        found[place] = name in wanted
    return found
