"""Elementary functions and random numbers that the tape machine inlines: straight-line code, no fused
multiply-add, no reassociation, so compiled and interpreted runs give the same bits.

`exponential` and `logarithm` err by less than one unit in the last place on normal results (measured in
`tests/attack/test_mathematics.py`); subnormal results of `exponential` are 0."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload, register_jitable

_F = TypeVar("_F", bound=Callable[..., Any])
_generated: Callable[[Callable[..., Any]], Callable[[Any], Any]] = intrinsic


def inlined(function: _F) -> _F:
    """The function itself, which compiled callers inline."""
    result: _F = register_jitable(error_model="numpy", forceinline=True)(function)
    return result


_MAGIC = 6755399441055744.0
_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_LARGEST, _SMALLEST = 709.782712893384, -708.0
_INFINITY, _NAN = np.inf, np.nan

# (exp(r) - 1 - r)/r^2 on |r| <= ln(2)/2: Chebyshev fit of ten terms, truncation 0.07 of an ulp.
_E2, _E3, _E4, _E5 = 0.5000000000000001, 0.16666666666666669, 0.04166666666662413, 0.008333333333330062
_E6, _E7, _E8 = 0.0013888888917213717, 0.00019841269863053618, 2.4801521295954376e-05
_E9, _E10, _E11 = 2.7557268459997064e-06, 2.7620088445409746e-07, 2.510038549551032e-08

# ln(1 + f) = f - (f^2/2 - s*(f^2/2 + R(s^2))), s = f/(2 + f): the coefficients of R (Sun's fdlibm).
_L1, _L2, _L3 = 6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01
_L4, _L5, _L6 = 2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01
_L7 = 1.479819860511658591e-01


def as_bits(x: float) -> int:
    """The 64 bits of a double as a signed integer."""
    return int(struct.unpack("<q", struct.pack("<d", x))[0])


def from_bits(bits: int) -> float:
    """The double whose bits are the low 64 bits of an integer."""
    return float(struct.unpack("<d", struct.pack("<Q", int(bits) & 0xFFFFFFFFFFFFFFFF))[0])


@_generated
def _cast_to_bits(context: Any, x: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), generate


@_generated
def _cast_from_bits(context: Any, bits: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), generate


@overload(as_bits, jit_options={"forceinline": True}, strict=False)  # type: ignore[untyped-decorator,unused-ignore]
def _as_bits(x: Any) -> Any:
    return lambda x: _cast_to_bits(x)


@overload(from_bits, jit_options={"forceinline": True}, strict=False)  # type: ignore[untyped-decorator,unused-ignore]
def _from_bits(bits: Any) -> Any:
    return lambda bits: _cast_from_bits(np.int64(bits))


@inlined
def exponential(x: float) -> float:
    """exp(x): infinity above 709.78, 0 below -708, NaN of NaN."""
    clamped = _LARGEST if x > _LARGEST else (_SMALLEST if x < _SMALLEST else x)
    shifted = clamped * _LOG2_E + _MAGIC
    power = as_bits(shifted)
    count = shifted - _MAGIC
    r = (clamped - count * _LN2_HIGH) - count * _LN2_LOW
    square = r * r
    fourth = square * square
    low = (_E5 * r + _E4) * square + (_E3 * r + _E2)
    high = ((_E11 * r + _E10) * square + (_E9 * r + _E8)) * square + (_E7 * r + _E6)
    series = 1.0 + (r + square * (low + fourth * high))
    result = series * from_bits((power + 1022) << 52) * 2.0
    return _INFINITY if x > _LARGEST else (0.0 if x < _SMALLEST else (x if x != x else result))


@inlined
def logarithm(x: float) -> float:
    """ln(x): -infinity at 0, NaN below 0 and of NaN."""
    small = x < 2.2250738585072014e-308
    scaled = x * 18014398509481984.0 if small else x
    bits = as_bits(scaled)
    exponent = (bits - 0x3FE6A09E00000000) >> 52
    f = from_bits(bits - (exponent << 52)) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = z * (_L1 + w * (_L3 + w * (_L5 + w * _L7)))
    even = w * (_L2 + w * (_L4 + w * _L6))
    half = 0.5 * f * f
    count = float(exponent) - (54.0 if small else 0.0)
    result = count * _LN2_HIGH - ((half - (s * (half + (odd + even)) + count * _LN2_LOW)) - f)
    result = -_INFINITY if x == 0.0 else result
    result = _NAN if x < 0.0 else result
    return x if (x == _INFINITY) | (x != x) else result


_WORD = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIER_A, _MULTIPLIER_B = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_STEP_A, _STEP_B = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_TWELVE = np.uint64(12)
_ONE_BITS = np.uint64(0x3FF0000000000000)


@inlined
def _philox_round(a: Any, b: Any, c: Any, d: Any, key_a: Any, key_b: Any) -> Any:
    first, second = _MULTIPLIER_A * a, _MULTIPLIER_B * c
    return (
        ((second >> _HALF) ^ b ^ key_a) & _WORD,
        second & _WORD,
        ((first >> _HALF) ^ d ^ key_b) & _WORD,
        first & _WORD,
    )


@inlined
def philox(a: Any, b: Any, c: Any, d: Any, key_a: Any, key_b: Any) -> Any:
    """Philox4x32-10 (Salmon et al., SC 2011): four 32-bit words from four counter words and two key
    words, all held in unsigned 64-bit integers. The rounds are written out, since a loop that is not
    unrolled keeps the caller's loop scalar."""
    a, b, c, d = _philox_round(a, b, c, d, key_a, key_b)
    key_a, key_b = (key_a + _STEP_A) & _WORD, (key_b + _STEP_B) & _WORD
    a, b, c, d = _philox_round(a, b, c, d, key_a, key_b)
    key_a, key_b = (key_a + _STEP_A) & _WORD, (key_b + _STEP_B) & _WORD
    a, b, c, d = _philox_round(a, b, c, d, key_a, key_b)
    key_a, key_b = (key_a + _STEP_A) & _WORD, (key_b + _STEP_B) & _WORD
    a, b, c, d = _philox_round(a, b, c, d, key_a, key_b)
    key_a, key_b = (key_a + _STEP_A) & _WORD, (key_b + _STEP_B) & _WORD
    a, b, c, d = _philox_round(a, b, c, d, key_a, key_b)
    key_a, key_b = (key_a + _STEP_A) & _WORD, (key_b + _STEP_B) & _WORD
    a, b, c, d = _philox_round(a, b, c, d, key_a, key_b)
    key_a, key_b = (key_a + _STEP_A) & _WORD, (key_b + _STEP_B) & _WORD
    a, b, c, d = _philox_round(a, b, c, d, key_a, key_b)
    key_a, key_b = (key_a + _STEP_A) & _WORD, (key_b + _STEP_B) & _WORD
    a, b, c, d = _philox_round(a, b, c, d, key_a, key_b)
    key_a, key_b = (key_a + _STEP_A) & _WORD, (key_b + _STEP_B) & _WORD
    a, b, c, d = _philox_round(a, b, c, d, key_a, key_b)
    key_a, key_b = (key_a + _STEP_A) & _WORD, (key_b + _STEP_B) & _WORD
    return _philox_round(a, b, c, d, key_a, key_b)


@inlined
def uniform(high: Any, low: Any) -> float:
    """A double in the open interval (0, 1) from two 32-bit words: 52 bits and a half."""
    bits = (((high << _HALF) | low) >> _TWELVE) | _ONE_BITS
    return from_bits(bits) - 0.9999999999999999
