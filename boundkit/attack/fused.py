"""A compiled kernel emitted from a tape: the same operations in the same order, hence the same bits, without
the cost of one pass over memory for each instruction.

Compiling takes seconds, so it pays above about FROM samples. The source goes to a file `k_<sha256>.py` in
the cache folder, never rewritten, and is imported by path. Compiled code is cached beside it, and numba's
cache does not see changes in callees: the name covers all that the result depends on."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding
import numba

from boundkit.attack import machine as m
from boundkit.attack import mathematics
from boundkit.attack.tape import Tape
from boundkit.store import cache_folder

FROM = 10**8
MOST_INSTRUCTIONS = 2000
SEGMENT = 48

_PROLOGUE = '''"""Emitted from a tape; see boundkit.attack.fused."""

import numba
import numpy as np

from boundkit.attack.machine import BUCKETS, TOLERANCE
from boundkit.attack.mathematics import as_bits, exponential, logarithm, philox, uniform

inf, nan = np.inf, np.nan
WORD, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
LOWEST_BUCKET = (1023 - 32) << 3


@numba.njit(cache=True, nogil=True, error_model="numpy")
def kernel(work, given, first, blocks, key, counts, worst, place, ratios, ratio_place, histogram, satisfied):
    lanes = work.shape[1]
    key_low, key_high, stream = key[0], key[1], key[2]
    for block in range(blocks):
        base = first + block * lanes
'''

_EXPRESSIONS = {
    m.CONST: "{k}",
    m.ADD: "{a} + {b}",
    m.SUB: "{a} - {b}",
    m.MUL: "{a} * {b}",
    m.DIV: "{a} / {b}",
    m.ADDC: "{a} + {k}",
    m.MULC: "{a} * {k}",
    m.RSUBC: "{k} - {a}",
    m.RDIVC: "{k} / {a}",
    m.NEG: "-{a}",
    m.ABS: "abs({a})",
    m.MIN: "{a} if ({a} < {b}) | ({a} != {a}) else {b}",
    m.MAX: "{a} if ({a} > {b}) | ({a} != {a}) else {b}",
    m.ABOVE: "{a} if ({a} > {b}) | ({b} != {b}) else {b}",
    m.SQRT: "np.sqrt({a})",
    m.EXP: "exponential({a})",
    m.LOG: "logarithm({a})",
    m.FLOOR: "np.floor({a})",
    m.CEIL: "np.ceil({a})",
    m.LE: "nan if ({a} != {a}) | ({b} != {b}) else (1.0 if {a} <= {b} else 0.0)",
    m.LT: "nan if ({a} != {a}) | ({b} != {b}) else (1.0 if {a} < {b} else 0.0)",
    m.EQ: "nan if ({a} != {a}) | ({b} != {b}) else (1.0 if {a} == {b} else 0.0)",
    m.AND: "0.0 if ({a} == 0.0) | ({b} == 0.0) else {a} * {b}",
    m.OR: "1.0 if ({a} == 1.0) | ({b} == 1.0) else {a} + {b}",
    m.NOT: "1.0 - {a}",
    m.SELECT: "{c} if {c} != {c} else ({a} if {c} == 1.0 else {b})",
}
_SOURCES = {m.CONST: 0, m.SELECT: 3} | {
    operation: 2 for operation, text in _EXPRESSIONS.items() if "{b}" in text and "{c}" not in text
}


def fusible(tape: Tape) -> bool:
    """Whether the tape is short enough and uses only the machine's own operations."""
    known = {*_EXPRESSIONS, m.RECORD, m.COUNT}
    return len(tape.code) <= MOST_INSTRUCTIONS and all(
        int(operation) in known for operation in tape.code[:, 0]
    )


def source_of(tape: Tape) -> str:
    """The kernel's source. The instructions are cut into loops over the lanes, each with at most one
    transcendental function: longer loops run out of registers."""
    lines = [_PROLOGUE]
    lines.append(_draws(tape.draws))
    instructions = [
        (int(operation), int(target), (int(a), int(b), int(c)), float(constant))
        for (operation, target, a, b, c), constant in zip(tape.code, tape.constants, strict=True)
    ]
    segments: list[list[tuple[int, int, tuple[int, int, int], float]]] = [[]]
    for instruction in instructions:
        if instruction[0] in (m.RECORD, m.COUNT):
            segments.append([instruction])
            segments.append([])
            continue
        segments[-1].append(instruction)
        if instruction[0] in (m.EXP, m.LOG) or len(segments[-1]) >= SEGMENT:
            segments.append([])
    segments = [segment for segment in segments if segment]
    for place, segment in enumerate(segments):
        operation = segment[0][0]
        if operation == m.RECORD:
            lines.append(_record(*segment[0][1:3]))
        elif operation == m.COUNT:
            lines.append(_count(*segment[0][1:3]))
        else:
            lines.append(_loop(segment, _read_later(segments[place + 1 :])))
    return "\n".join(lines) + "\n"


def kernel_for(tape: Tape) -> Callable[..., Any]:
    """The compiled kernel of a fusible tape, from the cache folder when it is there."""
    return _load(source_of(tape))


@cache
def _surroundings() -> bytes:
    """What the machine code depends on besides the emitted source."""
    parts = [Path(module.__file__ or "").read_bytes() for module in (m, mathematics)]
    parts.append(Path(__file__).read_bytes())
    parts += [numba.__version__.encode(), llvmlite.__version__.encode()]
    parts.append(llvmlite.binding.get_host_cpu_name().encode())
    parts.append(llvmlite.binding.get_host_cpu_features().flatten().encode())
    return b"\0".join(parts)


def _load(source: str) -> Callable[..., Any]:
    name = f"k_{sha256(_surroundings() + source.encode()).hexdigest()}"
    folder = cache_folder() / "kernels"
    path = folder / f"{name}.py"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(source)
        os.replace(temporary, path)
    specification = importlib.util.spec_from_file_location(name, path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    kernel: Callable[..., Any] = module.kernel
    return kernel


def _draws(count: int) -> str:
    lines = []
    for pair in range((count + 1) // 2):
        even, odd = 2 * pair, 2 * pair + 1
        lines.append(f"        row, other = work[{even}], work[{odd}]")
        lines.append("        if given.shape[0] > 0:")
        lines.append("            for i in range(lanes):")
        lines.append(f"                row[i] = given[{even}, block * lanes + i]")
        if odd < count:
            lines.append(f"                other[i] = given[{odd}, block * lanes + i]")
        lines.append("        else:")
        lines.append(f"            start, pair = np.uint64(base), np.uint64({pair})")
        lines.append("            for i in range(lanes):")
        lines.append("                sample = start + np.uint64(i)")
        words = "sample & WORD, sample >> HALF, pair, stream, key_low, key_high"
        lines.append(f"                a, b, c, d = philox({words})")
        lines.append("                x = uniform(a, b)")
        lines.append("                other[i] = uniform(c, d)")
        lines.append("                row[i] = x")
    return "\n".join(lines)


def _read_later(segments: list[list[tuple[int, int, tuple[int, int, int], float]]]) -> set[int]:
    """Rows that are read in the segments before they are written there."""
    read: set[int] = set()
    written: set[int] = set()
    for segment in segments:
        for operation, target, sources, _ in segment:
            count = 3 if operation in (m.RECORD, m.COUNT) else _SOURCES.get(operation, 1)
            read |= set(sources[:count]) - written
            if operation not in (m.RECORD, m.COUNT):
                written.add(target)
    return read


def _loop(segment: list[tuple[int, int, tuple[int, int, int], float]], later: set[int]) -> str:
    inside = _read_later([segment])
    targets = {target for _, target, _, _ in segment}
    rows = sorted(inside | (targets & later))
    lines = [f"        w{row} = work[{row}]" for row in rows]
    lines.append("        for i in range(lanes):")
    lines += [f"            r{row} = w{row}[i]" for row in sorted(inside)]
    for operation, target, (a, b, c), constant in segment:
        text = _EXPRESSIONS[operation].format(a=f"r{a}", b=f"r{b}", c=f"r{c}", k=f"({constant!r})")
        lines.append(f"            r{target} = {text}")
    lines += [f"            w{row}[i] = r{row}" for row in sorted(targets & later)]
    return "\n".join(lines) if targets & later else "        pass"


def _record(check: int, rows: tuple[int, int, int]) -> str:
    gap, ratio, accepted = rows
    return f"""        g, q, s = work[{gap}], work[{ratio}], work[{accepted}]
        accepted, passed, close = counts[{check}, 0], counts[{check}, 1], counts[{check}, 2]
        violated, undefined = counts[{check}, 3], counts[{check}, 4]
        low, where, high = worst[{check}], place[{check}], ratios[{check}]
        at, buckets = ratio_place[{check}], histogram[{check}]
        for i in range(lanes):
            accepted[i] += 1 if s[i] == 1.0 else 0
        for i in range(lanes):
            passed[i] += 1 if (s[i] == 1.0) & (g[i] >= TOLERANCE) & (g[i] < inf) else 0
        for i in range(lanes):
            close[i] += 1 if (s[i] == 1.0) & (g[i] < TOLERANCE) & (g[i] >= -TOLERANCE) else 0
        for i in range(lanes):
            violated[i] += 1 if (s[i] == 1.0) & (g[i] < -TOLERANCE) & (g[i] > -inf) else 0
        for i in range(lanes):
            undefined[i] += 1 if (s[i] == 1.0) & (not (abs(g[i]) < inf)) else 0
        for i in range(lanes):
            lower = (s[i] == 1.0) & (g[i] < low[i]) & (g[i] > -inf)
            low[i] = g[i] if lower else low[i]
            where[i] = base + i if lower else where[i]
        for i in range(lanes):
            higher = (s[i] == 1.0) & (q[i] > high[i])
            high[i] = q[i] if higher else high[i]
            at[i] = base + i if higher else at[i]
        if block == 0:
            for i in range(lanes):
                if (s[i] == 1.0) & (q[i] > 0.0):
                    bucket = (as_bits(q[i]) >> 49) - LOWEST_BUCKET
                    buckets[min(max(bucket, 0), BUCKETS - 1)] += 1"""


def _count(hypothesis: int, rows: tuple[int, int, int]) -> str:
    return f"""        h = work[{rows[0]}]
        totals = satisfied[{hypothesis}]
        for i in range(lanes):
            totals[0, i] += 1 if h[i] == 1.0 else 0
            totals[1, i] += 1 if h[i] != h[i] else 0"""
