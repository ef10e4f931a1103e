"""The attack on a theorem: edge grid, random samples, hunts; candidates go to the exact check."""

from __future__ import annotations

import itertools
import math
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

from boundkit.attack import machine as m
from boundkit.attack.continuous import applies, grid_points, sample_check
from boundkit.attack.draws import Sizes
from boundkit.attack.fused import FROM, fusible, kernel_for
from boundkit.attack.hunt import hunt
from boundkit.attack.mending import wishes
from boundkit.attack.models import Plan
from boundkit.attack.reports import AttackReport, HypothesisReport
from boundkit.attack.shrink import Confirmed, Point, confirm, examine, shrink
from boundkit.attack.small import NO_INSTANCE, Exploration, Limits, explore
from boundkit.attack.structures import (
    Check,
    Structure,
    Unaccounted,
    accounted,
    checks_of,
    compile_structure,
)
from boundkit.attack.summary import Seen, link_report, scope_text, statement_report, stopped
from boundkit.attack.tape import BLOCK, Tally, TapeTooLong
from boundkit.errors import Diagnostic
from boundkit.instances import shelf
from boundkit.ir.terms import digest
from boundkit.ir.theorems import Family, Model, Theorem
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.values import Absent, Exhausted, Unsupported
from boundkit.kernel.witness import NOT_REFUTED, TOO_CLOSE

LEAST_ACCEPTANCE = 1e-3
MOST_TOO_LONG = 16
LEAST_STRUCTURES = 4
CLOSE_RECHECKS = 2
"""Exact checks of instances that are equal to within rounding, for each check: so many of the grid, and
so many of the random ones."""


FEW = Limits(instances=60, accepted=40, work=60_000, moves=0)
SELDOM, RARELY = 0.5, 0.1
"""Shares of the instances: where an equation that says what a value is holds on fewer than the first, or
another relation on fewer than the second, values are moved onto the hypotheses."""

UNDEFINED_RECHECKS = 6
"""Exact checks of instances that are undefined in doubles, for each check."""

BROKEN = (
    Absent,
    ArithmeticError,
    AssertionError,
    AttributeError,
    Exhausted,
    LookupError,
    MemoryError,
    RecursionError,
    TapeTooLong,
    TypeError,
    Unaccounted,
    Undecided,
    Undefined,
    Unsupported,
    ValueError,
)
"""What may come out of an attack on a theorem that nobody thought of: said in a note, never raised."""


@dataclass(frozen=True)
class Budget:
    """Limits of an attack; all are counts, so that results do not depend on the machine's speed.

    instructions: of one tape; structures: random ones; built: instructions of their tapes and half the terms
    evaluated for them, above which no more than LEAST_STRUCTURES are made; work: lane-instructions in all;
    rechecks: exact checks of candidates for each check; shrinks: exact checks while shrinking; generations:
    of a hunt; fused_from: samples of one structure above which its tape is compiled; threads: None takes
    what the machine has; small: of the attack at small exact instances; mended: of that at instances moved
    onto the hypotheses."""

    instructions: int = 40_000
    built: int = 110_000
    structures: int = 32
    work: float = 4e10
    rechecks: int = 12
    shrinks: int = 400
    generations: int = 30
    fused_from: int = FROM
    small: Limits = field(default_factory=Limits)
    mended: Limits = FEW
    threads: int | None = None


def attack(
    theorem: Theorem,
    seed: int = 0,
    samples: int = 100_000,
    budget: Budget | None = None,
    model: str | None = None,
    families: Mapping[str, Family] | None = None,
) -> AttackReport:
    """Attacks every step, link and claim of `theorem` on about `samples` random instances of its model (the
    first, or the one named), after a grid of edges and before a hunt. `families` are those that the file
    defines, by name.

    Never raises for a well-formed theorem: what cannot be done is said in the report."""
    chosen: Model | None = None
    for candidate in theorem.models:
        if model is None or candidate.name == model:
            chosen = candidate
            break
    work = _Attack(theorem, chosen, seed, samples, budget or Budget(), families or {})
    try:
        return work.run()
    except BROKEN as error:
        reason = f"the attack broke off: {type(error).__name__}: {error}"
        return work._stopped(Diagnostic("E0509", "note", reason, theorem.span))


class _Attack:
    def __init__(
        self,
        theorem: Theorem,
        model: Model | None,
        seed: int,
        samples: int,
        budget: Budget,
        families: Mapping[str, Family],
    ) -> None:
        self.theorem = theorem
        self.model = model
        self.families = families
        self.seed = seed
        self.samples = samples
        self.budget = budget
        self.checks = checks_of(theorem)
        self.digest = digest(
            *(h.formula for h in theorem.hypotheses), *(s.formula for s in theorem.statements)
        )
        self.seen = [Seen() for _ in self.checks]
        self.hypotheses = [*theorem.hypotheses, *(model.filters if model is not None else ())]
        self.satisfied = np.zeros((len(self.hypotheses) + 1, 2), np.int64)
        self.drawn = 0
        self.structures: list[Structure] = []
        self.random: list[Structure] = []
        self.structures_drawn = 0
        self.known: dict[tuple[tuple[str, int], ...], Structure] = {}
        self.too_long: list[str] = []
        self.explored = Exploration({})

    def run(self) -> AttackReport:
        """Grid, samples, hunts, shrinking."""
        try:
            self.plan = Plan(self.theorem, self.model, self.families)
        except (Absent, Unsupported) as error:
            return self._stopped(self._e0501(str(error)))
        try:
            edges = self._edge_structures()
        except Unaccounted as error:
            diagnostic = self._e0502(error.label, error.reason, error.by_model)
            # what only a family can guarantee, a model must draw from one
            return self._stopped(diagnostic) if error.by_model else self._exactly(diagnostic)
        except (Absent, Unsupported) as error:
            return self._exactly(self._e0501(str(error)))
        except (Exhausted, TapeTooLong, RecursionError) as error:
            reason = f"no instance was sampled: {error}"
            return self._exactly(Diagnostic("E0503", "note", reason, self._span()))
        for structure in edges:
            self._grid(structure)
        starved = self._starved()
        if starved is None:
            self._sample()
            starved = self._starved()
        if starved is None:
            self._hunts(edges)
            self._continuous(edges)
            self._small(self._left_out())
        if self._seldom():
            self._mended()
        self._shrink()
        return self._report(() if starved is None else (starved,))

    def _shrink(self) -> None:
        for place, seen in enumerate(self.seen):
            if seen.confirmed is not None:
                label = self.checks[place].label
                seen.confirmed = shrink(self.plan, label, seen.confirmed, seen.laws, self.budget.shrinks)

    def _exactly(self, diagnostic: Diagnostic) -> AttackReport:
        """The attack at small exact instances alone, where none can be made in doubles for the reason
        given."""
        found = self._small([statement.label for statement in self.theorem.statements])
        if found.unaccounted:
            return self._stopped(self._e0502(found.unaccounted, found.stopped, self.model is not None))
        refuted = any(seen.confirmed is not None for seen in self.seen)
        if found.stopped or not (found.drawn or refuted):
            reason = found.stopped or "none is small enough"
            return self._stopped(self._e0501(reason))
        self.drawn = found.drawn
        for place, hypothesis in enumerate(self.hypotheses):
            self.satisfied[place, 0] = found.held[hypothesis.label]
        self.satisfied[-1, 0] = found.accepted
        if self._seldom():
            self._mended()
            refuted = any(seen.confirmed is not None for seen in self.seen)
        self._shrink()
        starved = None if refuted or found.accepted else self._starved()
        return self._report(() if starved is None else (starved,))

    def _seldom(self) -> bool:
        """Whether a hypothesis that says what one of the values is, or how large, holds on few instances."""
        said = {wish.label: wish.kind in ("equal", "masses") for wish in wishes(self.plan)}
        held = {one.label: self.satisfied[place, 0] for place, one in enumerate(self.hypotheses)}
        return any(held[label] < self.drawn * (SELDOM if equal else RARELY) for label, equal in said.items())

    def _mended(self) -> None:
        """Small exact instances whose values are moved onto the hypotheses, for what is not refuted. They may
        refute; that they do not says nothing, since they are few and no longer drawn from the model."""
        self.plan.mends = True
        done = {check.label for check, seen in zip(self.checks, self.seen, strict=True) if seen.confirmed}
        labels = [one.label for one in self.theorem.statements if one.label not in done]
        found = explore(self.plan, labels, self.seed, self.digest, self.budget.mended)
        for check, seen in zip(self.checks, self.seen, strict=True):
            if check.label in labels and (refuted := found.outcomes[check.label]).confirmed is not None:
                seen.confirmed, seen.laws = refuted.confirmed, refuted.laws

    def _left_out(self) -> list[str]:
        """The labels with a check that some structure could not evaluate, and none that was refuted."""
        labels: dict[str, bool] = {}
        for place, check in enumerate(self.checks):
            reasons = (structure.unsupported.get(place, "") for structure in self.structures)
            left_out = any(reason and not reason.startswith("undefined") for reason in reasons)
            seen = self.seen[place]
            sampled = seen.sampled is not None and not seen.sampled.unsampled
            labels[check.label] = labels.get(check.label, False) or (left_out and not sampled)
        done = {check.label for check, seen in zip(self.checks, self.seen, strict=True) if seen.confirmed}
        return [label for label, open_ in labels.items() if open_ and label not in done]

    def _small(self, labels: Sequence[str]) -> Exploration:
        """Small exact instances for some statements; every check of each is taken to be what was found."""
        found = explore(self.plan, labels, self.seed, self.digest, self.budget.small)
        self.explored = found
        for check, seen in zip(self.checks, self.seen, strict=True):
            if check.label in found.outcomes and not found.stopped:
                one = found.outcomes[check.label]
                seen.sampled = found.small(check.label)
                seen.confirmed, seen.laws, seen.undefined = one.confirmed, one.laws, one.undefined
        return found

    def _compile(self, sizes: Sizes) -> Structure:
        number = len(self.structures) + 1
        structure = compile_structure(self.plan, self.checks, sizes, number, self.budget.instructions)
        found = self.known.setdefault(tuple(sorted(structure.sizes.items())), structure)
        if found is structure:
            self.structures.append(structure)
        return found

    def _edge_structures(self) -> list[Structure]:
        """The smallest structure, each size one larger alone, and all one or two larger."""
        first = self._compile(Sizes())
        found = [first]
        labels = sorted(first.sizes)
        extras: list[dict[str, int]] = [{label: 1} for label in labels]
        extras += [{a: 1, b: 1} for a, b in itertools.combinations(labels, 2)] if len(labels) <= 4 else []
        extras += [{"": 1}, {"": 2}] if labels else []
        for extra in extras:
            try:
                structure = self._compile(Sizes(extra))
            except (Absent, TapeTooLong, Exhausted) as error:
                self.too_long.append(str(error))
                continue
            if structure not in found:
                found.append(structure)
        return found

    def _grid(self, structure: Structure) -> None:
        """All atoms of all coordinates, and three points inside each; at most 4096 combinations."""
        choices = [grid_points(law) for law in structure.laws.values()]
        total = math.prod(map(len, choices))
        most = 16 * BLOCK
        if total <= most:
            columns = list(itertools.product(*choices))
        else:
            source = np.random.default_rng([self.seed & 0xFFFFFFFF, structure.number])
            half = most // 2
            rows = []
            for points in choices:
                atoms = np.array(points[: max(1, len(points) - 3)])
                anywhere = np.array(points)
                rows.append(
                    np.concatenate(
                        (
                            anywhere[:1],
                            atoms[source.integers(len(atoms), size=half)],
                            anywhere[source.integers(len(points), size=half - 1)],
                        )
                    )
                )
            columns = list(zip(*rows, strict=True))
        blocks = -(-len(columns) // BLOCK)
        columns += [columns[-1]] * (blocks * BLOCK - len(columns))
        given = np.ascontiguousarray(np.array(columns, np.float64).reshape(blocks * BLOCK, -1).T)
        key = structure.key(self.seed, self.digest)
        tally = structure.run(key, 0, blocks, given if given.shape[0] else None)
        self._absorb(structure, tally, key, given, False)
        self._undefined(structure, tally, key, given, 0, blocks)

    def _sample(self) -> None:
        structures = self.random = self._random_structures()
        share = max(1, -(-self.samples // (BLOCK * len(structures))))
        length = sum(len(structure.tape.code) for structure in structures) / len(structures)
        affordable = self.budget.work / (BLOCK * len(structures) * max(length, 1.0))
        share = max(1, min(share, int(affordable)))
        chunk = 16
        drawn = Counter(structure.number for structure in structures)
        distinct = list({structure.number: structure for structure in structures}.values())
        tasks = [
            (structure, start, min(chunk, share * drawn[structure.number] - start))
            for structure in distinct
            for start in range(0, share * drawn[structure.number], chunk)
        ]
        kernels = {
            structure.number: kernel_for(structure.tape)
            for structure in distinct
            if share * drawn[structure.number] * BLOCK >= self.budget.fused_from and fusible(structure.tape)
        }
        threads = self.budget.threads or max(1, len(os.sched_getaffinity(0)))

        def work(task: tuple[Structure, int, int]) -> Tally:
            structure, start, blocks = task
            kernel = kernels.get(structure.number)
            return structure.run(structure.key(self.seed, self.digest), start * BLOCK, blocks, kernel=kernel)

        with ThreadPoolExecutor(threads) as pool:
            for (structure, start, blocks), tally in zip(tasks, pool.map(work, tasks), strict=True):
                self.drawn += blocks * BLOCK
                key = structure.key(self.seed, self.digest)
                self._absorb(structure, tally, key, None, True)
                self._undefined(structure, tally, key, None, start * BLOCK, blocks)

    def _random_structures(self) -> list[Structure]:
        """Structures drawn from the model, some more than once; each draw gets equally many samples of its
        own. Given these sizes, the bound on the mass of violations then holds as for independent samples:
        the product of (1 - p_s)^n_s is at most exp(-sum of n_s*p_s)."""
        first = self.structures[0]
        if not first.sizes:
            return [first]
        found: list[Structure] = []
        count = min(self.budget.structures, max(4, self.samples // (4 * BLOCK)))
        built, before = 0, len(self.structures)
        barred: list[Mapping[str, int]] = []
        for place in range(4 * count):
            if len(found) == count or len(self.too_long) > MOST_TOO_LONG + 2 * len(found):
                break
            if built > self.budget.built * (1 if len(found) >= LEAST_STRUCTURES else 4):
                break
            source = Random(f"{self.seed}:{self.digest}:{place}")
            sizes = Sizes(source=source, barred=barred)
            try:
                found.append(self._compile(sizes))
                built += sum(structure.built for structure in self.structures[before:])
                before = len(self.structures)
            except (TapeTooLong, Exhausted) as error:
                self.too_long.append(str(error))
                if not sizes.barred_now:
                    built += self.budget.instructions // 2
                    if sizes.chosen:
                        barred.append(dict(sizes.chosen))
            except (Absent, Unaccounted, Unsupported):
                built += self.budget.built // 16
        self.structures_drawn = len(found)
        return found or [first]

    def _hunts(self, edges: Sequence[Structure]) -> None:
        for place, check in enumerate(self.checks):
            for structure in edges[:3] if self.seen[place].counts[m.ACCEPTED] else ():
                if self.seen[place].confirmed is None and place not in structure.unsupported:
                    self._hunt(place, check, structure)

    def _continuous(self, edges: Sequence[Structure]) -> None:
        """The checks that no structure could evaluate since a law in them is not finite, by sampling it."""
        for place, check in enumerate(self.checks):
            left_out = all(place in structure.unsupported for structure in self.structures)
            if left_out and applies(self.plan, check.formula):
                self.seen[place].sampled = sample_check(
                    self.plan, check, place, edges, self.random, self.seed, self.digest
                )

    def _hunt(self, place: int, check: Check, structure: Structure) -> None:
        prey = hunt(structure, place, self.seed, self.budget.generations, self.plan.hunted)
        if prey is not None and (prey.gap < self.seen[place].gap or prey.gap < -m.TOLERANCE):
            coordinates = structure.coordinates(structure.key(0, "0" * 16), 0, prey.uniforms)
            self._candidate(place, check, structure, prey.gap, coordinates)

    def _absorb(self, structure: Structure, tally: Tally, key: Any, given: Any, random: bool) -> None:
        """Adds a tally to the totals (only random samples count) and follows its candidates."""
        if random:
            self.satisfied += tally.satisfied.sum(axis=2)
        for place, check in enumerate(self.checks):
            seen = self.seen[place]
            if random:
                seen.counts += tally.counts[place].sum(axis=1)
                seen.histogram += tally.histogram[place]
            seen.ratio = max(seen.ratio, float(np.max(tally.ratios[place])))
            worst = tally.worst[place]
            order = np.argsort(worst, kind="stable")[:3]
            for lane in order:
                gap = float(worst[lane])
                if not math.isfinite(gap):
                    break
                wanted = seen.confirmed is None and seen.rechecked < self.budget.rechecks
                close = gap < m.TOLERANCE and seen.close[random] < CLOSE_RECHECKS
                if not (gap < seen.gap or (wanted and (close or gap < -m.TOLERANCE))):
                    break
                sample = int(tally.place[place][lane])
                uniforms = None if given is None or not given.shape[0] else given[:, sample]
                coordinates = structure.coordinates(key, sample, uniforms)
                self._candidate(place, check, structure, gap, coordinates, random)

    def _undefined(
        self, structure: Structure, tally: Tally, key: Any, given: Any, first: int, blocks: int
    ) -> None:
        """Checks exactly the first instances at which a side is no number in doubles: a statement that is
        undefined somewhere is in error, unless only doubles are too small for it."""
        for place, seen in enumerate(self.seen):
            if seen.undefined is not None or seen.looked >= UNDEFINED_RECHECKS:
                continue
            if not tally.counts[place, m.UNDEFINED].any():
                continue
            for block in range(blocks):
                start = first + block * BLOCK
                own = None if given is None or not given.shape[0] else given[:, start : start + BLOCK]
                own = None if own is None else np.ascontiguousarray(own)
                lanes = np.flatnonzero(structure.run(key, start, 1, own).counts[place, m.UNDEFINED])
                if not lanes.size:
                    continue
                seen.looked += 1
                lane = int(lanes[0])
                uniforms = None if own is None else own[:, lane]
                point = Point(structure.sizes, structure.coordinates(key, start + lane, uniforms))
                found = examine(self.plan, self.checks[place].label, point)
                if found.finding.outcome == "undefined":
                    seen.undefined = found
                if seen.undefined is not None or seen.looked >= UNDEFINED_RECHECKS:
                    break

    def _candidate(
        self,
        place: int,
        check: Check,
        structure: Structure,
        gap: float,
        coordinates: Mapping[str, Fraction],
        random: bool = False,
    ) -> None:
        seen = self.seen[place]
        if gap < seen.gap:
            seen.gap, seen.sizes = gap, structure.sizes
            seen.at = {label: float(value) for label, value in coordinates.items()}
        if gap >= m.TOLERANCE or seen.confirmed is not None or seen.rechecked >= self.budget.rechecks:
            return
        point = Point(structure.sizes, coordinates)
        if gap >= -m.TOLERANCE:
            if seen.close[random] >= CLOSE_RECHECKS:
                return
            seen.close[random] += 1
            found = examine(self.plan, check.label, point)
            if random and found.finding.outcome == "holds":
                seen.held += 1
        else:
            found = confirm(self.plan, check.label, point, structure.laws)
        seen.rechecked += 1
        if found.finding.outcome == "violated":
            seen.confirmed, seen.laws = found, structure.laws
            return
        worse = seen.unconfirmed is None or gap < seen.unconfirmed[0]
        if worse and self._inconclusive(found, structure):
            seen.unconfirmed = (gap, found.finding)

    def _inconclusive(self, found: Confirmed, structure: Structure) -> bool:
        """Whether the exact check left it open that the statement fails where the hypotheses are true. They
        are found so exactly; where no exact instance could be written down, or where a hypothesis is the word
        of a user-defined family, they are those found true in doubles."""
        finding = found.finding
        if finding.outcome not in ("undecided", "unsupported"):
            return False
        if finding.reason in (NOT_REFUTED, TOO_CLOSE):
            # what is equal to thousands of digits fails by more than that only in an event cut by rounding
            return False
        if found.instance is None or structure.relied:
            return True
        return len(finding.hypotheses) == len(self.theorem.hypotheses)

    def _starved(self) -> Diagnostic | None:
        """The hypothesis that fewer than 1 in 1000 instances satisfy, as a diagnostic."""
        if not self.drawn or self.satisfied[-1, 0] >= LEAST_ACCEPTANCE * self.drawn:
            return None
        rarest = int(np.argmin(self.satisfied[:-1, 0]))
        label = self.hypotheses[rarest].label
        counted = (
            f"hypothesis `{label}` holds on {int(self.satisfied[rarest, 0])} of {self.drawn} instances of "
            f"model `{self.plan.name}`"
        )
        help_text = "draw from a family that guarantees it"
        if not self.satisfied[-1, 0]:
            return Diagnostic("E0504", "warning", NO_INSTANCE, self._span(), help_text, notes=(counted,))
        return Diagnostic("E0504", "warning", counted, self._span(), help_text)

    def _acceptance(self) -> str:
        """How many of the drawn instances were accepted and which hypothesis holds on the fewest; "" where
        all were."""
        accepted = int(self.satisfied[-1, 0])
        if not self.hypotheses or not 0 < accepted < self.drawn:
            return ""
        rarest = self.hypotheses[int(np.argmin(self.satisfied[:-1, 0]))].label
        return f"{accepted} of {self.drawn} accepted, fewest by `{rarest}`"

    def _span(self) -> Any:
        return self.model.span if self.model is not None else self.theorem.span

    def _e0502(self, label: str, reason: str, by_model: bool) -> Diagnostic:
        name = self.model.name if self.model is not None else "default"
        return Diagnostic(
            "E0502",
            "error" if by_model else "note",
            f"model `{name}` does not account for hypothesis `{label}`",
            self._span(),
            "draw from a family that guarantees it, or delete the hypothesis",
            notes=(f"not evaluated in samples: {reason}",),
        )

    def _e0501(self, reason: str) -> Diagnostic:
        return Diagnostic(
            "E0501",
            "note",
            f"instances of `{self.theorem.name}` cannot be sampled: {reason}",
            self._span(),
            f"families: {', '.join(shelf())}",
        )

    def _stopped(self, diagnostic: Diagnostic) -> AttackReport:
        return stopped(self.theorem, self.model, self.checks, self.seed, diagnostic)

    def _report(self, diagnostics: tuple[Diagnostic, ...]) -> AttackReport:
        scope = scope_text(self.structures, self.structures_drawn, len(self.too_long))
        scope = ", ".join(part for part in (scope, self._acceptance()) if part)
        families = sorted(set().union(*(structure.relied for structure in self.structures)))
        reasons = [
            next((s.unsupported[place] for s in self.structures if place in s.unsupported), "")
            for place in range(len(self.checks))
        ]
        statements = []
        for statement in self.theorem.statements:
            places = [place for place, check in enumerate(self.checks) if check.label == statement.label]
            links = [link_report(self.checks[place], self.seen[place], reasons[place]) for place in places]
            totals = [self.seen[place] for place in places]
            statements.append(
                statement_report(
                    self.theorem, statement, links, totals, self.plan.name, scope, families, diagnostics
                )
            )
        exact = tuple(accounted(self.plan, hypothesis.label, False) for hypothesis in self.hypotheses)
        how = self.structures[0].how if self.structures else exact
        lines = self.structures[0].lines if self.structures else self.explored.lines
        hypotheses = tuple(
            HypothesisReport(hypothesis.label, how[place], int(self.satisfied[place, 0]), self.drawn)
            for place, hypothesis in enumerate(self.hypotheses)
        )
        source = "\n".join([f"model {self.plan.name}", *(f"  {line}" for line in lines), "end"])
        return AttackReport(
            self.theorem.name,
            self.plan.name,
            self.model is None,
            source,
            self.seed,
            self.drawn,
            scope,
            tuple(statements),
            hypotheses,
            diagnostics,
            tuple(families),
        )


__all__ = ["Budget", "attack"]
