"""The tape machine: one compiled function that runs any tape on blocks of lanes.

The same source runs as plain Python (`machine.py_func`, or NUMBA_DISABLE_JIT=1) with the same bits, except
for the heads from SIN on, which call the system's library."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from boundkit.attack.mathematics import as_bits, exponential, logarithm, philox, uniform

OPERATIONS = (
    "CONST", "ADD", "SUB", "MUL", "DIV", "ADDC", "MULC", "RSUBC", "RDIVC", "NEG", "ABS", "MIN", "MAX",
    "SQRT", "EXP", "LOG", "FLOOR", "CEIL", "LE", "LT", "EQ", "AND", "OR", "NOT", "SELECT", "ABOVE",
    "RECORD", "COUNT", "SIN", "COS", "TAN", "ARCTAN", "SINH", "COSH", "TANH", "ERF", "LGAMMA",
)  # fmt: skip
(
    CONST, ADD, SUB, MUL, DIV, ADDC, MULC, RSUBC, RDIVC, NEG, ABS, MIN, MAX,
    SQRT, EXP, LOG, FLOOR, CEIL, LE, LT, EQ, AND, OR, NOT, SELECT, ABOVE,
    RECORD, COUNT, SIN, COS, TAN, ARCTAN, SINH, COSH, TANH, ERF, LGAMMA,
) = range(len(OPERATIONS))  # fmt: skip

ACCEPTED, PASSED, ROUNDING, VIOLATED, UNDEFINED = range(5)
BUCKETS = 512
_LOWEST_BUCKET = (1023 - 32) << 3
TOLERANCE = 2.0**-36

_WORD = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_NAN, _INFINITY = np.nan, np.inf

compiled: Callable[..., Any] = numba.njit(cache=True, nogil=True, error_model="numpy")


@compiled
def machine(
    code: Any, constants: Any, work: Any, draws: Any, given: Any, first: Any, blocks: Any, key: Any,
    counts: Any, worst: Any, place: Any, ratios: Any, ratio_place: Any, histogram: Any, satisfied: Any,
) -> None:  # fmt: skip
    """Runs a tape on `blocks` blocks of lanes, the first lane of the first block being sample `first`.

    code: (instructions, 5) int64: operation, target row, three source rows; constants: (instructions,).
    work: (rows, lanes) float64, scratch. draws: the number of uniforms, which fill rows 0..draws-1 (and one
    more when the number is odd): from
    `given` (draws, samples) when it has rows, else from Philox with the key words key[0], key[1], the
    counter words sample (low, high), pair of draws, and key[2] (the structure).
    Accumulates, for each check and lane: counts (checks, 5, lanes) int64; the smallest relative gap and
    its sample in worst, place (checks, lanes); the largest ratio and its sample in ratios, ratio_place;
    histogram (checks, BUCKETS) of ratios in the first block, 8 buckets to the octave. satisfied
    (hypotheses, 2, lanes) int64 counts lanes where a hypothesis is true, and where it is undefined."""
    lanes = work.shape[1]
    key_low, key_high, stream = key[0], key[1], key[2]
    for block in range(blocks):
        base = first + block * lanes
        if given.shape[0] > 0:
            for v in range(draws):
                row = work[v]
                source = given[v]
                for i in range(lanes):
                    row[i] = source[block * lanes + i]
        else:
            for pair in range((draws + 1) // 2):
                row = work[2 * pair]
                other = work[2 * pair + 1]
                start, word = np.uint64(base), np.uint64(pair)
                for i in range(lanes):
                    sample = start + np.uint64(i)
                    a, b, c, d = philox(sample & _WORD, sample >> _HALF, word, stream, key_low, key_high)
                    one_of_pair = uniform(a, b)
                    other[i] = uniform(c, d)
                    row[i] = one_of_pair
        for j in range(code.shape[0]):
            operation = code[j, 0]
            t = work[code[j, 1]] if operation != RECORD and operation != COUNT else work[0]
            a_ = work[code[j, 2]]
            b_ = work[code[j, 3]]
            c_ = work[code[j, 4]]
            constant = constants[j]
            if operation == ADD:
                for i in range(lanes):
                    t[i] = a_[i] + b_[i]
            elif operation == MUL:
                for i in range(lanes):
                    t[i] = a_[i] * b_[i]
            elif operation == SUB:
                for i in range(lanes):
                    t[i] = a_[i] - b_[i]
            elif operation == DIV:
                for i in range(lanes):
                    t[i] = a_[i] / b_[i]
            elif operation == CONST:
                for i in range(lanes):
                    t[i] = constant
            elif operation == ADDC:
                for i in range(lanes):
                    t[i] = a_[i] + constant
            elif operation == MULC:
                for i in range(lanes):
                    t[i] = a_[i] * constant
            elif operation == RSUBC:
                for i in range(lanes):
                    t[i] = constant - a_[i]
            elif operation == RDIVC:
                for i in range(lanes):
                    t[i] = constant / a_[i]
            elif operation == NEG:
                for i in range(lanes):
                    t[i] = -a_[i]
            elif operation == ABS:
                for i in range(lanes):
                    t[i] = abs(a_[i])
            elif operation == MIN:
                for i in range(lanes):
                    t[i] = a_[i] if (a_[i] < b_[i]) | (a_[i] != a_[i]) else b_[i]
            elif operation == MAX:
                for i in range(lanes):
                    t[i] = a_[i] if (a_[i] > b_[i]) | (a_[i] != a_[i]) else b_[i]
            elif operation == ABOVE:
                for i in range(lanes):
                    t[i] = a_[i] if (a_[i] > b_[i]) | (b_[i] != b_[i]) else b_[i]
            elif operation == SQRT:
                for i in range(lanes):
                    t[i] = np.sqrt(a_[i])
            elif operation == EXP:
                for i in range(lanes):
                    t[i] = exponential(a_[i])
            elif operation == LOG:
                for i in range(lanes):
                    t[i] = logarithm(a_[i])
            elif operation == FLOOR:
                for i in range(lanes):
                    t[i] = np.floor(a_[i])
            elif operation == CEIL:
                for i in range(lanes):
                    t[i] = np.ceil(a_[i])
            elif operation == LE:
                for i in range(lanes):
                    x = 1.0 if a_[i] <= b_[i] else 0.0
                    t[i] = _NAN if (a_[i] != a_[i]) | (b_[i] != b_[i]) else x
            elif operation == LT:
                for i in range(lanes):
                    x = 1.0 if a_[i] < b_[i] else 0.0
                    t[i] = _NAN if (a_[i] != a_[i]) | (b_[i] != b_[i]) else x
            elif operation == EQ:
                for i in range(lanes):
                    x = 1.0 if a_[i] == b_[i] else 0.0
                    t[i] = _NAN if (a_[i] != a_[i]) | (b_[i] != b_[i]) else x
            elif operation == AND:
                for i in range(lanes):
                    t[i] = 0.0 if (a_[i] == 0.0) | (b_[i] == 0.0) else a_[i] * b_[i]
            elif operation == OR:
                for i in range(lanes):
                    t[i] = 1.0 if (a_[i] == 1.0) | (b_[i] == 1.0) else a_[i] + b_[i]
            elif operation == NOT:
                for i in range(lanes):
                    t[i] = 1.0 - a_[i]
            elif operation == SELECT:
                for i in range(lanes):
                    x = a_[i] if c_[i] == 1.0 else b_[i]
                    t[i] = c_[i] if c_[i] != c_[i] else x
            elif operation == RECORD:
                check = code[j, 1]
                tally, low, where = counts[check], worst[check], place[check]
                high, at = ratios[check], ratio_place[check]
                accepted, passed, close = tally[ACCEPTED], tally[PASSED], tally[ROUNDING]
                violated, undefined = tally[VIOLATED], tally[UNDEFINED]
                # one loop for each tally: loops with many arrays are not vectorised
                for i in range(lanes):
                    accepted[i] += 1 if c_[i] == 1.0 else 0
                for i in range(lanes):
                    passed[i] += 1 if (c_[i] == 1.0) & (a_[i] >= TOLERANCE) & (a_[i] < _INFINITY) else 0
                for i in range(lanes):
                    close[i] += 1 if (c_[i] == 1.0) & (a_[i] < TOLERANCE) & (a_[i] >= -TOLERANCE) else 0
                for i in range(lanes):
                    violated[i] += 1 if (c_[i] == 1.0) & (a_[i] < -TOLERANCE) & (a_[i] > -_INFINITY) else 0
                for i in range(lanes):
                    undefined[i] += 1 if (c_[i] == 1.0) & (not (abs(a_[i]) < _INFINITY)) else 0
                for i in range(lanes):
                    lower = (c_[i] == 1.0) & (a_[i] < low[i]) & (a_[i] > -_INFINITY)
                    low[i] = a_[i] if lower else low[i]
                    where[i] = base + i if lower else where[i]
                for i in range(lanes):
                    higher = (c_[i] == 1.0) & (b_[i] > high[i])
                    high[i] = b_[i] if higher else high[i]
                    at[i] = base + i if higher else at[i]
                if block == 0:
                    buckets = histogram[check]
                    for i in range(lanes):
                        if (c_[i] == 1.0) & (b_[i] > 0.0):
                            bucket = (as_bits(b_[i]) >> 49) - _LOWEST_BUCKET
                            buckets[min(max(bucket, 0), BUCKETS - 1)] += 1
            elif operation == COUNT:
                totals = satisfied[code[j, 1]]
                for i in range(lanes):
                    totals[0, i] += 1 if a_[i] == 1.0 else 0
                    totals[1, i] += 1 if a_[i] != a_[i] else 0
            elif operation == SIN:
                for i in range(lanes):
                    t[i] = np.sin(a_[i])
            elif operation == COS:
                for i in range(lanes):
                    t[i] = np.cos(a_[i])
            elif operation == TAN:
                for i in range(lanes):
                    t[i] = np.tan(a_[i])
            elif operation == ARCTAN:
                for i in range(lanes):
                    t[i] = np.arctan(a_[i])
            elif operation == SINH:
                for i in range(lanes):
                    t[i] = np.sinh(a_[i])
            elif operation == COSH:
                for i in range(lanes):
                    t[i] = np.cosh(a_[i])
            elif operation == TANH:
                for i in range(lanes):
                    t[i] = np.tanh(a_[i])
            elif operation == ERF:
                for i in range(lanes):
                    t[i] = math.erf(a_[i])
            elif operation == LGAMMA:
                for i in range(lanes):
                    t[i] = math.lgamma(a_[i])
