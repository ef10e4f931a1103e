"""Markov chains on a finite type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Listed, Tabulated

MOST_PATHS = 256


class MarkovChain(Family):
    """The law of the first states of the chain with the law `initial` at its first place and the `kernel`
    from each place to the next: each path has the product of its probabilities. So the next state depends on
    the past through the last state alone."""

    draws: ClassVar[str] = "process"
    takes: ClassVar[tuple[str, ...]] = ("initial", "kernel")
    needs: ClassVar[tuple[str, ...]] = ("initial", "kernel")
    solves: ClassVar[bool] = True
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        initial, kernel = arguments["initial"], arguments["kernel"]
        first, last = arguments["places"]
        if not isinstance(initial, FiniteLaw):
            raise ValueError("`initial` must be a law on a finite type")
        laws = kernel.entries if isinstance(kernel, Tabulated) and len(kernel.shape) == 1 else ()
        if not laws or not all(isinstance(law, FiniteLaw) for law in laws):
            raise ValueError("`kernel` must give a law for each state")
        arithmetic = context.arithmetic
        paths: list[tuple[tuple[Any, ...], Any]]
        paths = [((state,), weight) for state, weight in zip(initial.outcomes, initial.weights, strict=True)]
        for _ in range(first, last):
            longer = []
            for path, weight in paths:
                place = arithmetic.integer(path[-1])
                if place is None or not 1 <= place <= len(laws):
                    raise ValueError("the states must be those of the kernel")
                law = laws[place - 1]
                for state, share in zip(law.outcomes, law.weights, strict=True):
                    longer.append(((*path, state), arithmetic.apply("*", (weight, share))))
            paths = longer
            if len(paths) > MOST_PATHS:
                raise ValueError(f"a chain of more than {MOST_PATHS} paths")
        outcomes = tuple((Listed(first, path),) for path, _ in paths)
        return Drawn(FiniteLaw(outcomes, tuple(weight for _, weight in paths)))
