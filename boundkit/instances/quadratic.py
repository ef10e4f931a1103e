"""Convex quadratics with eigenvalues in a given interval."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import POSITIVE, UNIT, Context, Drawn, Family, centre_of, direction
from boundkit.kernel.forms import Quadratic as Form


class Quadratic(Family):
    """x -> <x - argmin, H*D*H*(x - argmin)>/2 with a reflection H and a diagonal D whose entries lie between
    `strong` (0 when not given or negative) and `smooth` (drawn when not given). There is none when `smooth`
    is less than the smallest eigenvalue that `strong` allows."""

    draws: ClassVar[str] = "function"
    takes: ClassVar[tuple[str, ...]] = ("argmin", "smooth", "strong")
    ensures: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "convex": (),
        "smooth": ("smooth",),
        "strongly_convex": ("strong",),
    }
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"size": 1, "smooth": 2},
        {"size": 2, "smooth": 2, "strong": 1},
        {"size": 3, "strong": 1},
    )

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        apply, rational = context.arithmetic.apply, context.arithmetic.rational
        low, high = rational(Fraction(0)), arguments.get("smooth")
        if "strong" in arguments:
            low = apply("max", (low, arguments["strong"]))
        conditions = () if high is None else (context.arithmetic.compare("<=", low, high),)
        if high is None:
            high = apply("+", (low, context.number("spread", POSITIVE)))
        width, count = apply("-", (high, low)), size[0]
        values = [
            apply("+", (low, apply("*", (width, context.number(f"eigenvalue[{k + 1}]", UNIT)))))
            for k in range(count)
        ]
        axis = direction(context, "axis", count)
        mirror = [
            [
                apply(
                    "-",
                    (rational(Fraction(int(i == j))), apply("*", (rational(Fraction(2)), axis[i], axis[j]))),
                )
                for j in range(count)
            ]
            for i in range(count)
        ]
        matrix = []
        for i in range(count):
            row = []
            for j in range(count):
                first, second = min(i, j), max(i, j)
                terms = [apply("*", (mirror[first][k], values[k], mirror[second][k])) for k in range(count)]
                row.append(terms[0] if count == 1 else apply("+", terms))
            matrix.append(tuple(row))
        properties: list[tuple[str, tuple[Any, ...]]] = [("convex", ())]
        if "smooth" in arguments:
            properties.append(("smooth", (arguments["smooth"],)))
        if "strong" in arguments:
            properties.append(("strongly_convex", (arguments["strong"],)))
        form = Form(tuple(matrix), centre_of(context, size, arguments), rational(Fraction(0)))
        return Drawn(form, tuple(properties), arguments.get("argmin"), conditions)
