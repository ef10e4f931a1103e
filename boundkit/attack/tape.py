"""Tapes: straight-line programs over rows of lanes, built with shared subexpressions, then given rows.

A `Builder` holds instructions in single-assignment form; a node is the number of the instruction that
makes it. `allocate` turns the nodes that are wanted into a `Tape` that the machine runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from boundkit.attack import machine as m

BLOCK = 256
DRAW = -1


class TapeTooLong(Exception):
    """More instructions than the limit."""


class Node(int):
    """The number of an instruction of a Builder; the row that it makes."""


@dataclass
class Builder:
    """Instructions (operation, a, b, c, constant) in order, each made once. The first operands a, b, c
    are nodes, 0 where unused. `limit` bounds the number of instructions."""

    limit: int = 60_000
    instructions: list[tuple[int, int, int, int, float]] = field(default_factory=list)
    known: dict[tuple[int, int, int, int, float], Node] = field(default_factory=dict)
    draws: list[Node] = field(default_factory=list)
    records: list[tuple[int, int, Node, Node, Node]] = field(default_factory=list)
    exact: set[int] = field(default_factory=set)
    sizes: dict[int, Node] = field(default_factory=dict)

    def emit(self, operation: int, a: int = 0, b: int = 0, c: int = 0, constant: float = 0.0) -> Node:
        """The node of the instruction, made when it is new. Raises TapeTooLong."""
        key = (operation, a, b, c, constant)
        node = self.known.get(key)
        if node is None:
            count = len(self.instructions)
            if count >= self.limit:
                raise TapeTooLong(f"more than {self.limit} instructions")
            self.instructions.append(key)
            node = self.known[key] = Node(count)
        return node

    def draw(self) -> Node:
        """A new uniform in (0, 1)."""
        node = self._append((DRAW, len(self.draws), 0, 0, 0.0))
        self.draws.append(node)
        return node

    def constant(self, value: float) -> Node:
        """A row of equal values."""
        return self.emit(m.CONST, constant=value)

    def mark_exact(self, node: Node) -> Node:
        """Says that the node's double is what defines the instance: no rounding stands behind it."""
        self.exact.add(node)
        return node

    def record(self, check: int, gap: Node, ratio: Node, accepted: Node) -> None:
        """Counts a check: its relative gap, its ratio, and where it is to be counted."""
        self.records.append((m.RECORD, check, gap, ratio, accepted))

    def count(self, hypothesis: int, truth: Node) -> None:
        """Counts the lanes where a hypothesis holds."""
        self.records.append((m.COUNT, hypothesis, truth, truth, truth))

    def size(self, node: Node) -> Node:
        """A node s such that the double in `node` errs by a small multiple of 2^-53*s: the running size of
        the numbers that were added up to make it. First order; the inputs are exact."""
        pending = [int(node)]
        while pending:
            current = pending[-1]
            if current in self.sizes:
                pending.pop()
                continue
            needs = [other for other in self._sized(current) if other not in self.sizes]
            if needs:
                pending.extend(needs)
            else:
                self.sizes[current] = self._size(Node(current))
                pending.pop()
        return self.sizes[int(node)]

    def _sized(self, node: int) -> tuple[int, ...]:
        operation, a, b, _, _ = self.instructions[node]
        if node in self.exact or operation in (DRAW, m.CONST) or operation in _TRUTHS:
            return ()
        if operation in (m.ADD, m.SUB, m.MUL, m.DIV, m.MIN, m.MAX, m.ABOVE, m.SELECT):
            return (a, b)
        return (a,)

    def _size(self, node: Node) -> Node:
        operation, a, b, _, constant = self.instructions[node]
        if node in self.exact or operation in (DRAW, m.CONST):
            return self.emit(m.ABS, node)
        if operation in _TRUTHS:
            return self.constant(1.0)
        first = self.sizes[a]
        match operation:
            case m.ADD | m.SUB:
                return self.emit(m.ADD, first, self.sizes[b])
            case m.MUL:
                return self.emit(m.MUL, first, self.sizes[b])
            case m.DIV:
                divisor = self.emit(m.ABS, b)
                amplified = self.emit(m.DIV, self.sizes[b], divisor)
                return self.emit(m.MUL, self.emit(m.DIV, first, divisor), amplified)
            case m.RDIVC:
                divisor = self.emit(m.ABS, a)
                inverse = self.emit(m.RDIVC, divisor, constant=abs(constant))
                return self.emit(m.MUL, inverse, self.emit(m.DIV, first, divisor))
            case m.SELECT:
                return self.emit(m.SELECT, first, self.sizes[b], self.instructions[node][3])
            case m.MIN | m.MAX | m.ABOVE:
                return self.emit(m.MAX, first, self.sizes[b])
            case m.ADDC | m.RSUBC:
                return self.emit(m.ADDC, first, constant=abs(constant))
            case m.MULC:
                return self.emit(m.MULC, first, constant=abs(constant))
            case m.NEG | m.ABS | m.FLOOR | m.CEIL:
                return first
            case m.SQRT:
                floor = self.emit(m.MULC, self.emit(m.SQRT, first), constant=2.0**-26)
                root = self.emit(m.MAX, node, self.emit(m.ADDC, floor, constant=1e-300))
                return self.emit(m.DIV, first, root)
            case m.EXP | m.SINH | m.COSH:
                return self.emit(m.MUL, self.emit(m.ABS, node), self.emit(m.ADDC, first, constant=1.0))
            case m.LOG:
                return self.emit(m.ADD, self.emit(m.ABS, node), self.emit(m.DIV, first, a))
        return self.emit(m.ADD, self.emit(m.ABS, node), first)

    def _append(self, instruction: tuple[int, int, int, int, float]) -> Node:
        if len(self.instructions) >= self.limit:
            raise TapeTooLong(f"more than {self.limit} instructions")
        self.instructions.append(instruction)
        return Node(len(self.instructions) - 1)


_TRUTHS = (m.LE, m.LT, m.EQ, m.AND, m.OR, m.NOT)
_OPERANDS = {
    DRAW: 0, m.CONST: 0, m.ADD: 2, m.SUB: 2, m.MUL: 2, m.DIV: 2, m.MIN: 2, m.MAX: 2, m.ABOVE: 2,
    m.LE: 2, m.LT: 2, m.EQ: 2, m.AND: 2, m.OR: 2, m.SELECT: 3,
}  # fmt: skip


@dataclass(frozen=True)
class Tape:
    """What the machine runs. code, constants: see `machine`; rows: of the workspace; draws: uniforms;
    kept: the rows that hold the nodes asked for when a block is done."""

    code: Any
    constants: Any
    rows: int
    draws: int
    checks: int
    hypotheses: int
    kept: tuple[int, ...]


def allocate(
    builder: Builder, checks: int, hypotheses: int, keep: Iterable[Node] = (), recorded: bool = True
) -> Tape:
    """The tape of the builder's records (unless `recorded` is false) and of the nodes to keep, with what
    they need and nothing else. A row is used again after its last use; a target is never a source."""
    kept = list(keep)
    records = builder.records if recorded else []
    wanted = [*kept, *(node for record in records for node in record[2:])]
    order = _needed(builder, wanted)
    instructions, count_of = builder.instructions, _OPERANDS.get
    last: dict[int, int] = {}
    for position, node in enumerate(order):
        operation, *operands, _ = instructions[node]
        for operand in operands[: count_of(operation, 1)]:
            last[operand] = position
    for node in wanted:
        last[node] = len(order)
    draws = len(builder.draws)
    row = {int(node): place for place, node in enumerate(builder.draws)}
    free = [place for node, place in row.items() if node not in last]
    top = max(draws + draws % 2, 1)
    free.extend(range(draws, draws + draws % 2))  # uniforms come in pairs
    code: list[tuple[int, int, int, int, int]] = []
    constants: list[float] = []
    for position, node in enumerate(order):
        operation, a, b, c, constant = instructions[node]
        if operation != DRAW:
            if free:
                target = free.pop()
            else:
                target = top
                top += 1
            row[node] = target
            count = count_of(operation, 1)
            first = row[a] if count else 0
            second = row[b] if count > 1 else first
            code.append((operation, target, first, second, row[c] if count > 2 else first))
            constants.append(constant)
            if count and last[a] == position:
                free.append(first)
            if count > 1 and b != a and last[b] == position:
                free.append(second)
            if count > 2 and c != a and c != b and last[c] == position:
                free.append(row[c])
        if node not in last:
            free.append(row[node])
    for operation, target, a, b, c in records:
        code.append((operation, target, row[a], row[b], row[c]))
        constants.append(0.0)
    return Tape(
        np.array(code, np.int64).reshape(-1, 5),
        np.array(constants, np.float64),
        top,
        draws,
        checks,
        hypotheses,
        tuple(row[node] for node in kept),
    )


def _needed(builder: Builder, wanted: Sequence[int]) -> list[int]:
    """Nodes that the wanted ones need, in order of creation, which respects dependence."""
    needed = set(map(int, wanted))
    for node in range(max(needed, default=-1), -1, -1):
        if node in needed:
            operation, *operands, _ = builder.instructions[node]
            needed.update(operands[: _OPERANDS.get(operation, 1)])
    return sorted(needed)


@dataclass
class Tally:
    """What runs of one tape accumulate; the arrays are those of `machine`."""

    counts: Any
    worst: Any
    place: Any
    ratios: Any
    ratio_place: Any
    histogram: Any
    satisfied: Any

    @classmethod
    def empty(cls, checks: int, hypotheses: int, lanes: int) -> Tally:
        """Nothing counted yet."""
        return cls(
            np.zeros((checks, 5, lanes), np.int64),
            np.full((checks, lanes), np.inf),
            np.zeros((checks, lanes), np.int64),
            np.full((checks, lanes), -np.inf),
            np.zeros((checks, lanes), np.int64),
            np.zeros((checks, m.BUCKETS), np.int64),
            np.zeros((hypotheses, 2, lanes), np.int64),
        )


NOTHING_GIVEN = np.zeros((0, 0))


def run(
    tape: Tape,
    key: Any,
    first: int,
    blocks: int,
    lanes: int = BLOCK,
    given: Any = NOTHING_GIVEN,
    python: bool = False,
    kernel: Callable[..., Any] | None = None,
) -> tuple[Tally, Any]:
    """Runs the tape; returns the tally and the workspace of the last block (rows, lanes).

    key: three unsigned words (key low, key high, structure). given: uniforms (draws, blocks*lanes) in place
    of random ones. `python` interprets the machine's source instead of running its compiled form; `kernel` is
    the tape's own (see `fused`)."""
    tally = Tally.empty(tape.checks, tape.hypotheses, lanes)
    work = workspace(tape.rows, lanes)
    results = (
        tally.counts, tally.worst, tally.place, tally.ratios, tally.ratio_place, tally.histogram,
        tally.satisfied,
    )  # fmt: skip
    with np.errstate(all="ignore"):
        if kernel is not None:
            kernel(work, given, first, blocks, key, *results)
        else:
            function = getattr(m.machine, "py_func", m.machine) if python else m.machine
            function(tape.code, tape.constants, work, tape.draws, given, first, blocks, key, *results)
    return tally, work


def workspace(rows: int, lanes: int) -> Any:
    """Rows of lanes."""
    return np.zeros((rows, lanes))
