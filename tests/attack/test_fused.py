"""The fused kernel: the machine's bits, from a file that is written once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from boundkit.attack import Budget, attack
from boundkit.attack import machine as m
from boundkit.attack.fused import fusible, kernel_for, source_of
from boundkit.attack.tape import Builder, allocate, run
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse

KEY = np.array([7, 8, 9], np.uint64)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of one's own."""
    monkeypatch.setenv("BOUNDKIT_CACHE_DIR", str(tmp_path))
    return tmp_path


def example() -> Any:
    """A tape with three draws, two transcendental functions, selections, and records of two checks."""
    builder = Builder()
    x, y, z = builder.draw(), builder.draw(), builder.draw()
    shifted = builder.emit(m.ADDC, x, constant=-0.25)
    logarithm = builder.emit(m.LOG, shifted)
    power = builder.emit(m.EXP, builder.emit(m.MUL, y, z))
    less = builder.emit(m.LT, x, y)
    chosen = builder.emit(m.SELECT, power, logarithm, less)
    gap = builder.emit(m.SUB, chosen, builder.emit(m.MAX, y, builder.emit(m.MULC, z, constant=0.1)))
    one = builder.constant(1.0)
    builder.count(0, builder.emit(m.OR, less, builder.emit(m.NOT, less)))
    builder.record(0, gap, builder.emit(m.DIV, power, builder.emit(m.RDIVC, y, constant=3.0)), one)
    builder.record(1, builder.emit(m.NEG, gap), power, less)
    return allocate(builder, 2, 1)


def test_the_kernel_has_the_bits_of_the_machine(folder: Path) -> None:
    """All tallies, with random and with given uniforms; and only one file is written."""
    tape = example()
    kernel = kernel_for(tape)
    given = np.random.default_rng(1).random((3, 128))
    for options in ({}, {"given": given}):
        first, _ = run(tape, KEY, 300, 2, lanes=64, **options)
        second, _ = run(tape, KEY, 300, 2, lanes=64, kernel=kernel, **options)
        for a, b in zip(vars(first).values(), vars(second).values(), strict=True):
            np.testing.assert_array_equal(a, b)
    kernel_for(tape)
    (path,) = (folder / "kernels").glob("k_*.py")
    assert path.read_text(encoding="utf-8") == source_of(tape)


def test_an_attack_with_fused_kernels_reports_the_same() -> None:
    """Whatever the threshold."""
    text = "theorem t let p : Real in [0, 1] let s : Real claim c: ln(1 - p + p*exp(s)) - p*s <= s^2/8 end"
    source = Source("t.thm", text)
    (theorem, *_), _ = elaborate(parse(source)[0], source)
    assert isinstance(theorem, Theorem)
    reports = [
        attack(theorem, seed=2, samples=5000, budget=Budget(generations=2, fused_from=threshold))
        for threshold in (10**12, 1000)
    ]
    assert repr(reports[0]) == repr(reports[1])


def test_library_functions_are_left_to_the_machine() -> None:
    """A tape with a sine is not fusible."""
    builder = Builder()
    node = builder.emit(m.SIN, builder.draw())
    builder.record(0, node, node, node)
    assert not fusible(allocate(builder, 1, 0))
