"""Functions from vectors to vectors: affine maps, and scores of mixtures of Gaussians.

They answer as the forms of `kernel.forms` do: True only when certain, for rational parameters. Besides
`guarantees` they know how far two of them are `apart` everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import combinations
from typing import Any

from boundkit.kernel.grids import total
from boundkit.kernel.values import Arithmetic, Truth, Value
from boundkit.kernel.vectors import Vector, difference, dot, entries_of, equal, length, like


@dataclass(frozen=True)
class AffineMap:
    """x -> image + matrix*(x - centre), with the matrix given by rows. Lipschitz with L >= 0 where
    L^2*I - matrix^T*matrix is positive semidefinite."""

    matrix: tuple[Vector, ...]
    centre: Vector
    image: Vector
    name = "affine_map"

    @property
    def rows(self) -> int:
        """The size of the values."""
        return len(self.image)

    def value(self, arithmetic: Arithmetic, point: Value) -> Value:
        gap = difference(arithmetic, entries_of(point), self.centre)
        moved = [dot(arithmetic, row, gap) for row in self.matrix]
        return like(point, [arithmetic.apply("+", pair) for pair in zip(self.image, moved, strict=True)])

    def moved(self, arithmetic: Arithmetic, shift: Vector) -> AffineMap:
        """The map plus a vector."""
        image = tuple(arithmetic.apply("+", pair) for pair in zip(self.image, shift, strict=True))
        return replace(self, image=image)

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        zero = arithmetic.rational(Fraction(0))
        if name != "lipschitz" or arithmetic.compare("<=", zero, parameters[0]) is not True:
            return None
        columns = list(zip(*self.matrix, strict=True))
        square = arithmetic.apply("*", (parameters[0], parameters[0]))
        rest = []
        for i, one in enumerate(columns):
            row = []
            for j, other in enumerate(columns):
                start = square if i == j else zero
                row.append(arithmetic.apply("-", (start, dot(arithmetic, one, other))))
            rest.append(row)
        return True if semidefinite(arithmetic, rest) is True else None

    def apart(self, arithmetic: Arithmetic, other: Value) -> Any:
        """||self(x) - other(x)||, where it is the same for all x; None where that is not known."""
        if not isinstance(other, AffineMap) or (self.matrix, self.centre) != (other.matrix, other.centre):
            return None
        return length(arithmetic, difference(arithmetic, self.image, other.image))


@dataclass(frozen=True)
class MixtureScore:
    """The gradient of the logarithm of the density of a mixture of N(centres[k], variance*I) in proportion to
    `masses`, plus `shift`: (m(x) - x)/variance + shift with the mean m(x) of the centres under the weights
    masses[k]*exp(-||x - centres[k]||^2/(2*variance)).

    The derivative is C/variance^2 - I/variance with the covariance C of the centres under these weights, and
    0 <= C <= D^2/4*I for their largest distance D (Popoviciu 1935), so it is Lipschitz with the larger one of
    1/variance and D^2/(4*variance^2) - 1/variance."""

    centres: tuple[Vector, ...]
    masses: Vector
    variance: Any
    shift: Vector
    name = "mixture_score"

    @property
    def rows(self) -> int:
        """The size of the values."""
        return len(self.shift)

    def value(self, arithmetic: Arithmetic, point: Value) -> Value:
        x, two = entries_of(point), arithmetic.rational(Fraction(2))
        logits = []
        for centre in self.centres:
            gap = difference(arithmetic, x, centre)
            width = arithmetic.apply("*", (two, self.variance))
            scaled = arithmetic.apply("/", (dot(arithmetic, gap, gap), width))
            logits.append(arithmetic.apply("neg", (scaled,)))
        top = logits[0] if len(logits) == 1 else arithmetic.apply("max", logits)
        weights = [
            arithmetic.apply("*", (mass, arithmetic.apply("exp", (arithmetic.apply("-", (logit, top)),))))
            for mass, logit in zip(self.masses, logits, strict=True)
        ]
        whole = total(arithmetic, weights)
        found = []
        for k, (own, shift) in enumerate(zip(x, self.shift, strict=True)):
            mean = dot(arithmetic, weights, [centre[k] for centre in self.centres])
            gap = arithmetic.apply("-", (arithmetic.apply("/", (mean, whole)), own))
            found.append(arithmetic.apply("+", (arithmetic.apply("/", (gap, self.variance)), shift)))
        return like(point, found)

    def moved(self, arithmetic: Arithmetic, shift: Vector) -> MixtureScore:
        """The score plus a vector."""
        new = tuple(arithmetic.apply("+", pair) for pair in zip(self.shift, shift, strict=True))
        return replace(self, shift=new)

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        if name != "lipschitz":
            return None
        zero, one = arithmetic.rational(Fraction(0)), arithmetic.rational(Fraction(1))
        signs = [partial(arithmetic.compare, "<", zero, mass) for mass in self.masses]
        proper = arithmetic.every([*signs, partial(arithmetic.compare, "<", zero, self.variance)])
        if proper is not True:
            return None
        near = arithmetic.apply("/", (one, self.variance))
        bounds = [near]
        width = arithmetic.apply("*", (self.variance, self.variance))
        width = arithmetic.apply("*", (arithmetic.rational(Fraction(4)), width))
        for first, second in combinations(self.centres, 2):
            gap = difference(arithmetic, first, second)
            steep = arithmetic.apply("/", (dot(arithmetic, gap, gap), width))
            bounds.append(arithmetic.apply("-", (steep, near)))
        within = [partial(arithmetic.compare, "<=", bound, parameters[0]) for bound in bounds]
        return True if arithmetic.every(within) is True else None

    def apart(self, arithmetic: Arithmetic, other: Value) -> Any:
        """||self(x) - other(x)||, where it is the same for all x; None where that is not known."""
        if not isinstance(other, MixtureScore) or replace(self, shift=other.shift) != other:
            return None
        return length(arithmetic, difference(arithmetic, self.shift, other.shift))


Map = AffineMap | MixtureScore

FIELDS: dict[str, tuple[type[Any], dict[str, str]]] = {
    "affine_map": (AffineMap, {"matrix": "matrix", "centre": "vector", "image": "vector"}),
    "mixture_score": (
        MixtureScore,
        {"centres": "matrix", "masses": "vector", "variance": "number", "shift": "vector"},
    ),
}


def semidefinite(arithmetic: Arithmetic, rows: list[list[Any]]) -> Truth:
    """Whether a symmetric matrix is positive semidefinite, by elimination; None when that is not certain.
    The rows are overwritten."""
    zero = arithmetic.rational(Fraction(0))
    for place, row in enumerate(rows):
        pivot = row[place]
        if arithmetic.compare("<", zero, pivot) is True:
            for below in rows[place + 1 :]:
                factor = arithmetic.apply("/", (below[place], pivot))
                for k in range(place, len(row)):
                    product = arithmetic.apply("*", (factor, row[k]))
                    below[k] = arithmetic.apply("-", (below[k], product))
        elif equal(arithmetic, row[place:], [zero] * len(row[place:])) is not True:
            return None
    return True
