"""Signs of terms at many points at once in floating point, where a running bound of the rounding errors
(Higham, 2002, section 3.3) leaves no doubt. Nothing is decided: these save evaluations with more digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from boundkit.ir.terms import Apply, Name, Number, Term

Array = Any
UNIT = 2.0**-52
SAFETY = 16.0
LARGEST = 1e280
SMALLEST = 1e-280
FEWEST = 4
"""Of fewer points than these, evaluations one by one cost less."""


def clear_signs(term: Term, points: Sequence[Mapping[str, Fraction]]) -> list[int]:
    """1 or -1 for each point at which the term surely has this sign; 0 where floating point does not tell, or
    the term may be undefined."""
    if len(points) < FEWEST:
        return [0] * len(points)
    try:
        columns = {
            name: np.array([float(own[name]) for own in points], dtype=np.float64) for name in term.free
        }
        with np.errstate(all="ignore"):
            value, error = _Evaluation(columns).of(term)
            clear = (np.abs(value) > SAFETY * error) & (np.abs(value) > SMALLEST) & (np.abs(value) < LARGEST)
            found = np.broadcast_to(np.where(clear, np.sign(value), 0.0), (len(points),))
    except (_Unknown, OverflowError, KeyError):
        return [0] * len(points)
    return [int(own) for own in found]


class _Unknown(Exception):
    """A head without a rule."""


class _Evaluation:
    """Values with bounds of their errors, each subterm once; not a number where one is too uncertain."""

    def __init__(self, columns: Mapping[str, Array]) -> None:
        self.columns = columns
        self.known: dict[Term, tuple[Array, Array]] = {}

    def of(self, term: Term) -> tuple[Array, Array]:
        found = self.known.get(term)
        if found is None:
            value, error = self.fresh(term)
            found = self.known[term] = value, error + UNIT * np.abs(value)
        return found

    def fresh(self, term: Term) -> tuple[Array, Array]:
        if isinstance(term, Number):
            return np.float64(float(term.value)), np.float64(0.0)
        if isinstance(term, Name):
            return self.columns[term.text], np.float64(0.0)
        if not isinstance(term, Apply) or not term.args:
            raise _Unknown
        if term.head == "^":
            return self.power(term)
        if term.head in _FOLDED and len(term.args) > 1:
            value, error = self.of(term.args[0])
            for part in term.args[1:]:
                other, uncertain = self.of(part)
                value, error = _FOLDED[term.head](value, error, other, uncertain)
                error = error + UNIT * np.abs(value)
            return value, error
        if term.head in _SINGLE and len(term.args) == 1:
            return _SINGLE[term.head](*self.of(term.args[0]))
        raise _Unknown

    def power(self, term: Apply) -> tuple[Array, Array]:
        exponent = term.args[1]
        if not isinstance(exponent, Number):
            raise _Unknown
        base, error = self.of(term.args[0])
        own = float(exponent.value)
        whole = exponent.value.denominator == 1
        # Away from 0 the error grows with the slope; a base that may be 0 has no clear power.
        fine = (np.abs(base) > SAFETY * (1 + abs(own)) * error) & (whole | (base > 0))
        value = np.where(fine, np.power(np.where(fine, base, 1.0), own), np.nan)
        return value, 2 * abs(own) * np.abs(value / np.where(fine, base, 1.0)) * error + 4 * UNIT * np.abs(
            value
        )


def _sum(a: Array, e: Array, b: Array, f: Array) -> tuple[Array, Array]:
    return a + b, e + f


def _difference(a: Array, e: Array, b: Array, f: Array) -> tuple[Array, Array]:
    return a - b, e + f


def _product(a: Array, e: Array, b: Array, f: Array) -> tuple[Array, Array]:
    return a * b, np.abs(a) * f + np.abs(b) * e + e * f


def _quotient(a: Array, e: Array, b: Array, f: Array) -> tuple[Array, Array]:
    fine = np.abs(b) > SAFETY * f
    value = np.where(fine, a / np.where(fine, b, 1.0), np.nan)
    return value, 2 * (e + np.abs(value) * f) / np.where(fine, np.abs(b), 1.0)


def _least(a: Array, e: Array, b: Array, f: Array) -> tuple[Array, Array]:
    return np.minimum(a, b), np.maximum(e, f)


def _greatest(a: Array, e: Array, b: Array, f: Array) -> tuple[Array, Array]:
    return np.maximum(a, b), np.maximum(e, f)


def _root(a: Array, e: Array) -> tuple[Array, Array]:
    fine = a > SAFETY * e
    value = np.sqrt(np.where(fine, a, np.nan))
    return value, e / value


def _exponential(a: Array, e: Array) -> tuple[Array, Array]:
    value = np.exp(np.where(e < 0.01, a, np.nan))
    return value, 2 * value * e + 4 * UNIT * value


def _logarithm(a: Array, e: Array) -> tuple[Array, Array]:
    fine = a > SAFETY * e
    value = np.log(np.where(fine, a, np.nan))
    return value, 2 * e / np.where(fine, a, 1.0) + 4 * UNIT * np.abs(value)


_FOLDED = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "min": _least,
    "max": _greatest,
}
_SINGLE: dict[str, Callable[[Array, Array], tuple[Array, Array]]] = {
    "neg": lambda a, e: (-a, e),
    "abs": lambda a, e: (np.abs(a), e),
    "sqrt": _root,
    "exp": _exponential,
    "ln": _logarithm,
    "sin": lambda a, e: (np.sin(a), e + 4 * UNIT),
    "cos": lambda a, e: (np.cos(a), e + 4 * UNIT),
    "arctan": lambda a, e: (np.arctan(a), e + 4 * UNIT),
}
