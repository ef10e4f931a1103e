"""Time per sample of the tape machine, the fused kernel, and NumPy on chunks, on three statements.

All sides draw, evaluate, and keep the smallest gap and the number of violations. The sides take turns in
short bursts in one process; medians and minima over the rounds are printed, in nanoseconds per sample, with
the ratio of the medians to NumPy's. Usage: python benchmarks/tape.py [rounds] [samples per burst]"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from os import environ
from typing import Any

import numpy as np

from boundkit.attack import machine as m
from boundkit.attack.fused import kernel_for
from boundkit.attack.lanes import Lanes
from boundkit.attack.tape import BLOCK, Builder, Node, Tape, allocate, run

CHUNK = 1 << 13
KEY = np.array([1, 2, 3], np.uint64)


def log_uniform(builder: Builder, low: float, high: float) -> Node:
    """A log-uniform row."""
    u = builder.draw()
    exponent = builder.emit(
        m.ADDC, builder.emit(m.MULC, u, constant=math.log(high / low)), constant=math.log(low)
    )
    return builder.emit(m.EXP, exponent)


def finished(builder: Builder, gap: Any) -> Tape:
    """The tape with one check."""
    one = builder.constant(1.0)
    builder.record(0, gap, one, one)
    return allocate(builder, 1, 0)


def step_size_tape() -> Tape:
    """B^2/(2*eta*T) + eta*rho^2/2 - B*rho/sqrt(T), four log-uniform variables."""
    builder = Builder()
    apply = Lanes(builder).apply
    b, rho, eta, t = (log_uniform(builder, 1e-3, 1e3) for _ in range(4))
    two = builder.constant(2.0)
    first = apply("/", (apply("*", (b, b)), apply("*", (two, apply("*", (eta, t))))))
    second = apply("/", (apply("*", (eta, apply("*", (rho, rho)))), two))
    third = apply("/", (apply("*", (b, rho)), apply("sqrt", (t,))))
    return finished(builder, apply("-", (apply("+", (first, second)), third)))


def step_size_numpy(source: np.random.Generator, size: int) -> Any:
    """The same with NumPy."""
    b, rho, eta, t = np.exp(source.uniform(math.log(1e-3), math.log(1e3), (4, size)))
    return b * b / (2 * eta * t) + eta * rho * rho / 2 - b * rho / np.sqrt(t)


def hoeffding_tape() -> Tape:
    """s^2*(b - a)^2/8 - ln((b*exp(s*a) - a*exp(s*b))/(b - a)), three uniform variables."""
    builder = Builder()
    apply = Lanes(builder).apply
    a, b, s = (
        builder.emit(m.ADDC, builder.emit(m.MULC, builder.draw(), constant=width), constant=low)
        for low, width in ((-2.0, 1.5), (0.5, 1.5), (0.5, 1.5))
    )
    width = apply("-", (b, a))
    left = apply("*", (b, apply("exp", (apply("*", (s, a)),))))
    right = apply("*", (a, apply("exp", (apply("*", (s, b)),))))
    cumulant = apply("ln", (apply("/", (apply("-", (left, right)), width)),))
    product = apply("*", (s, width))
    bound = builder.emit(m.MULC, apply("*", (product, product)), constant=0.125)
    return finished(builder, apply("-", (bound, cumulant)))


def hoeffding_numpy(source: np.random.Generator, size: int) -> Any:
    """The same with NumPy."""
    a, b, s = source.uniform(-2, -0.5, size), source.uniform(0.5, 2, size), source.uniform(0.5, 2, size)
    return (s * (b - a)) ** 2 / 8 - np.log((b * np.exp(s * a) - a * np.exp(s * b)) / (b - a))


def norms_tape() -> Tape:
    """||x||*||y|| - <x, y> for five coordinates, ten uniform variables."""
    builder = Builder()
    apply = Lanes(builder).apply
    x, y = ([builder.emit(m.ADDC, builder.draw(), constant=-0.5) for _ in range(5)] for _ in range(2))

    def inner(left: list[Node], right: list[Node]) -> Any:
        return apply("+", [apply("*", pair) for pair in zip(left, right, strict=True)])

    norms = apply("*", (apply("sqrt", (inner(x, x),)), apply("sqrt", (inner(y, y),))))
    return finished(builder, apply("-", (norms, inner(x, y))))


def norms_numpy(source: np.random.Generator, size: int) -> Any:
    """The same with NumPy."""
    x, y = source.uniform(-0.5, 0.5, (2, 5, size))
    return np.sqrt((x * x).sum(axis=0)) * np.sqrt((y * y).sum(axis=0)) - (x * y).sum(axis=0)


def chunked(evaluate: Callable[[np.random.Generator, int], Any], samples: int) -> tuple[float, int]:
    """The smallest gap and the violations of chunks."""
    source = np.random.default_rng(1)
    smallest, violations = math.inf, 0
    for _ in range(samples // CHUNK):
        gaps = evaluate(source, CHUNK)
        smallest = min(smallest, float(gaps.min()))
        violations += int((gaps < 0).sum())
    return smallest, violations


def measure(sides: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each side in each round, the sides taking turns."""
    for side in sides.values():
        side()
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            start = time.perf_counter()
            side()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def main() -> None:
    """Prints one line for each statement and side."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    samples = int(sys.argv[2]) if len(sys.argv) > 2 else 1 << 18
    statements = {
        "step size": (step_size_tape(), step_size_numpy),
        "hoeffding": (hoeffding_tape(), hoeffding_numpy),
        "cauchy-schwarz": (norms_tape(), norms_numpy),
    }
    with tempfile.TemporaryDirectory() as folder:
        environ["BOUNDKIT_CACHE_DIR"] = folder
        for name, (tape, evaluate) in statements.items():
            kernel = kernel_for(tape)
            blocks = samples // BLOCK
            sides: dict[str, Callable[[], Any]] = {
                "numpy": lambda evaluate=evaluate: chunked(evaluate, samples),
                "tape": lambda tape=tape, blocks=blocks: run(tape, KEY, 0, blocks),
                "fused": lambda tape=tape, blocks=blocks, kernel=kernel: run(
                    tape, KEY, 0, blocks, kernel=kernel
                ),
            }
            seconds = measure(sides, rounds)
            reference = statistics.median(seconds["numpy"])
            for side, found in seconds.items():
                median = statistics.median(found)
                sys.stdout.write(
                    f"{name:15} {side:6} median {median / samples * 1e9:7.2f} ns  "
                    f"least {min(found) / samples * 1e9:7.2f} ns  x{reference / median:.2f}\n"
                )


if __name__ == "__main__":
    main()
