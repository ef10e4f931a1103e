"""The Gaussian mechanism on a lattice (Canonne, Kamath and Steinke 2020), cut off.

The law that the mechanism is named after is one of the language: `draw h ~ normal(q(S), v)` is sampled where
it is written. Here are its finite counterparts, so that what fails for them is refuted exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from boundkit.instances import Context, Drawn, Family, nonnegative, private_base, samples_of, tilted
from boundkit.kernel.grids import total
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Tabulated


class GaussianMechanism(Family):
    """Each h of 1..hypotheses with weight b^(-(h - 1 - k)^2), where k counts the members of the sample of one
    drawn kind. Where one member changes, k changes by at most 1, a weight by a factor of at most b^c for the
    largest c = 2*|h - 1 - k| + 1, and so does the sum of all: with b^(2*c) <= exp(eps) the kernel is
    (eps, 0)-private.

    With `tau` the noise may also be less, by powers of b, as long as the kernel is (eps, tau)-private: for
    neighbouring k the sum over h of max(p(h) - exp(eps)*q(h), 0) is at most tau. There is none with eps < 0
    or tau < 0."""

    draws: ClassVar[str] = "algorithm"
    takes: ClassVar[tuple[str, ...]] = ("hypotheses", "eps", "tau")
    needs: ClassVar[tuple[str, ...]] = ("eps",)
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"size": 2, "hypotheses": 3, "eps": 1},)

    def draw(self, context: Context, size: tuple[int, int], arguments: Mapping[str, Any]) -> Drawn:
        arithmetic, shape = context.arithmetic, arguments["shape"]
        count, eps, tau = arguments["hypotheses"], arguments["eps"], arguments.get("tau")
        kind = context.natural("kind", 0, max(shape, default=1) - 1)
        farthest = max(count - 1, len(shape))
        base = private_base(context, eps, 2 * (2 * farthest + 1))
        for _ in range(2 * context.natural("steeper", 0, 3) if tau is not None else 0):
            base = arithmetic.apply("*", (base, base))
        laws = [tilted(arithmetic, base, [(h - k) ** 2 for h in range(count)]) for k in range(len(shape) + 1)]
        conditions = nonnegative(arithmetic, eps)
        if tau is not None:
            conditions += nonnegative(arithmetic, tau)
            conditions += tuple(
                arithmetic.compare("<=", excess, tau) for excess in _excesses(arithmetic, laws, eps)
            )
        entries = tuple(laws[sample.count(kind)] for sample in samples_of(shape))
        return Drawn(Tabulated(shape, entries), conditions=conditions)


def _excesses(arithmetic: Any, laws: list[FiniteLaw], eps: Any) -> Iterator[Any]:
    """For each two neighbouring laws the mass by which one exceeds exp(eps) times the other."""
    zero, factor = arithmetic.rational(Fraction(0)), arithmetic.apply("exp", (eps,))
    pairs = [
        (laws[k], laws[k + step]) for k in range(len(laws)) for step in (-1, 1) if 0 <= k + step < len(laws)
    ]
    for one, other in pairs:
        parts = []
        for p, q in zip(one.weights, other.weights, strict=True):
            gap = arithmetic.apply("-", (p, arithmetic.apply("*", (factor, q))))
            parts.append(arithmetic.apply("max", (gap, zero)))
        yield total(arithmetic, parts)
