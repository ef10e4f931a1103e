"""Functions of a real vector given exactly by a few rational parameters, and what each guarantees.

`value` and `subgradient` are written over any arithmetic, so the attack and the exact check run the same
formula. `guarantees`, `has_subgradient` and `is_minimiser` answer True or False only when certain, and
are meant for rational parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from boundkit.kernel.maps import FIELDS as MAPS
from boundkit.kernel.maps import Map
from boundkit.kernel.networks import Halfspace, ReluLayer, SoftmaxAttention
from boundkit.kernel.values import Arithmetic, Truth, Unsupported, Value, column
from boundkit.kernel.vectors import Vector, difference, dot, entries_of, equal, length, like, solvable

PARAMETERS = {"convex": 0, "lipschitz": 1, "smooth": 1, "strongly_convex": 1, "bounded": 2}
"""Properties that forms can guarantee, with the number of their numeric parameters."""


def _entry(pair: tuple[Any, Any], place: int) -> Any:
    return pair[place]


@dataclass(frozen=True)
class MaxAffine:
    """max over k of <slopes[k], x> + offsets[k]; the subgradient is the slope of the first piece that
    attains the maximum. Convex; Lipschitz(rho) when every slope has norm at most rho."""

    slopes: tuple[Vector, ...]
    offsets: Vector
    name = "max_affine"
    differentiable = False

    def parts(self, arithmetic: Arithmetic, point: Value) -> list[Any]:
        """The values of the pieces at the point."""
        x = entries_of(point)
        return [
            arithmetic.apply("+", (dot(arithmetic, slope, x), offset))
            for slope, offset in zip(self.slopes, self.offsets, strict=True)
        ]

    def value(self, arithmetic: Arithmetic, point: Value) -> Any:
        parts = self.parts(arithmetic, point)
        return parts[0] if len(parts) == 1 else arithmetic.apply("max", parts)

    def subgradient(self, arithmetic: Arithmetic, point: Value) -> Value:
        parts = self.parts(arithmetic, point)
        best, chosen = parts[0], column(self.slopes[0])
        for part, slope in zip(parts[1:], self.slopes[1:], strict=True):
            above = arithmetic.compare("<", best, part)
            former, candidate = (best, chosen), (part, column(slope))
            best, chosen = (
                arithmetic.choose(above, partial(_entry, candidate, k), partial(_entry, former, k))
                for k in (0, 1)
            )
        return like(point, chosen.entries)

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        if name == "convex":
            return True
        if name == "lipschitz":
            square = arithmetic.apply("*", (parameters[0], parameters[0]))
            bounds = [
                arithmetic.compare("<=", dot(arithmetic, slope, slope), square) for slope in self.slopes
            ]
            bounds.append(arithmetic.compare("<=", arithmetic.rational(Fraction(0)), parameters[0]))
            return True if all(bound is True for bound in bounds) else None
        return None

    def active(self, arithmetic: Arithmetic, point: Value) -> list[Vector] | None:
        """Slopes of the pieces that attain the maximum; None when that is not certain."""
        parts = self.parts(arithmetic, point)
        slopes = []
        for part, slope in zip(parts, self.slopes, strict=True):
            above = [arithmetic.compare("<=", other, part) for other in parts]
            if any(truth is None for truth in above):
                return None
            if all(above):
                slopes.append(slope)
        return slopes

    def has_subgradient(self, arithmetic: Arithmetic, point: Value, value: Value) -> Truth:
        slopes = self.active(arithmetic, point)
        if slopes is None:
            return None
        wanted = entries_of(value)
        if any(
            all(arithmetic.compare("=", a, b) is True for a, b in zip(s, wanted, strict=True)) for s in slopes
        ):
            return True
        rows = [[slope[place] for slope in slopes] for place in range(len(wanted))]
        rows.append([arithmetic.rational(Fraction(1))] * len(slopes))
        return solvable(rows, [*wanted, arithmetic.rational(Fraction(1))])

    def is_minimiser(self, arithmetic: Arithmetic, point: Value, on_sphere: bool) -> Truth:
        """Whether the point minimises over the whole space, or, `on_sphere`, over the ball on whose
        boundary it lies: 0 is in the hull of the active slopes plus the multiples >= 0 of the point."""
        slopes = self.active(arithmetic, point)
        if slopes is None:
            return None
        zero, one = arithmetic.rational(Fraction(0)), arithmetic.rational(Fraction(1))
        x = entries_of(point)
        outward = [x] if on_sphere else []
        rows = [[vector[place] for vector in (*slopes, *outward)] for place in range(len(x))]
        rows.append([one] * len(slopes) + [zero] * len(outward))
        return solvable(rows, [*(zero for _ in x), one])


@dataclass(frozen=True)
class Distance:
    """scale * ||x - centre|| with scale >= 0. Convex, Lipschitz(scale)."""

    scale: Any
    centre: Vector
    name = "norm_distance"
    differentiable = False

    def value(self, arithmetic: Arithmetic, point: Value) -> Any:
        gap = difference(arithmetic, entries_of(point), self.centre)
        return arithmetic.apply("*", (self.scale, length(arithmetic, gap)))

    def subgradient(self, arithmetic: Arithmetic, point: Value) -> Value:
        gap = difference(arithmetic, entries_of(point), self.centre)
        size = length(arithmetic, gap)
        zero = arithmetic.rational(Fraction(0))
        apart = arithmetic.compare("<", zero, size)
        entries = [
            arithmetic.choose(
                apart,
                partial(self._share, arithmetic, part, size),
                partial(arithmetic.rational, Fraction(0)),
            )
            for part in gap
        ]
        return like(point, entries)

    def _share(self, arithmetic: Arithmetic, part: Any, size: Any) -> Any:
        return arithmetic.apply("/", (arithmetic.apply("*", (self.scale, part)), size))

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        if arithmetic.compare("<=", arithmetic.rational(Fraction(0)), self.scale) is not True:
            return None
        if name == "convex":
            return True
        if name == "lipschitz" and arithmetic.compare("<=", self.scale, parameters[0]) is True:
            return True
        return None

    def has_subgradient(self, arithmetic: Arithmetic, point: Value, value: Value) -> Truth:
        if self.guarantees(arithmetic, "convex", ()) is not True:
            return None
        gap = difference(arithmetic, entries_of(point), self.centre)
        zero = arithmetic.rational(Fraction(0))
        at_centre = arithmetic.compare("=", dot(arithmetic, gap, gap), zero)
        if at_centre is None:
            return None
        wanted = entries_of(value)
        if at_centre:
            square = arithmetic.apply("*", (self.scale, self.scale))
            return arithmetic.compare("<=", dot(arithmetic, wanted, wanted), square)
        return equal(arithmetic, entries_of(self.subgradient(arithmetic, point)), wanted)

    def is_minimiser(self, arithmetic: Arithmetic, point: Value, on_sphere: bool) -> Truth:
        at_centre = equal(arithmetic, entries_of(point), self.centre) is True
        return True if at_centre and self.guarantees(arithmetic, "convex", ()) is True else None


@dataclass(frozen=True)
class Huber:
    """scale * h(||x - centre||), h(r) = r^2/(2*width) up to r = width and r - width/2 beyond; scale >= 0
    and width > 0. Convex, Lipschitz(scale), smooth(scale/width)."""

    scale: Any
    width: Any
    centre: Vector
    name = "huber"
    differentiable = True

    def value(self, arithmetic: Arithmetic, point: Value) -> Any:
        gap = difference(arithmetic, entries_of(point), self.centre)
        square = dot(arithmetic, gap, gap)
        inside = arithmetic.compare("<=", square, arithmetic.apply("*", (self.width, self.width)))
        half = arithmetic.apply("*", (arithmetic.rational(Fraction(1, 2)), self.width))

        def quadratic() -> Any:
            return arithmetic.apply("/", (square, arithmetic.apply("+", (self.width, self.width))))

        def linear() -> Any:
            return arithmetic.apply("-", (length(arithmetic, gap), half))

        return arithmetic.apply("*", (self.scale, arithmetic.choose(inside, quadratic, linear)))

    def subgradient(self, arithmetic: Arithmetic, point: Value) -> Value:
        gap = difference(arithmetic, entries_of(point), self.centre)
        size = arithmetic.apply("max", (length(arithmetic, gap), self.width))
        entries = [arithmetic.apply("/", (arithmetic.apply("*", (self.scale, part)), size)) for part in gap]
        return like(point, entries)

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        zero = arithmetic.rational(Fraction(0))
        if arithmetic.compare("<=", zero, self.scale) is not True:
            return None
        if arithmetic.compare("<", zero, self.width) is not True:
            return None
        if name == "convex":
            return True
        if name == "lipschitz":
            return arithmetic.compare("<=", self.scale, parameters[0]) or None
        if name == "smooth":
            bound = arithmetic.apply("*", (parameters[0], self.width))
            return arithmetic.compare("<=", self.scale, bound) or None
        return None

    def has_subgradient(self, arithmetic: Arithmetic, point: Value, value: Value) -> Truth:
        return only_gradient(self, arithmetic, point, value)

    def is_minimiser(self, arithmetic: Arithmetic, point: Value, on_sphere: bool) -> Truth:
        at_centre = equal(arithmetic, entries_of(point), self.centre) is True
        return True if at_centre and self.guarantees(arithmetic, "convex", ()) is True else None


@dataclass(frozen=True)
class Quadratic:
    """<x - centre, matrix*(x - centre)>/2 + level with a symmetric matrix, given by rows. Convex when the
    matrix is positive semidefinite; strongly convex and smooth by its shifts."""

    matrix: tuple[Vector, ...]
    centre: Vector
    level: Any
    name = "quadratic"
    differentiable = True

    def image(self, arithmetic: Arithmetic, point: Value) -> tuple[Vector, Vector]:
        """x - centre, and the matrix times it."""
        gap = difference(arithmetic, entries_of(point), self.centre)
        return gap, tuple(dot(arithmetic, row, gap) for row in self.matrix)

    def value(self, arithmetic: Arithmetic, point: Value) -> Any:
        gap, image = self.image(arithmetic, point)
        half = arithmetic.apply("*", (arithmetic.rational(Fraction(1, 2)), dot(arithmetic, gap, image)))
        return arithmetic.apply("+", (half, self.level))

    def subgradient(self, arithmetic: Arithmetic, point: Value) -> Value:
        return like(point, self.image(arithmetic, point)[1])

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        one, zero = arithmetic.rational(Fraction(1)), arithmetic.rational(Fraction(0))
        minus = arithmetic.rational(Fraction(-1))
        if name == "convex":
            return self.semidefinite(arithmetic, one, zero)
        if name == "strongly_convex":
            return self.semidefinite(arithmetic, one, arithmetic.apply("neg", (parameters[0],)))
        if name == "smooth":
            above = self.semidefinite(arithmetic, minus, parameters[0])
            below = self.semidefinite(arithmetic, one, parameters[0])
            return True if above is True and below is True else None
        return None

    def semidefinite(self, arithmetic: Arithmetic, sign: Any, shift: Any) -> Truth:
        size = len(self.matrix)
        zero = arithmetic.rational(Fraction(0))
        rows = [[arithmetic.apply("*", (sign, entry)) for entry in row] for row in self.matrix]
        for place in range(size):
            rows[place][place] = arithmetic.apply("+", (rows[place][place], shift))
        for place in range(size):
            for other in range(place):
                if arithmetic.compare("=", self.matrix[place][other], self.matrix[other][place]) is not True:
                    return None
        for place in range(size):
            pivot = rows[place][place]
            if arithmetic.compare("<", zero, pivot) is True:
                for below in range(place + 1, size):
                    factor = arithmetic.apply("/", (rows[below][place], pivot))
                    for k in range(place, size):
                        product = arithmetic.apply("*", (factor, rows[place][k]))
                        rows[below][k] = arithmetic.apply("-", (rows[below][k], product))
                continue
            rest = [rows[place][k] for k in range(place, size)]
            if not all(arithmetic.compare("=", entry, zero) is True for entry in rest):
                return None
        return True

    def has_subgradient(self, arithmetic: Arithmetic, point: Value, value: Value) -> Truth:
        return only_gradient(self, arithmetic, point, value)

    def is_minimiser(self, arithmetic: Arithmetic, point: Value, on_sphere: bool) -> Truth:
        zero = arithmetic.rational(Fraction(0))
        image = self.image(arithmetic, point)[1]
        flat = equal(arithmetic, image, (zero,) * len(image))
        return True if flat is True and self.guarantees(arithmetic, "convex", ()) is True else None


@dataclass(frozen=True)
class LogSumExp:
    """ln of the sum of exp(<slopes[k], x> + offsets[k]). Convex; with r the largest norm of a slope,
    Lipschitz(r) and smooth(r^2)."""

    slopes: tuple[Vector, ...]
    offsets: Vector
    name = "log_sum_exp"
    differentiable = True

    def weights(self, arithmetic: Arithmetic, point: Value) -> tuple[Any, list[Any]]:
        """The largest exponent m, and exp(exponent - m) of each piece."""
        parts = MaxAffine(self.slopes, self.offsets).parts(arithmetic, point)
        top = parts[0] if len(parts) == 1 else arithmetic.apply("max", parts)
        return top, [arithmetic.apply("exp", (arithmetic.apply("-", (part, top)),)) for part in parts]

    def value(self, arithmetic: Arithmetic, point: Value) -> Any:
        top, weights = self.weights(arithmetic, point)
        total = weights[0] if len(weights) == 1 else arithmetic.apply("+", weights)
        return arithmetic.apply("+", (top, arithmetic.apply("ln", (total,))))

    def subgradient(self, arithmetic: Arithmetic, point: Value) -> Value:
        _, weights = self.weights(arithmetic, point)
        total = weights[0] if len(weights) == 1 else arithmetic.apply("+", weights)
        shares = [arithmetic.apply("/", (weight, total)) for weight in weights]
        places = range(len(self.slopes[0]))
        entries = [dot(arithmetic, shares, [slope[place] for slope in self.slopes]) for place in places]
        return like(point, entries)

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        if name == "convex":
            return True
        if name == "lipschitz":
            return MaxAffine(self.slopes, self.offsets).guarantees(arithmetic, name, parameters)
        if name == "smooth":
            squares = [dot(arithmetic, slope, slope) for slope in self.slopes]
            return True if all(arithmetic.compare("<=", s, parameters[0]) is True for s in squares) else None
        return None

    def has_subgradient(self, arithmetic: Arithmetic, point: Value, value: Value) -> Truth:
        return equal(arithmetic, entries_of(self.subgradient(arithmetic, point)), entries_of(value))

    def is_minimiser(self, arithmetic: Arithmetic, point: Value, on_sphere: bool) -> Truth:
        return None


@dataclass(frozen=True)
class Tent:
    """height * max(0, 1 - ||x - centre||/width) with height >= 0 and width > 0. Lipschitz(height/width),
    bounded in [0, height], not convex."""

    height: Any
    width: Any
    centre: Vector
    name = "tent"
    differentiable = False

    def value(self, arithmetic: Arithmetic, point: Value) -> Any:
        zero, one = arithmetic.rational(Fraction(0)), arithmetic.rational(Fraction(1))
        gap = length(arithmetic, difference(arithmetic, entries_of(point), self.centre))
        rise = arithmetic.apply("-", (one, arithmetic.apply("/", (gap, self.width))))
        return arithmetic.apply("*", (self.height, arithmetic.apply("max", (zero, rise))))

    def subgradient(self, arithmetic: Arithmetic, point: Value) -> Value:
        raise Unsupported("a subgradient of a tent")

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        zero = arithmetic.rational(Fraction(0))
        if arithmetic.compare("<", zero, self.width) is not True:
            return None
        if arithmetic.compare("<=", zero, self.height) is not True:
            return None
        if name == "lipschitz":
            bound = arithmetic.apply("*", (parameters[0], self.width))
            return arithmetic.compare("<=", self.height, bound) or None
        if name == "bounded" and len(parameters) == 2:
            low = arithmetic.compare("<=", parameters[0], zero)
            high = arithmetic.compare("<=", self.height, parameters[1])
            return True if low is True and high is True else None
        return None

    def has_subgradient(self, arithmetic: Arithmetic, point: Value, value: Value) -> Truth:
        return None

    def is_minimiser(self, arithmetic: Arithmetic, point: Value, on_sphere: bool) -> Truth:
        return None


@dataclass(frozen=True)
class ClippedAffine:
    """min(max(<slope, x> + offset, low), high) with low <= high. Bounded in [low, high], Lipschitz(|slope|),
    in general not convex."""

    slope: Vector
    offset: Any
    low: Any
    high: Any
    name = "clipped_affine"
    differentiable = False

    def value(self, arithmetic: Arithmetic, point: Value) -> Any:
        affine = arithmetic.apply("+", (dot(arithmetic, self.slope, entries_of(point)), self.offset))
        return arithmetic.apply("min", (arithmetic.apply("max", (affine, self.low)), self.high))

    def subgradient(self, arithmetic: Arithmetic, point: Value) -> Value:
        raise Unsupported("a subgradient of a clipped function")

    def guarantees(self, arithmetic: Arithmetic, name: str, parameters: Sequence[Value]) -> Truth:
        if name == "lipschitz":
            return MaxAffine((self.slope,), (self.offset,)).guarantees(arithmetic, name, parameters)
        if name == "bounded" and len(parameters) == 2:
            ordered = arithmetic.compare("<=", self.low, self.high)
            low = arithmetic.compare("<=", parameters[0], self.low)
            high = arithmetic.compare("<=", self.high, parameters[1])
            return True if ordered is True and low is True and high is True else None
        return None

    def has_subgradient(self, arithmetic: Arithmetic, point: Value, value: Value) -> Truth:
        return None

    def is_minimiser(self, arithmetic: Arithmetic, point: Value, on_sphere: bool) -> Truth:
        return None


Form = (
    MaxAffine | Distance | Huber | Quadratic | LogSumExp | Tent | ClippedAffine
    | ReluLayer | SoftmaxAttention | Halfspace
)  # fmt: skip

FIELDS: dict[str, tuple[type[Any], dict[str, str]]] = {
    "max_affine": (MaxAffine, {"slopes": "matrix", "offsets": "vector"}),
    "norm_distance": (Distance, {"scale": "number", "centre": "vector"}),
    "huber": (Huber, {"scale": "number", "width": "number", "centre": "vector"}),
    "quadratic": (Quadratic, {"matrix": "matrix", "centre": "vector", "level": "number"}),
    "log_sum_exp": (LogSumExp, {"slopes": "matrix", "offsets": "vector"}),
    "tent": (Tent, {"height": "number", "width": "number", "centre": "vector"}),
    "clipped_affine": (
        ClippedAffine,
        {"slope": "vector", "offset": "number", "low": "number", "high": "number"},
    ),
    "relu_layer": (ReluLayer, {"slopes": "matrix", "offsets": "vector", "weights": "vector"}),
    "softmax_attention": (
        SoftmaxAttention,
        {"keys": "matrix", "shares": "vector", "low": "number", "high": "number"},
    ),
    "halfspace": (
        Halfspace,
        {"slope": "vector", "offset": "number", "inside": "number", "outside": "number"},
    ),
}
FIELDS |= MAPS
EQUALLY_MANY = (
    ("slopes", "offsets"), ("slopes", "weights"), ("keys", "shares"), ("centres", "masses"),
    ("matrix", "image"),
)  # fmt: skip
"""Fields with an entry for each of the same pieces."""


def read_form(data: Mapping[str, Any], number: Callable[[Any], Any]) -> Form | Map:
    """The form or map that plain data `{"family": name, field: value, …}` describes; `number` reads numbers.
    Raises ValueError for an unknown family, or fields that are missing, superfluous or of unequal sizes."""
    if data.get("family") not in FIELDS:
        raise ValueError(f"no function family `{data.get('family')}`")
    kind, fields = FIELDS[data["family"]]
    if set(data) != {"family", *fields}:
        raise ValueError(f"`{data['family']}` takes {', '.join(fields)}")
    values: dict[str, Any] = {}
    for field, shape in fields.items():
        item = data[field]
        if shape == "number":
            values[field] = number(item)
        elif shape == "vector":
            values[field] = tuple(map(number, item))
        else:
            values[field] = tuple(tuple(map(number, row)) for row in item)
            if len({len(row) for row in values[field]}) != 1:
                raise ValueError(f"`{field}` has rows of unequal lengths, or none")
    for first, second in EQUALLY_MANY:
        if first in values and second in values and len(values[first]) != len(values[second]):
            raise ValueError(f"as many {second} as {first} are needed")
    form: Form | Map = kind(**values)
    return form


def only_gradient(form: Huber | Quadratic, arithmetic: Arithmetic, point: Value, value: Value) -> Truth:
    """Whether a vector is the gradient of a differentiable function that is convex, and so its only
    subgradient; None for one that is not known to be convex."""
    if form.guarantees(arithmetic, "convex", ()) is not True:
        return None
    return equal(arithmetic, entries_of(form.subgradient(arithmetic, point)), entries_of(value))


def value_range(arithmetic: Arithmetic, form: Value) -> tuple[Any, Any, Truth] | None:
    """Ends between which all values of a function lie (None: no end), and the condition on which they do;
    None for a function of which none are known."""
    zero = arithmetic.rational(Fraction(0))
    match form:
        case ClippedAffine():
            return form.low, form.high, arithmetic.compare("<=", form.low, form.high)
        case Tent():
            return zero, form.height, _signs(arithmetic, form.height, form.width)
        case Distance():
            return zero, None, arithmetic.compare("<=", zero, form.scale)
        case Huber():
            return zero, None, _signs(arithmetic, form.scale, form.width)
        case SoftmaxAttention():
            return form.low, form.high, form.is_proper(arithmetic)
    return None


def finite_range(arithmetic: Arithmetic, form: Value) -> tuple[Any, ...] | None:
    """Finitely many numbers of which a function has no others as values; None where none are known."""
    if isinstance(form, Halfspace):
        return form.inside, form.outside
    if isinstance(form, ClippedAffine) and arithmetic.compare("=", form.low, form.high) is True:
        return (form.low,)
    return None


def _signs(arithmetic: Arithmetic, scale: Any, width: Any) -> Truth:
    """Whether scale >= 0 and width > 0."""
    zero = arithmetic.rational(Fraction(0))
    parts = (partial(arithmetic.compare, "<=", zero, scale), partial(arithmetic.compare, "<", zero, width))
    return arithmetic.every(parts)
