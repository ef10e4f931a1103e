"""Scores of mixtures of Gaussians, along which diffusion models generate (Shah, Chen and Klivans 2023)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import (
    CENTRED,
    UNIT,
    Context,
    Coordinate,
    Drawn,
    Family,
    direction,
    natural_range,
    scaled,
)
from boundkit.kernel.maps import MixtureScore

SHARE = Coordinate("log", Fraction(1, 16), Fraction(1), (Fraction(1), Fraction(1, 2)))
MASS = Coordinate("log", Fraction(1, 64), Fraction(1), (Fraction(1),))


class GaussianMixtureScore(Family):
    """The gradient of the logarithm of the density of a mixture of N(c, v*I) with v = 1/(share*lip) and
    `centres` centres c in a ball of radius r around a drawn one, with r^2/v^2 - 1/v <= lip: Lipschitz with
    `lip`. The centres come in opposite pairs, so that two of them may be 2*r apart. There is none unless
    lip > 0."""

    draws: ClassVar[str] = "map"
    takes: ClassVar[tuple[str, ...]] = ("lip", "centres")
    needs: ClassVar[tuple[str, ...]] = ("lip",)
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {"lipschitz": ("lip",)}
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"size": 1, "lip": 1},
        {"size": 2, "lip": 3, "centres": 3},
    )

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, lip = context.arithmetic, arguments["lip"]
        apply, one = arithmetic.apply, arithmetic.rational(Fraction(1))
        zero, less = arithmetic.rational(Fraction(0)), arithmetic.rational(1 - Fraction(1, 2**40))
        positive = arithmetic.compare("<", zero, lip)
        variance = apply("/", (one, apply("*", (context.number("share", SHARE), lip))))
        square = apply("+", (variance, apply("*", (lip, apply("*", (variance, variance))))))
        radius = context.settled(apply("*", (less, apply("sqrt", (square,)))))
        middle = tuple(context.number(f"middle[{k}]", CENTRED) for k in range(1, size[0] + 1))
        count = context.natural("centres", *natural_range(context, arguments, "centres", (1, 3)))
        centres, masses = [], []
        for k in range(1, count + 1):
            pair = (k + 1) // 2
            length = apply("*", (radius, context.number(f"centre[{pair}].share", UNIT)))
            step = scaled(arithmetic, length, direction(context, f"centre[{pair}]", size[0]))
            head = "+" if k % 2 else "-"
            centres.append(tuple(apply(head, both) for both in zip(middle, step, strict=True)))
            masses.append(context.number(f"mass[{k}]", MASS))
        form = MixtureScore(tuple(centres), tuple(masses), variance, (zero,) * size[0])
        return Drawn(form, (("lipschitz", (lip,)),), conditions=(positive,))
