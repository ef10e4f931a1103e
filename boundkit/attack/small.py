"""The attack at small exact instances, for statements that do not run in doubles.

The same plan that draws on lanes draws here, one instance at a time, in rationals: degenerate and smallest
sizes first, coordinates at their atoms or of small denominator. Every instance is put to `kernel.witness`, so
nothing that is found here is in need of a second opinion."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Any

from boundkit.attack.draws import Given
from boundkit.attack.exactly import exact_instance
from boundkit.attack.models import Plan
from boundkit.attack.shrink import Confirmed, Point, along
from boundkit.attack.tape import TapeTooLong
from boundkit.instances import Coordinate
from boundkit.kernel.balls import Undecided, Undefined
from boundkit.kernel.rays import has_constant
from boundkit.kernel.values import Absent, Exhausted, Unsupported
from boundkit.kernel.witness import LEFT_OPEN, NOT_REFUTED, Exact, Finding, check_all

NO_INSTANCE = "the hypotheses hold on no sampled instance"
EDGES = 24
"""Instances of the smallest sizes, before the random ones that are counted."""
DENOMINATORS = (1, 1, 2, 2, 3, 4, 5, 8)
GROWTH = (0, 0, 0, 1, 1, 2, 2, 3)
"""What is added to the smallest value of a size."""
POOL = 4
"""Instances from which a local search starts."""
MOST_RAYS = 40
"""Instances from which rays are tried."""
COARSE = 64
"""The largest denominator of a rational in place of a number that is not rational."""


@dataclass(frozen=True)
class Limits:
    """Counts only, so that results do not depend on the machine's speed. instances: random ones; accepted: of
    them, after which the search stops; terms: evaluated for one statement at one precision; work: terms in
    all instances together; moves: of a local search for each statement, which may take half the work."""

    instances: int = 400
    accepted: int = 160
    terms: int = 30_000
    work: int = 600_000
    moves: int = 120


@dataclass(frozen=True)
class Near:
    """A point at which a statement holds, and by how much."""

    margin: float
    point: Point
    laws: Mapping[str, Coordinate]


@dataclass
class Outcome:
    """What was seen of one statement: counts of the findings at random instances, by outcome, the first
    violation, the first instance at which it is undefined, and why it was not evaluated where it was not."""

    counts: Counter[str] = field(default_factory=Counter)
    confirmed: Confirmed | None = None
    undefined: Confirmed | None = None
    laws: Mapping[str, Coordinate] = field(default_factory=dict)
    reason: str = ""
    open: str = ""
    rays: int = 0
    closest: list[Near] = field(default_factory=list)


@dataclass(frozen=True)
class Small:
    """What was seen of one check at random small instances. held, undecided: those with that outcome,
    undefined ones among the latter; scope: the sizes that were reached; unsampled: why it was not evaluated;
    reason: what left the first undecided instance so."""

    held: int
    undecided: int
    scope: str
    unsampled: str = ""
    reason: str = ""
    suspect: None = None


@dataclass
class Exploration:
    """What was seen of all. drawn: random instances; accepted: of them, those where all hypotheses hold;
    held: how often each hypothesis was found true, and tried; sizes: the largest that were reached; stopped:
    why no instance could be drawn, with the hypothesis if it was one."""

    outcomes: dict[str, Outcome]
    drawn: int = 0
    accepted: int = 0
    held: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    sizes: dict[str, int] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    stopped: str = ""
    unaccounted: str = ""

    def small(self, label: str) -> Small:
        """What was seen of a statement."""
        one = self.outcomes[label]
        reached = [f"{name} <= {size}" for name, size in sorted(self.sizes.items()) if name.isidentifier()]
        scope = ", ".join(["small exact instances", *reached])
        held = one.counts["holds"]
        why = one.reason or ("" if self.accepted or one.confirmed else NO_INSTANCE)
        return Small(held, one.counts.total() - held, scope, why, one.open)


class Drawing(Given):
    """Draws every coordinate and size when it is first asked for."""

    def __init__(self, source: Random, boldness: int, start: Point | None = None) -> None:
        self.drawn_sizes: dict[str, int] = {}
        self.drawn: dict[str, Fraction] = {}
        self.start = start if start is not None else Point({}, {})
        self.laws: dict[str, Coordinate] = {}
        super().__init__(Exact(), self.drawn_sizes, self.drawn, COARSE, True)
        self.source = source
        self.boldness = boldness

    def natural(self, label: str, low: int, high: int, law: str = "uniform") -> int:
        if high < low:
            raise Unsupported(f"`{label}` in the empty range {low}..{high}")
        if label not in self.drawn_sizes:
            if label in self.start.sizes:
                self.drawn_sizes[label] = min(max(self.start.sizes[label], low), high)
                return self.drawn_sizes[label]
            growth = self.source.choice(GROWTH) if self.boldness else self.source.choice((0, 0, 0, 1))
            self.drawn_sizes[label] = min(low + growth, high)
        return self.drawn_sizes[label]

    def number(self, label: str, law: Coordinate) -> Any:
        if label not in self.drawn:
            given = self.start.coordinates.get(label)
            known = given is not None and law.admits(given)
            self.drawn[label] = given if known and given is not None else simple_value(law, self.source)
            self.laws[label] = law
        return self.arithmetic.rational(self.drawn[label])


def simple_value(law: Coordinate, source: Random) -> Fraction:
    """A rational that the law can give: an atom, or one of small denominator, near 1 where it is
    log-uniform."""
    if law.atoms and (law.share == 1 or source.random() < 0.6):
        return source.choice(law.atoms)
    if law.kind == "linear":
        denominator = source.choice(DENOMINATORS[2:])
        return law.low + (law.high - law.low) * Fraction(source.randint(0, denominator), denominator)
    if law.kind == "integer":
        top = min(law.high, law.low + 6)
        return Fraction(source.randint(int(law.low), int(top)))
    value = Fraction(source.randint(1, 6), source.choice(DENOMINATORS))
    if source.random() < 0.25:
        value = value**4 if source.random() < 0.5 else 1 / value**4
    value = min(max(value, law.low), law.high)
    if law.kind == "log_integer":
        return Fraction(int(value))
    return -value if law.kind == "signed" and source.random() < 0.5 else value


def explore(plan: Plan, labels: Iterable[str], seed: int, digest: str, limits: Limits) -> Exploration:
    """Small exact instances for the statements with these labels, until enough were accepted, each is
    refuted, or the work is spent."""
    found = Exploration({label: Outcome() for label in labels})
    formulas = [plan.theorem.statement[label].formula for label in found.outcomes]
    work = limits.work
    for place in range(EDGES + limits.instances):
        pending = [label for label, one in found.outcomes.items() if one.confirmed is None and not one.reason]
        if not pending or work < 0 or found.accepted >= limits.accepted:
            break
        counted = place >= EDGES
        drawing = Drawing(Random(f"{seed}:{digest}:small:{place}"), int(counted))
        found.drawn += counted
        try:
            instance = exact_instance(plan, drawing, formulas, found)
        except (Unsupported, Exhausted, TapeTooLong) as error:
            if isinstance(error, Unsupported) and not counted:
                found.stopped = str(error)
                return found
            work -= limits.terms // 50 + drawing.mended
            continue
        except (Absent, Undecided, Undefined, KeyError):
            work -= limits.terms // 100 + drawing.mended
            continue
        spent = [drawing.mended]
        findings = check_all(plan.stated, pending, instance, limits.terms, plan.defined, spent)
        work -= spent[0]
        point = Point(dict(drawing.drawn_sizes), dict(drawing.drawn))
        _count(plan, found, findings, counted)
        if found.unaccounted:
            return found
        for label, finding in findings.items():
            outcome = found.outcomes[label]
            if finding.outcome == "undecided" and finding.reason == LEFT_OPEN and outcome.rays < MOST_RAYS:
                outcome.rays += 1
                ray = _along_rays(plan, label, point, instance, spent)
                if ray is not None:
                    outcome.confirmed, outcome.laws = ray, drawing.laws
                    continue
            if finding.outcome == "violated":
                outcome.confirmed, outcome.laws = Confirmed(point, instance, finding), drawing.laws
            elif finding.outcome == "undefined":
                outcome.undefined = outcome.undefined or Confirmed(point, instance, finding)
            elif finding.outcome in ("unsupported", "malformed") and _is_of_statement(finding):
                outcome.reason = finding.reason
            elif math.isfinite(finding.margin):
                outcome.closest.append(Near(finding.margin, point, drawing.laws))
                outcome.closest.sort(key=lambda near: near.margin)
                del outcome.closest[POOL:]
    for label, outcome in found.outcomes.items():
        if outcome.confirmed is None and outcome.closest:
            _search(plan, label, outcome, Random(f"{seed}:{digest}:search:{label}"), limits)
    return found


def _search(plan: Plan, label: str, outcome: Outcome, source: Random, limits: Limits) -> None:
    """Moves from the instances at which a statement is closest to failing: coordinates and sizes drawn anew,
    or coordinates made equal. A move is kept where the hypotheses hold and the gap does not grow."""
    formulas = (plan.theorem.statement[label].formula,)
    pool, spent = list(outcome.closest), [0]
    for step in range(limits.moves):
        if spent[0] > limits.work // 2:
            return
        place = step % len(pool)
        drawing = Drawing(source, 1, _moved(pool[place], source))
        try:
            instance = exact_instance(plan, drawing, formulas)
        except (Absent, Exhausted, KeyError, TapeTooLong, Undecided, Undefined, Unsupported):
            spent[0] += limits.terms // 100 + drawing.mended
            continue
        spent[0] += drawing.mended
        finding = check_all(plan.stated, (label,), instance, limits.terms, plan.defined, spent)[label]
        point = Point(dict(drawing.drawn_sizes), dict(drawing.drawn))
        if finding.outcome == "violated":
            outcome.confirmed, outcome.laws = Confirmed(point, instance, finding), drawing.laws
            return
        if len(finding.hypotheses) == len(plan.stated.hypotheses) and finding.margin <= pool[place].margin:
            pool[place] = Near(finding.margin, point, drawing.laws)


def _moved(near: Near, source: Random) -> Point:
    """The point with one to three coordinates moved, or a size."""
    sizes, coordinates = dict(near.point.sizes), dict(near.point.coordinates)
    if sizes and source.random() < 0.2:
        label = source.choice(sorted(sizes))
        sizes[label] = max(sizes[label] + source.choice((-1, 1)), 0)
    labels = sorted(coordinates)
    for label in source.sample(labels, min(source.choice((1, 1, 2, 3)), len(labels))):
        law = near.laws[label]
        alike = [other for other in labels if other != label and near.laws[other] == law]
        if alike and source.random() < 0.4:
            coordinates[label] = coordinates[source.choice(alike)]
        else:
            coordinates[label] = simple_value(law, source)
    return Point(sizes, coordinates)


def _along_rays(
    plan: Plan, label: str, point: Point, instance: Mapping[str, Any], spent: list[int]
) -> Confirmed | None:
    """A refutation up to any constant along a ray from the instance, to an end that the range of a number
    excludes."""
    if not has_constant(plan.stated.statement[label].formula):
        return None
    for name, end in plan.open_ends():
        moved = along(instance, name, end)
        finding = check_all(plan.stated, (label,), moved, families=plan.defined, spent=spent)[label]
        if finding.outcome == "violated":
            return Confirmed(replace(point, ray=(name, end)), moved, finding)
    return None


def _is_of_statement(finding: Finding) -> bool:
    """Whether the statement cannot be evaluated, wherever it is tried."""
    return finding.outcome == "malformed" or "too large" not in finding.reason


def _count(plan: Plan, found: Exploration, findings: Mapping[str, Finding], counted: bool) -> None:
    """Adds what was found at one instance."""
    first = next(iter(findings.values()))
    held = first.hypotheses
    everything = len(held) == len(plan.stated.hypotheses)
    if not everything and first.outcome in ("unsupported", "malformed") and "too large" not in first.reason:
        found.unaccounted = plan.stated.hypotheses[len(held)].label
        found.stopped = first.reason
        return
    if not counted:
        return
    for label in held:
        found.held[label] += 1
        found.tried[label] += 1
    if not everything:
        found.tried[plan.stated.hypotheses[len(held)].label] += 1
        return
    found.accepted += 1
    for label, finding in findings.items():
        outcome = found.outcomes[label]
        passed = finding.outcome == "undecided" and finding.reason == NOT_REFUTED
        outcome.counts["holds" if passed else finding.outcome] += 1
        if not passed and finding.outcome in ("undecided", "undefined", "unsupported"):
            outcome.open = outcome.open or finding.reason


__all__ = ["Exploration", "Limits", "Outcome", "explore"]
