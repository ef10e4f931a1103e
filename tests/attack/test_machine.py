"""The tape machine: compiled equals interpreted, undefined values are counted, rows are safe to reuse."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from boundkit.attack import machine as m
from boundkit.attack.lanes import Lanes
from boundkit.attack.tape import DRAW, Builder, Tape, TapeTooLong, allocate, run

KEY = np.array([12345, 67890, 3], np.uint64)
FIRST_LIBRARY_CALL = m.SIN


def everything() -> tuple[Builder, Tape]:
    """A tape with every operation of the machine's own, and one check."""
    builder = Builder()
    u, v = builder.draw(), builder.draw()
    x = builder.emit(m.ADDC, builder.emit(m.MULC, u, constant=6.0), constant=-3.0)
    y = builder.emit(m.RSUBC, v, constant=0.5)
    rows = [x, y]
    for operation in (m.ADD, m.SUB, m.MUL, m.DIV, m.MIN, m.MAX, m.LE, m.LT, m.EQ, m.ABOVE):
        rows.append(builder.emit(operation, x, y))
    for operation in (m.NEG, m.ABS, m.SQRT, m.EXP, m.LOG, m.FLOOR, m.CEIL):
        rows.append(builder.emit(operation, x))
    rows.append(builder.emit(m.RDIVC, y, constant=2.0))
    less, equal = builder.emit(m.LE, x, y), builder.emit(m.EQ, x, x)
    rows += [builder.emit(m.AND, less, equal), builder.emit(m.OR, less, equal), builder.emit(m.NOT, less)]
    rows.append(builder.emit(m.SELECT, x, y, less))
    gap = builder.emit(m.SUB, builder.emit(m.EXP, x), builder.emit(m.ADDC, x, constant=1.0))
    builder.record(0, gap, builder.emit(m.DIV, x, y), builder.constant(1.0))
    builder.count(0, less)
    return builder, allocate(builder, 1, 1, rows)


def arrays(tally: Any) -> list[Any]:
    """The arrays of a tally."""
    return list(vars(tally).values())


def test_compiled_equals_interpreted() -> None:
    """Every row and every count, to the bit."""
    _, tape = everything()
    first, work = run(tape, KEY, 1000, 2, lanes=64)
    second, same = run(tape, KEY, 1000, 2, lanes=64, python=True)
    for row in tape.kept:
        np.testing.assert_array_equal(work[row], same[row])
    for a, b in zip(arrays(first), arrays(second), strict=True):
        np.testing.assert_array_equal(a, b)


def test_every_operation_of_its_own_is_covered() -> None:
    """The tape of this file uses all operations up to the library calls."""
    _, tape = everything()
    used = {int(operation) for operation in tape.code[:, 0]}
    assert used == set(range(FIRST_LIBRARY_CALL))


@pytest.mark.parametrize("lanes, blocks", [(16, 32), (64, 8), (512, 1)])
def test_blocks_do_not_change_the_samples(lanes: int, blocks: int) -> None:
    """The same 512 samples, however they are cut into blocks."""
    _, tape = everything()
    whole, _ = run(tape, KEY, 0, 2, lanes=256)
    parts, _ = run(tape, KEY, 0, blocks, lanes=lanes)
    np.testing.assert_array_equal(whole.counts.sum(axis=2), parts.counts.sum(axis=2))
    assert whole.worst.min() == parts.worst.min()


def test_a_sample_is_found_again_by_its_index() -> None:
    """A single lane at the index of a sample has the same bits."""
    _, tape = everything()
    _, work = run(tape, KEY, 0, 1, lanes=256)
    _, alone = run(tape, KEY, 77, 1, lanes=1)
    assert [work[row, 77] for row in tape.kept] == pytest.approx(
        [alone[row, 0] for row in tape.kept], abs=0, nan_ok=True
    )


def test_undefined_samples_are_counted_and_never_pass() -> None:
    """ln of a negative number, and infinity minus infinity."""
    builder = Builder()
    u = builder.draw()
    x = builder.emit(m.ADDC, u, constant=-0.5)
    one = builder.constant(1.0)
    builder.record(0, builder.emit(m.LOG, x), one, one)
    builder.record(1, builder.emit(m.RDIVC, builder.emit(m.SUB, x, x), constant=1.0), one, one)
    tally, _ = run(allocate(builder, 2, 0), KEY, 0, 4, lanes=64)
    counts = tally.counts.sum(axis=2)
    negative = counts[0, m.UNDEFINED]
    assert 0 < negative < 256 and counts[0, m.PASSED] == 0
    assert counts[0, m.ACCEPTED] == 256 == counts[0, m.VIOLATED] + negative
    assert list(counts[1]) == [256, 0, 0, 0, 256]


def test_rejected_samples_count_nowhere() -> None:
    """Neither false nor undefined acceptance."""
    builder = Builder()
    u = builder.draw()
    half = builder.constant(0.5)
    accepted = builder.emit(
        m.LT, builder.emit(m.LOG, builder.emit(m.ADDC, u, constant=-0.25)), builder.constant(-1.0)
    )
    builder.record(0, builder.emit(m.SUB, half, u), half, accepted)
    builder.count(0, accepted)
    tally, _ = run(allocate(builder, 1, 1, [u]), KEY, 0, 1, lanes=256)
    kept = int(tally.satisfied[0, 0].sum())
    assert 0 < kept < 256 and int(tally.satisfied[0, 1].sum()) > 0
    assert int(tally.counts[0, m.ACCEPTED].sum()) == kept


def test_targets_are_never_sources() -> None:
    """And a row is used again: there are fewer rows than instructions."""
    _, tape = everything()
    for operation, target, *sources in tape.code:
        if operation not in (m.CONST, m.RECORD, m.COUNT):
            assert target not in sources[: 3 if operation == m.SELECT else 2]
    builder = Builder()
    node = builder.draw()
    for _ in range(100):
        node = builder.emit(m.EXP, builder.emit(m.NEG, node))
    assert allocate(builder, 0, 0, [node]).rows < 6


def test_equal_expressions_are_made_once() -> None:
    """Commuted sums and products share a row."""
    builder = Builder()
    arithmetic = Lanes(builder)
    x, y = builder.draw(), builder.draw()
    assert arithmetic.apply("+", (x, y)) == arithmetic.apply("+", (y, x))
    assert arithmetic.apply("*", (x, Fraction(2))) == arithmetic.apply("*", (Fraction(2), x))
    assert sum(instruction[0] == DRAW for instruction in builder.instructions) == 2


def test_rational_parts_are_kept_exact() -> None:
    """Constants of all lanes stay rational until a row needs them."""
    arithmetic = Lanes(Builder())
    third = arithmetic.apply("/", (Fraction(1), Fraction(3)))
    assert third == Fraction(1, 3) and arithmetic.apply("sqrt", (Fraction(9, 4),)) == Fraction(3, 2)
    assert arithmetic.compare("<", third, Fraction(1)) is True


def test_a_tape_has_a_limit() -> None:
    """TapeTooLong, not a long wait."""
    builder = Builder(limit=10)
    node = builder.draw()
    with pytest.raises(TapeTooLong):
        for _ in range(20):
            node = builder.emit(m.EXP, node)


def test_sizes_bound_the_rounding_of_a_difference() -> None:
    """(x + 10^8) - 10^8 - x errs by more than 2^-53*x, and by less than 2^-50 of its running size."""
    builder = Builder()
    x = builder.mark_exact(builder.draw())
    big = builder.emit(m.ADDC, builder.emit(m.ADDC, x, constant=1e8), constant=-1e8)
    error = builder.emit(m.SUB, big, x)
    size = builder.size(error)
    _, work = run(tape := allocate(builder, 0, 0, [error, size]), KEY, 0, 1, lanes=64)
    errors, sizes = (work[row] for row in tape.kept)
    assert np.max(np.abs(errors)) > 1e-10
    assert np.all(np.abs(errors) < math.ldexp(1.0, -50) * sizes)
