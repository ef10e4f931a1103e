"""The second tier of the attack: statements about laws that are not finite, by sampling.

At instances of the `let`s whose hypotheses hold exactly, each relation is tested on stream A. One that is
refuted there is tested on the fresh stream B, at a level that is split over the checks of the theorem and
over the candidates of a check, and is suspect when that refutes it too. No outcome here is exact."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import islice, product, zip_longest
from typing import Any

import numpy as np

from boundkit.attack.models import Plan
from boundkit.attack.readable import readable
from boundkit.attack.shrink import Point, examine
from boundkit.attack.structures import Check, Structure
from boundkit.instances import Coordinate
from boundkit.ir.terms import Term, digest
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.reading import read_value
from boundkit.kernel.values import Absent, Exhausted, Unsupported, Value
from boundkit.kernel.witness import Exact, Judge
from boundkit.statistics.integrals import has_continuous_law
from boundkit.statistics.levels import ALPHA, Shares, level, shown
from boundkit.statistics.sampler import Account, Sampler
from boundkit.statistics.statements import UNFORESEEN, Decision, Levels, Relation, decide, relations
from boundkit.statistics.streams import Stream

DISCOVERY = 1e-3
"""The level at which a relation becomes a candidate on stream A."""
HOLDING = 1e-9
"""The level at which a relation counts as holding at an instance."""
LOOKS = (4096, 65536)
"""Numbers of samples; the first that decides counts. Both read the same streams from their beginning."""
CONFIRMING = (*LOOKS, 262144)
"""Numbers of samples on stream B, which must reach a higher level."""
CERTAIN = (16384,)
"""The number of samples for an event that is to have probability 1, fixed beforehand."""
MOST_RELATIONS = 32
MOST_CANDIDATES = 4
EDGES = 24
INSTANCES = 48
DECLINED = 8
"""Instances without a single draw after which the statement is left alone."""
TRIED = 4
"""Points that are tried for each instance that is wanted."""
WORK = 1 << 24
"""Random numbers and, eight times each, samples for all instances of one check; half of it for the edges."""
NUMBERS = 1 << 23
"""Random numbers for one relation at one instance."""


@dataclass(frozen=True)
class Suspect:
    """A relation that both streams refute. values: those of the instance, short, by name."""

    log_e: float
    level: float
    draws: int
    relation: str
    values: tuple[tuple[str, str], ...]
    instance: Mapping[str, Any]
    seed: int

    @property
    def text(self) -> str:
        """One line for the report."""
        values = ", ".join(f"{name} = {value}" for name, value in self.values)
        where = f" at {values}" if values else ""
        return (
            f"by sampling, not exactly: `{self.relation}`{where} has e-value "
            f"{_power_of_ten(self.log_e)} against it after N = {self.draws} fresh draws, at level "
            f"{shown(self.level)}, seed {self.seed}"
        )


@dataclass(frozen=True)
class Sampled:
    """What was seen of one check. held, undecided: random instances with that outcome; draws: the most for
    one relation; unconfirmed: instances that stream A alone refutes; unsampled: why nothing was sampled;
    reason: what left the first undecided instance so."""

    held: int = 0
    undecided: int = 0
    draws: int = 0
    unconfirmed: int = 0
    suspect: Suspect | None = None
    unsampled: str = ""
    reason: str = ""
    note: str = ""

    @property
    def scope(self) -> str:
        """What a pass is subject to: instances that the samples leave open are not counted."""
        decided = f"at level {shown(HOLDING)} from at most {self.draws} draws each, where they decide"
        return f"{self.note} at each" if self.note else decided


def applies(plan: Plan, formula: Term) -> bool:
    """Whether a statement is about a law that is not finite and that can be sampled."""
    return has_continuous_law(plan.theorem, formula)


def sample_check(
    plan: Plan,
    check: Check,
    place: int,
    edges: Sequence[Structure],
    drawn: Sequence[Structure],
    seed: int,
    content: str,
) -> Sampled:
    """The outcome for check number `place` of a theorem, counted from 0: at the edge grid of some structures
    first, then at instances drawn from the model. `content` is the digest of the theorem."""
    work = _Examination(plan, check, place, seed, content)
    columns = zip_longest(*(_edge_points(structure, seed, content) for structure in edges))
    edge_points = (point for column in columns for point in column if point is not None)
    work.run(edge_points, EDGES, WORK // 2, random=False)
    if work.suspect is None:
        work.run(_random_points(drawn, seed, content), INSTANCES, WORK, random=True)
    if not any(structure.laws or structure.sizes for structure in drawn):
        work.held, work.undecided = min(work.held, 1), min(work.undecided, 1)  # there is one instance only
    unsampled = "" if work.most else (work.reason or "the hypotheses hold on no sampled instance")
    return Sampled(
        work.held,
        work.undecided,
        work.most,
        work.unconfirmed,
        work.suspect,
        unsampled,
        work.reason,
        work.note,
    )


class _Examination:
    def __init__(self, plan: Plan, check: Check, place: int, seed: int, content: str) -> None:
        self.plan = plan
        self.check = check
        self.seed = seed
        self.content = f"{content}|{digest(check.formula)}|{seed}"
        self.level = level(ALPHA, place + 1)
        self.candidates = self.unconfirmed = 0
        self.suspect: Suspect | None = None
        self.held = self.undecided = self.seen = self.work = self.most = 0
        self.reason = self.note = ""
        self.known: dict[str, str] = {}

    def run(self, points: Iterable[Point], wanted: int, most: int, random: bool) -> None:
        """Examines up to `wanted` admissible instances, until `most` work is done in all."""
        found = 0
        for point in islice(points, wanted * TRIED):
            if found == wanted or self.work >= most or self.suspect is not None:
                return
            if self.seen >= DECLINED and not self.most:
                return
            instance = self._admissible(point)
            if instance is None:
                continue
            found += 1
            content = json.dumps(instance, sort_keys=True)
            outcome = self.known.get(content) or self._examine(instance, content)
            self.known[content] = outcome
            self.seen += 1
            if random and outcome == "held":
                self.held += 1
            elif random:
                self.undecided += 1

    def _admissible(self, point: Point) -> Mapping[str, Any] | None:
        """The exact instance at a point when all hypotheses and the model's own conditions hold there."""
        found = examine(self.plan, self.check.label, point)
        if found.instance is None or len(found.finding.hypotheses) != len(self.plan.stated.hypotheses):
            self.reason = self.reason or found.finding.reason
            return None
        try:
            names, proposals = _values(found.instance)
            judge = Judge(self.plan.theorem, Exact(), names, proposals)
            if all(judge.truth(condition.formula, {}) is True for condition in self.plan.filters):
                return found.instance
        except (Absent, Exhausted, Undecided, Undefined, Unsupported, *UNFORESEEN) as error:
            self.reason = self.reason or str(error)
        return None

    def _examine(self, instance: Mapping[str, Any], content: str) -> str:
        """The outcome at one instance: `held`, `undecided`, or `suspect`."""
        key = sha256(f"{self.content}|{content}".encode()).hexdigest()
        outcome = "held"
        try:
            sampler = self._sampler(instance, key, "A", DISCOVERY / 2, LOOKS[0])
            found = list(islice(relations(sampler, self.check.formula), MOST_RELATIONS + 1))
        except (Absent, Exhausted, Undecided, Undefined, Unsupported, *UNFORESEEN) as error:
            self.reason = self.reason or str(error)
            return "undecided"
        if len(found) > MOST_RELATIONS:
            self.reason = self.reason or f"more than {MOST_RELATIONS} relations"
            return "undecided"
        for relation in found:
            levels = Levels(DISCOVERY / 2, HOLDING / 2)
            decision = self._decided(instance, key, "A", relation, levels)
            self.most = max(self.most, decision.draws)
            if decision.outcome == "refuted":
                self.unconfirmed += 1
                if self.candidates < MOST_CANDIDATES:
                    self._confirm(instance, key, relation)
                if self.suspect is not None:
                    return "suspect"
            if decision.outcome != "held":
                outcome = "undecided"
                self.reason = self.reason or decision.note
            elif decision.note:
                self.note = decision.note
        return outcome

    def _confirm(self, instance: Mapping[str, Any], key: str, relation: Relation) -> None:
        """The candidate's test on the fresh stream."""
        self.candidates += 1
        share = level(self.level, self.candidates)
        decision = self._decided(instance, key, "B", relation, Levels(share / 2, share / 2))
        if decision.outcome == "refuted":
            values = readable(self.plan.stated, instance)
            self.suspect = Suspect(
                decision.log_e, share, decision.draws, _shown(relation), values, instance, self.seed
            )

    def _decided(
        self, instance: Mapping[str, Any], key: str, stream: str, relation: Relation, levels: Levels
    ) -> Decision:
        decision = Decision("undecided")
        inner = min(levels.refute, levels.hold)
        looks: tuple[int, ...] = CERTAIN if relation.certain else LOOKS
        if stream == "B":
            looks = CONFIRMING[-1:] if relation.certain else CONFIRMING
        for samples in looks:
            sampler = self._sampler(instance, key, stream, inner, samples)
            decision = decide(sampler, relation, levels)
            self.work += sampler.account.numbers + 8 * decision.draws
            if decision.outcome != "undecided":
                break
        return decision

    def _sampler(
        self, instance: Mapping[str, Any], key: str, stream: str, inner: float, samples: int
    ) -> Sampler:
        names, proposals = _values(instance)
        account = Account(Shares(inner), NUMBERS)
        return Sampler(self.plan.theorem, names, proposals, Stream(key, stream), account, samples)


def _values(instance: Mapping[str, Any]) -> tuple[dict[str, Value], dict[str, Value]]:
    """The exact values of an instance, and those proposed for bound names."""

    def member(data: Mapping[str, Any]) -> Value:
        raise Unsupported(f"the user-defined family `{data.get('defined')}`, on samples")

    names = {name: read_value(value, member) for name, value in instance["values"].items()}
    return names, {name: read_value(value, member) for name, value in instance.get("bound", {}).items()}


def _shown(relation: Relation) -> str:
    bound = ", ".join(f"{name} = {value}" for name, value in sorted(relation.scope.items()))
    return f"{relation.shown}` with `{bound}" if bound else relation.shown


def _power_of_ten(log_e: float) -> str:
    if math.isinf(log_e):
        return "infinite"
    power = math.floor(log_e / math.log(10))
    return f">= 10^{power}" if power >= 6 else f"{math.exp(log_e):.3g}"


def grid_points(law: Coordinate) -> list[float]:
    """Uniforms that give each atom, then three points inside."""
    share = float(law.share) if law.atoms else 0.0
    atoms = [share * (place + 0.5) / len(law.atoms) for place in range(len(law.atoms))]
    inside = [share + (1 - share) * part for part in (0.5, 0.1, 0.9)] if share < 1 else []
    return atoms + inside


def _edge_points(structure: Structure, seed: int, content: str) -> Iterator[Point]:
    """The edge grid of a structure: all combinations when they are few, some at random otherwise."""
    choices = [grid_points(law) for law in structure.laws.values()]
    key = structure.key(seed, content)
    if math.prod(map(len, choices)) <= EDGES:
        columns: Iterable[tuple[float, ...]] = product(*choices)
    else:
        source = np.random.default_rng([seed & 0xFFFFFFFF, structure.number])
        picked = [[points[k] for k in source.integers(len(points), size=EDGES)] for points in choices]
        columns = zip(*picked, strict=True)
    for column in columns:
        given = np.array(column) if column else None
        found = structure.coordinates(key, 0, given)
        yield Point(
            structure.sizes, {label: _near(value, structure.laws[label]) for label, value in found.items()}
        )


def _near(value: Fraction, law: Coordinate) -> Fraction:
    """A number near a coordinate that is shorter to write, when its law may give it."""
    near = value.limit_denominator(10**6)
    return near if law.admits(near) else value


def _random_points(structures: Sequence[Structure], seed: int, content: str) -> Iterator[Point]:
    """Instances drawn from the model, from one structure after the other."""
    sample = 0
    while structures:
        for structure in structures:
            key = structure.key(seed, content)
            yield Point(structure.sizes, structure.coordinates(key, sample))
        sample += 1
