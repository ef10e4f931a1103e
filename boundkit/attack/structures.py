"""One structure (all sizes fixed) of a plan, compiled to a tape with its checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from boundkit.attack import machine as m
from boundkit.attack.draws import Sampling, Sizes
from boundkit.attack.lanes import Lanes, Unguaranteed
from boundkit.attack.models import Plan
from boundkit.attack.patterns import head_of
from boundkit.attack.programme import Programme
from boundkit.attack.sampled import Sampled
from boundkit.attack.tape import BLOCK, Builder, Node, Tally, Tape, TapeTooLong, allocate, run
from boundkit.instances import Coordinate
from boundkit.ir.terms import Apply, Bind, Term
from boundkit.ir.theorems import Statement, Theorem
from boundkit.kernel.values import Absent, TooLarge, Unsupported

TERMS = 5
"""Terms that may be evaluated for each instruction that a tape may have."""


@dataclass(frozen=True)
class Check:
    """One link of a statement, with the statement's prefix in front of it."""

    label: str
    link: int
    kind: str
    formula: Term


class Unaccounted(Exception):
    """A hypothesis that the model neither guarantees nor can filter on."""

    def __init__(self, label: str, reason: str, by_model: bool) -> None:
        super().__init__(f"hypothesis `{label}`: {reason}")
        self.label = label
        self.reason = reason
        self.by_model = by_model


@dataclass(frozen=True)
class Structure:
    """A compiled structure. number: the third key word, so that each has its own random stream.
    how: for each hypothesis, `guaranteed`, `solved` or `filtered`. unsupported: reasons of the checks that
    are left out. relied: user-defined families whose word a hypothesis was taken on; built: instructions,
    also those not needed in the end, and half the evaluated terms."""

    number: int
    sizes: Mapping[str, int]
    tape: Tape
    probe: Tape
    laws: Mapping[str, Coordinate]
    how: tuple[str, ...]
    unsupported: Mapping[int, str]
    lines: tuple[str, ...]
    relied: frozenset[str] = frozenset()
    built: int = 0

    @property
    def simplicity(self) -> tuple[int, int]:
        """Smaller is simpler: the sum of the sizes, then the number of coordinates."""
        return sum(self.sizes.values()), len(self.laws)

    def key(self, seed: int, digest: str) -> Any:
        """The key words of the random stream."""
        mixed = int(digest[:16], 16) ^ (seed & 0xFFFFFFFFFFFFFFFF)
        return np.array([mixed & 0xFFFFFFFF, mixed >> 32, self.number], np.uint64)

    def coordinates(self, key: Any, sample: int, given: Any = None) -> dict[str, Fraction]:
        """The coordinates of a sample, as the rationals that its doubles are; `given` are its uniforms."""
        uniforms = np.zeros((0, 0)) if given is None else np.ascontiguousarray(given.reshape(-1, 1))
        _, work = run(self.probe, key, sample, 1, lanes=1, given=uniforms)
        return {
            label: Fraction(float(work[row, 0]))
            for label, row in zip(self.laws, self.probe.kept, strict=True)
        }

    def run(
        self,
        key: Any,
        first: int,
        blocks: int,
        given: Any = None,
        lanes: int = BLOCK,
        kernel: Callable[..., Any] | None = None,
    ) -> Tally:
        """The tally of some blocks."""
        uniforms = np.zeros((0, 0)) if given is None else given
        return run(self.tape, key, first, blocks, lanes, uniforms, kernel=kernel)[0]


def checks_of(theorem: Theorem) -> list[Check]:
    """Every link of every step and claim, in order."""
    found = []
    for statement in theorem.statements:
        for place, link in enumerate(statement.links or ()):
            found.append(Check(statement.label, place, statement.kind, prefixed(statement, link.relation)))
        if not statement.links:
            found.append(Check(statement.label, 0, statement.kind, statement.formula))
    return found


def prefixed(statement: Statement, relation: Term) -> Term:
    """The relation under the binders of the statement."""
    formula = relation
    for binder in reversed(statement.prefix):
        if isinstance(binder, Bind):
            formula = Bind(binder.head, binder.variable, binder.domain, formula, binder.sort, binder.span)
        elif isinstance(binder, Apply) and binder.head == "almost_surely":
            formula = Apply(binder.head, (formula, *binder.args[1:]), binder.sort, binder.span)
        else:
            return statement.formula
    return formula


@dataclass(frozen=True)
class Ready:
    """A tape on which an instance is drawn and its hypotheses are evaluated and counted. accepted: the row
    that says where all of them hold; how: see `Structure`."""

    builder: Builder
    evaluator: Any
    programme: Programme
    context: Sampling
    accepted: Node
    how: tuple[str, ...]

    @property
    def laws(self) -> dict[str, Coordinate]:
        """The law of each coordinate."""
        return {label: law for label, (law, _) in self.context.coordinates.items()}

    @property
    def built(self) -> int:
        """Instructions, and half the evaluated terms."""
        limit = self.builder.limit
        return len(self.builder.instructions) + int(TERMS * limit - self.evaluator.left[0]) // 2

    def probe(self) -> Tape:
        """The tape that draws the coordinates and nothing else."""
        nodes: list[Node] = [node for _, node in self.context.coordinates.values()]
        return allocate(self.builder, 0, 0, nodes, recorded=False)


def prepared(plan: Plan, formulas: Sequence[Term], context: Sampling, compiler: type[Sampled]) -> Ready:
    """Draws the instance and the hypotheses onto the tape of `context`, for statements with these formulas.

    Raises Unaccounted for a hypothesis, Unsupported for a name that cannot be drawn, TapeTooLong."""
    arithmetic = context.arithmetic
    builder = arithmetic.builder
    evaluator = compiler(plan.theorem, arithmetic, {}, budget=TERMS * builder.limit)
    programme = evaluator.programme = Programme(plan, context, evaluator)
    programme.run()
    programme.propose(formulas)
    truths: list[Any] = list(programme.conditions)
    how = []
    hypotheses = [*plan.theorem.hypotheses, *plan.filters]
    for place, hypothesis in enumerate(hypotheses):
        evaluator.promised = False
        try:
            truth = evaluator.truth(hypothesis.formula, {})
            if not isinstance(truth, bool):
                gap, _ = evaluator.gap(hypothesis.formula, {})
                truth = builder.emit(m.LT, builder.constant(-m.TOLERANCE / 2), gap)
        except Unsupported as error:
            raise Unaccounted(hypothesis.label, str(error), isinstance(error, Unguaranteed)) from None
        except Absent:
            truth = False
        kept = evaluator.promised and head_of(hypothesis.formula).startswith(("in", "is_"))
        how.append(accounted(plan, hypothesis.label, truth is True or kept))
        builder.count(place, evaluator.accepted(truth))
        truths.append(truth)
    accepted = evaluator.accepted(arithmetic.every(_each(truths)))
    builder.count(len(hypotheses), accepted)
    return Ready(builder, evaluator, programme, context, accepted, tuple(how))


def compile_structure(
    plan: Plan, checks: Sequence[Check], sizes: Sizes, number: int, limit: int
) -> Structure:
    """Draws the instance, the hypotheses and the checks onto a tape.

    Raises Unaccounted for a hypothesis, Unsupported for a name that cannot be drawn, TapeTooLong."""
    context = Sampling(Lanes(Builder(limit)), sizes)
    ready = prepared(plan, [check.formula for check in checks], context, Sampled)
    builder, evaluator, accepted = ready.builder, ready.evaluator, ready.accepted
    unsupported: dict[int, str] = {}
    for place, check in enumerate(checks):
        before = len(builder.records)
        try:
            gap, ratio = evaluator.gap(check.formula, {})
            builder.record(place, gap, ratio, accepted)
        except TooLarge as error:
            raise TapeTooLong(str(error)) from None
        except Unsupported as error:
            del builder.records[before:]
            unsupported[place] = str(error)
        except Absent as error:
            nothing = builder.constant(float("nan"))
            builder.record(place, nothing, nothing, accepted)
            unsupported[place] = f"undefined: {error}"
    programme = ready.programme
    return Structure(
        number,
        dict(sizes.chosen),
        allocate(builder, len(checks), len(ready.how) + 1),
        ready.probe(),
        ready.laws,
        ready.how,
        unsupported,
        (*programme.lines, *plan.lines()),
        frozenset(programme.relied),
        ready.built,
    )


def accounted(plan: Plan, label: str, promised: bool) -> str:
    """How a plan accounts for a hypothesis: it may be true whatever the numbers are, or what a family
    promises of its members."""
    return "guaranteed" if promised else "solved" if label in plan.solved else "filtered"


def _each(truths: Sequence[Any]) -> list[Callable[[], Any]]:
    """Truth values as parts of a connective."""

    def constantly(truth: Any) -> Callable[[], Any]:
        return lambda: truth

    return [constantly(truth) for truth in truths]
