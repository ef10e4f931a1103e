"""Prompts of which some tokens were changed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family, direction, nonnegative
from boundkit.kernel.values import Grid


class EditedPrompt(Family):
    """The matrix `of` tokens, a row each, with each row but the last one moved towards a drawn point of the
    ball of some `radius` (1 without it): the rows stay in that ball where they are in it. With `total` the
    rows move by at most that in sum. There is none with a negative `total` or `radius`."""

    draws: ClassVar[str] = "matrix"
    takes: ClassVar[tuple[str, ...]] = ("of", "total", "radius")
    needs: ClassVar[tuple[str, ...]] = ("of",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, prompt = context.arithmetic, arguments["of"]
        if not isinstance(prompt, Grid) or (prompt.rows, prompt.columns) != size:
            raise ValueError("`of` must be a matrix of the same size")
        apply, one = arithmetic.apply, arithmetic.rational(Fraction(1))
        radius, rest = arguments.get("radius", one), one
        if "total" in arguments:
            # a share a of the way to a point at most 2*radius apart
            twice = apply("*", (arithmetic.rational(Fraction(2)), radius))
            rest = apply("min", (one, apply("/", (arguments["total"], twice))))
        entries: list[Any] = []
        for place in range(size[0] - 1):
            share = apply("*", (rest, context.number(f"token[{place + 1}].share", UNIT)))
            if "total" in arguments:
                rest = apply("-", (rest, share))
            length = apply("*", (radius, context.number(f"token[{place + 1}].length", UNIT)))
            unit = direction(context, f"token[{place + 1}]", size[1])
            for old, end in zip(prompt.row(place), unit, strict=True):
                gap = apply("-", (apply("*", (length, end)), old))
                entries.append(apply("+", (old, apply("*", (share, gap)))))
        value = Grid(*size, (*entries, *prompt.row(size[0] - 1)))
        return Drawn(value, conditions=nonnegative(arithmetic, arguments.get("total", one), radius))
