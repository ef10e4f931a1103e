"""Laws on {0, 1}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import UNIT, Context, Drawn, Family, two_atoms


class Bernoulli(Family):
    """1 with probability p, else 0; p = 0, 1/2 and 1 are atoms. `p` may be given."""

    draws: ClassVar[str] = "law"
    takes: ClassVar[tuple[str, ...]] = ("p",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1}, {"size": 1, "p": 1})

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        share = arguments["p"] if "p" in arguments else context.number("p", UNIT)
        return two_atoms(context.arithmetic, 0, 1, share)
