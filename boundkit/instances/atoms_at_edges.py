"""Laws with mass at the ends of an interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, within
from boundkit.instances.dirichlet import weights
from boundkit.kernel.laws import FiniteLaw


class AtomsAtEdges(Family):
    """Atoms at `low`, at `high` and at a point between them, of random weights."""

    draws: ClassVar[str] = "law"
    takes: ClassVar[tuple[str, ...]] = ("low", "high")
    needs: ClassVar[tuple[str, ...]] = ("low", "high")
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 1, "low": 0, "high": 1},)

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        low, high = arguments["low"], arguments["high"]
        law = FiniteLaw((low, high, within(context, "inside", arguments)), weights(context, 3))
        return Drawn(law, conditions=(context.arithmetic.compare("<=", low, high),))
