"""Functions of a real vector that parts of networks compute: a relu layer, softmax attention, a halfspace.

They answer as the forms of `kernel.forms` do: True or False only when certain, for rational parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from boundkit.kernel.grids import total
from boundkit.kernel.values import Arithmetic, Truth, Unsupported, Value
from boundkit.kernel.vectors import Vector, dot, entries_of, length


class _Opaque:
    """No subgradients and no minimisers are known."""

    differentiable = False

    def subgradient(self, arithmetic: Arithmetic, point: Value) -> Value:
        raise Unsupported("a subgradient of a function that need not be convex")

    def has_subgradient(self, arithmetic: Arithmetic, point: Value, value: Value) -> Truth:
        return None

    def is_minimiser(self, arithmetic: Arithmetic, point: Value, on_sphere: bool) -> Truth:
        return None


@dataclass(frozen=True)
class ReluLayer(_Opaque):
    """The sum over k of weights[k]*max(<slopes[k], x> + offsets[k], 0). Lipschitz with the sum of
    |weights[k]|*||slopes[k]||; convex when no weight is negative."""

    slopes: tuple[Vector, ...]
    offsets: Vector
    weights: Vector
    name = "relu_layer"

    def value(self, arithmetic: Arithmetic, point: Value) -> Any:
        x, zero = entries_of(point), arithmetic.rational(Fraction(0))
        parts = []
        for slope, offset, weight in zip(self.slopes, self.offsets, self.weights, strict=True):
            inside = arithmetic.apply("+", (dot(arithmetic, slope, x), offset))
            parts.append(arithmetic.apply("*", (weight, arithmetic.apply("max", (inside, zero)))))
        return total(arithmetic, parts)

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        zero = arithmetic.rational(Fraction(0))
        if name == "convex":
            signs = [arithmetic.compare("<=", zero, weight) for weight in self.weights]
            return True if all(sign is True for sign in signs) else None
        if name == "lipschitz":
            parts = []
            for slope, weight in zip(self.slopes, self.weights, strict=True):
                size = arithmetic.apply("abs", (weight,))
                parts.append(arithmetic.apply("*", (size, length(arithmetic, slope))))
            return arithmetic.compare("<=", total(arithmetic, parts), parameters[0]) or None
        return None


@dataclass(frozen=True)
class SoftmaxAttention(_Opaque):
    """low + (high - low)*(the mean of shares with the weights softmax(<keys[k], x>)), for low <= high and
    shares in [0, 1]: what a query x reads from keys and values. Bounded in [low, high], and Lipschitz with
    (high - low)/2 times the largest norm of a key.

    The gradient is the covariance of values and keys under the weights. That of the values with <keys, u> is
    at most the product of their deviations, and these are at most (high - low)/2 (Popoviciu 1935) and the
    largest norm of a key times ||u||."""

    keys: tuple[Vector, ...]
    shares: Vector
    low: Any
    high: Any
    name = "softmax_attention"

    def value(self, arithmetic: Arithmetic, point: Value) -> Any:
        x = entries_of(point)
        scores = [dot(arithmetic, key, x) for key in self.keys]
        top = scores[0] if len(scores) == 1 else arithmetic.apply("max", scores)
        weights = [arithmetic.apply("exp", (arithmetic.apply("-", (score, top)),)) for score in scores]
        mean = arithmetic.apply("/", (dot(arithmetic, weights, self.shares), total(arithmetic, weights)))
        rise = arithmetic.apply("-", (self.high, self.low))
        return arithmetic.apply("+", (self.low, arithmetic.apply("*", (rise, mean))))

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        if self.is_proper(arithmetic) is not True:
            return None
        if name == "lipschitz":
            zero, four = arithmetic.rational(Fraction(0)), arithmetic.rational(Fraction(4))
            rise = arithmetic.apply("-", (self.high, self.low))
            rises = arithmetic.apply("*", (rise, rise))
            bound = arithmetic.apply("*", (four, arithmetic.apply("*", (parameters[0], parameters[0]))))
            squares = [arithmetic.apply("*", (rises, dot(arithmetic, key, key))) for key in self.keys]
            within = [arithmetic.compare("<=", square, bound) for square in squares]
            within.append(arithmetic.compare("<=", zero, parameters[0]))
            return True if all(truth is True for truth in within) else None
        if name == "bounded" and len(parameters) == 2:
            low = arithmetic.compare("<=", parameters[0], self.low)
            high = arithmetic.compare("<=", self.high, parameters[1])
            return True if low is True and high is True else None
        return None

    def is_proper(self, arithmetic: Arithmetic) -> Truth:
        """Whether low <= high and all shares lie in [0, 1]."""
        zero, one = (arithmetic.rational(Fraction(value)) for value in (0, 1))
        parts = [partial(arithmetic.compare, "<=", self.low, self.high)]
        for share in self.shares:
            parts += [partial(arithmetic.compare, "<=", zero, share)]
            parts += [partial(arithmetic.compare, "<=", share, one)]
        return arithmetic.every(parts)


@dataclass(frozen=True)
class Halfspace(_Opaque):
    """inside where <slope, x> >= offset, else outside. Its values are these two."""

    slope: Vector
    offset: Any
    inside: Any
    outside: Any
    name = "halfspace"

    def value(self, arithmetic: Arithmetic, point: Value) -> Any:
        beyond = arithmetic.compare("<=", self.offset, dot(arithmetic, self.slope, entries_of(point)))
        return arithmetic.choose(beyond, lambda: self.inside, lambda: self.outside)

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        if name == "bounded" and len(parameters) == 2:
            ends = [arithmetic.compare("<=", parameters[0], own) for own in (self.inside, self.outside)]
            ends += [arithmetic.compare("<=", own, parameters[1]) for own in (self.inside, self.outside)]
            return True if all(end is True for end in ends) else None
        return None


__all__ = ["Halfspace", "ReluLayer", "SoftmaxAttention"]
