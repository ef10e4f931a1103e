"""Random instances of a theorem with both sides of its relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

from boundkit.attack.draws import Sampling, Sizes
from boundkit.attack.lanes import Lanes
from boundkit.attack.models import Plan
from boundkit.attack.programme import Programme
from boundkit.attack.small import Drawing
from boundkit.attack.structures import Structure, Unaccounted, prepared
from boundkit.attack.tape import BLOCK, Builder, Node, Tape, TapeTooLong, allocate, run
from boundkit.instances import Coordinate
from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.kernel.balls import Undecided, Undefined, precisely
from boundkit.kernel.evaluation import Evaluator
from boundkit.kernel.values import Absent, Exhausted, TooLarge, Unsupported
from boundkit.looseness.relations import Relation
from boundkit.looseness.sides import AtInstance, OnTape, Reading, read, rows_of
from boundkit.measured import Values

PRECISION = 64
"""Bits of the balls of a small exact instance."""
STOPPED = (Absent, Exhausted, RecursionError, TapeTooLong, Unaccounted, Undecided, Undefined, Unsupported)
"""What says that no instance of these sizes can be drawn on a tape."""


@dataclass(frozen=True)
class Effort:
    """Counts only, so that results do not depend on the machine's speed. structures: sizes that are tried;
    blocks: of 256 instances for each; instructions: of one tape; built: of all tapes; grown: sizes of one
    growth; blocks_grown: of 256 instances for each of these; small: exact instances where there is no tape;
    terms: evaluated for one of these; work: for all of them."""

    structures: int = 12
    blocks: int = 6
    instructions: int = 40_000
    built: int = 120_000
    grown: int = 7
    blocks_grown: int = 8
    small: int = 240
    terms: int = 30_000
    work: int = 1_000_000


class Fixed(Sampling):
    """Draws on a tape where some integers are given."""

    def __init__(self, arithmetic: Lanes, sizes: Sizes, given: Mapping[str, int]) -> None:
        super().__init__(arithmetic, sizes)
        self.given = given

    def natural(self, label: str, low: int, high: int, law: str = "uniform") -> int:
        if label in self.given:
            if self.given[label] < low:
                raise Unsupported(f"`{label}` is at least {low}")
            self.sizes.chosen[label] = self.given[label]
            return self.given[label]
        return super().natural(label, low, high, law)

    def number(self, label: str, law: Coordinate) -> Any:
        if label in self.given:
            return Fraction(self.given[label])
        return super().number(label, law)


@dataclass(frozen=True)
class Compiled:
    """A structure whose tape keeps what the readings of the relations need; `unread` says why some have
    none. named: the declared numbers, each with its row or, where it is the same on all lanes, its value;
    probe: the tape that draws these rows alone."""

    structure: Structure
    named: Mapping[str, Any]
    probe: Tape
    accepted: Any
    readings: Mapping[int, Reading]
    unread: Mapping[int, str]
    row: Mapping[int, int]


@dataclass
class Instances:
    """Accepted instances. left, right: (relations, instances), NaN where a relation has no sides; origin,
    sample: the structure and the number of each, to draw it again. unread: why a relation was never read."""

    left: Any
    right: Any
    origin: Any
    sample: Any
    drawn: int = 0
    compiled: list[Compiled] = field(default_factory=list)
    exact: list[Values] = field(default_factory=list)
    sizes: Mapping[str, int] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)
    key: tuple[int, str] = (0, "")

    @property
    def count(self) -> int:
        """How many were accepted."""
        return int(self.left.shape[1])

    def values(self, place: int) -> Values:
        """The declared numbers of an instance, in words."""
        if self.exact:
            return self.exact[place]
        one = self.compiled[int(self.origin[place])]
        _, work = run(one.probe, one.structure.key(*self.key), int(self.sample[place]), 1, lanes=1)
        rows = iter(one.probe.kept)
        return _in_words({n: work[next(rows), 0] if isinstance(v, Node) else v for n, v in one.named.items()})


def _in_words(numbers: Mapping[str, Any]) -> Values:
    """The declared numbers of an instance."""
    return tuple((name, f"{float(value):.6g}") for name, value in numbers.items())


def compiled(
    plan: Plan, found: Sequence[Relation], sizes: Sizes, number: int, limit: int, given: Mapping[str, int]
) -> Compiled:
    """A structure with readings of the relations. Raises what STOPPED lists."""
    builder = Builder(limit)
    context = Fixed(Lanes(builder), sizes, given)
    ready = prepared(plan, [relation.formula for relation in found], context, OnTape)
    evaluator: OnTape = ready.evaluator
    readings: dict[int, Reading] = {}
    unread: dict[int, str] = {}
    for place, relation in enumerate(found):
        if relation.is_equality:
            continue
        try:
            readings[place] = evaluator.reading(relation.formula, {})
        except TooLarge as error:
            raise TapeTooLong(str(error)) from None
        except (Unsupported, Absent) as error:
            unread[place] = str(error)
    kept = [ready.accepted, *(row for reading in readings.values() for row in rows_of(reading))]
    wanted = list(dict.fromkeys(int(node) for node in kept))
    tape = allocate(builder, 0, 0, [type(ready.accepted)(node) for node in wanted], recorded=False)
    structure = Structure(
        number, dict(sizes.chosen), tape, ready.probe(), ready.laws, ready.how, {}, (), built=ready.built
    )
    named = _numbers(plan, evaluator)
    probe = allocate(builder, 0, 0, [v for v in named.values() if isinstance(v, Node)], recorded=False)
    rows = dict(zip(wanted, tape.kept, strict=True))
    return Compiled(structure, named, probe, ready.accepted, readings, unread, rows)


def _numbers(plan: Plan, evaluator: Evaluator) -> dict[str, Any]:
    """The values of the declared numbers, in order."""
    lets = (d.name for d in plan.theorem.declarations if d.kind == "let" and d.name.sort in (NAT, INT, REAL))
    return {name.text: evaluator.names[name.text] for name in lets if name.text in evaluator.names}


def sample(one: Compiled, count: int, blocks: int, key: tuple[int, str]) -> tuple[Any, Any, Any]:
    """Both sides of `count` relations at the accepted instances of some blocks, and their numbers."""
    lefts, rights, samples = [], [], []
    words = one.structure.key(*key)
    for block in range(blocks):
        _, work = run(one.structure.tape, words, block * BLOCK, 1)

        def row(node: int, work: Any = work) -> Any:
            return work[one.row[int(node)]]

        kept = np.flatnonzero(row(one.accepted) == 1.0)
        left = np.full((count, kept.size), np.nan)
        right = np.full((count, kept.size), np.nan)
        with np.errstate(all="ignore"):
            for place, reading in one.readings.items():
                a, b = read(reading, row)
                finite = np.isfinite(a) & np.isfinite(b)
                left[place], right[place] = (
                    np.where(finite, a, np.nan)[kept],
                    np.where(finite, b, np.nan)[kept],
                )
        lefts.append(left)
        rights.append(right)
        samples.append(block * BLOCK + kept)
    return np.hstack(lefts), np.hstack(rights), np.concatenate(samples)


def instances(
    plan: Plan, found: Sequence[Relation], key: tuple[int, str], effort: Effort
) -> tuple[Instances, str]:
    """Instances of random sizes; with the reason where there are none. The same key gives the same."""
    count = len(found)
    nothing = np.full((count, 0), np.nan)
    whole = Instances(nothing, nothing, np.zeros(0, int), np.zeros(0, int), key=key)
    known: set[tuple[tuple[str, int], ...]] = set()
    unread: list[Mapping[int, str]] = []
    reason, built = "", 0
    barred: list[Mapping[str, int]] = []
    lefts, rights, origins, samples = [], [], [], []
    for place in range(2 * effort.structures):
        if len(whole.compiled) == effort.structures or (built > effort.built and whole.compiled):
            break
        if place > effort.structures and not whole.compiled:
            break
        source = Random(f"{key[0]}:{key[1]}:loose:{place}") if place else None
        sizes = Sizes(source=source, barred=barred)
        try:
            one = compiled(plan, found, sizes, place + 1, effort.instructions, {})
        except STOPPED as error:
            reason = reason or str(error)
            if isinstance(error, TapeTooLong | Exhausted) and not sizes.barred_now and sizes.chosen:
                barred.append(dict(sizes.chosen))
            built += effort.instructions // 8
            continue
        built += one.structure.built
        shape = tuple(sorted(one.structure.sizes.items()))
        if shape in known and shape:
            continue
        known.add(shape)
        blocks = effort.blocks if shape else effort.blocks * effort.structures
        left, right, taken = sample(one, count, blocks, key)
        whole.drawn += blocks * BLOCK
        lefts.append(left)
        rights.append(right)
        origins.append(np.full(taken.size, len(whole.compiled)))
        samples.append(taken)
        whole.compiled.append(one)
        unread.append(one.unread)
        if not shape:
            break
    if not whole.compiled:
        return whole, reason or "no instance could be drawn"
    for place in range(count):
        reasons = [one[place] for one in unread if place in one]
        if len(reasons) == len(unread):
            whole.unread[place] = reasons[0]
    joined = replace(
        whole,
        left=np.hstack(lefts),
        right=np.hstack(rights),
        origin=np.concatenate(origins),
        sample=np.concatenate(samples),
    )
    if not joined.count:
        return joined, f"the hypotheses hold on none of {whole.drawn} instances of model `{plan.name}`"
    return joined, ""


def small_instances(
    plan: Plan, found: Sequence[Relation], key: tuple[int, str], effort: Effort
) -> tuple[Instances, str]:
    """Small exact instances, for what does not run in doubles; with the reason where there are none."""
    count = len(found)
    hypotheses = [*plan.theorem.hypotheses, *plan.filters]
    lefts: list[Any] = []
    rights: list[Any] = []
    exact: list[Values] = []
    unread: dict[int, str] = {}
    sizes: dict[str, int] = {}
    reason, left_over, seen = "", effort.work, 0
    for place in range(effort.small):
        if left_over < 0 or (place >= effort.small // 4 and not exact):
            break
        drawing = Drawing(Random(f"{key[0]}:{key[1]}:loose:small:{place}"), 1)
        judge = AtInstance(plan.theorem, drawing.arithmetic, {}, budget=effort.terms)
        try:
            with precisely(PRECISION):
                programme = Programme(plan, drawing, judge)
                programme.run()
                if not all(condition is True for condition in programme.conditions):
                    continue
                programme.propose(relation.formula for relation in found)
                seen += 1
                if not all(judge.truth(hypothesis.formula, {}) is True for hypothesis in hypotheses):
                    continue
                left, right = _at(judge, found, unread, effort.terms)
        except (*STOPPED, KeyError, ValueError) as error:
            reason = reason or str(error)
            continue
        finally:
            left_over -= effort.terms - max(judge.left[0], 0) + effort.terms // 100
        lefts.append(left)
        rights.append(right)
        exact.append(_in_words({n: judge.row(v) for n, v in _numbers(plan, judge).items()}))
        for label, size in drawing.drawn_sizes.items():
            sizes[label] = max(sizes.get(label, 0), size)
    none = np.zeros(len(exact), int)
    shape = (len(exact), count)
    whole = Instances(np.reshape(lefts, shape).T, np.reshape(rights, shape).T, none, none, seen, key=key)
    whole.exact, whole.unread, whole.sizes = exact, unread, sizes
    if not exact:
        held = f"the hypotheses hold on none of {seen} small exact instances" if seen else "none can be drawn"
        return whole, reason or held
    return whole, ""


def _at(judge: AtInstance, found: Sequence[Relation], unread: dict[int, str], terms: int) -> tuple[Any, Any]:
    """Both sides of the relations at one instance; why a relation has none is kept in `unread`."""
    left, right = np.full(len(found), np.nan), np.full(len(found), np.nan)
    for place, relation in enumerate(found):
        if relation.is_equality:
            continue
        judge.left[0] = terms
        try:
            (a,), (b,) = read(judge.reading(relation.formula, {}), lambda value: np.array([value], float))
        except (*STOPPED, ValueError, OverflowError) as error:
            unread.setdefault(place, str(error))
            continue
        left[place], right[place] = (a, b) if np.isfinite(a) and np.isfinite(b) else (np.nan, np.nan)
    return left, right
