"""Terms and propositions at many points at once in floating point, to propose points; nothing is decided.

A proposition becomes a margin: positive where it holds, negative where it fails, the gap of the two sides
relative to the size of what they are sums of; not a number where it is undefined or lost to overflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from boundkit.ir.terms import Apply, Name, Number, Term

Array = Any
Columns = Mapping[str, Array]

_TINY = 1e-300


class Unknown(Exception):
    """A head that has no evaluation in floating point."""


def values(term: Term, columns: Columns, count: int) -> Array:
    """The values of a scalar term at `count` points, not a number where it is undefined. Raises Unknown."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(_Evaluation(columns).value(term), (count,))


def all_values(terms: Sequence[Term], columns: Columns, count: int) -> list[Array]:
    """As `values`, for several terms, whose common subterms are met once."""
    evaluation = _Evaluation(columns)
    with np.errstate(all="ignore"):
        return [np.broadcast_to(evaluation.value(term), (count,)) for term in terms]


def margins(proposition: Term, columns: Columns, count: int, relative: bool = True) -> Array:
    """The margin of a proposition at `count` points; if not `relative`, the gap itself. Raises Unknown."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(_Evaluation(columns, relative).margin(proposition), (count,))


class _Evaluation:
    """One pass over terms at given columns, each subterm once."""

    def __init__(self, columns: Columns, relative: bool = True) -> None:
        self.columns = columns
        self.relative = relative
        self.known: dict[Term, Array] = {}
        self.sizes: dict[Term, Array] = {}

    def value(self, term: Term) -> Array:
        found = self.known.get(term)
        if found is None:
            found = self.known[term] = self._value(term)
        return found

    def _value(self, term: Term) -> Array:
        if isinstance(term, Number):
            try:
                return np.float64(float(term.value))
            except OverflowError:
                return np.float64(np.inf if term.value > 0 else -np.inf)
        if isinstance(term, Name):
            return self.columns[term.text]
        if isinstance(term, Apply):
            function = _FUNCTIONS.get(term.head)
            if function is not None:
                return function(*map(self.value, term.args))
            if term.head in _FOLDED and term.args:
                total = self.value(term.args[0])
                for arg in term.args[1:]:
                    total = _FOLDED[term.head](total, self.value(arg))
                return total
        raise Unknown(str(term)[:80])

    def size(self, term: Term) -> Array:
        """A bound of the value that no cancellation of summands makes small."""
        found = self.sizes.get(term)
        if found is None:
            found = self.sizes[term] = self._size(term)
        return found

    def _size(self, term: Term) -> Array:
        if isinstance(term, Apply):
            head, args = term.head, term.args
            if head in ("+", "-"):
                return np.add.reduce(np.broadcast_arrays(*map(self.size, args)))
            if head in ("neg", "abs"):
                return self.size(args[0])
            if head == "*":
                total = self.size(args[0])
                for arg in args[1:]:
                    total = total * self.size(arg)
                return total
            if head == "/":
                return self.size(args[0]) / np.abs(self.value(args[1]))
            if head == "^" and isinstance(args[1], Number) and args[1].value >= 1:
                return np.power(self.size(args[0]), float(args[1].value))
        return np.abs(self.value(term))

    def margin(self, proposition: Term) -> Array:
        if not isinstance(proposition, Apply):
            raise Unknown(str(proposition)[:80])
        head, args = proposition.head, proposition.args
        if head in ("<=", "<", "=", "!="):
            left, right = self.value(args[0]), self.value(args[1])
            gap = right - left
            size = self.size(args[0]) + self.size(args[1]) + _TINY if self.relative else 1.0
            share = np.where(np.isinf(gap), np.sign(gap), gap / size)
            if head == "=":
                return -np.abs(share)
            return np.abs(share) if head == "!=" else share
        if head in ("true", "false"):
            return np.float64(1.0 if head == "true" else -1.0)
        parts = [self.margin(arg) for arg in args]
        if head == "not":
            return -parts[0]
        if head == "implies":
            return np.fmax(-parts[0], parts[1])
        total = parts[0]
        for part in parts[1:]:
            # In a disjunction a part that is undefined behind a true one need not be.
            total = np.minimum(total, part) if head == "and" else np.fmax(total, part)
        return total


def _special(name: str) -> Callable[[Array], Array]:
    """A function of scipy.special, which is loaded when one is first needed."""

    def function(*arguments: Array) -> Array:
        from scipy import special

        return getattr(special, name)(*arguments)

    return function


def _lambert(x: Array) -> Array:
    from scipy import special

    found = special.lambertw(x)
    return np.where(np.abs(found.imag) < 1e-12, found.real, np.nan)


def _lower_lambert(x: Array) -> Array:
    from scipy import special

    found = special.lambertw(x, -1)
    return np.where((x < 0) & (np.abs(found.imag) < 1e-12), found.real, np.nan)


def _gamma(x: Array) -> Array:
    from scipy import special

    return np.where(x > 0, special.gamma(x), np.nan)


def _log_gamma(x: Array) -> Array:
    from scipy import special

    return np.where(x > 0, special.gammaln(x), np.nan)


def _polygamma(n: Array, x: Array) -> Array:
    from scipy import special

    return np.where(x > 0, special.polygamma(n.astype(int), np.where(x > 0, x, 1.0)), np.nan)


def _binomial(n: Array, k: Array) -> Array:
    from scipy import special

    return np.where(k <= n, np.round(special.binom(n, k)), 0.0)


def _x_logarithm(x: Array) -> Array:
    return np.where(x == 0, 0.0, x * np.log(np.where(x == 0, 1.0, x)))


_FOLDED: dict[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "*": np.multiply,
    "min": np.minimum,
    "max": np.maximum,
}
_FUNCTIONS: dict[str, Callable[..., Array]] = {
    "-": np.subtract,
    "/": lambda a, b: np.where(b == 0, np.nan, np.divide(a, b)),
    "neg": np.negative,
    "^": np.power,
    "abs": np.abs,
    "floor": np.floor,
    "ceil": np.ceil,
    "sign": np.sign,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "ln": lambda x: np.where(x > 0, np.log(x), np.nan),
    "log2": lambda x: np.where(x > 0, np.log2(x), np.nan),
    "xlnx": _x_logarithm,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arctan": np.arctan,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "erf": _special("erf"),
    "Phi": _special("ndtr"),
    "Gamma": _gamma,
    "lnGamma": _log_gamma,
    "LambertW": _lambert,
    "LambertWm1": _lower_lambert,
    "factorial": lambda x: _gamma(x + 1),
    "binomial": _binomial,
    "polygamma": _polygamma,
}
